"""Planted mistakes: what is said of each in rules, recognisers, names and configurations, and where."""

from __future__ import annotations

import argparse
import random

import pytest

from bench import lint
from bench.planted import Tally, in_configurations, in_data, in_rules, pack_docs
from bench.plants import YAML, Doc, misspelt, plants_of

SMALL = ("mou_partnership.yaml", "stockpile.yaml")


def test_a_plant_is_the_text_with_one_mistake_and_its_places():
    doc = Doc("a.yaml", "format: 1\nrules:\n  - {id: one, title: One}\n")

    plants = {plant.what: plant for plant in plants_of(doc, YAML, random.Random(1), each=9)}

    twice = plants["a key is written twice"]
    assert twice.text.count("\n") == 3
    (place,) = twice.places
    assert twice.text.splitlines()[place[0] - 1][place[1] - 1 :].startswith(("format", "id", "title"))
    assert plants["a tag"].text.count("!!python/name") == 1


def test_a_slip_of_the_pen_makes_no_word_that_is_known():
    chance = random.Random(2)

    slips = {misspelt("any", chance, ("all", "ay", "an")) for _ in range(200)}

    assert len(slips) > 3
    assert all(slips)
    assert slips.isdisjoint({"any", "all", "ay", "an"})


def test_a_sample_of_mistakes_is_told_in_place():
    tally = Tally([*in_rules(30, docs=pack_docs(*SMALL)), *in_configurations(15)])

    assert list(tally.misses) == []
    assert {count for _, count in tally.rows} == {45}


@pytest.mark.slow
def test_many_mistakes_are_told_in_place():
    tally = Tally([*in_configurations(), *in_data(8), *in_rules(400)])

    figures = dict(tally.rows)
    assert figures["planted"] >= 700, list(tally.misses)
    assert min(figures.values()) >= 0.99 * figures["planted"], list(tally.misses)
    assert figures["without a crash"] == figures["planted"]
    assert figures["in at most five lines each"] == figures["planted"]


@pytest.mark.slow
def test_a_thousand_rules_are_read_and_run_quickly():
    assert lint.timed(1_000, examples=False) < lint.READ_AT_MOST
    assert lint.timed(1_000, examples=True) < lint.RUN_AT_MOST


@pytest.mark.slow
def test_the_bench_prints_what_was_missed_and_its_figures(capsys):
    parser = argparse.ArgumentParser()
    lint.arguments(parser)

    # so few that the bound on their number is missed
    assert lint.run(parser.parse_args(["--sample=3", "--rounds=0", "--rules=8"])) == 1

    said = capsys.readouterr().out
    assert "share told in place, with a fitting code" in said
    assert "8 rules with examples, s" in said
