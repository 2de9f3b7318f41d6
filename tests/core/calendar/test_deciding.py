from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calendar.make import CONTROLS, DAY, entry, known, source, statement, topic
from watcher.core.calendar.deciding import decide, lapsed, unsaid
from watcher.core.calendar.model import Known, Read
from watcher.core.model import Trust

LATER = date(2027, 11, 10)


def said(*statements):
    return Read(statements=statements)


def settles(outcome, **changes):
    return statement(part="settles", kind="", day=None, outcome=outcome, **changes)


def names(**changes):
    return statement(part="names", kind="", day=None, **changes)


def parts(steps):
    return [(step.part, step.entry.state, step.entry.last) for step in steps]


def test_a_date_that_nobody_knew_is_a_new_entry_with_its_reason():
    (step,) = decide(said(statement()), [], source())

    assert (step.part, step.reason) == ("states", "A paper states it")
    assert (step.entry.kind, step.entry.last, step.entry.zone, step.entry.state) == (
        "expires", DAY, "Asia/Shanghai", "standing",
    )  # fmt: skip
    assert step.entry.id.startswith("e-")


def test_the_same_date_from_another_paper_is_evidence_and_no_second_entry():
    (step,) = decide(said(statement()), known(entry()), source())

    assert (step.entry.id, step.part, step.reason) == ("e-known", "states", "the same date")


def test_a_sure_word_makes_a_date_firm_that_was_only_expected():
    (step,) = decide(said(statement()), known(entry(sure=False)), source())

    assert step.entry.firm
    assert step.reason == "the same date, now given for sure"


@pytest.mark.parametrize(
    "of",
    [
        topic(materials={"tungsten"}, parties={"commerce_us"}, countries={"US"}),
        topic(types={"trade_measure"}, materials=(), parties=(), countries={"CN"}),
        topic(documents={"2025-72"}),
    ],
    ids=["another material, party and country", "a country alone", "another document's number"],
)
def test_the_same_day_of_another_thing_is_another_entry(of):
    before = entry(topic=topic(documents={"2025-70"}))

    (step,) = decide(said(statement(of=of)), known(before), source())

    assert step.entry.id != before.id


@pytest.mark.parametrize(
    "of",
    [
        topic(documents={"2025-70"}, materials=(), parties=(), types=(), countries=()),
        topic(types=(), parties=(), countries=()),
        topic(materials=(), parties=()),
        topic(materials={"rare_earths"}, reach={"holmium"}, types=(), parties=(), countries=()),
    ],
    ids=["number", "material", "type and country", "family of the material"],
)
def test_one_thing_in_common_makes_the_same_day_one_entry(of):
    (step,) = decide(said(statement(of=of)), known(entry(topic=topic(documents={"2025-70"}))), source())

    assert step.entry.id == "e-known"


def test_in_one_story_nothing_else_need_agree():
    other = topic(types={"policy_statement"}, materials=(), parties=(), countries=())

    (step,) = decide(said(statement(of=other)), known(entry(), here=True), source())

    assert step.entry.id == "e-known"


def test_in_one_matter_nothing_else_need_agree():
    matter = topic(matters={"cn-reprieve"}, materials={"gallium"}, documents={"2025-72"})

    (step,) = decide(said(statement(of=matter)), known(entry(topic=topic(matters={"cn-reprieve"}))), source())

    assert step.entry.id == "e-known"
    assert step.entry.topic.matters == {"cn-reprieve"}


def test_another_kind_of_date_on_the_day_is_another_entry():
    (step,) = decide(said(statement(kind="comment_close")), known(entry()), source())

    assert step.entry.id != "e-known"


def test_an_extension_takes_the_place_of_the_date_and_says_why():
    new, old = decide(said(statement("10 November 2027", LATER, moves=True)), known(entry()), source())

    assert parts((new, old)) == [("states", "standing", LATER), ("moves", "superseded", DAY)]
    assert old.entry.moved_to == new.entry.id
    assert old.entry.reason == "moved from 10 November 2026 to 10 November 2027, A paper says"


