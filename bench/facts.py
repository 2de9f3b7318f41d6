"""Which values are read from five real documents beside the checkout, field by field, and what reading them costs."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bench.measure import table
from watcher.core.articles.drafts import draft
from watcher.core.facts.model import Facts, Money, When
from watcher.core.facts.reading import facts_of
from watcher.core.model import Document, Draft, Entry, SourceId, Trust
from watcher.core.pages.article import read_page
from watcher.core.text.reading import Reading
from watcher.sources.feed import xml

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
GOLD = ROOT / "tests" / "corpus" / "facts_gold.yaml"
PAGES = {"A": "realloys_article", "P": "platts_article", "B": "roundup_blog", "N": "roundup_newsletter"}
_NOW = datetime(2026, 2, 7, 6, 0, tzinfo=UTC)
_ROUNDS = 30

Gold = Mapping[str, Mapping[str, Any]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's options."""
    parser.add_argument("--wrong", action="store_true", help="print what is missing and what is too much")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    if not (SHARED / "corpus" / "documents").is_dir():
        print("The documents do not lie beside the checkout.")
        return 0
    readings = readings_of(SHARED)
    score = scored(readings, gold())
    fields = (*score.fields.items(), ("all", score.whole))
    table(
        ("field", "expected", "found", "right", "precision", "recall"),
        [(name, each.expected, each.found, each.right, each.precision, each.recall) for name, each in fields],
    )
    for line in score.wrong if options.wrong else ():
        print(line)
    print(f"\n{_cost(readings.values()):.2f} ms of one core for one of these articles, on average")
    print(f"{_cost([_ordinary()]):.2f} ms for an article of 4 kB with 20 numbers")
    return 0


def gold() -> Gold:
    """What a person read in them."""
    loaded: Gold = yaml.safe_load(GOLD.read_text(encoding="utf-8"))
    return loaded


def readings_of(shared: Path) -> dict[str, Reading]:
    """The documents as rules see them: the items of the feed, newest first, and the four pages."""
    corpus = shared / "corpus"
    url = "https://rareearthexchanges.com/feed/"
    document = Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=(),
        body=(corpus / "feeds" / "rareearthexchanges.xml").read_bytes(),
        body_sha256="0" * 64,
        fetched=_NOW,
    )
    parsed = xml.parse(document)
    entries = {} if parsed is None else {f"R{index}": each for index, each in enumerate(parsed.entries)}
    for name, file in PAGES.items():
        link = f"https://{name}.example/page"
        page = read_page((corpus / "pages" / f"{file}.html").read_text(encoding="utf-8"), link)
        entries[name] = Entry(
            guid=name, link=link, title=page.title, content_html=page.content_html, published=page.published
        )
    return {
        name: _reading(draft(entry, fetched=_NOW), entry.published.date() if entry.published else None)
        for name, entry in entries.items()
    }


def _reading(made: Draft, published: date | None) -> Reading:
    return Reading(
        text=made.text,
        zones=made.zones,
        language=made.language or "en",
        source=SourceId("real"),
        trust=Trust.TRADE_PRESS,
        published=published,
    )


@dataclass(slots=True)
class Count:
    """How many values of a field are expected, found and both."""

    expected: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of the found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the expected that is found."""
        return self.right / self.expected if self.expected else 1.0


@dataclass(slots=True)
class Score:
    """The counts by field, and a line for everything that is wrong."""

    fields: dict[str, Count] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def whole(self) -> Count:
        """All fields together."""
        every = self.fields.values()
        return Count(sum(e.expected for e in every), sum(e.found for e in every), sum(e.right for e in every))

    def add(self, name: str, of: str, expected: Counter[str], found: Counter[str]) -> None:
        """Count one article's values of a field."""
        count = self.fields.setdefault(name, Count())
        count.expected += expected.total()
        count.found += found.total()
        count.right += (expected & found).total()
        self.wrong += [f"{of} {name}: missing {value}" for value in (expected - found).elements()]
        self.wrong += [f"{of} {name}: too much {value}" for value in (found - expected).elements()]


def scored(readings: Mapping[str, Reading], expected: Gold) -> Score:
    """Every field of every article against what a person read."""
    score = Score()
    for name, fields in expected.items():
        facts = facts_of(readings[name])
        _plain_fields(score, name, fields, facts)
        _money_fields(score, name, fields.get("money", ()), facts.money)
        _date_fields(score, name, fields.get("dates", ()), facts.dates)
    return score


def _plain_fields(score: Score, name: str, fields: Mapping[str, Any], facts: Facts) -> None:
    """Fields whose distinct values alone count."""
    quantities: dict[str, str] = {
        f"{_span(each.value, each.most)} {each.unit}": "" for each in facts.quantities if not each.of
    }
    quantities |= {f"{_span(each.value, each.most)} {each.unit}": each.of for each in facts.quantities if each.of}
    wanted = {each["value"]: each.get("of") for each in fields.get("quantities", ())}
    found = {
        "prices": [f"{_span(each.amount, each.most)} {each.currency}/{each.per}" for each in facts.prices],
        "quantities": list(quantities),
        "shares": [_span(each.value, each.most) for each in facts.shares],
        "votes": [f"{each.ayes}-{each.noes}" for each in facts.votes],
        "documents": [f"{each.kind} {each.number}" for each in facts.documents],
    }
    for part, values in found.items():
        expected = list(wanted) if part == "quantities" else fields.get(part, ())
        score.add(part, name, Counter(set(expected)), Counter(set(values)))
    labelled = {value: of for value, of in wanted.items() if of and value in quantities}
    score.add("quantities.of", name, _pairs(labelled), _pairs({v: quantities[v] for v in labelled if quantities[v]}))


