"""Keys: what parts the states of a rule, of which event, and what stands for none and for too many."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.core.requirements.lines import DAY, HOUR, MONDAY, clause, item, replace, run, signs
from watcher.core.events.model import Event, Role
from watcher.core.lexicon.model import Entity, Named, Sort
from watcher.core.model import Zone
from watcher.core.requirements.fields import Fields, shares
from watcher.core.rules.model import Clause, Requirement, Step


def event(type_: str, *parts: tuple[str, str], status: str = "signed") -> Event:
    roles = tuple(Role(part=part, id=id_, name=id_, start=None, end=None) for part, id_ in parts)
    return Event(
        type=type_,
        status=status,
        status_text=status,
        reported=True,
        sure=True,
        start=0,
        end=1,
        sentence=(0, 1),
        roles=roles,
    )


class Asks:
    """A clause on events of one type."""

    kind, says, sentence_bound, needs = "event", "event", True, None

    def __init__(self, type_: str) -> None:
        self.type = type_

    def fault(self, event: Event, reading: object) -> str:
        return "" if event.type == self.type else "is another type"

    def look(self, reading: object, within: object = None) -> object:
        raise NotImplementedError


def understander(*events: Event, named: tuple[Named, ...] = ()):
    lands = {"stibnite": ("US", "america"), "bayan_obo": ("CN", "asia")}

    def entity(sort: Sort, id_: str) -> Entity | None:
        if sort is Sort.PLACE and id_ in lands:
            return Entity(sort=sort, id=id_, name=id_, kind="mine", country=lands[id_][0], region=lands[id_][1])
        if sort is Sort.ORGANISATION and id_ == "mofcom":
            return Entity(sort=sort, id=id_, name=id_, kind="ministry", country="CN")
        return None

    account = SimpleNamespace(events=events, reported=events)
    return SimpleNamespace(account=lambda _: account, named=lambda _: named, names=SimpleNamespace(entity=entity))


CONTROL = Clause(condition=Asks("export_control"), path="when", line=1, column=1)
HALT = event("production_halt", ("actor", "lynas"), ("material", "ndpr"), status="actual")
BAN = event(
    "export_control", ("actor", "mofcom"), ("material", "gallium"), ("material", "antimony"), status="announced"
)


def keys(*by: str, tree=CONTROL, events=(BAN, HALT), named=()):
    return Fields(item(1, MONDAY), tree, understander(*events, named=named)).keys(by)


def test_fields_are_those_of_the_event_that_the_rule_asks_for():
    assert keys("event", "status") == ("export_control | announced",)
    assert keys("material") == ("antimony", "gallium")
    assert keys("actor", "material") == ("mofcom | antimony", "mofcom | gallium")
    assert keys("event", tree=clause("hit")) == ("export_control", "production_halt")


def test_what_belongs_to_two_events_is_not_mixed():
    assert keys("actor", "event", tree=clause("hit")) == ("lynas | production_halt", "mofcom | export_control")


def test_an_article_without_event_clause_has_the_names_of_its_news():
    named = tuple(
        Named(sort=Sort.MATERIAL, id=id_, name=id_, start=0, end=1, zone=zone)
        for id_, zone in (("tin", Zone.TITLE), ("lead", Zone.BODY), ("zinc", Zone.RELATED))
    )
    assert keys("material", tree=clause("hit"), events=(), named=named) == ("lead", "tin")


def test_no_value_is_a_key_of_its_own_and_never_stands_beside_one():
    assert keys("place") == ("(none)",)
    assert keys("source", "place") == ("wire | (none)",)
    assert keys("matter") == ("(none)",)
    assert keys("actor", tree=clause("hit"), events=(HALT, event("study"))) == ("lynas",)


def test_countries_are_those_of_places_else_of_who_acts():
    at = event("export_control", ("actor", "mofcom"), ("place", "stibnite"))
    assert keys("country", events=(at,)) == ("US",)
    assert keys("region", events=(at,)) == ("america",)
    assert keys("country") == ("CN",)


def test_more_than_thirty_two_values_count_once():
    many = event("export_control", *(("material", f"m{n:02}") for n in range(33)))
    assert keys("material", events=(many,)) == ("(many)",)
    just = event("export_control", *(("material", f"m{n:02}") for n in range(32)))
    assert len(keys("material", events=(just,))) == 32


def test_a_later_event_may_have_more_parties():
    assert shares(["parties"], "a+b", "a+b+c")
    assert not shares(["parties"], "a+b", "a+c")
    assert shares(["source", "parties"], "wire | a+b", "wire | a+b+c")
    assert not shares(["source", "parties"], "wire | a+b", "daily | a+b")
    assert not shares(["source"], "a", "a+b")


@pytest.mark.parametrize("kind", ["first", "changed", "sequence"])
def test_without_a_value_these_never_fire(kind):
    asked = Requirement(
        kind=kind, by=("place",), changed=("status",), steps=(Step(node=clause("deal"), denied=True, within=DAY),)
    )
    rulings = run(asked, [item(1, MONDAY), item(2, MONDAY + HOUR)], MONDAY + 9 * DAY)
    assert signs(rulings) == "no_key no_key"
    assert rulings[0].key == "(none)"


def test_an_item_counts_for_each_of_its_values():
    asked = Requirement(kind="count", n=2, within=DAY, by=("source",))
    both = item(2, MONDAY + HOUR)
    both = replace(both, reading=replace(both.reading, copies=("wire", "daily")))
    rulings = run(asked, [item(1, MONDAY), both, item(3, MONDAY + 2 * HOUR, source="daily")])

    assert [(each.key, each.fires) for each in rulings] == [
        ("wire", False),
        ("daily", False),
        ("wire", True),
        ("daily", True),
    ]


def test_first_fires_once_for_so_long_and_changed_only_for_another_value():
    first = Requirement(kind="first", gap=10 * DAY, by=("source",))
    line = [item(n, MONDAY + day * DAY) for n, day in enumerate((0, 3, 12, 22), 1)]
    assert signs(run(first, line)) == "! . . !"
    assert signs(run(replace_gap(first), line)) == "! . . ."


def test_changed_fires_for_another_value_and_not_for_the_first_or_for_none():
    asked = Requirement(kind="changed", changed=("status", "amount"), by=("source",))
    told = {
        "hit 1": (event("deal", status="proposed"),),
        "hit 2": (),
        "hit 3": (event("deal", status="proposed"),),
        "hit 4": (event("deal", ("amount", "20 USD"), status="signed"),),
        "hit 5": (event("deal", ("amount", "30 USD"), status="signed"),),
        "hit 6": (event("deal", status="proposed"),),
    }
    reader = understander()
    reader.account = lambda reading: SimpleNamespace(events=told[reading.text], reported=told[reading.text])
    items = [item(n, MONDAY + n * HOUR, text=f"hit {n}") for n in range(1, 6)]
    stale = item(6, MONDAY + 9 * HOUR, event=MONDAY + HOUR, text="hit 6")

    rulings = run(asked, [*items, stale], understander=reader)

    assert signs(rulings) == ". . . ! ! ."
    assert [each.says for each in rulings if each.fires] == [
        "wire: status: proposed \u2192 signed",
        "wire: amount: 20 USD \u2192 30 USD",
    ]


def replace_gap(asked: Requirement) -> Requirement:
    return Requirement(kind=asked.kind, gap=None, by=asked.by)
