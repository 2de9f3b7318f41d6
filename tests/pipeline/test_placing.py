"""What finding an article's story costs the store: few statements, each word asked for once a turn, and few words."""

from __future__ import annotations

import random
import re

from tests.core.stories.make import NOW, make_story
from tests.stores.make import fresh
from watcher.pipeline.taking_in.placing import Stories
from watcher.stores.sqlite import SqliteTurn

WORDS = [f"{one}{two}{three}" for one in "bdfgk" for two in "aeiou" for three in ("lman", "rtov", "mbil", "ndir")]


def test_an_article_is_placed_by_three_statements_and_its_words_are_asked_for_once(tmp_path):
    chance = random.Random(5)
    turn = SqliteTurn(fresh(tmp_path / "w.db"))
    stories = Stories(turn, [], NOW)
    asked: list[str] = []
    turn.db.set_trace_callback(asked.append)

    for number in range(20):
        body = ". ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() for _ in range(40))
        stories.decide(make_story(f"Report {number} of the day", body, days=number / 100))

    assert len(asked) <= 3 * 20
    words = [word for each in asked if "story_words" in each for word in re.findall(r"\d{4,}", each)]
    assert len(words) == len(set(words)) <= len(WORDS) + 20
    turn.db.close()
