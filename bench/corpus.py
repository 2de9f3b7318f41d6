"""How well articles are understood: the corpus beside the checkout, with what its own stories taught left out, and probes.

The plain figures on the development half say little; those to steer by are the ones without what only the article's own
story yields, and the probes that were written before anything had read them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bench.measure import table
from watcher.app.understanding import Reader, Understood, read_article, reader
from watcher.core.articles.drafts import draft
from watcher.core.events.model import DENIED, RUMOURED, Event
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.plain import scrub
from watcher.core.text.reading import Reading
from watcher.core.urls import host_of

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PROBES = ROOT / "tests" / "corpus" / "probes"
_PROBE_DAY = date(2026, 1, 1)

Row = Mapping[str, Any]
Predict = Callable[[str, frozenset[int]], Understood]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--types", nargs="*", default=(), help="print the wrong ones of these types, one by one")
    parser.add_argument("--errors", action="store_true", help="print every article whose types are wrong")
    parser.add_argument("--probes", action="store_true", help="the probes alone")
    parser.add_argument("--show", metavar="TEXT", help="read one title and print what is made of it")
    parser.add_argument("--trust", default="unknown", help="the trust of --show")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    made, problems = reader(ROOT)
    for problem in problems:
        print(f"{problem.file}:{problem.line}:{problem.column} {problem.level}[{problem.code}] {problem.text}")
    if made is None:
        return 1
    if options.show:
        _show(made, options.show, Trust(options.trust))
        return 0
    if not options.probes:
        if not (CORPUS / "dev").is_dir():
            print(f"no corpus at {CORPUS}; it is not part of the project")
        else:
            _corpus(made, options)
    _probes(made, options)
    return 0


# the corpus


@dataclass(slots=True)
class _Corpus:
    articles: dict[str, Row]
    gold: list[Row]
    score: ModuleType
    read: dict[str, Understood] = field(default_factory=dict)


def corpus() -> _Corpus:
    """The development half with its hard negatives."""
    folders = (CORPUS / "dev", CORPUS / "dev" / "hard_negatives")
    articles = {row["id"]: row for folder in folders for row in _rows(folder / "articles.jsonl")}
    gold = [row for folder in folders for row in _rows(folder / "gold.jsonl")]
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    return _Corpus(articles, gold, score)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _corpus(made: Reader, options: argparse.Namespace) -> None:
    data = corpus()
    readings = {id_: read_article(made, article) for id_, article in data.articles.items()}
    plain = {id_: made.understand(*reading) for id_, reading in readings.items()}
    _figures("plain", data, {id_: _prediction(each) for id_, each in plain.items()}, per_type=True)
    support: defaultdict[int, set[str]] = defaultdict(set)
    story = {row["id"]: row["story_id"] for row in data.gold}
    for id_, each in plain.items():
        for key in each.used:
            support[key].add(story[id_])
    held_out = {}
    for id_, each in plain.items():
        off = frozenset(key for key in each.used if support[key] == {story[id_]})
        held_out[id_] = _prediction(made.understand(*readings[id_], off=off) if off else each)
    _figures("leave one story out", data, held_out)
    _by_host(made, data, plain, readings)
    if options.errors or options.types:
        _errors(data, plain, set(options.types))


def _by_host(made: Reader, data: _Corpus, plain: Mapping[str, Understood], readings: Mapping[str, Any]) -> None:
    """Each article read with only what articles of other hosts' half yield as well."""
    hosts = Counter(host_of(row["url"]) or row["id"][:3] for row in data.articles.values())
    halves: dict[str, int] = {}
    sizes = [0, 0]
    for host, count in sorted(hosts.items(), key=lambda pair: (-pair[1], pair[0])):
        half = sizes.index(min(sizes))
        halves[host] = half
        sizes[half] += count
    half_of = {id_: halves[host_of(row["url"]) or row["id"][:3]] for id_, row in data.articles.items()}
    support: defaultdict[int, set[int]] = defaultdict(set)
    for id_, each in plain.items():
        for key in each.used:
            support[key].add(half_of[id_])
    found = {}
    for id_, each in plain.items():
        off = frozenset(key for key in each.used if support[key] == {half_of[id_]})
        found[id_] = _prediction(made.understand(*readings[id_], off=off) if off else each)
    _figures("halves by host", data, found)


def _prediction(each: Understood) -> Row:
    return {
        "event_types": list(dict.fromkeys(event.type for event in each.account.reported)),
        "mentions": list(dict.fromkeys(event.type for event in each.account.events if not event.reported)),
        "materials": list(each.materials),
        "companies": list(each.companies),
        "alerts": list(each.alerts),
    }


