"""`watcher mark`, `noisy` and `suggest`: what people say of alerts, and what follows from it; nothing is applied."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.pipeline.world import MONDAY, RULES, entry, plain, world
from watcher.app import suggesting
from watcher.cli import main
from watcher.core.rules.suggesting import Proposal

SHARES = (
    "<p>Since an export ban on antimony began, the shares of {name} have gained.</p><p>{name} trades in Toronto.</p>"
)


@pytest.fixture
async def stored(tmp_path):
    async with world(tmp_path) as here:
        metals = ("gallium", "tungsten", "antimony")
        for number, metal in enumerate(metals):
            here.now = MONDAY + timedelta(hours=number)
            await here.publish(
                "wire",
                entry(
                    f"ban-{metal}",
                    title=f"Ministry announces export ban on {metal}",
                    content_html=f"<p>The ministry announced an export ban on {metal} by decree {number}77.</p>",
                ),
            )
        for number, name in enumerate(("Alpha Mining", "Beta Metals", "Gamma Ores")):
            here.now = MONDAY + timedelta(hours=10 + number)
            await here.publish(
                "daily",
                entry(
                    f"shares-{number}",
                    title=f"{name} stock up",
                    content_html=SHARES.format(name=name),
                    link=f"https://daily.example/{number}",
                ),
            )
        await here.publish("wire", *(plain(f"mine-{number}") for number in range(14)))
        found = here.rows(
            "select al.id, a.title from alerts al join articles a on a.number = al.article order by al.raised"
        )
    return tmp_path, found


@pytest.fixture
def run(stored, monkeypatch, capsys):
    monkeypatch.chdir(stored[0])

    def run(*words):
        capsys.readouterr()
        code = main(list(words))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def marked(stored, run):
    for alert, title in stored[1]:
        run("mark", alert, "relevant" if "Ministry" in title else "not-relevant", "--why", "tried")


def test_an_alert_is_marked_by_its_id_and_marked_anew(stored, run):
    alert = stored[1][0][0]

    assert run("mark", alert, "relevant") == (0, f"{alert} (bans): relevant\n", "")
    assert run("mark", alert, "not-relevant", "--why", "only\nshares") == (0, f"{alert} (bans): not-relevant\n", "")
    assert run("mark", f"alert:{alert}:1", "relevant")[0] == 0


def test_an_unknown_alert_is_said(run):
    code, out, err = run("mark", "a-nothing", "relevant")

    assert (code, out) == (1, "")
    assert err == 'mark: unknown alert "a-nothing"; `watcher alerts` and every message name alerts\n'


def test_a_rule_is_noisy_by_its_share_and_by_its_marks(stored, run, marked, monkeypatch):
    monkeypatch.setattr("watcher.commands.noisy.utc_now", lambda: MONDAY + timedelta(days=2))
    alerts = [alert for alert, title in stored[1] if "Ministry" in title]
    run("mark", alerts[0], "not-relevant")

    code, out, _ = run("noisy")

    assert code == 0
    assert out.splitlines() == ["bans: 4 of 6 marked alerts are not relevant", "1 of 1 rules need a look"]


WIDE = """\
  - id: wide
    title: A ban
    severity: notice
    when: {words: [ban]}
    examples: {match: ["A ban.", "The ban."], skip: ["A mine.", "Nothing."]}
"""


@pytest.mark.parametrize(("beside", "named"), [("", ["bans", "wide"]), ("    hidden_by: bans\n", [])])
async def test_a_rule_that_always_comes_with_another_is_named(tmp_path, monkeypatch, capsys, beside, named):
    async with world(tmp_path, rules=RULES + WIDE + beside) as here:
        for number, metal in enumerate(("gallium", "tungsten", "antimony", "tellurium", "cobalt")):
            here.now = MONDAY + timedelta(hours=number)
            body = f"<p>The ministry announced an export ban on {metal}, in force from {number + 1} May.</p>"
            await here.publish(
                "wire", entry(metal, title=f"Ministry announces export ban on {metal}", content_html=body)
            )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("watcher.commands.noisy.utc_now", lambda: MONDAY + timedelta(days=2))

    assert main(["noisy"]) == 0
    *said, _ = capsys.readouterr().out.splitlines()
    others = {"bans": "wide", "wide": "bans"}
    assert said == [
        f"{name}: each of its 5 alerts of the last 90 days came beside one of {others[name]} (see: hidden_by)"
        for name in named
    ]


def test_check_warns_of_what_matched_nothing_in_a_year(run, monkeypatch):
    monkeypatch.setattr("watcher.commands.check.utc_now", lambda: MONDAY + timedelta(days=800))

    code, out, _ = run("check", "--history")

    assert code == 0
    assert 'rules.yaml:3:9 warning[R071] rule "bans" matched nothing in a year; the last match was on 2026-03-02' in out


def test_a_rule_that_is_not_there_is_said(run):
    assert run("suggest", "bnas") == (1, "", 'suggest: unknown rule "bnas", did you mean "bans"?\n')


def test_without_marks_nothing_is_suggested(run):
    code, out, _ = run("suggest", "bans")

    assert code == 0
    assert out.startswith("bans: no alert of it is marked yet")


def test_suggestions_are_shown_with_their_effect_on_history(run, marked):
    code, out, err = run("suggest", "bans", "--json")

    found = {each["proposal"]["kind"]: each for each in json.loads(out)["suggestions"]}
    assert (code, err) == (0, "")
    assert set(found) >= {"words"}
    assert (found["words"]["before"], found["words"]["after"]) == (6, 3)
    assert (found["words"]["others_gone"], found["words"]["relevant_gone"]) == (3, 0)
    assert "narrow" in found["words"]["written"]


def test_a_suggestion_is_printed_as_it_would_be_written(run, marked):
    code, out, _ = run("suggest", "bans")

    assert code == 0
    assert out.startswith("bans: 3 of 6 marked alerts are not relevant\n\n1. leave out what says ")
    assert "on history: 6 alerts become 3; of those marked, 3 of 3 not relevant go, and 0 of 3 relevant" in out
    assert "change:" in out


def test_what_would_take_none_of_them_away_is_not_suggested(run, marked, monkeypatch):
    words = [Proposal(kind="words", words=each, takes=3) for each in ("no such words", "toronto", "shares")]
    monkeypatch.setattr(suggesting, "proposals", lambda *_: iter([*words, Proposal(kind="sources", takes=3)]))
    code, out, _ = run("suggest", "bans", "--json")

    found = json.loads(out)["suggestions"]
    assert code == 0
    assert [each["proposal"]["words"] for each in found if each["proposal"]["kind"] == "words"] == ["toronto"]
    assert all(each["others_gone"] for each in found)


def test_what_would_take_the_relevant_ones_along_is_not_suggested(run, marked, monkeypatch):
    monkeypatch.setattr(suggesting, "proposals", lambda *_: iter([Proposal(kind="sources", takes=3)]))

    code, out, _ = run("suggest", "bans")

    assert code == 0
    assert out.splitlines()[1:] == ["nothing that is seen here parts them from the others; more marks may"]
