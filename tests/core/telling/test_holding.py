"""Whether an alert is told at once or held, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.core.model import Reason, Severity
from watcher.core.rules.holding import Holding, timers_of
from watcher.core.telling.holding import AHEAD, held, over

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_the_rules_own_value_wins_over_the_routes():
    found = timers_of(Holding(quiet=HOUR), Holding(quiet=MINUTE, wait=MINUTE, group=("route",), after_quiet="list"))

    assert (found.quiet, found.wait, found.group, found.after_quiet) == (HOUR, MINUTE, ("route",), "list")


def test_after_a_message_it_is_quiet_but_for_what_is_louder_or_new():
    timers = timers_of(Holding(quiet=HOUR), Holding())

    first = held(timers, None, Severity.WARNING, NOW, new=False)
    assert (first.reason, first.hold.until) == (Reason.TOLD, NOW + HOUR)
    again = held(timers, first.hold, Severity.WARNING, NOW + MINUTE, new=False)
    assert (again.reason, again.hold) == (Reason.QUIET, first.hold)
    louder = held(timers, first.hold, Severity.URGENT, NOW + MINUTE, new=False)
    assert (louder.reason, louder.hold.severity, louder.hold.until) == (Reason.TOLD, "urgent", NOW + MINUTE + HOUR)
    assert held(timers, louder.hold, Severity.URGENT, NOW + MINUTE, new=False).reason is Reason.QUIET
    assert held(timers, louder.hold, Severity.NOTICE, NOW + MINUTE, new=True).reason is Reason.TOLD


def test_what_waits_is_collected_from_the_first_on():
    timers = timers_of(Holding(wait=MINUTE, quiet=HOUR), Holding())

    first = held(timers, None, Severity.NOTICE, NOW, new=False)
    assert (first.reason, first.hold.phase, first.hold.until) == (Reason.WAITING, "waiting", NOW + MINUTE)
    assert held(timers, first.hold, Severity.NOTICE, NOW, new=False).reason is Reason.WAITING
    assert held(timers, first.hold, Severity.URGENT, NOW, new=False).reason is Reason.TOLD


def test_a_hold_is_over_at_its_end_or_when_the_clock_was_set_back():
    hold = held(timers_of(Holding(quiet=HOUR), Holding()), None, Severity.NOTICE, NOW, new=False).hold

    assert not over(hold, NOW + HOUR - MINUTE)
    assert over(hold, NOW + HOUR)
    assert not over(hold, NOW - AHEAD), "a clock that is put right by minutes"
    assert over(hold, NOW - AHEAD - MINUTE)
