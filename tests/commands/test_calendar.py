"""`watcher calendar` and what `watcher why` says of dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.test_dates import RULES
from tests.pipeline.world import World, entry, world
from watcher.cli import main
from watcher.engines.reminders import remind_due
from watcher.pipeline.taking_in.dating import replan

NOW = datetime.now(UTC)
SOON, GONE, FAR = (NOW + timedelta(days=days) for days in (10, 3, 100))


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def told(slug: str, text: str, at: datetime):
    return entry(slug, link=f"https://wire.example/{slug}", title=text, content_html=f"<p>{text}</p>", published=at)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path, rules=RULES) as made:
        made.now = NOW - timedelta(days=20)
        await made.store.write(lambda turn: replan(turn, made.runtime, made.now))
        gone = made.now + timedelta(days=3)
        await made.publish(
            "ministry",
            told("soon", f"MOFCOM suspends its export controls on holmium until {day(SOON)}.", made.now),
            told("gone", f"The Commerce Department's tariff on gallium takes effect on {day(gone)}.", made.now),
            told("far", f"China's export controls on antimony may take effect on {day(FAR)}.", made.now),
        )
        await made.publish(
            "daily",
            told(
                "again",
                f"China's pause of export controls on holmium runs through {day(SOON)}, officials said.",
                made.now,
            ),
        )
        await remind_due(made.store, made.runtime, lambda: NOW)
        yield made


def watcher(here: World, *words: str) -> int:
    return main(["--config", str(here.folder / "watcher.yaml"), *words])


async def test_dates_to_come_and_gone_are_listed_with_the_sentence_that_states_them(here, capsys):
    assert watcher(here, "calendar") == 0

    out, err = capsys.readouterr()
    blocks = out.split("    entry   e-")
    gone = NOW - timedelta(days=17)
    assert blocks[0].startswith(f"{day(gone)}  17 days ago  takes effect\n")
    assert "state   lapsed, unknown: the day passed, and no article says what came of it" in blocks[0]
    assert f"{day(SOON)}  in 10 days  expires\n" in blocks[1]
    assert "    of      export control; holmium; " in blocks[1]
    assert f'authority: "MOFCOM suspends its export controls on holmium until {day(SOON)}."' in blocks[1]
    assert "    also    daily.example states it" in blocks[1] or "    also    wire.example states it" in blocks[1]
    assert "    state   only expected\n" in blocks[2]
    assert "3 dates, counted from " in err


async def test_within_leaves_out_what_is_further_off(here, capsys):
    assert watcher(here, "calendar", "--within", "30d") == 0

    out = capsys.readouterr().out
    assert day(SOON) in out
    assert day(FAR) not in out


async def test_one_json_object_a_line_says_all_of_it(here, capsys):
    assert watcher(here, "calendar", "--json", "--limit", "2") == 0

    out, err = capsys.readouterr()
    gone, soon = map(json.loads, out.splitlines())
    assert (gone["kind"], gone["state"], gone["days"]) == ("effective", "lapsed, unknown", -17)
    assert (soon["kind"], soon["last"], soon["days"], soon["sure"]) == ("expires", SOON.date().isoformat(), 10, True)
    assert [each["part"] for each in soon["evidence"]] == ["states", "states"]
    assert soon["evidence"][0]["sentence"].endswith(f"until {day(SOON)}.")
    assert "more than 2" in err


async def test_all_shows_what_was_moved_and_where_to(here, capsys):
    later = "MOFCOM extends the suspension of its export controls on holmium until 10 November 2031."
    here.now = NOW
    await here.publish("ministry", told("later", later, NOW))

    assert watcher(here, "calendar") == 0
    assert day(SOON) not in capsys.readouterr().out
    assert watcher(here, "calendar", "--all") == 0
    assert f"    state   moved: moved from {day(SOON)} to 10 November 2031" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--within", "a month"), 2, "--within: "),
        (("--within", "99999999w"), 2, "--within: "),
        (("--limit", "0"), 2, "--limit 0: must be 1 to 1,000"),
    ],
)
async def test_what_cannot_be_asked_is_refused(here, capsys, words, code, says):
    assert watcher(here, "calendar", *words) == code
    assert says in capsys.readouterr().err


async def test_why_shows_which_dates_an_article_states_and_the_reminders_clauses(here, capsys):
    ((link,),) = here.rows("select link from articles where title like 'The Commerce%'")

    assert watcher(here, "why", link) == 0

    out = capsys.readouterr().out
    gone = NOW - timedelta(days=17)
    assert f"  date        states takes effect {day(gone)} (lapsed, unknown; " in out
    assert f'                "The Commerce Department\'s tariff on gallium takes effect on {day(gone)}."' in out
    assert "RULE deadlines" in out
    assert "calendar: expires, effective, comment_close, deadline" in out
    assert "an article is no dated entry" not in out
    assert "no reminder falls" not in out

    assert watcher(here, "why", link, "--json") == 0
    (stated,) = json.loads(capsys.readouterr().out)["dates"]
    assert (stated["part"], stated["kind"]) == ("states", "effective")
