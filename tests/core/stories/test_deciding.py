from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.stories.make import NOW, make_account, make_story, placed
from watcher.core.model import Reason
from watcher.core.stories.deciding import decide
from watcher.core.stories.keys import CANDIDATES, POSTINGS, keys_of
from watcher.core.stories.proofs import oldest_day
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.stories.traits import traits_of, weigh

BODY = "The ministry said that exporters need a licence from May, whatever the buyer. " * 4
BAN = make_story("Ministry bans exports of gallium", BODY, id="o", source="wire", link_key="https://wire.example/o")


def after(old, new, bonds=None):
    return placed(old, new, bonds=bonds)[1]


def retold(**changes):
    changed = {"id": "n", "source": "daily", "link_key": "https://daily.example/n", "text_sha256": "other", **changes}
    return replace(BAN, **changed)


def test_an_article_like_no_other_founds_its_story():
    decision = after(BAN, make_story("Mine reopens in May", "A winter long it was shut, its owners say.", id="n"))

    assert (decision.story, decision.reason, decision.detail) == ("n", Reason.FOUNDED, "")


def test_the_same_link_through_another_source_is_the_same_story():
    new = make_story("Other words", "Of a kind nobody expected.", link_key=BAN.link_key, days=99)

    decision = after(BAN, new)

    assert (decision.story, decision.reason) == ("o", Reason.SAME_LINK)
    assert decision.detail == "as o from wire"


@pytest.mark.parametrize("link", ["https://a.example/", "https://a.example"])
def test_a_link_to_a_front_page_proves_nothing(link):
    new = make_story("Other words", "Of a kind nobody expected.", link_key=link)

    assert after(replace(BAN, link_key=link), new).reason is Reason.FOUNDED


def test_the_same_link_twice_in_one_source_proves_nothing():
    new = make_story("Other words", "Of a kind nobody expected.", link_key=BAN.link_key, source="wire")

    assert after(BAN, new).reason is Reason.FOUNDED


@pytest.mark.parametrize(("days", "reason"), [(29, Reason.SAME_TEXT), (61, Reason.FOUNDED)])
def test_a_long_text_republished_within_a_month_is_the_same_story(days, reason):
    at = NOW + timedelta(days=days)
    new = retold(title="Licences for all", title_key="k", text_sha256=BAN.text_sha256, seen=at, told=at)

    assert after(BAN, new).reason is reason


@pytest.mark.parametrize(("days", "joins"), [(2, True), (4, False), (7, False)])
def test_a_bare_title_recurs_after_three_days_as_another_story(days, joins):
    old = make_story("Gallium market closes early", source="a", link_key="https://a.example/1")
    new = make_story("Gallium market closes early", source="b", link_key="https://b.example/1", days=days)

    assert (after(old, new).reason is not Reason.FOUNDED) is joins


def test_nearly_the_same_title_and_beginning_is_the_same_story():
    new = retold(text=BAN.text.replace("whatever the buyer", "whoever the buyer"))

    assert after(BAN, new).reason is Reason.SAME_TITLE_AND_TEXT


def test_a_title_alone_joins_nothing_whatever_it_is_like():
    new = retold(text=f"{BAN.title}\n\n" + "A mine elsewhere reopened after a long winter. " * 8)

    assert after(BAN, new).reason is Reason.FOUNDED


def test_another_figure_is_another_event_of_one_template():
    old = replace(BAN, title="Ministry bans exports of 40 t of gallium")

    assert after(old, retold(title="Ministry bans exports of 55 t of gallium")).reason is Reason.FOUNDED


def test_hand_decisions_come_first():
    twin = retold(text_sha256=BAN.text_sha256)
    other = make_story("Other words", "Of a kind nobody expected.", id="p")

    assert after(BAN, twin, {"o": "cannot"}).reason is Reason.FOUNDED
    decision = placed(BAN, replace(other, link_key="https://x.example/p"), replace(twin, link_key="https://x.example/p"),
                      bonds={"p": "must", "o": "cannot"})[2]  # fmt: skip
    assert (decision.story, decision.reason) == ("p", Reason.BY_HAND)


def test_a_story_that_holds_what_an_article_cannot_belong_to_is_none_for_it():
    copy = retold(id="c", text_sha256=BAN.text_sha256)
    new = retold(id="n", source="third", text_sha256=BAN.text_sha256)
    shelf = Shelf()
    shelf.place(BAN)
    assert shelf.place(copy).story == "o"

    assert shelf.place(new, {"c": "cannot"}).reason is Reason.FOUNDED


def test_titles_share_a_key_whatever_their_order_and_case():
    words = ["Ministry", "Announces", "Export", "Licences", "Gallium", "Germanium", "Today"]
    shuffled = random.Random(7).sample(words, len(words))

    assert title_key(" ".join(words)) == title_key(" ".join(shuffled).upper())
    assert title_key("One thing") != title_key("Another thing")
    assert len(title_key("")) == 16


