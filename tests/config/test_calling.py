"""Mute windows and reminders of a route: what can't be meant is told at its place, branches inherit both."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.world import CONFIG
from watcher.config import load_config
from watcher.core.model import Severity

DESK = "  desk: {channels: [desk]"
LINE = CONFIG.split("\n").index("  desk: {channels: [desk]}") + 1


def problems(folder: Path, more: str) -> list[str]:
    text = CONFIG.replace(f"{DESK}}}", f"{DESK}, {more}}}").replace("rules: [rules.yaml]", "rules: []")
    path = folder / "watcher.yaml"
    path.write_text(text, encoding="utf-8")
    _, found = load_config(path, {})
    return [f"{each.line}:{each.column} {each.code} {each.text}" for each in found if each.code != "C024"]


@pytest.mark.parametrize(
    ("more", "column", "says"),
    [
        (
            "escalate: {after: 30m, to: operatr}",
            58,
            'C010 routes.desk.escalate.to: unknown route "operatr", did you mean',
        ),
        ("escalate: {after: 30m, times: 4}", 61, "times is 4, but without repeat there is one reminder"),
        ("escalate: {after: 30m, repeat: 1h, times: 1}", 62, "leave one of them out"),
        ("escalate: {repeat: 1h}", 39, '"after" is missing'),
        ("escalate: {after: 0s}", 46, "no time at all"),
        ('mute: [{from: "22:00", to: "22:00"}]', 36, "leave both out for the whole day"),
        ("mute: [{days: [Mon, Tue, Wed, Thu, Fri, Sat, Sun]}]", 35, "nothing would ever be told"),
        ('mute: {from: "25:00"}', 42, '"25:00" is no time of day'),
        ("mute: {days: [Sut]}", 42, '"Sut" is no day'),
        ("passes: urgent", 37, "there is nothing to pass"),
        ("mute: {days: Sat, until: 10}", 48, 'unknown key "until"'),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_place(tmp_path, more, column, says):
    (found,) = problems(tmp_path, more)
    place, _, text = found.partition(" ")
    assert says.partition(" routes")[0] in text or says in text
    assert place.split(":")[0] == str(LINE)
    assert abs(int(place.split(":")[1]) - column) <= 8


def test_a_branch_has_windows_and_reminders_from_its_parent(tmp_path):
    text = CONFIG.replace(
        f"{DESK}}}",
        f"{DESK}, zone: Europe/Berlin, mute: {{days: [Sat, Sun]}}, passes: urgent, "
        'escalate: {after: 30m, repeat: 1h, to: operator}}\n  night: {under: desk, when: "severity:urgent", mute: null}',
    ).replace("rules: [rules.yaml]", "rules: []")
    path = tmp_path / "watcher.yaml"
    path.write_text(text, encoding="utf-8")

    config, found = load_config(path, {})

    assert config is not None, found
    desk, night = config.routes["desk"], config.routes["night"]
    assert desk.mute is not None
    assert (desk.mute.zone, desk.mute.passes) == ("Europe/Berlin", Severity.URGENT)
    assert night.mute is None
    assert night.escalate == desk.escalate
    assert desk.escalate is not None
    assert (desk.escalate.times, desk.escalate.repeat) == (3, timedelta(hours=1))
