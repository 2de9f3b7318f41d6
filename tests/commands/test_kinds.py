from __future__ import annotations

import json

import pytest

import watcher.channels
import watcher.conditions
import watcher.sources
from watcher.cli import main
from watcher.core.event_types import EVENT_TYPES

TABLES = {
    "sources": watcher.sources.KINDS,
    "conditions": watcher.conditions.KINDS,
    "channels": watcher.channels.KINDS,
}


def test_every_kind_and_option_is_listed_with_a_sentence(capsys):
    assert main(["kinds", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert {family: set(kinds) for family, kinds in found.items()} == {
        family: set(table) for family, table in TABLES.items()
    }
    options = [option for kinds in found.values() for listed in kinds.values() for option in listed]
    assert all(option["description"] and option["type"] for option in options)
    email = {option["name"]: option for option in found["channels"]["email"]}
    assert email["from"]["required"]
    assert email["smtp.security"]["type"] == "starttls, tls or none"
    assert email["smtp.password"]["type"] == "secret text"
    assert found["conditions"]["words"][-1] | {"description": ""} == {
        "name": "in",
        "type": "text or list of text",
        "required": False,
        "default": ["news"],
        "description": "",
    }


@pytest.mark.parametrize("word", ["sources", "conditions", "channels", "feed", "words", "email", "stdout"])
def test_one_kind_or_family_is_shown_alone(word, capsys):
    assert main(["kinds", word]) == 0

    said = capsys.readouterr().out
    assert said.count("\n") > 3
    assert ("CONDITIONS" in said) == (word in {"conditions", "words"})


def test_what_every_source_takes_is_shown_with_its_defaults(capsys):
    main(["kinds", "sources"])

    said = capsys.readouterr().out
    assert "every: duration, auto or block, default 15m" in said
    assert "trust: authority, company, wire, trade_press, aggregator, promotion or unknown, default unknown" in said
    assert "url: text, required" in said


def test_event_types_are_listed_with_title_ladder_and_exits(capsys):
    assert main(["kinds", "export_control"]) == 0
    said = capsys.readouterr().out
    assert "export_control: A state controls, eases or suspends exports" in said
    assert "ladder: proposed, announced, in_force\n    exits: eased, suspended, extended, expired, revoked" in said
    assert "legislation" not in said

    assert main(["kinds", "events", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["events"]
    assert set(found) == set(EVENT_TYPES)
    assert found["commentary"] == {
        "title": "An opinion, a profile or a promotion",
        "ladder": ["published"],
        "exits": [],
    }


def test_a_mistyped_event_type_is_hinted_at(capsys):
    assert main(["kinds", "export_contrl"]) == 2
    assert 'did you mean "export_control"?' in capsys.readouterr().err


def test_an_unknown_kind_is_hinted_at(capsys):
    assert main(["kinds", "emial"]) == 2
    assert 'unknown kind "emial", did you mean "email"?' in capsys.readouterr().err


def test_a_name_is_looked_up(capsys):
    assert main(["kinds", "names", "lynas rare"]) == 0
    assert capsys.readouterr().out == "lynas: Lynas Rare Earths; organisation, company, AU\n"

    assert main(["kinds", "names", "lynas rare", "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["names"]] == ["lynas"]


@pytest.mark.parametrize(("words", "code"), [(["names"], 2), (["feed", "lynas"], 2), (["names", "no such thing"], 1)])
def test_a_name_that_is_not_there_is_said_to_be_so(words, code, capsys):
    assert main(["kinds", *words]) == code
    assert capsys.readouterr().err.startswith("kinds: ")
