from __future__ import annotations

import pytest

from tests.core.make import make_rule
from watcher.core.model import Reason, Severity, Trust
from watcher.core.queries import AlertView
from watcher.core.telling.routes import Way, choose

VIEW = AlertView(rule="bans", severity=Severity.NOTICE, source="wire", trust=Trust.WIRE)


def way(name: str, kind: str = "route", takes: bool = True, why: str = "") -> Way:
    return Way(name=name, kind=kind, channels=(name,), takes=lambda _view: (takes, why), zone="UTC")


WAYS = (way("desk"), way("lab"), way("weekly", "digest"))


def reasons(rule) -> list[tuple[str, str]]:
    return [(routing.way.label, routing.reason) for routing in choose(rule, VIEW, WAYS)]


def test_a_rule_without_ways_takes_all_that_take_it():
    assert reasons(make_rule()) == [
        ("route:desk", Reason.TOLD),
        ("route:lab", Reason.TOLD),
        ("digest:weekly", Reason.IN_DIGEST),
    ]


def test_a_rule_that_names_a_route_goes_there_only():
    assert reasons(make_rule(tell=("lab",))) == [
        ("route:desk", Reason.NOT_ROUTED),
        ("route:lab", Reason.TOLD),
        ("digest:weekly", Reason.NOT_ROUTED),
    ]


def test_a_rule_that_names_a_digest_goes_there_only():
    assert reasons(make_rule(digest=("weekly",)))[2] == ("digest:weekly", Reason.IN_DIGEST)
    assert reasons(make_rule(digest=("weekly",)))[0] == ("route:desk", Reason.NOT_ROUTED)


def test_a_digest_and_a_route_of_one_name_are_two_ways():
    ways = (way("weekly"), way("weekly", "digest"))

    found = [routing.reason for routing in choose(make_rule(digest=("weekly",)), VIEW, ways)]

    assert found == [Reason.NOT_ROUTED, Reason.IN_DIGEST]


@pytest.mark.parametrize("tell", [None, ("desk",)])
def test_a_ways_own_query_narrows_and_says_why(tell):
    (routing,) = choose(make_rule(tell=tell), VIEW, [way("desk", takes=False, why="severity: notice is not urgent")])

    assert (routing.taken, routing.reason) == (False, Reason.NOT_ROUTED)
    assert routing.detail == "severity: notice is not urgent"


def test_a_rule_on_trial_goes_nowhere():
    assert {reason for _, reason in reasons(make_rule(mode="trial", tell=("lab",)))} == {Reason.TRIAL}
