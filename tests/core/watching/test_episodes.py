"""A trouble is told once, its end too, and what comes and goes makes no message of each turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.core.watching.episodes import PATIENCE, SEVERITY, Episode, HealthEvent, Trouble, happened, step
from watcher.core.watching.listings import Looks, is_other, judged
from watcher.core.watching.words import TITLES, notice

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BROKEN = Trouble(kind="broken", detail="status 503")


def run(looks: str, *, kind: str = "broken", every: timedelta = timedelta(minutes=30)) -> list[tuple[int, bool, str]]:
    """(look, over, kind) of what is told, where `x` is a look that finds the trouble and `.` one that does not."""
    episode: Episode | None = None
    told = []
    for at, sign in enumerate(looks):
        trouble = Trouble(kind=kind, detail="") if sign == "x" else None
        episode, event = step("wire", episode, trouble, NOW + at * every, brought=2)
        told += [(at, event.over, event.kind)] if event is not None else []
    return told


def test_a_trouble_is_told_once_and_its_end_once():
    assert run("..xxxxxxxx....") == [(4, False, "broken"), (10, True, "broken")]


def test_a_passing_trouble_is_not_told():
    assert run("..xx..x..xx...x..") == []


def test_a_trouble_must_last_however_often_it_is_looked_at():
    assert run("x" * 60, every=timedelta(minutes=1)) == []
    assert run("x" * 62, every=timedelta(minutes=1)) == [(60, False, "broken")]


def test_what_flaps_is_told_more_and_more_seldom():
    day = run("xxx." * 12)
    steady = run("xxxxxxxx." * 40)

    assert day == [(2, False, "broken"), (3, True, "broken")]
    assert len(steady) <= 8


def test_after_two_calm_days_it_is_told_as_at_first():
    told = run("xxx." + "." * 100 + "xxx.")

    assert [over for _, over, _ in told] == [False, True, False, True]


def test_a_cause_that_is_named_is_believed_sooner():
    assert run("xx", kind="challenge") == [(1, False, "challenge")]
    assert run("x", kind="gone") == [(0, False, "gone")]


def test_another_cause_of_the_same_outage_is_no_second_message():
    episode: Episode | None = None
    events = []
    for at, kind in enumerate(["broken", "challenge", "challenge", "broken", "login", "broken"]):
        episode, event = step("wire", episode, Trouble(kind=kind, detail=kind), NOW + at * timedelta(hours=1))
        events += [event] if event is not None else []

    assert [event.kind for event in events] == ["challenge"]
    assert episode is not None
    assert episode.detail == "broken"


def test_a_gap_is_told_once_a_week():
    episode: Episode | None = None
    told = []
    for day in range(15):
        episode, event = happened("wire", episode, Trouble(kind="gap", detail=""), NOW + timedelta(days=day))
        told += [day] if event is not None else []

    assert told == [0, 7, 14]


def test_a_list_is_measured_by_those_before_it():
    looks = Looks().seen(25, "Wire")

    assert judged(looks) is None
    assert judged(looks.seen(0, "")) == "empty"
    assert judged(looks.seen(0, "").seen(0, "").seen(24, "")) is None
    assert judged(looks.seen(5, "Wire")) == "shrunk"
    assert judged(Looks().seen(2, "").seen(0, "")) is None
    assert judged(Looks().seen(None, "").seen(0, "")) is None
    shorter = looks
    for _ in range(20):
        shorter = shorter.seen(5, "Wire")
    assert judged(shorter) is None


def test_another_title_is_another_publication_and_none_says_nothing():
    assert is_other("Ore  News", "Casino tips")
    assert not is_other("Ore  News", "ore news")
    assert not is_other("", "Casino tips")
    assert not is_other("Ore News", "")


def test_every_kind_has_words_patience_and_severity():
    assert set(TITLES) == set(PATIENCE) == set(SEVERITY)
    for kind in TITLES:
        for over in (False, True):
            event = HealthEvent(
                source="wire", kind=kind, over=over, since=NOW - timedelta(hours=3), at=NOW, detail="why", brought=2
            )
            said = notice(event)
            assert said.title.startswith("wire: ")
            assert all(line.strip() for line in said.lines)


def test_the_end_says_how_long_it_took_and_what_came():
    event = HealthEvent(
        source="wire", kind="broken", over=True, since=NOW, at=NOW + timedelta(hours=3), detail="", brought=12
    )

    assert notice(event).title == "wire: answers again after 3 h, 12 entries came"
