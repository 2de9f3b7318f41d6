"""The dated entries of the real articles, after the notices that gave the dates: what stands, what is evidence, what lapsed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.domain.real import CONFIG, FEBRUARY, NOVEMBER, entries_of
from tests.pipeline.world import world
from watcher.core.model import Entry
from watcher.engines.reminders import remind_due

SIX = {"2025-55", "2025-56", "2025-57", "2025-58", "2025-61", "2025-62"}
NOTICES = (
    Entry(
        guid="70",
        link="https://ministry.example/70",
        title="商务部 海关总署公告2025年第70号",
        content_html="<p>商务部、海关总署决定暂停实施公告2025年第55号、公告2025年第56号、公告2025年第57号、公告2025年第58号、"
        "公告2025年第61号、公告2025年第62号的出口管制，暂停期限至2026年11月10日。</p>",
        published=NOVEMBER,
    ),
    Entry(
        guid="72",
        link="https://ministry.example/72",
        title="商务部公告2025年第72号",
        content_html="<p>商务部决定，自即日起至2026年11月27日，暂停实施公告2024年第46号第二款的出口管制。</p>",
        published=NOVEMBER,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What is stored after the articles, and what after the first of the days has passed."""

    entries: list[tuple[str, str, int, int]]
    topic: str
    named: list[str]
    after: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def calendar(shared, tmp_path_factory) -> Calendar:
    with asyncio.Runner() as runner:
        return runner.run(read_all(shared / "corpus", tmp_path_factory.mktemp("dates")))


async def read_all(corpus: Path, folder: Path) -> Calendar:
    config = CONFIG.replace(
        "\nchannels:",
        '\n  mofcom: {kind: feed, url: "https://ministry.example/feed", every: 1h, trust: authority, '
        "zone: Asia/Shanghai, since: all}\nchannels:",
    )
    items = entries_of(corpus)["reex"]
    async with world(folder, rules="format: 1\n", config=config, sources=(), seen=False) as here:
        here.now = NOVEMBER
        await here.publish("mofcom", *NOTICES)
        here.now = FEBRUARY
        await here.publish("reex", *(items[name] for name in ("R2", "R3", "R8", "R9", "R11", "R23")))
        entries = here.rows("select kind, coalesce(last_day, printed), conditional, sure from entries")
        ((topic,),) = here.rows("select topic from entries where last_day = '2026-11-10'")
        named = here.rows(
            "select distinct a.title from entry_evidence v join entries e on e.id = v.entry join articles a on "
            "a.number = v.article where e.last_day = '2026-11-10' and v.part = 'names'"
        )
        here.now = datetime(2026, 11, 11, tzinfo=UTC)
        await remind_due(here.store, here.runtime, lambda: here.now)
        after = here.rows("select last_day, state, outcome from entries where kind = 'expires'")
        return Calendar(
            entries=entries,
            topic=topic,
            named=[title for (title,) in named],
            after={day: (state, outcome) for day, state, outcome in after},
        )


def test_the_entries_are_those_of_the_field_and_no_date_is_invented(calendar):
    assert set(calendar.entries) >= {
        ("expires", "2026-11-10", 0, 1),
        ("expires", "2026-11-27", 0, 1),
        ("expires", "2026-12-31", 0, 1),
        ("meeting", "2026-02-12", 0, 0),
        ("deadline", "within 10 days", 1, 1),
    }
    days = sorted(day for kind, day, _, _ in calendar.entries if kind == "expires")
    assert days == ["2026-11-10", "2026-11-27", "2026-12-31"]
    assert all(conditional for kind, _, conditional, _ in calendar.entries if kind == "deadline")


def test_the_suspension_names_the_numbers_that_it_suspends(calendar):
    assert all(number in calendar.topic for number in SIX)


def test_three_articles_on_the_reprieve_are_evidence_of_its_day(calendar):
    assert len(calendar.named) == 3


def test_after_the_day_it_reads_lapsed_with_no_outcome_and_the_next_ones_stand(calendar):
    assert calendar.after == {
        "2026-11-10": ("lapsed", ""),
        "2026-11-27": ("standing", ""),
        "2026-12-31": ("standing", ""),
    }
