from __future__ import annotations

import json
import sqlite3

import pytest

from tests.app.test_sarif import surely_sarif
from tests.commands.world import BAN, OLD, RULES, Item, told_world, world
from tests.servers import reply
from watcher.cli import main


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        yield made


def change(here, old, new):
    text = here.config.read_text(encoding="utf-8")
    assert old in text
    here.config.write_text(text.replace(old, new), encoding="utf-8")


async def test_a_sound_configuration_is_all_fine(here, capsys):
    assert await here.watcher("check") == 0
    off, fine = capsys.readouterr().out.splitlines()
    assert off.startswith("off without listen.public_url: links to acknowledge")
    assert fine == "all fine: 1 source, 2 rules, 2 channels, 2 routes, 1 digest"


async def test_mistakes_in_all_files_are_told_at_once_by_file_and_place(here, capsys):
    change(here, "listen: null", "listen: {host: 0.0.0.0}")
    change(here, "path: watcher.db", "path: nowhere/watcher.db")
    here.config.write_text(here.config.read_text() + "templates: words\n", encoding="utf-8")
    (here.folder / "words").mkdir()
    (here.folder / "words" / "alert.txt.j2").write_text("{% if %}")
    (here.folder / "rules.yaml").write_text(RULES.replace("words: [price]", "wrods: [price]"))

    assert await here.watcher("check") == 1

    *problems, last, left = capsys.readouterr().out.splitlines()
    assert [problem.split("[")[1].split("]")[0] for problem in problems] == ["C031", "C030", "T003", "R012"]
    assert f"{here.config}:2:15 error[C031]" in problems[0]
    assert f"{here.config}:4:16 error[C030]" in problems[1]
    assert last == "4 errors, 0 warnings"
    of_examples = "examples of rules that have mistakes or lean on one"
    back = "how far back rules look, silences of what is gone"
    assert left == f"3 further checks were left out until these are mended: {of_examples}, {back}"


async def test_a_broken_configuration_does_not_hide_mistakes_in_rules(here, capsys):
    change(here, "channels: [desk], when", "channels: [dsek], when")
    (here.folder / "rules.yaml").write_text(RULES.replace("words: [price]", "wrods: [price]"))

    assert await here.watcher("check") == 1

    said = capsys.readouterr().out
    assert 'unknown channel "dsek", did you mean "desk"?' in said
    assert 'rules.yaml:21:12 error[R012] unknown kind "wrods"' in said


async def test_what_is_sound_beside_mistakes_is_checked_in_the_same_run(here, capsys):
    change(here, 'urgent", zone: UTC', 'urgent", zone: Tokyo')
    change(here, "\nroutes:", "\nrecipients: {kenji: {to: dutty}}\nroutes:")
    text = here.config.read_text(encoding="utf-8") + "\n"
    more = '  odd: {channels: [desk], when: "severity:critical material:galium"}\n'
    here.config.write_text(text.replace("\ndigests:", f"\n{more}digests:"), encoding="utf-8")

    assert await here.watcher("check", "--no-examples") == 1

    said = capsys.readouterr().out
    for slip in ('"Tokyo"', '"dutty"', '"critical"', 'unknown material "galium", did you mean "gallium"?'):
        assert slip in said
    assert "4 errors" in said
    assert "5 further checks were left out until these are mended: what waits in the database," in said


