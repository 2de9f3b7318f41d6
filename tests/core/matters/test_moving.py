"""What one telling does to a matter, and why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matters.make import LADDER, PERMIT, Line, telling
from watcher.core.matters.model import LAPSED, Change, Label, Matter, Standing, merged_ladder
from watcher.core.matters.moving import lapse, lapse_day, moves, stands, started, stood
from watcher.core.matters.retelling import retaken, retold

SPRING, SUMMER = date(2026, 3, 2), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("before", "told", "change", "after", "words"),
    [
        (None, telling("applied"), Change.STATUS, "applied", "the first status that is known"),
        ("draft", telling("granted"), Change.STATUS, "granted", "higher on the ladder than draft"),
        ("draft", telling("suspended"), Change.STATUS, "suspended", "is an exit of the ladder"),
        ("granted", telling("remanded"), Change.STATUS, "remanded", "is an exit of the ladder"),
        ("draft", telling("draft"), Change.EVIDENCE, "draft", "the status is draft already"),
        ("granted", telling("draft"), Change.EVIDENCE, "granted", "no higher on the ladder"),
        ("draft", telling("rumoured"), Change.NOTE, "draft", "hedged or unconfirmed"),
        ("draft", telling("denied"), Change.NOTE, "draft", "is denied"),
        ("draft", telling(""), Change.EVIDENCE, "draft", "tells no status"),
        ("draft", telling("granted", background="recalled"), Change.STATUS, "granted", "from background, and news"),
        ("suspended", telling("granted", background="recalled"), Change.EVIDENCE, "suspended", "only later news"),
        ("suspended", telling("granted", sure=False), Change.EVIDENCE, "suspended", "only later news"),
        ("suspended", telling("granted"), Change.EVIDENCE, "suspended", "since when is not known"),
        ("draft", telling("draft", amounts=("5 USD",)), Change.AMOUNT, "draft", "a sum that was not known"),
        ("draft", telling("draft", dates=(("expires", SUMMER),)), Change.DATE, "draft", "a new date, expires"),
        ("draft", telling("granted", amounts=("5 USD",)), Change.STATUS, "granted", "higher on the ladder"),
    ],
)
def test_what_a_telling_does(before, told, change, after, words):
    made = moves(PERMIT, Standing(status=before), told, "The agency decided on the permit for the mine.")

    assert (made.change, made.after, made.before) == (change, after, before)
    assert words in made.why


@pytest.mark.parametrize("exit_", ["suspended", "refused"])
def test_an_exit_that_is_recalled_without_its_day_moves_nothing(exit_):
    undated = moves(PERMIT, Standing(status="granted"), telling(exit_, background="history", stated=False), "Once.")
    dated = moves(PERMIT, Standing(status="granted"), telling(exit_, background="history"), "On 2 March.")

    assert (undated.change, dated.change) == (Change.EVIDENCE, Change.STATUS)


@pytest.mark.parametrize("exit_", ["suspended", "refused"])
def test_only_news_of_a_later_day_leads_back_from_an_exit(exit_):
    line = Line()
    line.tell(telling(exit_, SPRING), "It has left the ladder.")

    same_day = line.tell(telling("granted", SPRING), "The permit that was granted in winter.")
    later = line.tell(telling("granted", SUMMER), "It is granted after all.")

    assert (same_day.change, later.change, later.after) == (Change.EVIDENCE, Change.STATUS, "granted")


def test_a_declared_exit_is_dated_by_the_first_news_of_it():
    line = Line(Matter(id="reprieve", title="The reprieve", ladder=LADDER, start="suspended"))

    before = line.tell(telling("granted", date(2025, 10, 9)), "It is granted.")
    line.tell(telling("suspended", date(2025, 11, 7)), "It is suspended.")
    after = line.tell(telling("granted", SPRING), "It is granted again.")

    assert (before.change, after.change) == (Change.EVIDENCE, Change.STATUS)


def test_a_note_is_marked_and_its_sum_is_not_known_afterwards():
    line = Line()

    rumour = line.tell(telling("rumoured", amounts=("110 USD/kg",)), "It may be dropped.")
    denial = line.tell(telling("denied"), "Nothing was dropped.")

    assert (rumour.label, denial.label) == (Label.UNCONFIRMED, Label.DENIED)
    assert rumour.news.startswith("UNCONFIRMED")
    assert line.standing.amounts == ()


def test_a_second_unconfirmed_report_says_nothing_new_until_the_matter_moves():
    line = Line()
    line.tell(telling("rumoured"), "It may be granted.")

    assert line.tell(telling("rumoured"), "It might be granted, people say.").news == ""

    line.tell(telling("granted"), "It is granted.")
    assert line.tell(telling("rumoured"), "It may be revoked.").news != ""


def test_a_step_before_the_last_move_goes_on_the_line_and_moves_nothing():
    line = Line(Matter(id="bill", title="The bill", ladder=LADDER))
    line.tell(telling("granted", date(2026, 2, 4)))

    made = line.tell(telling("draft", date(2025, 1, 1), last=date(2025, 12, 31), background="last year"), "Last year.")

    assert (made.change, made.earlier, made.moves) == (Change.STATUS, True, False)
    assert line.standing.status == "granted"
    assert "draft" in line.standing.statuses
    again = line.tell(telling("draft", date(2025, 5, 1), background="last year"), "In May 2025 it was a draft.")
    assert again.change is Change.EVIDENCE


def test_a_lower_step_that_is_recalled_without_its_day_is_an_earlier_one():
    line = Line(Matter(id="bill", title="The bill", ladder=LADDER))
    line.tell(telling("granted"))

    made = line.tell(telling("applied", background="history", stated=False), "It had been applied for.")

    assert (made.change, made.earlier, line.standing.status) == (Change.STATUS, True, "granted")


def test_what_is_recalled_twice_moves_a_matter_once():
    line = Line()
    line.tell(telling("granted", background="recalled"), "It was granted, as we told.")
    line.tell(telling("suspended", date(2026, 4, 1)), "It is suspended.")

    made = line.tell(telling("granted", stated=False, background="recalled"), "Granted in spring, it rests.")

    assert (made.change, line.standing.status) == (Change.EVIDENCE, "suspended")


def test_sums_stand_side_by_side_and_a_ceiling_stays_one():
    line = Line()
    for text, amounts in (("a", ("10 USD",)), ("b", ("up to 10 USD",)), ("c", ("12 USD", "10 USD", "2 USD"))):
        line.tell(telling("", amounts=amounts), text)

    assert line.standing.amounts == ("up to 10 USD", "12 USD", "2 USD")


def test_a_date_that_passes_without_word_lapses_and_word_moves_on_from_there():
    line = Line()
    set_ = line.tell(telling("suspended", SPRING, dates=(("expires", SUMMER),)), "Suspended until 1 July.")
    assert lapse_day(line.standing) == date(2026, 7, 2)

    gone = lapse(PERMIT, line.standing, set_)

    assert (gone.change, gone.after, gone.days.first) == (Change.STATUS, LAPSED, SUMMER)
    assert "nobody has said" in gone.why
    after = stood(line.standing, gone)
    assert lapse_day(after) is None
    assert moves(PERMIT, after, telling("refused", date(2026, 7, 3)), "Refused.").after == "refused"


def test_word_before_the_date_ends_the_wait():
    line = Line()
    line.tell(telling("suspended", SPRING, dates=(("expires", SUMMER),)), "Suspended until 1 July.")
    line.tell(telling("granted", date(2026, 5, 1)), "It is granted.")

    assert lapse_day(line.standing) is None


def test_a_ladder_of_two_types_keeps_the_order_of_both():
    ladder = merged_ladder(
        [(("proposed", "announced", "filled"), ("released",)), (("proposed", "selected", "paid"), ())]
    )

    assert [step for step in ladder.steps if step in {"proposed", "announced", "filled"}] == [
        "proposed",
        "announced",
        "filled",
    ]
    assert ladder.steps.index("proposed") < ladder.steps.index("selected") < ladder.steps.index("paid")
    assert ladder.exits == {"released"}


def test_what_was_taken_back_lets_another_entry_move():
    line = Line()
    line.tell(telling("final_eis", date(2026, 3, 1)), "The final statement is out.")
    wrong = line.tell(telling("granted", date(2026, 3, 2)), "It is granted.")
    line.tell(telling("granted", date(2026, 3, 3)), "The permit that was granted is large.")

    after, entries = retold(PERMIT, [each for each in line.entries if each != wrong])

    assert after.status == "granted"
    assert [each.change for each in entries] == [Change.STATUS, Change.STATUS]

    after, _ = retold(PERMIT, line.entries[:1])
    back = retaken(PERMIT, line.standing, after, wrong, "7.2")
    assert (back.change, back.after, after.status) == (Change.STATUS, "final_eis", "final_eis")


STATUSES = (*LADDER.statuses, "rumoured", "denied", "")
tellings_ = st.lists(
    st.builds(
        telling,
        st.sampled_from(STATUSES),
        st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        background=st.sampled_from(["", "recalled"]),
        stated=st.booleans(),
        amounts=st.sampled_from([(), ("5 USD",), ("up to 5 USD", "7 USD")]),
        dates=st.sampled_from([(), (("expires", SUMMER),)]),
    ),
    max_size=12,
)


def _told(every):
    line = Line()
    for number, each in enumerate(every):
        line.tell(each, f"Sentence {number} of the article.")
    return line


@settings(max_examples=40)
@given(tellings_)
def test_the_same_tellings_in_the_same_order_make_the_same_line(every):
    assert _told(every).entries == _told(every).entries


@settings(max_examples=40)
@given(tellings_)
def test_telling_all_of_it_again_word_for_word_adds_nothing(every):
    line = _told(every)
    entries, standing = list(line.entries), line.standing

    for number, each in enumerate(every):
        line.tell(each, f"Sentence {number} of the article.")

    assert (line.entries, line.standing) == (entries, standing)


@settings(max_examples=40)
@given(tellings_)
def test_how_a_matter_stands_follows_from_its_line(every):
    line = _told(every)

    assert stands(PERMIT, tuple(line.entries)) == line.standing
    assert retold(PERMIT, line.entries)[0].status == line.standing.status


@settings(max_examples=40)
@given(tellings_)
def test_nothing_hedged_denied_or_known_ever_moves_a_matter(every):
    before = started(PERMIT)
    for number, each in enumerate(every):
        made = moves(PERMIT, before, each, f"Sentence {number}.")
        if made.moves:
            assert each.event.status not in {"rumoured", "denied", "", before.status}
            assert made.why
        else:
            assert made.after == before.status
        before = stood(before, made)


@settings(max_examples=10)
@given(st.lists(st.sampled_from(["a", "b"]), min_size=8, max_size=8))
def test_eight_feeds_with_one_article_move_it_once(feeds):
    line = Line()
    made = [line.tell(telling("granted"), "The agency granted the permit.") for _ in feeds]

    assert sum(each.moves for each in line.entries) == 1
    assert {each.change for each in made[1:]} == {Change.EVIDENCE}
