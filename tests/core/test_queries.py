"""The one-line query language: grammar, faults with columns, judging alerts, plans for a search."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import Severity, SourceId, Trust, Zone
from watcher.core.queries import (
    AlertView,
    Join,
    Names,
    alert_kinds,
    long_form,
    matches,
    parse_query,
    search_kinds,
    to_search,
)
from watcher.core.queries.plan import ColumnFilter, Phrase, TextFilter, TimeFilter
from watcher.core.text.reading import Reading

NAMES = Names(
    rules=["cn-controls", "cn-tariffs", "suppliers"], routes=["desk"], sources=["reex", "fr_bis"], lists=["curbs"]
)
SEARCH = search_kinds(NAMES)
ALERTS = alert_kinds(NAMES)
CASES = json.loads((Path(__file__).parent / "data" / "queries.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["reads"], ids=lambda case: case["query"])
def test_a_query_means_the_condition_it_stands_for(case):
    query, problems = parse_query(case["query"], SEARCH)

    assert [str(problem) for problem in problems] == []
    assert query is not None
    assert long_form(query.root) == case["means"]


@pytest.mark.parametrize("case", CASES["refuses"], ids=lambda case: case["query"][:40])
def test_a_faulty_query_names_every_fault_with_its_column(case):
    query, problems = parse_query(case["query"], ALERTS if case.get("place") == "alert" else SEARCH)

    assert query is None
    assert [str(problem) for problem in problems] == case["says"]


def test_a_query_of_endless_brackets_is_refused_once():
    query, problems = parse_query("(" * 9_000, SEARCH)

    assert query is None
    assert [problem.code for problem in problems] == ["R003"]


def test_a_query_longer_than_anybody_types_is_refused():
    assert parse_query("a" * 10_001, SEARCH)[1][0].code == "R003"


@given(st.text(alphabet=st.one_of(st.sampled_from('ab:,-()[]<>" \n*='), st.characters()), max_size=60))
def test_reading_a_query_never_raises_and_always_answers(text):
    query, problems = parse_query(text, SEARCH)

    assert (query is None) == bool(problems)
    assert all(1 <= (problem.column or 0) <= len(text) + 1 for problem in problems)
    if query:
        to_search(query)
        long_form(query.root)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "or",
                "-",
                "(",
                ")",
                "[",
                "]",
                "in:",
                "title",
                "same:",
                "sentence",
                "source:",
                "reex",
                ",",
                '"x y"',
                "<curbs>",
                ":",
            ]
        ),
        max_size=14,
    )
)
def test_pieces_of_the_grammar_in_any_order_never_raise(pieces):
    query, problems = parse_query(" ".join(pieces), SEARCH)

    assert (query is None) == bool(problems)


@pytest.mark.parametrize("name", ["naughty_strings.json", "fts5_queries.json"])
def test_hostile_text_is_read_or_refused_with_a_plain_message(shared, name):
    rows = json.loads((shared / "hostile" / name).read_text("utf-8"))
    texts = [row["q"] if isinstance(row, dict) else row for row in rows]

    for text in texts:
        query, problems = parse_query(text, SEARCH)
        assert (query is None) == bool(problems), text
        if query:
            to_search(query)


def _view(**changes):
    reading = Reading(text="Ban on gallium", zones=(), language="en", source=SourceId("reex"), trust=Trust.WIRE)
    base = {
        "rule": "cn-controls",
        "severity": Severity.URGENT,
        "source": "reex",
        "trust": Trust.WIRE,
        "event_type": "export_control",
        "language": "en",
        "state": "open",
        "story": "s1",
        "event_time": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "reading": reading,
    }
    return AlertView(**(base | changes))


def _says(node, reading):
    """A stand-in for the conditions: every word of the clause occurs."""
    if isinstance(node, Join):
        return all(_says(child, reading) for child in node.all)
    return any(value.lower() in reading.text.lower() for value in node.values)


@pytest.mark.parametrize(
    ("text", "fits", "why"),
    [
        ("", True, ""),
        ("severity:urgent", True, ""),
        ("severity:notice,warning", False, "severity: urgent is not notice or warning"),
        ("rule:cn-*", True, ""),
        ("rule:cn-tariffs", False, "rule: cn-controls is not cn-tariffs"),
        ("event:any", True, ""),
        ("event:export_control,entity_listing severity:urgent", True, ""),
        ("-source:reex", False, "-source: reex holds"),
        ("-source:fr_bis", True, ""),
        ("trust:authority or severity:urgent", True, ""),
        ("trust:authority or severity:notice", False, "trust: wire is not authority; severity: urgent is not notice"),
        ("gallium", True, ""),
        ("antimony", False, "words: antimony: not in the text"),
        ("(ban gallium)[same:sentence]", True, ""),
        ("(ban antimony)[same:sentence]", False, "(words: ban words: antimony): not in the text"),
        ("route:desk", False, "route: unknown is not desk"),
    ],
)
def test_an_alert_fits_a_query_or_the_deciding_clause_is_told(text, fits, why):
    query, problems = parse_query(text, ALERTS)

    assert problems == ()
    assert query is not None
    assert matches(query, _view(), _says) == (fits, why)


@pytest.mark.parametrize("noise", ["corporate_admin", "commentary", None])
def test_any_event_leaves_noise_out(noise):
    query, _ = parse_query("event:any", ALERTS)
    assert query is not None

    assert matches(query, _view(event_type=noise), _says)[0] is False


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("after:2026-03-01", True),
        ("after:2026-03-02", False),
        ("before:2026-03-02", True),
        ("before:2026-03-01", False),
    ],
)
def test_after_takes_the_day_itself_and_before_does_not(text, fits):
    query, _ = parse_query(text, SEARCH)
    assert query is not None

    assert matches(query, _view(), _says)[0] is fits
    assert matches(query, _view(event_time=None), _says)[0] is False


def test_a_text_clause_without_a_text_does_not_hold_and_says_so():
    query, _ = parse_query("gallium", ALERTS)
    assert query is not None

    assert matches(query, _view(reading=None), _says) == (False, "words: gallium: no text to look in")


def test_a_search_becomes_phrases_and_filters_a_store_can_answer():
    query, _ = parse_query('"Export-Ban" stockpil* =REE[in:top] source:fr_* after:2026-01-01', SEARCH)
    assert query is not None

    plan = to_search(query).root

    assert plan.all == (
        TextFilter(phrases=(Phrase(text="export ban"),)),
        TextFilter(phrases=(Phrase(text="stockpil", begins=True),)),
        TextFilter(phrases=(Phrase(text="ree", exact="REE"),), zones=(Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD)),
        ColumnFilter(column="source", values=("fr_*",), globs=True),
        TimeFilter(side="after", moment=datetime(2026, 1, 1, tzinfo=UTC)),
    )


def test_a_list_is_refused_where_nobody_knows_what_it_holds():
    _, problems = parse_query("<curbs> source:<wires>", alert_kinds(Names()))

    assert [(problem.column, problem.code) for problem in problems] == [(1, "R018"), (16, "R018")]


def test_a_search_takes_named_lists_apart():
    query, _ = parse_query("<curbs>", SEARCH)
    assert query is not None

    plan = to_search(query, {"curbs": ("export ban", "出口管制")}).root

    assert plan == TextFilter(phrases=(Phrase(text="export ban"), Phrase(text="出口管制")))
