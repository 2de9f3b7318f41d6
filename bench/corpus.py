"""How well articles are understood: the corpus beside the checkout, read by what `watcher classify` does, and probes.

The plain figures on the development half say little. Those to steer by leave out, for each article, every word that
only its own story yields; and the probes, which were written before anything had read them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bench.measure import table
from bench.probe_scores import NOISE, PROBES, print_events, print_probes, probe_reading
from bench.spans import Read, flaws, proofs, sample, understood_whole
from watcher.app.classifying import Classifier, FileArticle, drafted_of, newcomer_of, time_of, types_of
from watcher.app.loading import load_rules_alone
from watcher.config import data_dir
from watcher.config.events.examples import problems_of
from watcher.config.lexicon import read_lexicon
from watcher.config.understanding import read_understander
from watcher.core.errors import Problem
from watcher.core.events.model import Account
from watcher.core.events.recognise import Trace, of_another_field
from watcher.core.lexicon.subjects import materials_of
from watcher.core.model import Reason, Trust
from watcher.core.rules.model import RuleSet
from watcher.core.stories.shelf import Shelf
from watcher.core.text.plain import fold
from watcher.core.text.reading import Reading
from watcher.core.understanding.companies import companies_of
from watcher.core.urls import host_of

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PACK = "pack:critical-minerals"
_FIELDS = ("id", "title", "url", "date", "language", "text")
_LONG = 3

Row = Mapping[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--types", nargs="*", default=(), help="print the wrong ones of these types, one by one")
    parser.add_argument("--errors", action="store_true", help="print everything whose types are wrong")
    parser.add_argument("--lost", action="store_true", help="print what is lost without words of its own story alone")
    parser.add_argument("--fitted", action="store_true", help="print long items that stand in titles of one story only")
    parser.add_argument(
        "--probes", metavar="FOLDER", nargs="?", const=PROBES, help="the probes alone, by default those of the tests"
    )
    parser.add_argument("--examples", action="store_true", help="the examples of the recognisers alone")
    parser.add_argument("--show", metavar="TEXT", help="read one title and print what is made of it")
    parser.add_argument(
        "--spans", type=int, metavar="N", help="print N proofs at random to read, and count what has none"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the chance of --spans")
    parser.add_argument("--trust", default="unknown", help="the trust of --show")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    classifier = classifier_of()
    if classifier is None:
        return 1
    if options.show:
        _show(classifier, options.show, Trust(options.trust))
    elif options.examples:
        _examples(classifier)
    elif options.fitted:
        _fitted(classifier)
    elif options.spans:
        return _spans(classifier, options.spans, options.seed)
    else:
        if not options.probes:
            _corpus(classifier, options)
        print_probes(classifier, options)
    return 0


def classifier_of() -> Classifier | None:
    """What `watcher classify` reads by; None with the problems printed."""
    lexicon, problems = read_lexicon(data_dir())
    understander, more = read_understander(data_dir())
    _print([*problems, *more])
    if lexicon is None or understander is None:
        return None
    rules, _, faults = load_rules_alone([PACK], ROOT, lexicon)
    _print([fault for fault in faults if fault.level == "error"])
    return Classifier.of(rules or RuleSet(rules=(), version=""), lexicon.publishers, understander)


def _print(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(f"{problem.file}:{problem.line}:{problem.column} {problem.level}[{problem.code}] {problem.text}")


def _spans(classifier: Classifier, count: int, seed: int) -> int:
    """Everything that is said of the corpus and of the probes, with its proof; 1 if anything lacks it."""
    data = corpus()
    print(
        "probes alone: no corpus beside the checkout" if data is None else f"{len(data.articles)} articles and probes"
    )
    understander = classifier.understander
    read = [
        Read(name=name, reading=reading, understood=understood_whole(understander, reading))
        for name, reading in probe_readings()
    ]
    read += read_articles(classifier, data.articles) if data is not None else ()
    said = Counter(proof.sort for each in read for proof in proofs(each.understood))
    wrong = [f"{each.name}: {flaw}" for each in read for flaw in flaws(each)]
    joined = [each for each in read if each.decision is not None and each.decision.reason is not Reason.FOUNDED]
    said["merge"] = len(joined)
    for line in (*sample(read, count, seed), *wrong):
        print(line)
    table(("said", "of them"), sorted(said.items()))
    print(f"  with a span in one sentence, or a reason: {said.total() - len(wrong):,} of {said.total():,}")
    return 1 if wrong else 0


def read_articles(classifier: Classifier, rows: Mapping[str, Row]) -> Iterator[Read]:
    """Articles of the corpus as they are read and joined to stories, in their order."""
    shelf = Shelf()
    for number, (id_, row) in enumerate(rows.items(), 1):
        article = FileArticle(**{key: row.get(key) for key in _FIELDS})
        drafted, told = drafted_of(article), time_of(article.date)
        reading = classifier.reading(drafted, told)
        understood = understood_whole(classifier.understander, reading)
        decision = shelf.place(newcomer_of(id_, drafted, told, understood, number))
        yield Read(name=id_, reading=reading, understood=understood, decision=decision)


def probe_readings(folder: Path = PROBES) -> Iterator[tuple[str, Reading]]:
    """The probes with their names."""
    for path in sorted(folder.glob("*.yaml")):
        for number, probe in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or (), 1):
            if path.stem != "first_score":
                yield f"{path.stem} {number}", probe_reading(probe)


# the corpus


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles, what a person said of them, and the scorer."""

    articles: Mapping[str, Row]
    gold: list[Row]
    scorer: ModuleType


