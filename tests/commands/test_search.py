from __future__ import annotations

import json

from tests.commands.world import BAN, OLD, told_world, world


async def test_search_prints_what_it_finds_newest_first(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        code = await here.watcher("search", "export", "ban")

    out, err = capsys.readouterr()
    assert code == 0
    assert out.index(BAN.title) < out.index(OLD.title)
    assert "2 found; looked at 4 articles, back to" in err
    assert "127.0.0.1 (wire)" in out or "(wire)" in out


async def test_json_lines_carry_all_that_a_program_needs(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        await here.watcher("search", "--json", "gallium", "source:wire")
        out = capsys.readouterr().out
        link = here.link(BAN)

    found = [json.loads(line) for line in out.splitlines()]
    assert [each["title"] for each in found] == [BAN.title]
    assert found[0]["link"] == link
    assert {"id", "time", "source", "trust", "story", "publisher"} <= found[0].keys()


async def test_finding_nothing_is_no_error_and_says_where_it_looked(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        code = await here.watcher("search", "unobtainium")

    assert code == 0
    assert "nothing found for unobtainium; looked at 4 articles" in capsys.readouterr().err


async def test_matched_rules_severities_and_states_can_be_asked(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        for query, title in (
            ("rule:export-*", BAN.title),
            ("severity:warning", BAN.title),
            ("state:open gallium", BAN.title),
        ):
            assert await here.watcher("search", query) == 0
            assert title in capsys.readouterr().out


async def test_words_quoted_for_the_shell_stay_together(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        await here.watcher("search", "ministry", "ban on gallium")

    assert "1 found" in capsys.readouterr().err


async def test_pages_follow_one_another(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)
        await here.watcher("search", "--limit", "1", "ban")
        before = capsys.readouterr().err.split("--before ")[1].split()[0]

        await here.watcher("search", "--limit", "1", "--before", before, "ban")

    assert OLD.title in capsys.readouterr().out


async def test_a_faulty_query_is_a_usage_error_with_its_column(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        code = await here.watcher("search", "trust:wier")

    assert code == 2
    assert 'query:1:7 error[R017] unknown trust "wier", did you mean "wire"?' in capsys.readouterr().err


async def test_what_only_an_alert_can_be_asked_is_said_to_be_so(tmp_path, capsys):
    async with world(tmp_path) as here:
        await here.once()

        assert await here.watcher("search", "material:gallium", "trust:wire") == 2
        said = capsys.readouterr().err
        assert await here.watcher("search", "sorce:wire") == 2

    assert 'query:1:1 error[R012] unknown kind "material"' in said
    assert "routes, digests and silences can ask this of an alert" in said
    assert "silences" not in capsys.readouterr().err


async def test_without_a_database_it_says_what_makes_one(tmp_path, capsys):
    async with world(tmp_path) as here:
        code = await here.watcher("search", "x")

    assert code == 1
    assert "not there yet" in capsys.readouterr().err


async def test_odd_bytes_of_a_terminal_are_searched_without_a_crash(tmp_path, capsys):
    async with world(tmp_path) as here:
        await told_world(here)

        for query in ("\udcff", "a\x00b", "\x00", "=\udcff"):
            assert await here.watcher("search", query) in (0, 2)
