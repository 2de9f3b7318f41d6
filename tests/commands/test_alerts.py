"""`watcher alerts`, `ack`, `snooze`, `assign`, `close`, `silence`: what people decide, from the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.pipeline.world import entry, world
from watcher.app.daemon import utc_now
from watcher.cli import main


@pytest.fixture
async def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with world(tmp_path, start=utc_now()) as found:
        await found.publish("wire", entry())
        yield found


@pytest.fixture
def run(here, capsys):
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(words))
        return code, *capsys.readouterr()

    return run


async def test_alerts_are_listed_acknowledged_assigned_and_closed(here, run):
    ((alert,),) = here.rows("select id from alerts")
    code, out, err = run("alerts")
    assert (code, err) == (0, "1 alert\n")
    assert f"{alert}  open  warning  bans" in out
    code, out, _ = run("ack", alert, "--by", "anna", "--note", "on it")
    assert code == 0
    assert f"{alert} (bans): acknowledged by anna" in out
    assert "(nothing changed)" in run("ack", alert, "--by", "bert")[1]
    run("assign", alert, "bert", "--by", "anna")
    assert f"{alert}  acknowledged, by anna, assigned to bert" in run("alerts")[1]
    assert run("alerts", "--state", "open")[1] == ""
    assert "taken back" in run("ack", alert, "--undo", "--by", "anna")[1]
    until = utc_now() + timedelta(hours=4)
    assert f"until {until:%Y-%m-%d %H:%M}"[:-1] in run("snooze", alert, "--for", "4h", "--by", "anna")[1]
    assert "snoozed, until" in run("alerts", "--state", "snoozed")[1]
    assert run("close", alert)[0] == 2
    assert run("close", alert, "--reason", "settled", "--by", "anna")[0] == 0
    assert f"{alert}  closed (by person)" in run("alerts", "--state", "closed")[1]
    code, out, _ = run("alerts", alert)
    assert [
        words
        for words in ("raised", "acknowledged by anna (command): on it", "closed: by anna: settled")
        if words in out
    ]
    assert "(taken back)" in out
    assert "route:desk  told" in out
    shown = json.loads(run("alerts", alert, "--json")[1])
    assert (shown["state"], shown["id"]) == ("closed", alert)


async def test_alerts_are_found_by_a_query_and_its_mistakes_have_a_column(here, run):
    assert run("alerts", "rule:bans", "gallium")[2] == "1 alert\n"
    assert run("alerts", "severity:urgent")[2] == "0 alerts\n"
    code, _, err = run("alerts", "rule:banns")
    assert code == 2
    assert 'query:1:6 error[R017] unknown rule "banns", did you mean "bans"?' in err


async def test_after_a_rule_is_renamed_its_alerts_are_found_and_its_silences_say_so(here, run):
    rules = here.folder / "rules.yaml"
    run("silence", "add", "rule:bans", "--for", "2d", "--reason", "we know", "--by", "anna")
    assert "hides less" not in run("silence", "list")[1]
    assert "C061" not in run("check")[1]

    rules.write_text(rules.read_text().replace("id: bans", "id: export-bans"))

    assert "open  warning  bans" in run("alerts", "rule:bans")[1]
    assert run("alerts", "rule:bnas")[0] == 2
    assert run("silence", "list")[1].splitlines()[2] == '  hides less than it says: unknown rule "bans"'
    code, out, _ = run("check")
    assert code == 0
    assert '(rule:bans): unknown rule "bans"; end it, or add it anew by the new name' in out


async def test_how_alerts_stand_is_the_same_wherever_it_is_shown(here, run):
    ((alert, subject),) = here.rows("select id, subject from alerts")
    story = subject.removeprefix("story:")

    run("snooze", alert, "--for", "4h", "--by", "anna")
    assert run("alerts", "state:snoozed or severity:urgent")[2] == "1 alert\n"
    assert run("alerts", "state:open")[2] == "0 alerts\n"
    assert "0 alerts open, 1 snoozed" in run("status")[1]
    assert json.loads(run("status", "--json")[1])["database"]["snoozed_alerts"] == 1
    assert f"{alert}  bans  snoozed  raised" in run("story", "show", story)[1]
    run("ack", alert, "--by", "anna")
    run("snooze", alert, "--undo", "--by", "anna")
    assert "0 alerts open, 1 acknowledged" in run("status")[1]
    assert "allowed: open, acknowledged, snoozed, closed" in run("alerts", "state:gone")[2]


async def test_an_alert_of_which_nobody_was_told_says_so_and_why(here, run):
    assert "nobody was told" not in run("alerts")[1]
    run("silence", "add", "rule:bans", "--for", "2d", "--reason", "stocktaking")
    here.now = utc_now()
    own = entry("other", title="Antimony falls under an export ban", content_html="<p>An export ban on antimony.</p>")
    await here.publish("daily", own)

    hidden, told = run("alerts")[1].splitlines()[0::2]
    assert "  open, nobody was told: silenced  warning  bans" in hidden
    assert "nobody was told" not in told


async def test_an_unknown_alert_is_said_with_a_near_one(here, run):
    ((alert,),) = here.rows("select id from alerts")
    code, _, err = run("ack", alert[:-1])
    assert code == 1
    assert f'did you mean "{alert}"?' in err
    assert run("alerts", "a-nothing")[0] == 1


async def test_a_silence_is_added_obeyed_counted_and_ended(here, run):
    code, out, _ = run(
        "silence", "add", "rule:bans", "source:daily", "--for", "2d", "--reason", "stocktaking", "--by", "anna"
    )
    assert code == 0
    name = out.partition(":")[0]
    here.now = utc_now()
    own = entry("other", title="Antimony falls under an export ban", content_html="<p>An export ban on antimony.</p>")
    await here.publish("daily", own)
    assert here.decisions("route:desk")[-1] == ("raised", "silenced")
    assert f"{name}  until" in run("silence", "list")[1]
    assert json.loads(run("silence", "list", "--json")[1])["hid"] == 2
    assert "Antimony falls under an export ban" in run("silence", "show", name)[1]
    code, out, _ = run("silence", "end", name, "--by", "bert")
    assert (code, out) == (0, f"{name}: ended by bert; it hid 2 tellings\n")
    assert run("silence", "list")[1] == ""
    assert "by bert" in run("silence", "list", "--all")[1]
    assert run("silence", "end", "s-nothing")[0] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rule:bans", "--for", "2d"], "say why with --reason"),
        (["rule:bans", "--reason", "x"], "say for how long"),
        (["--for", "2d", "--reason", "x"], "say which alerts"),
        (["rule:bans", "--for", "2 days", "--reason", "x"], "2 days"),
        (["rule:bans", "--until", "2020-01-01", "--reason", "x"], "must lie ahead"),
        (
            ["rule:banns", "--for", "2d", "--reason", "x"],
            'query:1:6 error[R017] unknown rule "banns", did you mean "bans"?',
        ),
        (
            ["route:dsk", "--for", "2d", "--reason", "x"],
            'query:1:7 error[R040] unknown route "dsk", did you mean "desk"?',
        ),
        (["gallium", "severty:urgent", "--for", "2d", "--reason", "x"], "query:1:9 error[R012]"),
    ],
)
async def test_a_silence_that_cannot_be_is_refused_with_its_place(run, words, says):
    code, _, err = run("silence", "add", *words)
    assert code == 2
    assert says in err
