"""`watcher keys`, `links` and `recipients`: what signs, who reads us, who left a list."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.pipeline.world import CONFIG, world
from watcher.app.keys import new_subscription
from watcher.cli import main

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PUBLIC = CONFIG.replace("listen: null", 'listen: {public_url: "https://watch.example"}').replace(
    "  lab: {kind: file, path: lab.txt}",
    "  lab: {kind: email, smtp: {host: mx.desk.example}, from: w@desk.example, to: [anna@desk.example, ben@desk.example]}",
)


@pytest.fixture
async def folder(tmp_path):
    async with world(tmp_path, config=PUBLIC, seen=False):
        pass
    return tmp_path


@pytest.fixture
def run(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    def run(*words):
        capsys.readouterr()
        code = main(list(words))
        return code, *capsys.readouterr()

    return run


def test_keys_are_made_listed_and_rotated_and_never_shown(run):
    assert run("keys")[1] == "no key yet; one is made when the daemon starts with listen.public_url\n"

    first, second = run("keys", "rotate"), run("keys", "rotate")
    dropped = run("keys", "rotate", "--now")

    assert [len(each[1].splitlines()) for each in (first, second, dropped)] == [1, 2, 1]
    assert "signs" in second[1].splitlines()[0]
    assert "retired" in second[1].splitlines()[1]


def test_addresses_are_given_out_listed_and_revoked(run):
    code, given, said = run("links", "feed", "--of", "route:desk", "--for", "anna")
    listed = run("links")[1]
    id_ = listed.split()[0]

    assert code == 0
    assert [line.rpartition("/")[2] for line in given.splitlines()] == ["atom.xml", "feed.json"]
    assert given.startswith("https://watch.example/feed/")
    assert "feed of route:desk for anna" in said
    assert all(f"    {line}" in listed for line in given.splitlines())
    assert run("links", "revoke", id_)[0] == 0
    assert run("links", "revoke", id_)[0] == 1
    assert "revoked" in run("links")[1]
    assert run("links", "ics")[1].endswith("/dates.ics\n")
    assert run("links", "archive", "--of", "digest:weekly")[0] == 0


def test_an_id_that_begins_with_a_dash_is_taken_and_none_is_made(run, folder, monkeypatch):
    made = [new_subscription("feed", "", "anna", NOW).id for _ in range(300)]
    monkeypatch.setattr("watcher.app.keys.secrets.token_hex", lambda _: "-mnyoux0KaE7")
    run("links", "feed")
    monkeypatch.undo()
    monkeypatch.chdir(folder)

    assert all(each[0].isalnum() for each in made)
    assert run("links", "revoke", "-mnyoux0KaE7")[:2] == (0, "-mnyoux0KaE7: answered no more\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("links", "feed", "--of", "route:dsk"), 'there is no route "dsk", did you mean "desk"'),
        (("links", "feed", "--of", "weekly"), "write route:NAME or digest:NAME"),
        (("links", "archive", "--of", "route:desk"), "an archive takes digest:NAME"),
        (("links", "revoke"), "needs the ID"),
    ],
)
def test_what_cannot_be_given_out_is_refused(run, words, says):
    code, _, said = run(*words)

    assert code == 2
    assert says in said


def test_nothing_is_given_out_without_an_address(run, folder):
    (folder / "watcher.yaml").write_text(PUBLIC.replace("https://", "http://", 1), encoding="utf-8")

    code, _, said = run("links", "feed")
    checked = run("check", "--no-examples")

    assert code == 2
    assert "set listen.public_url to the https address" in said
    assert "warning[C041] listen.public_url: messages carry no links to act by" in checked[1]


def test_who_is_told_is_known_before_there_is_a_database(run, folder):
    for each in folder.glob("watcher.db*"):
        each.unlink()

    code, told, said = run("recipients")

    assert (code, said) == (0, "")
    assert "anna@desk.example  sent" in told


def test_who_is_told_what_and_who_left_it(run):
    before = run("recipients")[1]
    left = run("recipients", "--unsubscribe", "anna@desk.example", "--list", "digest:weekly")
    gone = run("recipients", "--gone", "--json")[1]
    back = run("recipients", "--resubscribe", "anna@desk.example")
    again = run("recipients", "--resubscribe", "anna@desk.example")

    assert "digest:weekly  lab  anna@desk.example  sent" in before
    assert left[1] == "digest:weekly  lab  anna@desk.example  unsubscribed\n"
    assert [(each["recipient"], each["list"]) for each in map(json.loads, gone.splitlines())] == [
        ("anna@desk.example", "digest:weekly")
    ]
    assert (back[0], again[0]) == (0, 1)
    assert "unsubscribed" not in run("recipients")[1]


def test_who_left_a_list_can_be_kept_away_from_another_by_hand(run):
    run("recipients", "--unsubscribe", "anna@desk.example", "--list", "digest:weekly")
    lists = {line.split()[0] for line in run("recipients")[1].splitlines()} - {"digest:weekly"}
    other = min(lists)

    kept = run("recipients", "--renamed", "digest:weekly", other)
    again = run("recipients", "--renamed", "digest:weekly", other)
    unknown = run("recipients", "--renamed", "digest:weekly", "digest:weakly")

    assert kept[:2] == (0, f"{other}  lab  anna@desk.example  unsubscribed\n")
    assert (again[0], unknown[0]) == (1, 1)
    assert 'did you mean "digest:weekly"?' in unknown[2]
    run("recipients", "--resubscribe", "anna@desk.example")
