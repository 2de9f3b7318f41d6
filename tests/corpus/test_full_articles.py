"""Whole articles of ours, written from the field alone, are read as their writer says: the share may not fall."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench.corpus import classifier_of
from bench.probe_scores import NOISE, probe_reading
from watcher.app.classifying import types_of

FOLDER = Path(__file__).parent / "blind" / "i"
F1 = 0.91
URGENT = 0.97


@pytest.mark.slow
def test_articles_with_background_quotes_and_boilerplate_are_read_as_meant():
    classifier = classifier_of()
    assert classifier is not None
    counts: Counter[str] = Counter()
    for path in sorted(FOLDER.glob("*.yaml")):
        for probe in yaml.safe_load(path.read_text(encoding="utf-8")):
            reading = probe_reading(probe)
            got = set(types_of(classifier.understander.trace(reading).account, reported=True)) - NOISE
            want = set(probe["reports"]) - NOISE
            counts.update(
                right=len(got & want),
                told=len(got) + len(want),
                urgent=bool(classifier.urgent(reading)) == probe["urgent"],
                all=1,
            )

    assert 2 * counts["right"] / counts["told"] >= F1
    assert counts["urgent"] / counts["all"] >= URGENT