def corpus() -> Corpus | None:
    """The development half with its hard negatives; None where it does not lie beside the checkout."""
    folders = (CORPUS / "dev", CORPUS / "dev" / "hard_negatives")
    if not folders[1].is_dir():
        return None
    articles = {row["id"]: row for folder in folders for row in _rows(folder / "articles.jsonl")}
    gold = [row for folder in folders for row in _rows(folder / "gold.jsonl")]
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return Corpus(articles, gold, scorer)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _corpus(classifier: Classifier, options: argparse.Namespace) -> None:
    data = corpus()
    if data is None:
        print(f"no corpus at {CORPUS}; it is no part of the project")
        return
    plain: dict[str, Row] = {}
    readings: dict[str, Reading] = {}
    traces: dict[str, Trace] = {}
    for line, (id_, row) in enumerate(data.articles.items(), 1):
        article = FileArticle(**{key: row.get(key) for key in _FIELDS})
        readings[id_] = classifier.reading(drafted_of(article), time_of(article.date))
        traces[id_] = classifier.understander.trace(readings[id_])
        got = classifier.classify(article, line)
        plain[id_] = {name: getattr(got, name) for name in got.__slots__}
    _figures("plain", data, plain, per_type=True)
    story = {row["id"]: row["story_id"] for row in data.gold}
    held_out = _without(classifier, readings, traces, story)
    _figures("leave one story out", data, {id_: _row(classifier, *pair) for id_, pair in held_out.items()})
    halves = _without(classifier, readings, traces, _halves(data))
    _figures("halves by host", data, {id_: _row(classifier, *pair) for id_, pair in halves.items()})
    for row in data.gold if options.errors or options.types else ():
        _error(row, data.articles[row["id"]], traces[row["id"]].account, set(options.types))
    for row in data.gold if options.lost else ():
        _lost(classifier, row, data.articles[row["id"]], traces, held_out)


def _without(
    classifier: Classifier, readings: Mapping[str, Reading], traces: Mapping[str, Trace], part: Mapping[str, object]
) -> dict[str, tuple[Reading, Account, frozenset[int]]]:
    """Each article read without the items that articles of no other part yield."""
    support: defaultdict[int, set[object]] = defaultdict(set)
    for id_, traced in traces.items():
        for key in traced.used:
            support[key].add(part[id_])
    found = {}
    for id_, traced in traces.items():
        off = frozenset(key for key in traced.used if support[key] == {part[id_]})
        reading = replace(readings[id_])
        account = classifier.understander.trace(reading, off).account if off else traced.account
        found[id_] = (reading, account, off)
    return found


def _halves(data: Corpus) -> dict[str, object]:
    """Articles in two halves of about equal size; those of one host are in one half."""
    hosts = {id_: host_of(row["url"]) or id_.split("-")[0] for id_, row in data.articles.items()}
    sizes = [0, 0]
    half: dict[str, int] = {}
    for host, count in sorted(Counter(hosts.values()).items(), key=lambda pair: (-pair[1], pair[0])):
        half[host] = sizes.index(min(sizes))
        sizes[half[host]] += count
    return {id_: half[host] for id_, host in hosts.items()}


def _row(classifier: Classifier, reading: Reading, account: Account, _off: frozenset[int]) -> Row:
    names = classifier.understander.names
    return {
        "event_types": types_of(account, reported=True),
        "materials": materials_of(
            reading,
            names,
            reported=bool(account.reported),
            strange=of_another_field(account),
        ),
        "companies": companies_of(reading, names, account),
        "alerts": _urgent(classifier, reading, account),
    }