def test_candidates_by_title_are_a_week_old_at_most():
    assert oldest_day(NOW) == NOW - timedelta(days=7)


def test_a_thousand_articles_of_one_template_are_compared_with_few():
    shelf = Shelf()
    for number in range(1_000):
        shelf.place(
            make_story(f"Trading halt {number}", f"Shares of firm {number} are halted pending news.", id=str(number))
        )
    fresh = weigh(traits_of(make_story("Trading halt", "Shares are halted.")), shelf.counts, shelf.stories)

    candidates = shelf.candidates(keys_of(fresh.traits))

    assert len(candidates) <= CANDIDATES <= POSTINGS


texts = st.text(alphabet=st.sampled_from("abc XYZ 12.,%$亿月日号中国\n(:)-’"), max_size=120)


@given(title=texts, body=texts, again=texts)
@settings(max_examples=60, deadline=None)
def test_any_text_is_placed_and_its_copy_joins_it(title, body, again):
    first = make_story(title or "x", body, id="1", source="a", link_key="https://a.example/1")
    strange = make_story(again or "y", title, id="2", source="b", link_key="https://b.example/2")
    copy = replace(first, id="3", source="c", link_key="https://a.example/1")

    decisions = placed(first, strange, copy)

    assert decisions[0].story == "1"
    assert decisions[1].story in {"1", "2"}
    assert decisions[2].story in {"1", decisions[1].story}
    assert all((decision.detail == "") is (decision.reason is Reason.FOUNDED) for decision in decisions)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_order_of_candidates_does_not_matter_to_the_story(seed):
    picked = random.Random(seed)
    names = ["Halden", "Corvane", "Ionex", "Tessel", "Orrin", "Brandeis", "Quist", "Salgueiro", "Lisbon", "Belmarsh"]
    shelf = Shelf()
    for id_ in range(6):
        said = " and ".join(picked.sample(names, 6))
        shelf.place(make_story(" ".join(picked.sample(names, 4)), f"Said {said}", id=str(id_)))
    new = make_story(" ".join(picked.sample(names, 4)), "Said " + " and ".join(picked.sample(names, 6)), id="new")
    fresh = weigh(traits_of(new), shelf.counts, shelf.stories)
    kin = shelf.candidates(keys_of(fresh.traits))

    assert decide(fresh, picked.sample(kin, len(kin)), {}).reason is decide(fresh, kin, {}).reason


# other materials


def _control(title: str, lead: str, material: str, *, days: float = 0):
    account = make_account("export_control", actor="mofcom", materials=(material,))
    return make_story(title, lead, days=days, account=account)


@pytest.mark.parametrize(("type_", "together"), [("capacity_expansion", False), ("production_halt", True)])
def test_what_starts_again_is_not_the_stop(type_, together):
    body = " Lynas runs the Kalgoorlie cracking plant in Western Australia; a power outage hit it on Monday, says Amanda Lacaze."
    halt = make_story(
        "Lynas halts production at its Kalgoorlie plant",
        "Lynas has halted production." + body,
        account=make_account("production_halt", actor="lynas"),
    )
    again = make_story(
        "Lynas on production at its Kalgoorlie plant",
        "Lynas has told of production." + body,
        days=0.1,
        account=make_account(type_, actor="lynas"),
    )

    one, other = placed(halt, again)

    assert (other.story == one.story) is together
    assert together or "one stopped what the other starts" in other.detail


_MUST = (
    " Exporters must apply to the ministry's bureau in Harbin for licences and name the buyers, says spokesman Lu Wen."
)


def test_the_same_act_on_another_material_is_another_event():
    first = _control(
        "Ministry in Harbin announces export controls on antimony",
        "The ministry announced export controls on antimony on Tuesday." + _MUST,
        "antimony",
    )
    second = _control(
        "Harbin's exporters hit as ministry tightens controls on tungsten",
        "The ministry imposed export controls on tungsten on Sunday." + _MUST,
        "tungsten",
        days=1,
    )

    one, other = placed(first, second)

    assert other.story != one.story
    assert "another material" in other.detail


def test_the_same_act_on_a_family_and_on_one_of_it_may_be_one_event():
    one, other = placed(
        _control(
            "Ministry in Harbin announces export controls on rare earths",
            "The ministry announced export controls on rare earths on Tuesday." + _MUST,
            "rare_earths",
        ),
        _control(
            "Harbin's exporters hit as ministry tightens controls on samarium",
            "The ministry imposed export controls on samarium on Tuesday." + _MUST,
            "samarium",
            days=1,
        ),
    )

    assert other.story == one.story