def _figures(name: str, data: _Corpus, predictions: Mapping[str, Row], *, per_type: bool = False) -> None:
    out = data.score.score(data.gold, predictions)
    types, alerts = out["types"], out["alerts"]
    print(f"\n{name}")
    if per_type:
        rows = sorted(types["per_type"].items(), key=lambda pair: -(pair[1]["tp"] + pair[1]["fn"]))
        table(
            ("type", "P", "R", "F1", "tp", "fp", "fn"),
            [
                (key, *(f"{row[part]:.2f}" for part in ("p", "r", "f1")), row["tp"], row["fp"], row["fn"])
                for key, row in rows
            ],
        )
    micro, macro, article = types["micro_without_noise"], types["macro_without_noise"], alerts["article"]
    print(
        f"  events micro P {micro['p']:.3f} R {micro['r']:.3f} F1 {micro['f1']:.3f}; macro F1 {macro['f1']:.3f};"
        f" with noise {types['micro']['f1']:.3f}; primary {types['primary_found']:.3f};"
        f" mere mentions {types['false_hits_that_are_mere_mentions']};"
        f" off-domain untyped {types['off_domain_left_untyped']:.3f}"
    )
    print(
        f"  alerts P {article['p']:.3f} R {article['r']:.3f} F1 {article['f1']:.3f};"
        f" stories {alerts['stories_alerted']}/{alerts['stories_to_alert']};"
        f" materials {out['materials']['f1']:.3f}; companies {out['companies']['f1']:.3f}"
    )


def _errors(data: _Corpus, plain: Mapping[str, Understood], types: set[str]) -> None:
    for row in data.gold:
        each = plain[row["id"]]
        got, want = {event.type for event in each.account.reported}, set(row["event_types"])
        if got == want or (types and not types & (got ^ want)):
            continue
        article = data.articles[row["id"]]
        print(f"\n{row['id']} want {sorted(want)} got {sorted(got)} {each.account.genre} {article['url'][:40]}")
        print(f"   {article['title'][:200]} || {article['text'][:240]!r}")
        _events(each.account.events)


def _events(events: Iterable[Event]) -> None:
    for event in events:
        mark = "+" if event.reported else "-"
        print(f"   {mark} {event.type} {event.status}{'' if event.sure else ' unsure'}: {event.why}")


# probes


def _probes(made: Reader, options: argparse.Namespace) -> None:
    rows = []
    right = total = near = nears = urgent = 0
    for path in sorted(PROBES.glob("*.yaml")):
        if path.stem == "first_score":
            continue
        good = count = 0
        wrong = []
        for probe in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            each = made.understand(probe_reading(probe), _PROBE_DAY, "")
            got = {event.type for event in each.account.reported}
            want = set(probe.get("reports", ()))
            statuses = {event.status for event in each.account.reported if event.type in want}
            fits = got == want and ("status" not in probe or not want or probe["status"] in statuses)
            count += 1
            good += fits
            if path.stem not in want:
                nears += 1
                near += path.stem not in got
            urgent += bool(each.alerts) == bool(probe.get("urgent"))
            if not fits:
                wrong.append((probe, got, statuses, each))
        right, total = right + good, total + count
        rows.append((path.stem, f"{good}/{count}", f"{good / max(count, 1):.2f}"))
        if options.errors or path.stem in options.types:
            for probe, got, statuses, each in wrong:
                print(
                    f"\nprobe {path.stem}: want {probe.get('reports')} {probe.get('status', '')} got {sorted(got)} {statuses}"
                )
                print(f"   {probe['text']} || {probe.get('lead', '')} [{probe.get('trust')}] {each.account.genre}")
                _events(each.account.events)
    print("\nprobes")
    table(("type", "right", "share"), rows)
    print(
        f"  all {right}/{total} = {right / max(total, 1):.3f}; near misses not taken for the type {near}/{nears}; urgent right {urgent}/{total}"
    )


def probe_reading(probe: Row) -> Reading:
    """The article that a probe stands for."""
    title, lead = scrub(str(probe["text"])), scrub(str(probe.get("lead", "")))
    text = f"{title}\n\n{lead}" if lead else title
    zones = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    if lead:
        zones.append(ZoneSpan(zone=Zone.LEAD, start=len(title) + 2, end=len(text)))
    return Reading(
        text=text,
        zones=tuple(zones),
        language=str(probe.get("language", "")),
        source=SourceId("probe"),
        trust=Trust(probe.get("trust", "unknown")),
    )


def _show(made: Reader, text: str, trust: Trust) -> None:
    each = made.understand(probe_reading({"text": text, "trust": trust.value}), _PROBE_DAY, "")
    print(each.account.genre, each.genre_why)
    _events(each.account.events)
    print([f"{name.sort}:{name.id}" for name in each.named])
