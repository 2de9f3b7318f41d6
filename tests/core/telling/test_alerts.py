from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.make import NOW, TEXT, make_alert, make_article, make_evidence, make_match
from watcher.core.model import Reason, Severity, Trust
from watcher.core.telling.alerts import (
    alert_id,
    evidence_sentences,
    judge,
    judge_revision,
    material_changes,
    retract,
)

LATER = NOW + timedelta(hours=1)


def test_a_first_match_raises():
    change = judge(None, make_match(Severity.WARNING), make_article(), NOW)

    assert (change.reason, change.told, change.news) == (Reason.RAISED, True, ())
    assert (change.alert.severity, change.alert.state, change.alert.occasions) == ("warning", "open", 1)
    assert change.alert.id == alert_id("bans", "story:s-1")


def test_another_article_that_says_no_more_is_nothing_new_and_leaves_the_alert_as_it_was():
    alert = make_alert()

    change = judge(alert, make_match(), make_article(id="r-2"), LATER)

    assert (change.reason, change.told, change.alert) == (Reason.NOTHING_NEW, False, alert)


def test_a_closed_alert_is_raised_again_under_its_id():
    change = judge(make_alert(state="closed", occasions=2), make_match(), make_article(), LATER)

    assert (change.reason, change.alert.id, change.alert.occasions) == (Reason.RAISED, make_alert().id, 3)


@pytest.mark.parametrize("trust", list(Trust))
def test_only_a_more_trusted_publisher_updates(trust):
    change = judge(make_alert(), make_match(), make_article(trust=trust, publisher="P"), LATER)

    more = trust.rank < Trust.TRADE_PRESS.rank
    assert (change.reason is Reason.UPDATED) is more
    assert change.alert.trust == (trust if more else Trust.TRADE_PRESS)
    if more:
        assert change.news == (f"now also from P, {trust.value.replace('_', ' ')}",)


def test_severity_only_rises():
    up = judge(make_alert(), make_match(Severity.URGENT), make_article(), LATER)
    down = judge(make_alert(severity=Severity.URGENT), make_match(Severity.NOTICE), make_article(), LATER)

    assert (up.reason, up.alert.severity) == (Reason.SEVERITY_RAISED, Severity.URGENT)
    assert up.news == ("severity notice rises to urgent",)
    assert (down.reason, down.alert.severity) == (Reason.NOTHING_NEW, Severity.URGENT)


def test_a_revision_with_news_updates_and_without_is_nothing_new():
    news = judge_revision(make_alert(), make_match(), make_article(), LATER, news=("figures changed",))
    none = judge_revision(make_alert(), make_match(), make_article(), LATER, news=())

    assert (news.reason, news.news, news.alert.occasions) == (Reason.UPDATED, ("figures changed",), 2)
    assert none.reason is Reason.NOTHING_NEW


def test_a_retraction_closes_and_names_the_publisher():
    change = retract(make_alert(), make_article(publisher="Wire"), LATER)

    assert (change.reason, change.told, change.alert.state) == (Reason.RETRACTED, True, "closed")
    assert change.news[0].startswith("Wire changed the article")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A ban on 40 t begins.", "A ban on 55 t begins."),
        ("It costs $12 million.", "It costs $21 million."),
        ("It begins on 1 May.", "It begins on 1 June 2027."),
        ("The share is 40 %.", "The share is 45 %."),
        ("The ministry announced a ban.", "The ministry denied a ban."),
        ("They did ban it.", "They didn't ban it."),
        ("商务部公布管制，8月1日起施行。", "商务部公布管制，9月1日起施行。"),
        ("公布管制", "未公布管制"),
    ],
)
def test_figures_dates_and_denials_are_news(old, new):
    assert material_changes([old], [new])
    assert material_changes([new], [old])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A ban on 40 t begins.", "A ban, on 40 t, begins"),
        ("The ministry announced a ban.", "A ban was announced by the ministry."),
        ("It begins on 1 May, with 40 t.", "With 40 t it begins on 1 May."),
        ("Colour of 40 t", "Color of 40 t"),
    ],
)
def test_wording_order_spelling_and_punctuation_are_not(old, new):
    assert material_changes([old], [new]) == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("A grant of $75 million.", "A grant of $57 million, not $75 million.", "$75 million before, $57 million now"),
        ("A grant of $75 million.", "Not $75 million but $57 million is paid.", "$75 million before, $57 million now"),
        ("A grant of $75 million.", "It is $57 million instead of $75 million.", "$75 million before, $57 million now"),
        ("补贴为75亿。", "补贴为57亿，而非75亿。", "75亿 before, 57亿 now"),
        ("補助は75億ドル。", "補助は75億ドルではなく57億ドル。", "75 before, 57 now"),
    ],
)
def test_a_figure_that_is_corrected_is_compared_with_the_one_before_and_denies_nothing(old, new, says):
    assert material_changes([old], [new]) == (f"figures changed: {says}",)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_nothing_changed_is_no_news(sentences):
    assert material_changes(sentences, sentences) == ()


def test_evidence_sentences_are_those_that_bear_it_in_the_texts_order():
    found = evidence_sentences(TEXT, [make_evidence(words="letter"), make_evidence(), make_evidence()])

    assert found == ("The export ban on 40 t of gallium begins on 1 May.", "Buyers were told by letter.")


def test_evidence_beyond_the_text_is_left_out():
    assert evidence_sentences("Short.", [make_evidence()]) == ()