async def test_sections_that_are_sound_beside_a_mistake_are_looked_into(here, capsys):
    change(here, 'urgent", zone: UTC', 'urgent", zone: Tokyo')
    change(here, "listen: null", "listen: {host: 0.0.0.0}")
    change(here, "path: watcher.db", "path: nowhere/watcher.db")
    here.config.write_text(here.config.read_text() + "templates: words\n", encoding="utf-8")

    assert await here.watcher("check", "--no-examples", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    change(here, "store:", "stor:")
    assert await here.watcher("check", "--no-examples", "--format", "json") == 1
    unsure = json.loads(capsys.readouterr().out)

    assert {each["code"] for each in found["problems"]} == {"C006", "C030", "C031", "C033"}
    assert found["left_out"][:1] == ["what waits in the database"]
    assert {each["code"] for each in unsure["problems"]} == {"C002", "C006"}
    assert unsure["left_out"][:3] == ["the database", "templates", "the host to listen at"]


async def test_a_file_of_rules_that_nothing_names_is_a_warning(here, capsys):
    change(here, "[rules.yaml]", '["my-rules/*.yaml"]')
    for name in ("mine.yaml", "other.yml", "more/deep.yaml", "tests/late.rules.yaml", "note.txt", "sheet.yml"):
        path = here.folder / "my-rules" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("format: 1\n" if name.startswith("tests") else RULES if name != "sheet.yml" else "a: 1\n")
    (here.folder / "beside.yaml").write_text(RULES)

    assert await here.watcher("check", "--no-examples") == 0

    said = [line for line in capsys.readouterr().out.splitlines() if "C060" in line]
    assert [line.partition("rules: ")[2] for line in said] == [
        f"my-rules/{name} holds rules, and nothing here names it; name it, or move it away"
        for name in ("more/deep.yaml", "other.yml")
    ]


async def test_an_example_that_fails_leaves_nothing_else_out(here, capsys):
    change(here, "path: watcher.db", "path: watcher.db, keep_articles: 30d")
    late = RULES.replace("when: {words: [price]}", "when: {words: [price]}\n    require: {first: 365d, by: material}")
    (here.folder / "rules.yaml").write_text(late.replace('"A price fell."', '"Nothing fell."'))

    assert await here.watcher("check") == 1

    said = capsys.readouterr().out
    assert "error[R050]" in said
    assert "warning[C036]" in said
    assert said.splitlines()[-1] == "1 error, 1 warning"


async def test_an_example_that_turns_is_an_error(here, capsys):
    (here.folder / "rules.yaml").write_text(RULES.replace('"A price fell."', '"Nothing fell."'))

    assert await here.watcher("check") == 1
    assert "error[R050]" in capsys.readouterr().out


async def test_warnings_alone_pass(here, capsys):
    change(here, "channels: [ops]", "channels: [desk]")

    assert await here.watcher("check") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 errors, 1 warning"


async def test_a_folder_that_is_not_there_is_told_at_its_place(here, capsys):
    gone = here.folder / "gone"
    change(here, "sources:\n", f"sources:\n  drop: {{kind: file, format: text, path: {gone}}}\n")

    assert await here.watcher("check") == 0
    said = capsys.readouterr().out
    assert f"warning[C035] sources.drop.path: {gone} is not there; create it, or mend the path" in said
    assert f"{here.config}:" in said.split(" warning[C035]")[0]

    gone.mkdir()
    await here.watcher("check")
    assert "C035" not in capsys.readouterr().out


async def test_a_database_of_a_newer_watcher_is_told(here, capsys):
    db = sqlite3.connect(here.database)
    db.execute("pragma user_version = 9999")
    db.close()

    assert await here.watcher("check") == 1
    assert "error[C032] store.path: database" in capsys.readouterr().out


async def test_a_file_that_is_no_database_is_told(here, capsys):
    here.database.write_bytes(b"not a database, surely not a database" * 100)

    assert await here.watcher("check") == 1
    assert "damaged" in capsys.readouterr().out


async def test_json_holds_the_same(here, capsys):
    (here.folder / "rules.yaml").write_text(RULES.replace("words: [price]", "wrods: [price]"))

    assert await here.watcher("check", "--format", "json") == 1

    found = json.loads(capsys.readouterr().out)
    assert found["errors"] == 1
    assert found["problems"][0]["code"] == "R012"
    assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (21, 12)


async def test_sarif_holds_the_same_beside_the_lines(here, capsys, monkeypatch):
    monkeypatch.chdir(here.folder)
    (here.folder / "rules.yaml").write_text(RULES.replace("words: [price]", "wrods: [price]"))

    assert await here.watcher("check", "--format", "sarif") == 1

    (result,) = surely_sarif(capsys.readouterr().out)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], place["artifactLocation"]["uri"]) == ("R012", "rules.yaml")
    assert place["region"] == {"startLine": 21, "startColumn": 12}


async def test_examples_are_only_read_where_they_are_not_asked_for(here, capsys):
    (here.folder / "rules.yaml").write_text(RULES.replace('"A price fell."', '"Nothing fell."'))

    assert await here.watcher("check", "--no-examples") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("all fine")


async def test_without_a_configuration_it_says_how_to_make_one(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "none.yaml"), "check"]) == 78
    assert "make one with: watcher init" in capsys.readouterr().err


async def test_expand_prints_the_long_form(here, capsys):
    assert await here.watcher("check", "--expand") == 0

    said = capsys.readouterr().out
    assert "else: notice" in said
    assert "- text: The price of dysprosium rose." in said


