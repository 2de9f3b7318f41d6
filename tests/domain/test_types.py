"""Which of ten types of event the items of a real feed report: 250 decisions, of which few may be wrong."""

from __future__ import annotations

from pathlib import Path

import yaml

ITEMS = 25
MOST_WRONG = 3

TRUTH = yaml.safe_load((Path(__file__).parent / "types.yaml").read_text(encoding="utf-8"))


def wrong(real):
    """Decisions that are wrong, as `stockpile R17`: those too much and those missing."""
    said = {(type_, n) for n in range(ITEMS) for type_ in real[f"R{n}"].types if type_ in TRUTH}
    true = {(type_, n) for type_, items in TRUTH.items() for n in items}
    return [sorted(f"{type_} R{n}" for type_, n in each) for each in (said - true, true - said)]


def test_few_of_250_decisions_are_wrong(real, count):
    false, missed = wrong(real)

    every = len(TRUTH) * ITEMS
    count(f"decisions on types ({len(false)} false, {len(missed)} missed)", every - len(false) - len(missed), every)
    assert every == 250
    assert len(false) <= MOST_WRONG, false
    assert len(missed) <= MOST_WRONG, missed