def test_a_further_date_that_moves_nothing_stands_beside_the_first():
    (step,) = decide(said(statement("10 November 2027", LATER)), known(entry()), source())

    assert step.entry.last == LATER


def test_a_lapsed_date_can_still_be_moved():
    steps = decide(
        said(statement("10 November 2027", LATER, moves=True)), known(entry(state="lapsed")), source(date(2026, 11, 20))
    )

    assert parts(steps) == [("states", "standing", LATER), ("moves", "superseded", DAY)]


def test_an_older_article_moves_nothing_that_a_newer_one_states():
    steps = decide(
        said(statement("1 May 2026", date(2026, 5, 1), moves=True)), known(entry()), source(date(2026, 4, 1))
    )

    assert parts(steps) == [("states", "standing", date(2026, 5, 1))]


def test_of_two_dates_that_it_could_be_none_is_moved():
    twins = known(entry(), entry(date(2026, 11, 27), id="e-other"))

    steps = decide(said(statement("1 May 2027", date(2027, 5, 1), moves=True)), twins, source())

    assert parts(steps) == [("states", "standing", date(2027, 5, 1))]


def test_a_document_number_says_which_of_two_is_moved():
    twins = known(
        entry(topic=topic(documents={"2025-70"})),
        entry(date(2026, 11, 27), id="e-other", topic=topic(documents={"2025-72"})),
    )
    moved = statement("10 November 2027", LATER, moves=True, of=topic(documents={"2025-72"}))

    _, old = decide(said(moved), twins, source())

    assert old.entry.id == "e-other"


def test_the_old_date_told_again_after_it_was_moved_opens_nothing():
    (step,) = decide(said(statement()), known(entry(state="superseded", moved_to="e-new")), source())

    assert (step.entry.id, step.entry.state) == ("e-known", "superseded")


def moved_to_later(**changes):
    """A date that was moved a year on, and the date that took its place."""
    first = Known(entry=entry(state="superseded", moved_to="e-later"), **changes)
    return [first, Known(entry=entry(LATER, id="e-later", printed="10 November 2027"), moved_here=True, **changes)]


def test_a_date_that_is_moved_back_stands_again_and_the_other_is_moved():
    new, old = decide(said(statement(moves=True)), moved_to_later(), source())

    assert parts((new, old)) == [("states", "standing", DAY), ("moves", "superseded", LATER)]
    assert (new.entry.moved_to, old.entry.moved_to) == ("", "e-known")


@pytest.mark.parametrize(
    ("statements", "day"),
    [
        ([statement()], date(2026, 10, 20)),
        ([statement(moves=True), statement("10 November 2027", LATER, moves=True)], date(2026, 10, 20)),
        ([statement(moves=True)], date(2026, 9, 1)),
    ],
    ids=["told once more", "both dates are told", "an older article"],
)
def test_what_does_not_move_it_back_leaves_a_moved_date_moved(statements, day):
    steps = decide(said(*statements), moved_to_later(), source(day))

    assert {step.entry.id: step.entry.state for step in steps}["e-known"] == "superseded"
    assert not any(step.part == "moves" for step in steps)


def test_an_article_that_is_set_right_again_states_its_first_date_again():
    (step,) = decide(said(statement()), moved_to_later(by_itself=True), source())

    assert (step.entry.id, step.entry.state, step.entry.moved_to) == ("e-known", "standing", "")


def test_a_move_to_a_date_that_is_known_takes_the_place_of_the_other_once():
    twins = known(entry(), entry(LATER, id="e-later", printed="10 November 2027"))
    moves = said(statement("10 November 2027", LATER, moves=True))

    new, old = decide(moves, twins, source())
    again = decide(moves, [twins[0], replace(twins[1], moved_here=True)], source())

    assert parts((new, old)) == [("states", "standing", LATER), ("moves", "superseded", DAY)]
    assert parts(again) == [("states", "standing", LATER)]