def _pairs(values: Mapping[str, str | None]) -> Counter[str]:
    return Counter(f"{value} {of}" for value, of in values.items())


def _money_fields(score: Score, name: str, wanted: Iterable[Mapping[str, Any]], found: tuple[Money, ...]) -> None:
    """Sums, every mention of them; what is said of a sum counts where the sum itself was found."""
    sums = [(f"{_span(each.amount, each.most)} {each.currency}", each) for each in found]
    expected = [(_sum(each["sum"]), each) for each in wanted]
    score.add("money", name, Counter(each for each, _ in expected), Counter(each for each, _ in sums))
    left = list(sums)
    for value, label in expected:
        mention = next((each for each in left if each[0] == value), None)
        if mention is None:
            continue
        left.remove(mention)
        money = mention[1]
        said = {"role": money.role, "up_to": money.up_to, "old": not money.fresh, "same_as": money.same_as is not None}
        true = {"up_to": label.get("up_to", False), "same_as": label.get("same_as", False)}
        true |= {"role": label["role"]} if "role" in label else {}
        true |= {"old": not label["fresh"]} if "fresh" in label else {}
        for part, truth in true.items():
            _attribute(score, f"money.{part}", f"{name} {value}", truth, said[part])


def _attribute(score: Score, part: str, of: str, truth: object, said: object) -> None:
    score.add(part, of, Counter([str(truth)] if truth else []), Counter([str(said)] if said else []))


def _sum(text: str) -> str:
    value, currency = text.split()
    return f"{_span(Decimal(value), None)} {currency}"


def _span(low: Decimal, high: Decimal | None) -> str:
    return f"{low.normalize():f}" if high is None else f"{low.normalize():f}-{high.normalize():f}"


def _date_fields(score: Score, name: str, wanted: Iterable[Mapping[str, Any]], found: tuple[When, ...]) -> None:
    """Distinct days; a day is relative or conditional where every mention of it is."""
    days: dict[str, list[When]] = {}
    for each in found:
        days.setdefault(_days(each), []).append(each)
    expected = {str(each["day"]): each for each in wanted}
    score.add("dates", name, Counter(list(expected)), Counter(list(days)))
    for day, label in expected.items():
        mentions = days.get(day)
        if mentions is None:
            continue
        kinds = Counter({each.kind for each in mentions if each.kind})
        score.add("dates.kind", f"{name} {day}", Counter([label["kind"]] if "kind" in label else []), kinds)
        for part in ("relative", "conditional"):
            said = all(getattr(each, part) for each in mentions)
            if part != "relative" or day != "unknown":
                _attribute(score, f"dates.{part}", f"{name} {day}", label.get(part, False), said)
        likely = next((each.likely for each in mentions if each.suspect), None)
        _attribute(score, "dates.suspect", f"{name} {day}", label.get("suspect", ""), likely or "")


def _days(when: When) -> str:
    if when.first is None:
        return "unknown"
    return f"{when.first}" if when.first == when.last else f"{when.first}..{when.last}"


def _ordinary() -> Reading:
    """An article of 4 kB with 20 numbers of every sort."""
    told = (
        "The agency lends up to $6.9 million to the mine, which had a grant of US$15.5 million in 2023. "
        "Output rises from 4,300 to 8,900 tonnes a year, 35% of demand, at about $110/kg. "
        "The licence takes effect on 10 November 2026, under Announcement No. 61 of 2025. "
        "The House voted 224-195 to pass H.R. 4090 on Wednesday. "
    )
    idle = "The company said that its people and its partners keep working on the plans which they had shown before. "
    text = (
        told + idle * 9 + "\n" + "It pays 40 million euros and 12 percent of 300 tonnes by 3 March 2027. " + idle * 27
    )
    entry = Entry(guid="o", link="https://o.example/a", title="A loan for the mine", content_html=f"<p>{text}</p>")
    return _reading(draft(entry, fetched=_NOW), _NOW.date())


def _cost(readings: Iterable[Reading]) -> float:
    """Milliseconds of one core for one article, without what others compute on it anyway."""
    every = list(readings)
    best = min(_rounds(every) for _ in range(_ROUNDS))
    return best / len(every) * 1e3


def _rounds(readings: list[Reading]) -> float:
    fresh = list(_fresh(readings))
    started = time.process_time()
    for each in fresh:
        facts_of(each)
    return time.process_time() - started


def _fresh(readings: Iterable[Reading]) -> Iterator[Reading]:
    for each in readings:
        new = replace(each)
        _ = new.sentences
        yield new
