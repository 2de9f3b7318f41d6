"""What several sentences of one article say of one event: who else takes part, how far it is, and what is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.calendar.make import understander
from tests.core.rules.make import reading
from watcher.core.events.roles import serves
from watcher.core.model import Zone

MEMORANDUM = "Northern Magnet Corp. signs MoU to expand rare earth magnet recycling"
WITH = "Northern Magnet Corp. has signed a memorandum of understanding with scrap dealer Baltic Recovery Ltd. to recover magnets."


def told(title, *, day=date(2026, 3, 4), **zones):
    """The reported events by type."""
    article = reading(title, published=day, **zones)
    return {event.type: event for event in understander().understand(article).account.reported}


def names(event):
    return {role.name for role in event.roles if role.part in {"actor", "party"}}


def test_the_lead_names_the_party_that_the_title_leaves_out():
    assert len(names(told(MEMORANDUM, lead=WITH)["mou_partnership"])) == 2
    assert len(names(told(MEMORANDUM)["mou_partnership"])) == 1


def test_below_a_deck_the_second_paragraph_is_the_lead():
    title = "Northern Magnet Corp. and Baltic Recovery Ltd. cooperate on rare earth magnet production"
    deck = "The companies want a domestic supply chain."

    assert told(title, lead=f"{deck}\n{WITH}")["mou_partnership"].status == "signed"
    assert told(title, lead=f"{deck} {deck} It is long.\n{WITH}")["mou_partnership"].status != "signed"


def test_a_sum_of_its_own_makes_a_highlight_news_beside_the_title():
    title = "Ministers convene in Washington to discuss a critical minerals alliance"
    article = reading(
        title,
        lead="Australia establishes a A$1.2 billion strategic reserve of critical minerals.",
        published=date(2026, 3, 4),
    )
    with_sum = highlights(article)
    without = highlights(
        reading(
            title, lead="Australia establishes a strategic reserve of critical minerals.", published=date(2026, 3, 4)
        )
    )

    assert "stockpile" in with_sum
    assert "stockpile" not in without


def highlights(article):
    """The types that are reported where the paragraph below the title is a highlight."""
    title, box = article.zones
    shown = replace(article, zones=(title, replace(box, zone=Zone.HIGHLIGHTS)))
    return [event.type for event in understander().understand(shown).account.reported]


BODY = "On Monday the mining group announced the signing of a memorandum of understanding with Menteri Besar Inc."


@pytest.mark.parametrize(
    ("title", "body", "reported"),
    [
        ("Lynas to source rare earths in Malaysia", BODY, {"mou_partnership"}),
        ("Lynas to source rare earths in Malaysia", BODY.replace("On Monday the", "The"), set()),
        ("Lynas to source rare earths in Malaysia", BODY.replace("On Monday", "In March 2024"), set()),
    ],
)
def test_where_nothing_else_is_told_a_dated_act_in_the_body_is_the_news_but_unsure(title, body, reported):
    found = told(title, lead="The miner works in Malaysia. It has done so for years.", body=body)

    assert set(found) == reported
    assert not any(event.sure for event in found.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Raymond James Ltd. as co-agent.", True),
        ("Raymond James and Red Cloud Securities acting as joint bookrunners", True),
        ("Raymond James, acting as financial adviser to the company", True),
        ("Raymond James 担任独家财务顾问", True),
        ("Raymond James as a customer of the mine", False),
        ("Raymond James and the company sign", False),
        ("Raymond James" + " and A" * 400, False),
        ("Raymond James and " + "A" * 5_000, False),
    ],
)
def test_a_bank_that_serves_the_deal_is_no_side_of_it(text, expected):
    assert serves(text, len("Raymond James")) is expected


def test_a_word_far_off_an_object_does_nothing_to_it():
    title = "Ministers convene in Washington to discuss a critical minerals alliance"
    article = reading(
        title,
        lead="Project Vault, backed by a $10 billion Export-Import Bank loan with carmakers beside it, aims to create demand.",
        published=date(2026, 3, 4),
    )

    assert stockpile_of(article).status == "announced"


def stockpile_of(article):
    title, box = article.zones
    shown = replace(article, zones=(title, replace(box, zone=Zone.HIGHLIGHTS)))
    return next(each for each in understander().understand(shown).account.reported if each.type == "stockpile")


def test_below_a_title_that_is_a_mere_name_the_body_is_read_on():
    body = (
        "The plant hums. " * 120
        + "On 20 February "
        + BODY.removeprefix("On Monday ").replace("the mining group", "Lynas")
    )

    assert set(told("Lynas Rare Earths", lead="A portrait of the miner.", body=body)) == {"mou_partnership"}
    assert "mou_partnership" not in told("Lynas Rare Earths looks back on a year", lead="A portrait.", body=body)


@pytest.mark.parametrize(
    ("when", "status"), [("in 10 days", "announced"), ("on 20 April", "announced"), ("today", "in_force")]
)
def test_what_takes_effect_later_is_announced_by_then_though_the_lead_says_it(when, status):
    title = "Ministry of Commerce announces export controls on gallium"
    lead = f"The Ministry of Commerce announces export controls on gallium that take effect {when}."

    assert told(title, lead=lead)["export_control"].status == status
