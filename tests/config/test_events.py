"""Recogniser files: what they may say, what is wrong with them and where, and that their own examples hold."""

from __future__ import annotations

import pytest

from tests.core.events.small import SMALL, named_in, read, reading, small
from watcher.config import data_dir
from watcher.config.events import read_recogniser_files
from watcher.config.events.examples import faults, problems_of
from watcher.config.lexicon.tables import read_inflections
from watcher.config.understanding import read_understander
from watcher.core.event_types import EVENT_TYPES
from watcher.core.events.recognise import trace
from watcher.core.facts.model import Facts

TYPE = """\
format: 1
events:
  - id: recall
    title: A product is recalled
    status: {ladder: [announced, completed], exits: [withdrawn]}
    acts:
      announced: {en: [recall, pull]}
    objects: {en: [batch, cheese]}
    examples:
      report: {announced: ["Dairy recalls a batch.", "Shop pulls cheese."]}
      mention: ["Last year.", "Long ago."]
      none: ["Cheese is good.", "He is here."]
"""


def problems(text, name="r.yaml"):
    """The problems of one file as they are printed."""
    _, found = read(text, name)
    return [f"{each.line}:{each.column} {each.code} {each.text}" for each in found]


def test_a_file_is_read():
    recognisers, found = read(TYPE)

    assert found == ()
    assert recognisers is not None
    assert recognisers.ids == ("recall",)
    assert recognisers.types[0].statuses == ("announced", "completed", "withdrawn", "rumoured", "denied")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "announced: {en: [recall",
            "anounced: {en: [recall",
            '7:7 R060 acts status "anounced" is neither on the ladder nor an exit, did you mean "announced"?',
        ),
        (
            "report: {announced",
            "report: {done",
            '10:16 R021 the type has no status "done"; it has announced, completed, withdrawn, rumoured, denied',
        ),
        ("    objects:", "    objcts:", '8:5 R006 unknown key "objcts" in an event type, did you mean "objects"?'),
        ("    title: A product is recalled\n", "", '3:5 R007 an event type has no "title"'),
        ("id: recall", "id: Re call", '3:9 R011 event "Re call": use a-z, 0-9, - and _, at most 60 characters'),
        ("[batch, cheese]", "[b*, cheese]", '8:20 R030 "*" needs 3 letters beside it'),
        ("[batch, cheese]", "[<chese>, cheese]", "8:20 R018 unknown list <chese>"),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    gap: far",
            '9:10 R008 "gap" must be a number from 0 to 40, not far',
        ),
        ("[batch, cheese]}", "[batch, cheese]}\n    fresh: 3 weeks", "9:12 R025"),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    report_in: [titel]",
            '9:17 R022 report_in: unknown "titel", did you mean "title"?',
        ),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    needs: actors",
            '9:12 R017 needs: unknown "actors", did you mean "actor"?',
        ),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    source_is_actor: maybe",
            '9:22 R008 "source_is_actor" must be true or false, not a text',
        ),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    scheduled: later",
            '9:16 R060 scheduled: unknown "later"; it is one of announced, completed, withdrawn',
        ),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    genres: [opinon]",
            '9:14 R017 genres: unknown "opinon", did you mean "opinion"?',
        ),
        (
            "[batch, cheese]}",
            "[batch, cheese]}\n    only_if: {wrods: [x]}",
            '9:15 R012 unknown kind "wrods" in only_if, did you mean "words"?',
        ),
        ("[batch, cheese]}", "[batch, cheese]}\n    only_if: {trust: [high]}", '9:23 R017 unknown trust "high"'),
        ("[batch, cheese]}", "[batch, cheese]}\n    only_if: {words: [xy], in: nowhere}", '9:32 R017 in is "nowhere"'),
        ('["Last year.", "Long ago."]', '["Last year."]', "11:16 R052 examples.mention: at least 2"),
        ("format: 1", "format: 2", "1:9 R005 format 2 is not one that this watcher knows (1)"),
        ("exits: [withdrawn]", "exits: [announced]", '5:54 R010 status "announced" is taken'),
        ("    acts:\n      announced: {en: [recall, pull]}\n", "", "3:5 R007 an event type has no acts"),
        (
            "format: 1",
            "format: 1\nevnts: []",
            '2:1 R006 unknown key "evnts" in a recogniser file, did you mean "events"?',
        ),
        ("    objects", "   objects", "R001"),
    ],
)
def test_a_fault_is_refused_with_its_place(old, new, expected):
    assert old in TYPE
    found = problems(TYPE.replace(old, new, 1))

    assert any(expected in each for each in found), found
    assert read(TYPE.replace(old, new, 1))[0] is None


def test_an_id_is_taken_once():
    _, found = read_recogniser_files([("a.yaml", TYPE.encode()), ("b.yaml", TYPE.encode())], None, {})

    assert [(each.file, each.code) for each in found] == [("b.yaml", "R010")]


def test_lists_open_each_in_its_language():
    text = TYPE.replace("[batch, cheese]", "[<goods>]").replace(
        "events:", "lists:\n  goods: {words: {en: [batch], de: [Charge], zh: [一批]}}\nevents:"
    )
    recognisers, _ = read(text)

    assert recognisers is not None
    assert [item.text for item in recognisers.types[0].objects] == ["batch"]


def test_a_list_of_all_languages_stands_under_any():
    text = TYPE.replace("objects: {en: [batch, cheese]}", "objects: {any: [<goods>]}").replace(
        "events:", "lists:\n  goods: {words: {en: [batch, cheese], de: [Charge]}}\nevents:"
    )
    recognisers, _ = read(text)

    assert recognisers is not None
    assert {(item.text, item.language) for item in recognisers.types[0].objects} == {
        ("batch", "en"),
        ("cheese", "en"),
        ("Charge", "de"),
    }


def test_rule_files_may_bring_types_of_their_own():
    text = TYPE.replace("format: 1\n", "format: 1\nrules: []\n")

    assert read(text)[0] is not None


def test_examples_that_are_read_otherwise_are_named():
    wrong = SMALL.replace('none: ["Exports of tin rose."', 'none: ["The ministry announces export controls on tin."')
    recognisers, _ = read(wrong)
    assert recognisers is not None

    found = [fault for type_, _, fault in faults(recognisers, _reader) if type_.id == "control"]

    assert len(found) == 1
    assert found[0].startswith("example is read as report (announced), expected none: ")
    assert [each.code for each in problems_of(recognisers, _reader)].count("R061") >= 1


def test_the_small_sets_own_examples_hold():
    found = [(type_.id, example.text) for type_, example, _ in faults(small(), _reader) if type_.id != "comment"]

    assert found == []


def _reader(article):
    return named_in(article), Facts()


def test_what_is_shipped_loads_and_reads_its_own_examples_as_they_say():
    understander, found = read_understander(data_dir())

    assert [each for each in found if each.level == "error"] == []
    assert understander is not None
    assert set(EVENT_TYPES) <= set(understander.recognisers.ids)
    assert [
        f"{each.file}:{each.line} {each.text}" for each in problems_of(understander.recognisers, understander.read)
    ] == []


def test_a_file_of_the_user_adds_a_type_of_another_industry():
    shared = data_dir() / "rules" / "events" / "shared.yaml"
    recognisers, _ = read_recogniser_files(
        [("shared.yaml", shared.read_bytes()), ("mine.yaml", TYPE.encode())], None, read_inflections(data_dir())
    )
    assert recognisers is not None

    account = trace(reading("Dairy recalls a batch of soft cheese"), recognisers, ()).account

    assert [event.type for event in account.reported] == ["recall"]