def _urgent(classifier: Classifier, reading: Reading, account: Account) -> tuple[str, ...]:
    """The rules that find it urgent, with this account in the place of the one that they would have asked for."""
    recognisers = classifier.understander.recognisers
    reading.remember(("account", recognisers.version, id(recognisers)), lambda: account)
    return classifier.urgent(reading)


def _figures(name: str, data: Corpus, predictions: Mapping[str, Row], *, per_type: bool = False) -> None:
    out = data.scorer.score(data.gold, predictions)
    types, alerts = out["types"], out["alerts"]
    print(f"\n{name}")
    if per_type:
        _per_type(types["per_type"])
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
    if per_type:
        stories = out["stories"]
        print(
            f"  stories of two or more BCubed {stories['bcubed_multi']['f1']:.3f}; pairs {stories['pairs']['f1']:.3f}"
        )


def _per_type(per: Mapping[str, Mapping[str, float]]) -> None:
    rows = sorted(per.items(), key=lambda pair: -(pair[1]["tp"] + pair[1]["fn"]))
    table(
        ("type", "P", "R", "F1", "tp", "fp", "fn"),
        [
            (key, *(f"{row[part]:.2f}" for part in ("p", "r", "f1")), row["tp"], row["fp"], row["fn"])
            for key, row in rows
        ],
    )


def _error(row: Row, article: Row, account: Account, types: set[str]) -> None:
    got, want = set(types_of(account, reported=True)), set(row["event_types"])
    if got - NOISE == want - NOISE or (types and not types & (got ^ want)):
        return
    print(f"\n{row['id']} want {sorted(want)} got {sorted(got)} ({account.genre})")
    print(f"   {article['title'][:160]} || {article['text'][:160]!r}")
    print_events(account, want)


def _lost(
    classifier: Classifier,
    row: Row,
    article: Row,
    traces: Mapping[str, Trace],
    held_out: Mapping[str, tuple[Reading, Account, frozenset[int]]],
) -> None:
    """What leaving one story out changes for the worse, and the words that were left out."""
    id_, want = row["id"], set(row["event_types"])
    _, account, off = held_out[id_]
    before, after = (set(types_of(each, reported=True)) - NOISE for each in (traces[id_].account, account))
    if len(before ^ want) >= len(after ^ want):
        return
    recognisers = classifier.understander.recognisers
    words: dict[int, Any] = {number: key for key, number in recognisers.keys.items()}
    print(f"\n{id_} want {sorted(want)} plain {sorted(before)} without {sorted(after)} | {article['title'][:130]}")
    for slot, type_, name, text, _ in (words[key] for key in off):
        said = recognisers.types[type_].id if type_ >= 0 else name
        if said in want | before | after or type_ < 0:
            print(f"      {slot} of {said}: {text!r}")
    print_events(account, want)


def _fitted(classifier: Classifier) -> None:
    """Items of three words or more that may have been taken from one title: each is to be judged by a person."""
    data = corpus()
    recognisers = classifier.understander.recognisers
    keys: Any = recognisers.keys
    for slot, type_, name, text, _ in keys if data is not None else ():
        item = fold(text.strip("=*"))
        if len(item.split()) < _LONG and (item.isascii() or len(item) < 2 * _LONG):
            continue
        stories = (
            {row["story_id"] for row in data.gold if item in fold(data.articles[row["id"]]["title"])} if data else set()
        )
        if len(stories) == 1:
            print(f"{recognisers.types[type_].id if type_ >= 0 else name} {slot}: {text}")


# examples and single titles


def _examples(classifier: Classifier) -> None:
    recognisers = classifier.understander.recognisers
    wrong = problems_of(recognisers, classifier.understander.read)
    count = sum(len(type_.examples) for type_ in recognisers.types)
    _print(wrong)
    print(f"examples as they say: {count - len(wrong)}/{count}")


def _show(classifier: Classifier, text: str, trust: Trust) -> None:
    reading = probe_reading({"text": text, "trust": trust.value})
    account = classifier.understander.trace(reading).account
    print(account.genre.value)
    print_events(account)
    print(", ".join(f"{each.sort.value} {each.id}" for each in classifier.understander.named(reading)))
    print("urgent:", ", ".join(_urgent(classifier, reading, account)) or "no rule")
