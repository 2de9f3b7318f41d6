"""The lexicon's tables: what is shipped is sound, and every fault in one comes back with its place."""

from __future__ import annotations

import shutil

import pytest

from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon, read_publishers
from watcher.core.model import Trust


def table(folder, name, text):
    path = folder / "rules" / "lexicon" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return folder


def test_what_is_shipped_is_sound():
    lexicon, problems = read_lexicon(data_dir())

    assert problems == ()
    assert lexicon is not None
    assert lexicon.publishers.find("www.meti.go.jp").name == "Japan's Ministry of Economy Trade and Industry"
    assert {publisher.trust for publisher in lexicon.publishers.hosts.values()} == set(Trust) - {Trust.UNKNOWN}


@pytest.mark.parametrize(
    ("host", "trust"),
    [
        ("www.federalregister.gov", Trust.AUTHORITY),
        ("single-market-economy.ec.europa.eu", Trust.AUTHORITY),
        ("www.globenewswire.com", Trust.COMPANY),
        ("www.reuters.com", Trust.WIRE),
        ("news.metal.com", Trust.TRADE_PRESS),
        ("news.google.com", Trust.AGGREGATOR),
        ("www.networknewswire.com", Trust.PROMOTION),
    ],
)
def test_publishers_have_the_trust_that_their_word_deserves(host, trust):
    publishers, _ = read_publishers(data_dir())

    assert publishers.find(host).trust is trust


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  a.example: {name: A, trust: wires}", '4:31 error[R017] trust is "wires"; allowed: authority, company'),
        ("  a.example: {name: A, trust: unknown}", "4:31 error[R017]"),
        ("  a.example: {name: A}", '4:14 error[R007] a publisher has no "trust"'),
        ("  a.example: {name: '', trust: wire}", '4:21 error[R016] "name" is empty'),
        ("  a.example: {name: A, trust: wire, tier: 1}", '4:37 error[R006] unknown key "tier"'),
        ("  a.example: A", "4:14 error[R008] a publisher must be a mapping"),
        ("  https://a.example: {name: A, trust: wire}", "4:3 error[R011]"),
        ("  a.example/news: {name: A, trust: wire}", "4:3 error[R011]"),
        ("  www.a.example: {name: A, trust: wire}", '4:3 error[R011] host "www.a.example": leave out "www."'),
        ("  A.example: {name: A, trust: wire}", "4:3 error[R011]"),
        ("  localhost: {name: A, trust: wire}", '4:3 error[R011] "localhost" is no host'),
        ("  a..example: {name: A, trust: wire}", "4:3 error[R011]"),
    ],
)
def test_a_fault_in_the_publishers_has_its_place(tmp_path, line, said):
    folder = table(tmp_path, "publishers.yaml", f"# table\nformat: 1\npublishers:\n{line}\n")

    publishers, problems = read_publishers(folder)

    assert publishers is None
    assert str(problems[0]).startswith(f"rules/lexicon/publishers.yaml:{said}")


def test_all_faults_are_told_at_once(tmp_path):
    folder = table(tmp_path, "publishers.yaml", "publishers:\n  a: {trust: x}\n  b.example: 7\n")

    _, problems = read_publishers(folder)

    assert [problem.code for problem in problems] == ["R007", "R011", "R007", "R017", "R008"]


@pytest.mark.parametrize("text", ["", "7", "publishers: [", "format: 2\npublishers: {}", "format: 1\npublishers: [a]"])
def test_a_table_of_another_shape_is_refused(tmp_path, text):
    publishers, problems = read_publishers(table(tmp_path, "publishers.yaml", text))

    assert publishers is None
    assert problems


def test_a_lexicon_with_a_table_missing_says_so_and_does_not_raise(tmp_path):
    shutil.copytree(data_dir() / "rules" / "lexicon" / "inflection", tmp_path / "rules" / "lexicon" / "inflection")

    lexicon, problems = read_lexicon(tmp_path)

    assert lexicon is None
    assert [str(problem) for problem in problems] == [
        "rules/lexicon/publishers.yaml error[R001] can't be read: No such file or directory"
    ]


def test_a_broken_table_of_word_forms_is_a_problem_too(tmp_path):
    table(tmp_path, "publishers.yaml", "format: 1\npublishers: {}\n")
    table(tmp_path, "inflection/en.yaml", "[1, 2]\n")

    lexicon, problems = read_lexicon(tmp_path)

    assert lexicon is None
    assert problems[0].file == "rules/lexicon/inflection/en.yaml"
