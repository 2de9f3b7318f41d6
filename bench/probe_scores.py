"""How many probes are read as their writers say: whole, by type, by language, and whether each is told at once.

Probes are written before anything has read them. This never alters one, nor what it is read by.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bench.measure import table
from watcher.app.classifying import Classifier, types_of
from watcher.config.events.examples import reading_of
from watcher.core.events.model import Account
from watcher.core.events.recognisers import Example
from watcher.core.model import Trust
from watcher.core.text.reading import Reading

PROBES = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "probes"
PROBE_DAY = date(2026, 1, 1)
NOISE = frozenset({"commentary", "corporate_admin"})

Row = Mapping[str, Any]


@dataclass(slots=True)
class Marks:
    """What is counted: over all probes, over those of one file, and over those of one language."""

    all: Counter[str] = field(default_factory=Counter)
    by_type: dict[str, Counter[str]] = field(default_factory=dict)
    by_language: dict[str, Counter[str]] = field(default_factory=dict)
    types: dict[str, Counter[str]] = field(default_factory=dict)


def print_probes(classifier: Classifier, options: argparse.Namespace) -> None:
    """Read the probes of the folder that the options name and print what is right."""
    marks = Marks()
    for path in sorted(Path(options.probes or PROBES).glob("*.yaml")):
        if path.stem == "first_score":
            continue
        for probe in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            reading = probe_reading(probe)
            account = classifier.understander.trace(reading).account
            fits = _count(marks, path.stem, probe, account, told=bool(classifier.urgent(reading)))
            if not fits and (options.errors or path.stem in options.types):
                print(f"\nprobe of {path.stem}: want {probe['reports']} {probe.get('status', '')} ({account.genre})")
                print(f"   {probe['text']} || {probe.get('lead', '')} [{probe.get('trust')}]")
                print_events(account)
    _print(marks)


def print_events(account: Account, among: set[str] | None = None) -> None:
    """The events of an account: those that it reports, and mentions of these types (of any, where none are named)."""
    for event in account.events:
        if event.reported or among is None or event.type in among:
            mark = "+" if event.reported else "-"
            print(f"   {mark} {event.type} {event.status}{'' if event.sure else ' unsure'}: {event.why}")


def probe_reading(probe: Row) -> Reading:
    """The article that a probe stands for."""
    example = Example(
        expect="",
        text=str(probe["text"]),
        lead=str(probe.get("lead", "")),
        language=str(probe.get("language", "")),
        trust=Trust(probe.get("trust", "unknown")),
    )
    day = probe.get("date", PROBE_DAY)
    return replace(reading_of(example), published=date.fromisoformat(day) if isinstance(day, str) else day)


def _count(marks: Marks, type_: str, probe: Row, account: Account, *, told: bool) -> bool:
    want, got = set(probe["reports"]), set(types_of(account, reported=True))
    fits = got == want and _status_fits(probe, account)
    own = Counter(probes=1, right=int(fits), urgent=int(told == bool(probe.get("urgent"))))
    due = bool(probe.get("urgent"))
    own.update(due=int(due), found=int(told and due), told=int(told))
    if type_ not in want:
        own.update(near=1, refused=int(type_ not in got))
    marks.all.update(own)
    marks.by_type.setdefault(type_, Counter()).update(own)
    marks.by_language.setdefault(str(probe.get("language", "")), Counter()).update(own)
    for kind in want | got:
        marks.types.setdefault(kind, Counter()).update(
            tp=kind in want and kind in got, fp=kind not in want, fn=kind not in got
        )
    return fits


def _status_fits(probe: Row, account: Account) -> bool:
    statuses = {event.status for event in account.reported if event.type in probe["reports"]}
    return not probe["reports"] or "status" not in probe or probe["status"] in statuses


def _print(marks: Marks) -> None:
    print("\nprobes")
    rows = []
    for type_, own in marks.by_type.items():
        figures = _figures(marks.types.get(type_, Counter()))
        rows.append((type_, _of(own, "right"), f"{own['right'] / own['probes']:.2f}", *figures, _of(own, "urgent")))
    table(("type", "right", "share", "P", "R", "F1", "urgent right"), rows)
    table(
        ("language", "right", "share", "urgent right"),
        [
            (language, _of(own, "right"), f"{own['right'] / own['probes']:.2f}", _of(own, "urgent"))
            for language, own in sorted(marks.by_language.items(), key=lambda pair: -pair[1]["probes"])
        ],
    )
    total = marks.all
    print(
        f"  all {_of(total, 'right')} = {total['right'] / max(total['probes'], 1):.3f};"
        f" near misses not taken for the type {total['refused']}/{total['near']};"
        f" urgent right {_of(total, 'urgent')} (told {total['told']}, due {total['due']}, both {total['found']})"
    )
    for name, kinds in (("with noise", set(marks.types)), ("noise left out", set(marks.types) - NOISE)):
        p, r, f1 = _figures(sum((marks.types[kind] for kind in kinds), Counter()))
        macro = sum(float(_figures(marks.types[kind])[2]) for kind in kinds) / max(len(kinds), 1)
        print(f"  types, {name}: micro P {p} R {r} F1 {f1}; macro F1 {macro:.3f}")


def _of(counts: Counter[str], part: str) -> str:
    return f"{counts[part]}/{counts['probes']}"


def _figures(counts: Counter[str]) -> tuple[str, str, str]:
    hits, given, due = counts["tp"], counts["tp"] + counts["fp"], counts["tp"] + counts["fn"]
    return (
        f"{hits / given if given else 0:.3f}",
        f"{hits / due if due else 0:.3f}",
        f"{2 * hits / (given + due) if given + due else 0:.3f}",
    )
