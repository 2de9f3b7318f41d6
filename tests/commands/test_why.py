from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.commands.world import BAN, OLD, PRICE, QUIET, RULES, Item, told_world, world
from watcher.app.account_words import account_words, bold
from watcher.app.explaining import account
from watcher.stores.sqlite.evidence import EvidenceTable


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        yield await told_world(made)


async def test_a_told_alert_is_explained_from_clause_to_delivery(here, capsys):
    with closing(sqlite3.connect(here.database)) as db, db:
        db.execute("""update articles set flags = '["year_slip"]'""")
    assert await here.watcher("why", here.link(BAN), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert f"  {BAN.title}\n" in said
    assert "  doubts      the publisher's date has the days of now in another year, perhaps a slip; " in said
    assert "RULE export-ban v1: An export ban or licence is announced" in said
    assert "matched, warning; raised: a new alert" in said
    assert "> Ministry announces *export ban* on gallium  [title]" in said
    assert "yes  none: words: video game, in title" in said
    assert "no   urgent: trust: authority: its publisher's trust is wire" in said
    assert "route:desk  told\n" in said
    assert "route:operator  not_routed: severity: warning is not urgent" in said
    assert "digest:weekly  in_digest; waits for the next issue" in said
    assert "  desk  sent " in said


async def test_every_id_of_a_message_leads_to_its_article(here, capsys):
    await here.watcher("why", here.link(BAN), "--rule", "export-ban", "--json")
    found = json.loads(capsys.readouterr().out)
    rule = found["rules"][0]
    delivery = rule["tellings"][0]["deliveries"][0]

    ids = [rule["alert"]["id"], found["article"]["id"], found["article"]["story"], delivery["id"], delivery["occasion"]]
    for item in [*ids, rule["alert"]["subject"], here.link(BAN) + "?utm_source=x"]:
        assert await here.watcher("why", item) == 0
        assert BAN.title in capsys.readouterr().out


async def test_an_alert_id_explains_its_own_rule_only(here, capsys):
    await here.watcher("why", here.link(BAN), "--rule", "export-ban", "--json")
    alert = json.loads(capsys.readouterr().out)["rules"][0]["alert"]["id"]

    await here.watcher("why", alert)

    said = capsys.readouterr().out
    assert "RULE export-ban" in said
    assert "RULE prices" not in said


async def test_a_miss_names_the_clause_that_decided(here, capsys):
    assert await here.watcher("why", here.link(PRICE), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "did not match; what decided: words: export ban, export licence, in title, lead" in said
    assert "(when.all[0])" in said


async def test_an_article_that_nothing_matched_says_why_for_every_rule(here, capsys):
    assert await here.watcher("why", here.link(QUIET)) == 0

    said = capsys.readouterr().out
    assert "NO RULE MATCHED, of 2" in said
    assert "  prices: words: price: no item occurs in news (when)" in said
    assert "  export-ban: words: " in said


async def test_imported_history_says_so_and_what_to_do(here, capsys):
    assert await here.watcher("why", here.link(OLD)) == 0

    said = capsys.readouterr().out
    assert "first_sight: nobody was told" in said
    assert "set `since: 7d`" in said


async def test_a_repetition_says_that_nothing_was_new(here, capsys):
    again = replace(BAN, slug="again", title=BAN.title + "!")
    await here.once(again)

    assert await here.watcher("why", here.link(again), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "nothing_new: nobody is told again" in said
    assert "raised by another article of the story" in said


async def test_a_changed_rule_shows_what_is_stored_and_how_it_stands_now(here, capsys):
    (here.folder / "rules.yaml").write_text(
        RULES.replace("[export ban, export licence]", "[export licence]").replace(
            '"Country sets an export ban on gallium."', '"An export licence for gallium."'
        ),
        encoding="utf-8",
    )

    assert await here.watcher("why", here.link(BAN), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "RULE export-ban v1" in said
    assert "the rule has changed since" in said
    assert "*export ban*" in said
    assert "no   words: export licence, in title, lead: no item occurs in title, lead" in said


async def test_a_revision_that_takes_it_back_shows_both_texts(here, capsys):
    taken_back = replace(BAN, title="Ministry talks about gallium", body="<p>The ministry talked about gallium.</p>")
    await here.once(taken_back)

    assert await here.watcher("why", here.link(BAN), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "that was revision 1, the newest is 2" in said
    assert '           "export ban"' in said
    assert "no   words: export ban, export licence, in title, lead: no item occurs" in said
    assert "retracted by this article: the publisher took it back" in said


async def test_a_rule_that_is_gone_leaves_what_is_stored(here, capsys):
    (here.folder / "rules.yaml").write_text(RULES.replace("id: export-ban", "id: other"), encoding="utf-8")

    assert await here.watcher("why", here.link(BAN), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "the configuration has no such rule any more" in said
    assert "announces *export ban* on gallium" in said


async def test_on_a_terminal_matched_words_are_bold(here):
    rules = here.loaded().runtime.rule_set

    def whole(table):
        return account(table, rules, table.find(here.link(BAN))[0], ())

    async with here.store() as store:
        made = await store.read(lambda turn: whole(EvidenceTable(turn)))

    assert "announces \x1b[1mexport ban\x1b[0m on" in "\n".join(account_words(made, bold))


async def test_an_issued_digest_is_named(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        async with here.store() as store:
            await store.write(
                lambda turn: turn.db.execute(
                    "update digest_queue set period = '2026-W06', place = 'left_out', placed_because = 'a page; notice'"
                )
            )

        await here.watcher("why", here.link(PRICE))

    assert "digest:weekly  in_digest; issue 2026-W06 (left out: a page; notice)" in capsys.readouterr().out


async def test_an_unknown_rule_or_item_is_said(here, capsys):
    assert await here.watcher("why", here.link(BAN), "--rule", "export-bam") == 2
    assert 'unknown rule "export-bam", did you mean "export-ban"?' in capsys.readouterr().err

    for item in ("a-nothing", "http://[", "https://nowhere.example/x", ""):
        assert await here.watcher("why", item) == 1
    assert "nothing of that id or address is stored" in capsys.readouterr().err

    assert await here.watcher("why", "notice:imported:wire:1") == 1
    assert "is about no single article" in capsys.readouterr().err


async def test_without_a_database_it_says_what_to_do(tmp_path, capsys):
    async with world(tmp_path) as here:
        assert await here.watcher("why", "a-1") == 1
    assert "`watcher run` or `watcher once` makes it" in capsys.readouterr().err
    assert not here.database.exists()


async def test_a_pruned_text_leaves_the_stored_evidence(here, capsys):
    async with here.store() as store:
        await store.write(lambda turn: turn.db.execute("update texts set text = null"))

    assert await here.watcher("why", here.link(BAN), "--rule", "export-ban") == 0

    said = capsys.readouterr().out
    assert "its text was pruned" in said
    assert '"export ban"' in said


async def test_nothing_in_a_hostile_article_moves_the_terminal(tmp_path, capsys):
    hostile = Item(
        slug="hostile",
        title="Export ban \u202e on &#27;[31m gallium",
        body="An export ban \u009b31m on &#27;]0;gallium \u2066 price",
    )
    async with world(tmp_path, since="all") as here:
        await here.once(hostile)
        await here.watcher("why", here.link(hostile))
        await here.watcher("why", here.link(hostile), "--json")

    said = capsys.readouterr().out
    assert "export ban" in said.lower()
    assert not {"\x1b", "\x9b", "\u202e", "\u2066"} & set(said)


async def test_a_tables_row_is_found_by_its_subject(here, capsys):
    async with here.store() as store:
        await store.write(lambda turn: turn.db.execute("update articles set subject = 'row:wire/12' where number = 1"))

    assert await here.watcher("why", "row:wire/12") == 0
    assert OLD.title in capsys.readouterr().out
    assert await here.watcher("why", "row:wire") == 1
