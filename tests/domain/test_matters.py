"""Matters of the pack on the real documents: what moved them, what only speaks of them, and what is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

COLUMNS = "t.change, t.told, t.before, t.after, t.earlier, t.label, t.first_day, t.last_day, t.background, t.amounts"


@pytest.fixture(scope="module")
def ask(real):
    with closing(sqlite3.connect(f"{real.database.as_uri()}?mode=ro", uri=True)) as db:
        yield lambda query, *values: db.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def line(ask, real):
    """The time line of a matter: the name of the document, then its columns."""
    names = {read.article.id: name for name, read in real.every.items()}

    def of(matter):
        rows = ask(f"select t.article_id, {COLUMNS} from transitions t where t.matter = ? order by t.number", matter)
        return [(names[row[0]], *row[1:]) for row in rows]

    return of


def told(ask, rule):
    return ask("select count(*) from decisions d join alerts a on a.id = d.alert where a.rule = ? and d.change not in ('nothing_new', 'closed') and d.way = 'alert'", rule)[0][0]  # fmt: skip


def test_a_permit_granted_in_passing_moves_the_declared_matter_once(ask, line):
    [(name, change, status, before, after, earlier, _, first, last, background, _)] = line("stibnite-permit")

    assert (name, change, status, before, after, earlier) == ("B1", "status", "granted", "draft", "granted", 0)
    assert (first, last) == ("2025-05-19", "2025-05-25")
    assert background != ""
    assert told(ask, "stibnite-status") == 1


def test_a_bill_passed_by_the_house_is_not_enacted_and_its_committee_is_an_earlier_step(ask, line):
    entries = line("hr-4090")

    assert entries[0][:7] == ("R8", "status", "passed_house", None, "passed_house", 0, "")
    assert entries[0][7] == "2026-02-04"  # "on Wednesday" of an article of Thursday
    assert [each[:6] for each in entries[1:]] == [
        ("R8", "status", "committee_reported", "passed_house", "passed_house", 1)
    ]
    assert "224-195" in ask("select sentence from transitions where told = 'passed_house'")[0][0]
    assert "26\u201316" in ask("select sentence from transitions where earlier = 1 and matter = 'hr-4090'")[0][0]
    assert told(ask, "hr-4090-moves") == 1


def test_whispers_of_the_price_floor_are_noted_and_move_nothing(ask, line):
    entries = line("us-price-floor")

    assert [each for each in entries if each[2] == "abandoned"] == []
    assert entries[0][:7] == ("R24", "note", "rumoured", "proposed", "proposed", 0, "UNCONFIRMED")
    assert [(each[4], each[7]) for each in entries if each[1] == "status"] == [("announced", "2026-02-04")]
    assert [each[:3] for each in entries if each[0] == "R20"] == [("R20", "evidence", "proposed")]
    assert {"R11", "R4", "R2"} <= {each[0] for each in entries}
    assert {"R0", "R7", "R17", "R19", "R23"}.isdisjoint(each[0] for each in entries)
    assert told(ask, "us-price-floor-moves") == 1
    assert told(ask, "us-price-floor-notes") == 1


def test_one_programme_joins_loan_and_private_money_without_a_sum(ask, line):
    entries = line("project-vault")
    [(standing,)] = ask("select standing from matters where id = 'project-vault'")

    assert {"R12", "R11", "R10", "R0"} <= {each[0] for each in entries}
    assert "up to 10000000000 USD" in standing
    assert "2000000000 USD" in standing
    assert "22000000000" not in standing
    assert "24000000000" not in standing


def test_what_only_sounds_like_a_permit_tells_nothing_of_it(ask, line):
    spoke = {each[0] for each in line("stibnite-permit")}

    assert spoke.isdisjoint({"R5", "R8", "R12", "R19", "N1"})


def test_every_entry_carries_its_sentence_and_why(ask):
    assert ask("select count(*) from transitions where sentence = '' or why = '' or publisher = ''") == [(0,)]
    assert ask("select count(*) from transitions") != [(0,)]