@pytest.mark.parametrize("trust", [Trust.PROMOTION, Trust.UNKNOWN])
@pytest.mark.parametrize(
    ("spoken", "part"),
    [(statement("10 November 2036", date(2036, 11, 10), moves=True), "moves"), (settles("extended"), "settles")],
)
def test_who_is_not_trusted_changes_nothing_that_an_authority_states(trust, spoken, part):
    before = [Known(entry=entry(), trust=Trust.AUTHORITY)]

    step = decide(said(spoken), before, source(trust=trust))[-1]

    assert (step.part, step.entry) == (part, entry())
    assert step.reason.endswith(f"a publisher of trust {trust} changes nothing that others state")
    trusted = decide(said(spoken), before, source(trust=Trust.WIRE))[-1]
    assert trusted.entry.state == {"moves": "superseded", "settles": "settled"}[part]


@pytest.mark.parametrize(
    ("outcome", "kind", "day"),
    [
        ("extended", "expires", date(2026, 11, 1)),
        ("extended", "expires", date(2026, 11, 20)),
        ("expired", "expires", date(2026, 11, 11)),
        ("in_force", "effective", date(2026, 11, 10)),
        ("postponed", "hearing", date(2026, 11, 1)),
        ("revoked", "expires", date(2026, 11, 1)),
    ],
)
def test_an_article_that_says_what_came_of_a_date_settles_it(outcome, kind, day):
    (step,) = decide(said(settles(outcome)), known(entry(kind=kind, state="lapsed")), source(day))

    assert (step.entry.state, step.entry.outcome) == ("settled", outcome)
    assert step.entry.reason == f"{outcome.replace('_', ' ')}, A paper says"


@pytest.mark.parametrize(
    ("outcome", "kind", "day"),
    [
        ("expired", "expires", date(2026, 11, 9)),
        ("extended", "expires", date(2027, 3, 1)),
        ("extended", "effective", date(2026, 11, 1)),
        ("in_force", "expires", date(2026, 11, 11)),
        ("extended", "expires", date(2026, 9, 1)),
    ],
    ids=["before its day", "long after", "of another kind", "no end of it", "older than what states it"],
)
def test_what_cannot_be_its_fate_settles_nothing(outcome, kind, day):
    assert decide(said(settles(outcome)), known(entry(kind=kind)), source(day)) == ()


def test_of_two_dates_the_one_that_is_renewed_by_a_year_is_moved():
    twins = known(entry(topic=topic(materials=())), entry(date(2026, 11, 27), id="e-other", topic=topic(materials=())))
    bare = topic(materials=(), parties=())

    _, old = decide(said(statement("10 November 2027", LATER, moves=True, of=bare)), twins, source())

    assert old.entry.id == "e-known"


def test_the_fate_of_one_material_is_not_that_of_another():
    other = topic(materials={"antimony"})

    assert decide(said(settles("suspended", of=topic())), known(entry(kind="effective", topic=other)), source()) == ()


def test_the_fate_of_another_thing_settles_nothing():
    other = topic(types={"trade_measure"}, materials={"tungsten"}, parties={"commerce_us"}, countries={"US"})

    assert decide(said(settles("extended", of=other)), known(entry()), source()) == ()


def test_an_article_that_gives_the_new_date_tells_the_fate_by_that_alone():
    steps = decide(
        said(statement("10 November 2027", LATER, moves=True), settles("extended")), known(entry()), source()
    )

    assert parts(steps) == [("states", "standing", LATER), ("moves", "superseded", DAY)]


def test_an_article_does_not_settle_the_date_that_it_gives():
    steps = decide(said(statement(), settles("extended")), known(entry()), source())

    assert parts(steps) == [("states", "standing", DAY)]


