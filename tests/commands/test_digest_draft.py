from __future__ import annotations

import asyncio
import json
import re

import pytest

from tests.pipeline.test_drafts import APPROVED, FRIDAY, TITLES, three
from tests.pipeline.world import world
from watcher.cli import main


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path, config=APPROVED) as made:
        await three(made)
        made.now = FRIDAY
        await made.issue()
        yield made


@pytest.fixture
def said(here, capsys):
    """Run `watcher digest weekly ...`: its code and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        code = main(["--config", str(here.folder / "watcher.yaml"), "digest", "weekly", *words])
        found = capsys.readouterr()
        return code, found.out + found.err

    return run


def order(text: str) -> list[str]:
    return re.findall(r"(?m)^ {0,2}\d+  (.+)$", text)


async def test_a_draft_is_listed_edited_and_sent_once(here, said):
    code, listed = said("--draft")
    assert code == 0
    assert listed.startswith("draft 2026-W10: 3 stories; needs approval, asked for by 2026-03-06 17:00 UTC\n")
    ranked = order(listed)
    assert sorted(ranked) == sorted(TITLES)

    assert said("--pin", "3", "--author", "ada") == (0, f"2026-W10: pinned: {ranked[2]}; it is number 1 of 3 now\n")
    assert said("--move", "3", "2")[1] == f"2026-W10: moved: {ranked[1]}; it is number 2 of 3 now\n"
    assert said("--drop", "3", "--reason", "told elsewhere")[1] == f"2026-W10: dropped: {ranked[0]}\n"
    assert said("--reword", "2", "Boeing bans tin") == (
        1,
        "digest weekly: “Boeing”: in no article of this story; strike it, or write it as they do\n",
    )
    assert said("--reword", "2", "An export ban")[1].startswith(f"2026-W10: reworded: {ranked[1]}")

    _, listed = said("--draft")
    assert order(listed) == [ranked[2], f"An export ban (was: {ranked[1]})", ranked[0]]
    assert f"ada pinned {ranked[2]}" in listed
    assert "dropped" in listed
    assert ": told elsewhere" in listed
    assert said("--put-back", "3")[1].startswith(f"2026-W10: put back: {ranked[0]}; it is number ")
    plain = json.loads(said("--draft", "--json")[1])
    assert [each["pinned"] for each in plain["stories"]] == [True, False, False]
    assert said("--discard-edits")[0] == 0
    assert order(said("--draft")[1]) == ranked

    assert said("--approve", "--reason", "read")[1].startswith("2026-W10 is issued, 3 stories, to lab, once;")
    assert said("--approve")[0] == 1
    assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]
    assert "2026-W10  issued " in said("--list")[1]


async def test_a_draft_shows_wherever_one_looks_and_stays_whole(here, said, capsys):
    assert "draft 2026-W10: 3 stories; needs approval" in said()[1]
    assert json.loads(said("--json")[1])["draft"] == "2026-W10"
    assert said("--preview", str(here.folder / "look"))[1].count("at length") == 4
    main(["--config", str(here.folder / "watcher.yaml"), "status"])
    assert (
        "weekly  no issue yet, 3 changes wait, draft of 2026-W10: watcher digest weekly --draft"
        in capsys.readouterr().out
    )
    assert said("--drop", "--reason", "all")[1].startswith("digest weekly: there is a draft; name the story")
    assert said("--move", "1", "2", "3")[0] == 2
    for words in (("--pin", "9"), ("--pin", "s-none"), ("--move", "1", "none")):
        assert said(*words)[0] == 1
    assert said("--hold")[1] == "2026-W10 is held back; `watcher digest weekly --approve` sends it\n"
    assert "waits until it is approved" in said("--draft")[1]


async def test_what_is_out_is_said_to_be_with_when_and_who_approved_it(here, said):
    assert said("--approve", "--author", "ada", "--reason", "read")[0] == 0

    for asked in ("--approve", "--draft"):
        code, words = said(asked)
        assert code == 1
        assert re.fullmatch(
            r"digest weekly: issue 2026-W10 is out since 20\d\d-\d\d-\d\d \d\d:\d\d UTC; there is no draft\n", words
        )
    (listed,) = json.loads(said("--list", "--json")[1])
    assert (listed["decided"], listed["approved_by"]) == ("approved by ada: read", "ada")


async def test_of_two_who_approve_at_once_one_sends_it(here, said):
    codes = await asyncio.gather(*(asyncio.to_thread(said, "--approve") for _ in range(3)))

    assert sorted(code for code, _ in codes) == [0, 1, 1]
    assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]
    assert here.rows("select count(*) from issue_edits where kind = 'approve'") == [(1,)]


async def test_one_number_for_a_story_wherever_it_is_listed(here, said):
    ranked = order(said("--draft")[1])
    assert said("--brief", "1")[1].endswith("; it is number 3 of 3 now\n")
    printed = [*ranked[1:], ranked[0]]
    assert order(said("--draft")[1]) == printed

    places = [line for line in said("--preview", str(here.folder / "look"))[1].splitlines() if line[2:3].isdigit()]
    assert [title in line for title, line in zip(printed, places, strict=True)] == [True] * 3
    read = (here.folder / "look.txt").read_text("utf-8")
    assert [read.index(f"{number}. {title}") > 0 for number, title in enumerate(printed[:2], start=1)] == [True] * 2
    assert said("--move", "2", "1")[1].endswith("; it is number 1 of 3 now\n")
    assert order(said("--draft")[1]) == [printed[1], printed[0], printed[2]]
    assert said("--drop", "3")[1] == f"2026-W10: dropped: {ranked[0]}\n"


async def test_a_preview_lists_a_story_under_the_headline_that_it_writes(here, said):
    said("--reword", "1", "Export ban, in short")
    listed = said("--preview", str(here.folder / "look"))[1]

    assert "  1  at length  Export ban, in short: under " in listed
    assert "1. Export ban, in short" in (here.folder / "look.txt").read_text("utf-8")


async def test_an_empty_story_is_no_word_for_all_that_waits(here, said):
    for name in ("", " "):
        code, words = said("--drop", name, "--reason", "told last week")
        assert (code, words) == (2, "digest --drop: STORY is empty; without any, all that waits is taken out\n")
    assert said("--drop", "--reason", "all")[1] == (
        "digest weekly: there is a draft; name the story of it, as `--draft` lists them\n"
    )
    assert here.rows("select count(*) from digest_queue") == [(3,)]


@pytest.mark.parametrize(("words", "left"), [(("--move", "friday"), 3), (("--drop", "--reason", "gone"), 0)])
async def test_a_digest_that_is_no_more_takes_its_draft_along(here, said, words, left):
    (here.folder / "watcher.yaml").write_text(APPROVED.replace("  weekly: {", "  friday: {"), encoding="utf-8")

    code, told = said(*words, "--author", "ada")

    assert (code, told) == (0, f"digest weekly: 3 changes were {'moved to friday' if left else 'dropped'}\n")
    decided = "moved to digest friday by ada" if left else "dropped by ada: gone"
    assert here.rows("select digest, state, decided from issues") == [("weekly", "skipped", decided)]
    assert here.rows("select count(*) from digest_queue where digest = 'friday'") == [(left,)]
    assert here.rows("select count(*) from digest_queue where digest = 'weekly'") == [(0,)]
