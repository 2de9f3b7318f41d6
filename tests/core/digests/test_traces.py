"""Nothing in an issue is invented: every sentence is a stretch of a stored text, and what is not goes."""

from __future__ import annotations

from dataclasses import replace

from tests.make import make_digest_message, make_queued_story
from watcher.core.digests.composing import compose
from watcher.core.digests.traces import only_traced, untraced
from watcher.core.telling.messages import DigestMessage, DigestSection, Trace

QUEUED = make_queued_story(1, article="a-1", revision=1)
TEXTS = {("a-1", 1): QUEUED.text}


def issue(**changes) -> DigestMessage:
    (story,) = compose([QUEUED]).sections[0].stories
    section = DigestSection(topic="export_control", title="Export control", stories=(replace(story, **changes),))
    return make_digest_message(sections=(section,), brief=(), updates=())


def test_what_is_composed_can_be_traced():
    assert untraced(issue(), TEXTS) == ()
    assert only_traced(issue(), TEXTS) == issue()


def test_a_planted_name_is_refused_and_left_out():
    planted = issue(sentences=("Orcadia Metals said on Thursday that exporters need a licence from 1 March.",))

    (found,) = untraced(planted, TEXTS)

    assert "Orcadia" in found.words
    assert "says something else" in found.why
    assert "Orcadia" not in str(only_traced(planted, TEXTS))


def test_a_sentence_without_a_place_is_refused():
    story = issue().sections[0].stories[0]
    more = issue(sentences=(*story.sentences, "Nobody said so."))

    assert [each.why for each in untraced(more, TEXTS)] == ["names no place in a text"]


def test_a_planted_headline_gives_way_to_the_articles_own_words():
    planted = issue(headline="Orcadia wins")

    kept = only_traced(planted, TEXTS).sections[0].stories[0]

    assert kept.headline in QUEUED.text


def test_a_headline_that_an_editor_worded_stands_by_his_word():
    story = issue().sections[0].stories[0]
    worded = issue(headline="Antimony needs a licence", reworded=True, traces=story.traces[1:])

    assert untraced(worded, TEXTS) == ()


def test_a_text_that_is_not_stored_proves_nothing():
    assert {each.why for each in untraced(issue(), {})} == {"article a-1 is not stored"}


def test_a_place_beyond_the_text_proves_nothing():
    story = issue().sections[0].stories[0]
    moved = issue(traces=(story.traces[0], *(replace(each, start=each.start + 1) for each in story.traces[1:])))

    assert len(untraced(moved, TEXTS)) == len(story.sentences)
    assert untraced(issue(traces=(Trace(article="a-1", revision=2, start=0, end=4), *story.traces[1:])), TEXTS)


def test_a_title_that_does_not_stand_in_the_text_proves_nothing():
    queued = make_queued_story(1, article="a-1", revision=1, title="Another headline")
    (story,) = compose([queued]).sections[0].stories
    message = make_digest_message(
        sections=(DigestSection(topic="x", title="X", stories=(story,)),), brief=(), updates=()
    )

    assert [each.words for each in untraced(message, TEXTS)] == ["Another headline"]
    assert only_traced(message, TEXTS).sections[0].stories[0].headline == story.sentences[0]