def test_a_reprieve_that_nears_its_end_is_evidence_of_the_date_and_no_new_one():
    (step,) = decide(said(names()), known(entry()), source())

    assert (step.part, step.entry) == ("names", entry())
    assert step.reason == "it speaks of this date without giving it"


def test_of_two_ends_that_are_equally_likely_the_next_one_is_meant():
    twins = known(entry(date(2026, 11, 27), id="e-later"), entry())

    (step,) = decide(said(names()), twins, source())

    assert step.entry.id == "e-known"


@pytest.mark.parametrize(
    "before",
    [
        [],
        known(entry(sure=False)),
        known(entry(kind="effective")),
        known(entry(state="superseded")),
        known(entry(date(2028, 11, 10))),
        known(entry(date(2026, 10, 1))),
        known(entry(topic=topic(types={"offtake_agreement"}))),
    ],
    ids=["none", "not firm", "no end", "moved", "too far off", "past", "no act of a state"],
)
def test_where_no_known_end_can_be_meant_no_date_is_invented(before):
    assert decide(said(names()), before, source()) == ()


def test_a_date_without_a_day_is_the_same_if_it_is_worded_the_same_of_the_same_thing():
    within = statement("within 10 days", None, conditional=True)
    before = entry(None, conditional=True, printed="Within 10 days")

    assert decide(said(within), known(before), source())[0].entry.id == "e-known"
    assert decide(said(replace(within, text="within six months")), known(before), source())[0].entry.id != "e-known"


def test_a_date_that_is_taken_back_is_withdrawn_and_one_that_is_corrected_leads_on():
    taken = unsaid(entry(), "A paper", [])
    corrected = unsaid(entry(), "A paper", [entry(date(2026, 11, 12), id="e-new", printed="12 November 2026")])

    assert (taken.entry.state, taken.reason) == (
        "withdrawn",
        "A paper changed the article; the date is no longer in it",
    )
    assert (corrected.entry.state, corrected.entry.moved_to) == ("superseded", "e-new")
    assert corrected.reason == "A paper corrected it from 10 November 2026 to 12 November 2026"


def test_a_date_that_was_taken_back_and_is_stated_again_stands():
    (step,) = decide(said(statement()), known(entry(state="withdrawn")), source())

    assert step.entry.state == "standing"


def test_a_day_that_passed_without_word_is_not_said_to_have_had_its_effect():
    step = lapsed(entry())

    assert step.entry.state == "lapsed"
    assert "expired" not in step.reason


STATEMENTS = st.lists(
    st.builds(
        statement,
        text=st.sampled_from(["10 November 2026", "27 November 2026", "1 March 2027"]),
        day=st.sampled_from([DAY, date(2026, 11, 27), date(2027, 3, 1)]),
        kind=st.sampled_from(["expires", "effective", "deadline"]),
        of=st.sampled_from([CONTROLS, topic(documents={"2025-70"}), topic(materials={"gallium"}, parties=())]),
        moves=st.booleans(),
        sure=st.booleans(),
    ),
    max_size=4,
)


@given(STATEMENTS, STATEMENTS)
def test_an_article_read_again_changes_nothing(first, second):
    book: dict[str, Known] = {}
    for number, statements in enumerate((first, second)):
        own = source(date(2026, 10, 1 + number), story=f"s-{number}")
        for step in decide(said(*statements), list(book.values()), own):
            book[step.entry.id] = Known(entry=step.entry)
    stated = {
        step.entry.id
        for step in decide(said(*second), list(book.values()), source(date(2026, 10, 2), story="s-1"))
        if step.part == "states"
    }

    again = decide(
        said(*second),
        [
            replace(each, here=each.here or each.entry.id in stated, by_itself=each.entry.id in stated)
            for each in book.values()
        ],
        source(date(2026, 10, 2), story="s-1"),
    )

    assert {step.entry.id for step in again} <= set(book)
    assert all(step.entry.last == book[step.entry.id].entry.last for step in again)