async def test_a_query_is_shown_as_a_tree_or_with_its_mistake_under_its_column(here, capsys):
    assert await here.watcher("check", "--query", "severity:urgent -gallium") == 0
    said = capsys.readouterr().out
    assert said.startswith("# serves: routes, digests")
    assert "none:\n- words:\n  - gallium" in said

    assert await here.watcher("check", "--query", "severity:urgnt foo") == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1].index("^") == said[0].index("urgnt")
    assert 'severity is "urgnt"' in said[1]

    assert await here.watcher("check", "--query", "after:2026-01-01 foo", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["serves"] == "searches"


async def test_a_source_is_fetched_once_and_its_rows_shown(here, capsys):
    here.publish(BAN)
    here.server.routes["/feed"] = here.server.routes["/feed"].replace(b"Content-Type", b'ETag: "v1"\r\nContent-Type')

    assert await here.watcher("check", "wire") == 0

    said = capsys.readouterr().out
    assert "status 200" in said
    assert 'etag          "v1"' in said
    assert f"  1  {BAN.title}\n     {here.link(BAN)}\n     new; stated " in said
    assert "excerpt, en: title 40, lead " in said
    assert "-> export-ban: warning, by export ban (words: " in said
    assert "1 row: 1 new; 1 would match a rule" in said
    assert "imported as history" in said
    assert len(here.server.seen) == 1
    assert not here.database.exists()


async def test_rows_are_held_against_the_database_and_it_is_left_alone(here, capsys):
    await told_world(here)
    before = here.database.read_bytes()
    here.publish(Item(slug="more", title="Antimony mine opens", body="An antimony mine opens."))

    assert await here.watcher("check", "wire", "--format", "json") == 0

    found = json.loads(capsys.readouterr().out)
    assert [row["would_be"] for row in found["rows"]] == ["new", *["unchanged"] * 4]
    assert found["imported"] is not None
    assert here.database.read_bytes() == before


async def test_a_failing_source_gives_a_clear_sentence(here, capsys):
    here.server.route("/feed", reply(429, ("Retry-After", "120")))
    assert await here.watcher("check", "wire") == 1
    assert "status 429 (too many requests); it asks to be left alone for 120 s" in capsys.readouterr().err

    here.server.route("/feed", reply(200, body=b"<!doctype html><title>log in</title>"))
    assert await here.watcher("check", "wire") == 1
    assert 'an HTML page titled "log in" came instead' in capsys.readouterr().err


async def test_a_name_that_nobody_knows_makes_one_ask_whether_there_is_a_network(here, capsys):
    change(here, f"http://127.0.0.1:{here.server.port}/feed", "http://feeds.invalid/feed")

    assert await here.watcher("check", "wire") == 1
    assert "feeds.invalid: " in (said := capsys.readouterr().err)
    assert said.rstrip().endswith("is this machine online, and is the name right?")


async def test_a_private_address_is_refused_unless_allowed(here, capsys):
    change(here, "network: any", "network: public")

    assert await here.watcher("check", "wire") == 1
    assert "sources.wire.url: the address is loopback and would not be dialled" in capsys.readouterr().err
    assert here.server.seen == []


async def test_a_file_stands_for_the_reply(here, capsys):
    here.publish(OLD)
    answer = here.server.routes["/feed"]
    (here.folder / "reply.xml").write_bytes(answer.partition(b"\r\n\r\n")[2])

    assert await here.watcher("check", "wire", "--file", str(here.folder / "reply.xml")) == 0
    assert OLD.title in capsys.readouterr().out
    assert here.server.seen == []

    assert await here.watcher("check", "wire", "--file", str(here.folder / "none.xml")) == 1
    assert "none.xml: No such file or directory" in capsys.readouterr().err
    assert await here.watcher("check", "--file", "x") == 2


async def test_an_unknown_source_is_hinted_at(here, capsys):
    assert await here.watcher("check", "wrie") == 2
    assert 'unknown source "wrie", did you mean "wire"?' in capsys.readouterr().err


async def test_articles_kept_for_less_long_than_a_rule_looks_back_are_told(here, capsys):
    text = (here.folder / "rules.yaml").read_text(encoding="utf-8")
    assert text.count("    when:") > 1
    text = text.replace("    when:", "    require: {count: 2, within: 100d}\n    when:", 1)
    (here.folder / "rules.yaml").write_text(text, encoding="utf-8")
    change(here, "store: {path: watcher.db", "store: {keep_articles: 90d, path: watcher.db")

    assert await here.watcher("check", "--no-examples") == 0
    said = capsys.readouterr().out
    assert "warning[C036] store.keep_articles: 90d is less than rules look back when they are changed: " in said

    change(here, "keep_articles: 90d", "keep_articles: 101d")
    await here.watcher("check", "--no-examples")
    assert "C036" not in capsys.readouterr().out
