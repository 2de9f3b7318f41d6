"""The jobs that `watcher init --job` sets up: their rule files, and what these need; writes no file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watcher.core.text.spelling import did_you_mean

FOLDER: Final = "my-rules"
"""Where the copies go, beside the configuration."""

_CSL: Final = """\

  # Rows that the rules of job screening compare with my_counterparties, under the name that they use
  csl: {preset: screening-list}             # US Consolidated Screening List, more than 25,000 rows
"""
_NDPR: Final = """\

  # Points that the rules of job prices judge. Nothing ships a price of NdPr: say where yours is, then enabled: true
  ndpr:
    enabled: false
    kind: series
    url: "https://prices.example.org/ndpr.csv"   # CSV, JSON or a workbook; instead of url also
    #push: {path: /in/ndpr, secret: "${DESK_SECRET}"}
    unit: USD/kg                  # what it is quoted in; the rules speak of USD/kg, so a price in
    #unit: CNY/t incl VAT         # yuan a tonne with tax needs these two lines, and a series usdcny
    #convert: {to: USD/kg, vat: 1.13, fx: usdcny}
    every: 1h
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: the file of its rules is `rules/jobs/NAME.yaml`."""

    name: str
    whom: str
    """Who is paid to notice that."""
    about: str
    serves: str = ""
    """The job in the catalogue whose presets it is watched with; empty means those of the starter."""
    mine: tuple[str, ...] = ()
    """Lists that a user fills in."""
    needs: str = ""
    """A source that no list of presets brings, in words."""
    sources: str = ""
    """Its block below `sources:`."""
    stands_for: str = ""
    """A preset that this block is already."""


ALL: Final[tuple[Job, ...]] = (
    Job(
        name="controls",
        whom="trade compliance",
        serves="controls",
        about="export controls, listings, duties and enforcement, by the state that acts",
    ),
    Job(
        name="suppliers",
        whom="buyers",
        serves="suppliers",
        about="stops, growth, sales and listings of the firms you buy from",
        mine=("my_suppliers",),
    ),
    Job(
        name="money",
        whom="investors",
        serves="money",
        about="public money, large raises, memoranda, offtakes and takeovers",
    ),
    Job(
        name="policy",
        whom="government affairs",
        serves="policy",
        about="bills, stockpiles, price floors and rules open for comment",
    ),
    Job(
        name="permits",
        whom="defence buyers, project finance",
        serves="permits",
        about="permits won and lost, and what your projects do next",
        mine=("my_projects",),
    ),
    Job(
        name="newsroom",
        whom="newsrooms",
        serves="news",
        about="what is told first in its own language, piles up or changes its status",
    ),
    Job(
        name="operator", whom="whoever runs watcher", about="sources that fail or fall silent, and matters without news"
    ),
    Job(
        name="prices",
        whom="buyers, traders",
        serves="prices",
        about="a price under or over a mark, falling fast or no longer quoted",
        needs="a series called ndpr, in USD/kg",
        sources=_NDPR,
    ),
    Job(
        name="screening",
        whom="trade compliance",
        serves="screening",
        about="your counterparties coming on or going from a screening list",
        mine=("my_counterparties",),
        needs="a table called csl",
        sources=_CSL,
        stands_for="screening-list",
    ),
)


def jobs_of(words: str) -> tuple[Job, ...]:
    """The jobs that these words name, in the order of the list; `all` names every one.

    Raises: ValueError for a word that names none.
    """
    known = {each.name: each for each in ALL}
    said = words.replace(",", " ").lower().split()
    for word in said:
        if word != "all" and word not in known:
            hint = did_you_mean(word, (*known, "all")) or f"; known: {', '.join(known)}, all"
            raise ValueError(f'"{word}" is no job{hint}')
    return ALL if "all" in said else tuple(each for each in ALL if each.name in said)


def list_lines(jobs: Sequence[Job] = ALL) -> Iterator[str]:
    """Each job with whom it is for, what it tells and what it needs."""
    for each in jobs:
        needs = [f"fill in {name}" for name in each.mine] + ([f"needs {each.needs}"] if each.needs else [])
        told = f" [{'; '.join(needs)}]" if needs else ""
        yield f"{each.name:<10} for {each.whom}: {each.about}{told}"


def rules_of(jobs: Sequence[Job], data: Path) -> dict[str, str]:
    """The rule files of these jobs as they are shipped: where each goes, from the configuration's folder."""
    folder = data / "rules" / "jobs"
    return {f"{FOLDER}/{each.name}.yaml": (folder / f"{each.name}.yaml").read_text(encoding="utf-8") for each in jobs}


def sources_beside(jobs: Sequence[Job]) -> str:
    """The blocks below `sources:` that the rules of these jobs ask for by name."""
    return "".join(each.sources for each in jobs)
