"""Many sources that can't be reached at once are one outage here; a few, or many beside those that answer, are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.watching.outage import Outage, Reach, Verdict, back_notice, down_notice, judged

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
BEGUN = NOW - timedelta(hours=1)


def failing(name: str, since: datetime = BEGUN, host: str = "") -> Reach:
    return Reach(source=name, host=host or name, checked=NOW, failing=since, every=QUARTER)


def well(name: str, checked: datetime = NOW) -> Reach:
    return Reach(source=name, host=name, checked=checked, failing=None, every=QUARTER)


def sources(down: int, up: int, **when: datetime) -> list[Reach]:
    return [failing(f"f{n}") for n in range(down)] + [well(f"w{n}", **when) for n in range(up)]


@pytest.mark.parametrize(
    ("down", "up", "is_outage"),
    [(4, 0, False), (5, 0, True), (5, 1, True), (5, 2, False), (8, 2, True), (80, 21, False)],
)
def test_five_and_four_fifths_of_all_are_an_outage(down, up, is_outage):
    verdict = judged(sources(down, up), None)

    assert verdict.down is is_outage
    assert verdict.reason.startswith(f"{down} ")


def test_what_was_not_polled_since_it_began_says_nothing():
    assert judged(sources(5, 20, checked=BEGUN - timedelta(minutes=1)), None).down


def test_sources_that_failed_for_long_set_no_beginning_and_are_no_part_of_it():
    old = [failing("dead", NOW - timedelta(days=40))]

    verdict = judged([*old, *sources(7, 1)], None)

    assert (verdict.down, verdict.since, "dead" in verdict.failing) == (True, BEGUN, False)


def test_as_many_as_a_fifth_may_have_failed_for_long():
    old = [failing(f"dead{n}", NOW - timedelta(days=40)) for n in range(2)]

    assert judged([*old, *sources(8, 1)], None).down


@pytest.mark.parametrize(("hosts", "is_outage"), [(1, False), (2, False), (4, True)])
def test_many_sources_of_few_hosts_are_no_outage_beside_one_that_answers(hosts, is_outage):
    reaches = [failing(f"f{n}", host=f"host{n % hosts}") for n in range(12)]

    assert judged([*reaches, well("w")], None).down is is_outage


def test_a_single_host_may_fail_by_itself():
    assert not judged([failing(f"f{n}", host="host") for n in range(12)], None).down


def test_those_that_failed_long_ago_one_by_one_are_none_together():
    reaches = [failing(f"f{n}", NOW - timedelta(days=n)) for n in range(10)]

    assert not judged([*reaches, well("w")], None).down


@pytest.mark.parametrize(
    ("down", "up", "goes_on"), [(9, 1, True), (6, 5, True), (5, 5, False), (0, 9, False), (0, 0, False)]
)
def test_it_is_over_when_half_of_them_answer(down, up, goes_on):
    outage = Outage(since=BEGUN, told=NOW, occasion="x")

    assert judged(sources(down, up), outage).down is goes_on


def test_the_notices_say_how_many_since_when_and_who_still_fails():
    verdict = judged(sources(25, 1), None)
    still = Verdict(down=False, since=BEGUN, failing=("b", "a"), reason="")

    down = down_notice(verdict, NOW)
    back = back_notice(Outage(since=BEGUN, told=NOW, occasion="x"), still, "1 h", NOW)

    assert down.title == "25 sources fail since 2026-03-02 11:00 UTC: the network seems to be down here"
    assert down.lines[0] == "25 of 26 polled since 11:00 UTC fail for network reasons."
    assert down.lines[-1].endswith("f5, f6 and 5 more") or down.lines[-1].endswith("and 5 more")
    assert (back.title, back.lines[-1]) == ("the network seems to be back after 1 h", "a, b")
