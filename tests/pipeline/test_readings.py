"""What was understood of an article: stored in its turn, shown as it was then, put anew by a re-read that tells nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.rules.make import reading
from tests.core.understanding.test_stored import reading as stored_reading
from tests.pipeline.world import CONFIG, RULES, World, entry, plain, world
from watcher.app.account_words import account_words, starred
from watcher.app.explaining import account
from watcher.app.rereading import UNREAD, Asked, Reread, moves, reread
from watcher.config import data_dir
from watcher.config.understanding import read_understander
from watcher.core.events.model import Account, Genre
from watcher.core.text.reading import reading_of
from watcher.core.understanding.stored import to_bytes
from watcher.core.understanding.understander import Understander, Understood
from watcher.pipeline.taking_in.splitting import judge_split
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.evidence import EvidenceTable
from watcher.stores.sqlite.readings import ReadingTable, StoredReadings
from watcher.stores.sqlite.rejudging import observe_again
from watcher.stores.sqlite.stories import Author, merge, split
from watcher.stores.sqlite.story_shown import shown

EVENTS = """\
format: 1
rules:
  - id: controls
    title: An export control is reported
    severity: warning
    when: {event: export_control}
    examples:
      match: ["China bans exports of gallium to the United States.", "Japan restricts exports of antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
BAN = entry(
    "act",
    title="China bans exports of gallium to the United States",
    content_html="<p>China's commerce ministry banned exports of gallium to the United States on Monday.</p>",
)
MINE = plain("Ulan")
NOTHING = Understood(named=(), facts=None, account=Account(genre=Genre.STUDY, cues=(), events=()))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, rules=EVENTS) as made:
        yield made


@contextmanager
def opened(here: World) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(here.folder / "watcher.db", isolation_level=None)) as db:
        yield db


def understander(here: World) -> Understander:
    found = here.runtime.rule_set.understanding()
    assert found is not None
    return found


def readings(here: World, number: int = 1, revision: int = 1) -> StoredReadings | None:
    with opened(here) as db:
        return ReadingTable(db).of(number, revision)


def explained(here: World, number: int = 1, *, now: bool = False) -> str:
    with opened(here) as db:
        made = account(EvidenceTable(SqliteTurn(db)), here.runtime.rule_set, number, (), now=now)
        assert made is not None
        return "\n".join(account_words(made, starred))


def age(here: World, *, empty: bool) -> None:
    """Let the first reading be that of an older version, which had seen no event if `empty`."""
    with opened(here) as db:
        db.execute("update understood set version = 'older'")
        if empty:
            db.execute("update understood set kept = ? where text = 1", (to_bytes(NOTHING),))


def again(here: World, **asked: object) -> Reread:
    *_, done = reread(here.folder / "watcher.db", understander(here), Asked(**asked), here.now, batch=1)
    return done


async def test_an_article_is_stored_with_what_it_was_understood_to_say(here):
    await here.publish("wire", BAN)

    found = readings(here)
    with opened(here) as db:
        article = EvidenceTable(SqliteTurn(db)).article(1).article
    assert found is not None
    assert found.standing.version == here.runtime.reading_version
    assert found.standing.understood == understander(here).understand(reading_of(article))
    assert [event.type for event in found.standing.understood.account.reported] == ["export_control"]


