"""A field of its own, written as a user would: its event type, its names and its rule, and nothing in code."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.lexicon import inflections
from watcher.config import data_dir
from watcher.config.events import read_recogniser_files
from watcher.config.events.examples import faults, reading_of
from watcher.config.lexicon import read_names
from watcher.config.rules import load_rules
from watcher.core.events.recognise import trace
from watcher.core.events.recognisers import Example
from watcher.core.facts.model import Facts
from watcher.core.understanding.understander import Understander

FOLDER = data_dir() / "rules" / "examples" / "food-recall"
DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def names():
    """The shipped names and those of the example."""
    read, problems = read_names(data_dir(), [("names.yaml", (FOLDER / "names.yaml").read_bytes())])
    assert read is not None, problems
    return read


@pytest.fixture(scope="module")
def recognisers(names):
    """The example's type with the shared cues that all types use."""
    shared = data_dir() / "rules" / "events" / "shared.yaml"
    files = [("shared.yaml", shared.read_bytes()), ("recalls.yaml", (FOLDER / "recalls.yaml").read_bytes())]
    read, problems = read_recogniser_files(files, names, inflections())
    assert read is not None, problems
    return read


def test_its_examples_hold(names, recognisers):
    assert not list(faults(recognisers, lambda reading: (names.find(reading), Facts())))


@pytest.mark.parametrize(
    ("text", "status", "actor"),
    [
        ("EFSA widens recall of baby food after tests", "extended", "efsa"),
        ("Supermarket pulls salad over listeria", "announced", None),
        ("Händler ruft Hackfleisch zurück", "announced", None),
        ("BVL: Hersteller weitet Rückruf von Wurst aus", "extended", "bvl"),
    ],
)
def test_a_headline_of_that_field_is_understood(names, recognisers, text, status, actor):
    reading = reading_of(Example(expect="report", text=text))

    events = trace(reading, recognisers, names.find(reading), published=DAY).account.events

    assert [(event.type, event.status, event.reported) for event in events] == [("product_recall", status, True)]
    assert actor is None or actor in {role.id for role in events[0].roles}


@pytest.mark.parametrize("text", ["Minister recalls her first day in office", "Dairy shares rise 3 %"])
def test_look_alikes_are_not(names, recognisers, text):
    reading = reading_of(Example(expect="none", text=text))

    assert not trace(reading, recognisers, names.find(reading), published=DAY).account.events


def test_its_rule_loads_with_its_examples(names, recognisers):
    understander = Understander(names=names, recognisers=recognisers, version="1")

    rules, problems = load_rules(
        [("recalls.yaml", (FOLDER / "recalls.yaml").read_bytes())],
        inflections=inflections(),
        understanding=lambda: understander,
    )

    assert rules is not None, [problem.text for problem in problems]
    assert [rule.id for rule in rules.rules] == ["regulator-recalls"]