async def test_where_no_rule_asks_nothing_is_read_until_somebody_looks(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", BAN)

        said = explained(here)

        assert here.rows("select * from understood") == []
        assert ", now; nothing was stored when it came in: no rule asked" in said
        assert "  reports     export control: announced" in said


async def test_a_revision_has_a_reading_of_its_own(here):
    await here.publish("wire", BAN)

    await here.publish("wire", replace(BAN, title="China lifts its ban on exports of gallium to the United States"))

    first, second = readings(here, revision=1), readings(here, revision=2)
    assert [each.standing.understood.account.events[0].status for each in (first, second)] == ["announced", "eased"]


async def test_why_shows_the_stored_reading_and_its_version(here):
    await here.publish("wire", BAN)

    said = explained(here)

    assert f"  reading     by version {here.runtime.reading_version}, before rules judged it\n" in said
    assert "older" not in said


async def test_why_shows_what_rules_saw_not_what_would_be_read_now(here):
    await here.publish("wire", BAN)
    age(here, empty=True)

    said = explained(here)

    assert "by version older, before rules judged it; older than what reads now (" in said
    assert "  genre       study\n  events      none" in said
    assert "what is stored of its judgement:\n    yes  event: export_control" in said
    assert "  no   when: event: export_control: the article tells of no event" in said
    assert "--now shows what that finds" in said


async def test_why_shows_both_where_they_differ_and_somebody_asks(here):
    await here.publish("wire", MINE, BAN)
    age(here, empty=True)

    differ, same = explained(here, 1, now=True), explained(here, 2, now=True)

    assert "  events      none\n" in differ
    assert ", which finds otherwise:\n  genre       report\n  reports     export control: announced" in differ
    assert same.count(", which finds the same") == 1


async def test_a_reread_makes_new_readings_and_tells_nobody(here):
    await here.publish("wire", MINE, BAN)
    age(here, empty=True)
    before = [here.rows(f"select * from {table}") for table in ("alerts", "decisions", "occasions", "matches")]

    done = again(here)

    assert (done.read, done.same, done.fresh, done.changed, done.done) == (2, 1, 0, 1, 1.0)
    assert done.moves == {("nothing", "export_control"): 1}
    assert [here.rows(f"select * from {table}") for table in ("alerts", "decisions", "occasions", "matches")] == before
    found = readings(here)
    assert found.judged.version == "older"
    assert found.standing.version == here.runtime.reading_version
    assert "before rules judged it\n" in explained(here)
    assert "finds otherwise:\n  genre       report\n  reports     export control" in explained(here)
    assert again(here).read == 0


async def test_a_dry_reread_says_the_same_and_stores_nothing(here):
    await here.publish("wire", MINE, BAN)
    age(here, empty=True)
    before = here.rows("select * from understood")

    done = again(here, dry=True)

    assert done.moves == {("nothing", "export_control"): 1}
    assert here.rows("select * from understood") == before


async def test_a_reread_that_was_stopped_goes_on_where_it_was(here):
    await here.publish("wire", plain("Vost"), MINE, BAN)
    age(here, empty=False)

    next(steps := reread(here.folder / "watcher.db", understander(here), Asked(), here.now, batch=1))
    steps.close()

    assert again(here).read == 2
    assert {same for (same,) in here.rows("select same from understood")} == {here.runtime.reading_version}


async def test_a_reread_of_what_was_never_read_makes_its_first_reading(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", BAN)
        await here.publish("daily", MINE)

        done = again(here, source="wire")

        assert done.moves == {(UNREAD, "export_control"): 1}
        assert readings(here).judged is None
        assert "nothing was stored when it came in: no rule asked" in explained(here)
        assert readings(here, 2) is None


def test_moves_name_types_and_statuses():
    whole = stored_reading()
    event = whole.account.reported[0]
    denied = replace(whole, account=replace(whole.account, events=(replace(event, status="denied"),)))
    other = replace(whole, account=replace(whole.account, events=(replace(event, type="price_floor"),)))

    assert list(moves(whole, denied)) == [("export_control suspended", "export_control denied")]
    assert list(moves(whole, other)) == [("export_control", "price_floor")]
    assert list(moves(whole, replace(whole, named=()))) == []
    assert list(moves(None, whole)) == [(UNREAD, "export_control")]


def test_what_is_recalled_is_what_every_clause_sees():
    reads, stored = read_understander(data_dir())[0], stored_reading()
    found = reading(BAN.title)
    assert reads is not None

    reads.recall(found, stored)

    assert reads.named(found) is stored.named
    assert reads.facts(found) is stored.facts
    assert reads.account(found) is stored.account


async def test_why_says_what_joined_a_story_and_what_people_decided(here):
    later = replace(
        BAN, guid="later", link="https://daily.example/later", content_html=f"{BAN.content_html}<p>More.</p>"
    )
    await here.publish("wire", MINE, BAN)
    await here.publish("daily", later)
    mine, ban, again_ = (row[0] for row in here.rows("select id from articles order by title desc, number"))
    with opened(here) as db:
        db.execute("begin immediate")
        merge(db, mine, ban, Author(name="ops", reason="one morning", at=here.now))
        db.execute("commit")

    with opened(here) as db:
        details = [each.detail for each in shown(db, ban).articles]
    first, second, third = (explained(here, number) for number in (1, 2, 3))

    assert f"(as {ban} from wire" in third
    assert "  by hand 2026-03-02 09:00:00 UTC: " in third
    assert "by ops: one morning" in third
    assert any(f"it founded {id_}, which was joined to this one by hand" in first + second for id_ in (mine, ban))
    assert again_ in first
    assert [detail for detail in details if detail.startswith(f"as {ban} from wire")]


@pytest.mark.parametrize("forgotten", [True, False])
async def test_a_story_that_was_split_off_is_judged_by_the_stored_reading(here, forgotten):
    await here.publish("wire", BAN)
    await here.publish("daily", replace(BAN, guid="later", link="https://daily.example/later"))
    story, later = here.rows("select story, id from articles order by number desc limit 1")[0]
    if forgotten:
        with opened(here) as db:
            db.execute("update understood set kept = ?", (to_bytes(NOTHING),))

    with opened(here) as db:
        db.execute("begin immediate")
        turn, rules = SqliteTurn(db), here.runtime.rule_set
        new = split(db, story, [later], Author(name="ops", reason="", at=here.now))
        observed = observe_again(db, new, rule_set=rules.version, now=here.now)
        told = judge_split(turn, here.runtime, observed, "the old one", here.now)
        db.execute("commit")

    assert len(told) == (0 if forgotten else 1)


async def test_a_reread_of_what_came_since_looks_at_nothing_older(here):
    await here.publish("wire", MINE)
    here.now += timedelta(days=3)
    await here.publish("wire", BAN)
    age(here, empty=False)
    path = here.folder / "watcher.db"

    steps = list(reread(path, understander(here), Asked(since=here.now - timedelta(days=1)), here.now, batch=1))
    none = list(reread(path, understander(here), Asked(since=here.now + timedelta(days=1)), here.now, batch=1))

    assert [step.read for step in steps] == [1]
    assert none == []


@pytest.mark.slow
async def test_a_name_of_the_users_own_makes_older_readings_and_a_reread_finds_it(here):
    await here.publish("wire", MINE)
    before = here.runtime.reading_version

    own = "format: 1\nplaces:\n  ulan: {name: Ulan, kind: mine, country: AU, materials: [tin]}\n"
    (here.folder / "own.yaml").write_text(own, encoding="utf-8")
    here.change(config=CONFIG + "lexicon: [own.yaml]\n")

    assert here.runtime.reading_version != before
    assert f"older than what reads now ({here.runtime.reading_version})" in explained(here)
    assert "Ulan (place)" not in explained(here)
    assert "Ulan (place)" in explained(here, now=True)
    done = again(here)
    assert (done.changed, done.aside) == (1, 1)
    assert "finds otherwise:\n  genre       report" in explained(here)
