"""Keyed tables: what is read of them, and every answer that is refused."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, URL, document
from watcher.core.articles.drafts import row_digest
from watcher.core.errors import ParseError
from watcher.core.model import Parsed, SourceState
from watcher.sources.table import Table
from watcher.sources.tables.options import TableOptions

FAST41 = {
    "key": ["project_id", "action_id", "milestone_id"],
    "watch": ["project_field_project_status", "action_status", "action_milestone_complete"],
    "label": ["project_title", "action_milestone_name"],
    "guard": {"min_rows": "80% of last"},
}
"""Shaped like a permitting dashboard: flat objects of texts, empty ones left out."""
LIST = {"items": "results", "key": "id", "watch": ["name", "source", "federal_register_notice"]}
"""Shaped like a screening list: one number names several rows, another column each one."""


def table(**options: object) -> Table:
    return Table(TableOptions.model_validate({"url": URL, **options}))


def milestone(project: int, number: int, **changes: str | None) -> dict[str, object]:
    row: dict[str, object] = {
        "project_id": str(project),
        "project_title": "Graphite Ridge" if project == 1 else f"Project {project}",
        "project_field_project_status": "In Progress",
        "project_url": {"url": f"https://permits.example/{project}"},
        "action_id": "11",
        "action_status": "Planned",
        "milestone_id": str(number),
        "action_milestone_name": f"Decision {number}",
        "action_milestone_complete": "No",
        "last_data_fetched": "2026-02-06",
    }
    row.update(changes)
    return {name: value for name, value in row.items() if value is not None}


MILESTONES = [milestone(project, number) for project in (1, 2) for number in range(5)]


def parsed(rows: object, state: SourceState | None = None, **options: object) -> Parsed:
    return table(**{**FAST41, **options}).parse(document(json.dumps(rows)), state or SourceState())


def refused(rows: object, state: SourceState | None = None, **options: object) -> str:
    with pytest.raises(ParseError) as caught:
        parsed(rows, state, **options)
    return str(caught.value)


def digests(found: Parsed) -> dict[str, str]:
    return {row.key: row_digest(row) for row in found.rows}


def test_a_row_has_a_key_a_label_what_counts_and_what_is_shown():
    found = parsed(MILESTONES, link="project_url.url")

    row = found.rows[0]
    assert (row.key, row.label) == ("1|11|0", "Graphite Ridge – Decision 0")
    assert row.fields == (
        ("project_field_project_status", "In Progress"),
        ("action_status", "Planned"),
        ("action_milestone_complete", "No"),
    )
    assert ("last_data_fetched", "2026-02-06") in row.shown
    assert row.link == "https://permits.example/1"
    assert (found.whole, found.cursor, len(found.rows)) == (True, {"rows": 10}, 10)


def test_another_order_and_other_columns_are_the_same_table():
    shuffled = [dict(reversed(row.items())) | {"last_data_fetched": "2026-02-07"} for row in reversed(MILESTONES)]

    assert digests(parsed(shuffled)) == digests(parsed(MILESTONES))


def test_a_change_in_a_column_that_counts_is_another_row():
    changed = [milestone(1, 0, action_status="In Progress"), *MILESTONES[1:]]

    before, after = digests(parsed(MILESTONES)), digests(parsed(changed))

    assert [key for key in before if before[key] != after[key]] == ["1|11|0"]


def test_a_key_that_a_server_leaves_out_is_an_empty_value():
    rows = [milestone(1, 0, action_milestone_complete=None), *MILESTONES[1:]]

    assert [name for name, _ in parsed(rows).rows[0].fields] == ["project_field_project_status", "action_status"]


def test_rows_repeated_for_other_columns_are_read_once():
    rows = [*MILESTONES, milestone(1, 0, county="Ore County"), milestone(1, 1, county="Ore County")]

    found = parsed(rows)

    assert len(found.rows) == 10
    assert found.warnings == ("2 rows repeat the key and the values of another; each is read once",)


def test_one_key_for_two_different_rows_is_refused():
    said = refused([*MILESTONES, milestone(1, 0, action_status="Complete")])

    assert 'two rows carry the key "1|11|0", with action_status "Planned" and "Complete"' in said


@pytest.mark.parametrize(("rows", "right"), [(8, True), (7, False), (0, False)])
def test_a_truncated_answer_is_refused(rows, right):
    state = SourceState(cursor={"rows": 10})

    if right:
        assert len(parsed(MILESTONES[:rows], state).rows) == rows
    else:
        assert f"{rows} rows came, 8 or more (80% of last: 10) were due" in refused(MILESTONES[:rows], state)


@pytest.mark.parametrize(
    ("last", "rows", "right"), [(10, 5, True), (10, 4, False), (9, 1, True), (9, 0, False), (0, 0, True)]
)
def test_without_a_guard_half_of_ten_or_more_rows_must_come(last, rows, right):
    state = SourceState(cursor={"rows": last})

    if right:
        assert parsed(MILESTONES[:rows], state, guard=None).whole
    else:
        assert "rows came" in refused(MILESTONES[:rows], state, guard=None)


def test_a_guard_may_be_a_number():
    assert "10 rows came, 25,000 or more were due" in refused(MILESTONES, guard={"min_rows": 25_000})


@pytest.mark.parametrize("wrong", ["80%", "many", -1, True, "0% of last", "120% of last"])
def test_a_guard_that_says_nothing_is_refused(wrong):
    with pytest.raises(ValidationError, match="write 100, or"):
        TableOptions.model_validate({"url": URL, **FAST41, "guard": {"min_rows": wrong}})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"key": "projct_id"}, 'no column "projct_id", did you mean "project_id"? columns: action_id,'),
        ({"watch": ["acton_status"]}, 'no column "acton_status", did you mean "action_status"?'),
        ({"label": "titel"}, 'no column "titel"'),
        ({"where": {"project_titel": "*"}}, 'no column "project_titel", did you mean "project_title"?'),
        ({"items": "result"}, 'nothing lies at "result": the reply is a list of 10'),
    ],
)
def test_a_mistyped_column_is_told_with_those_that_are(options, said):
    assert said in refused(MILESTONES, **options)


def test_only_rows_that_fit_are_read():
    found = parsed(MILESTONES, where={"project_title": ["graphite*", "*lithium*"], "milestone_id": "[01]"})

    assert [row.key for row in found.rows] == ["1|11|0", "1|11|1"]
    assert found.cursor == {"rows": 10}, "the guard counts what came, not what fits"


def test_a_screening_list_is_known_by_what_is_unique():
    rows = [
        {
            "id": f"n{n}",
            "entity_number": 7,
            "name": f"Trading House {n}",
            "source": "Entity List",
            "alt_names": ["A", "B"],
        }
        for n in range(3)
    ]
    for row in rows:
        row["federal_register_notice"] = "90 FR 1"
    source = table(**LIST)

    before = source.parse(document(json.dumps({"results": rows})), SourceState())
    for n, row in enumerate(reversed(rows)):
        row["entity_number"] = 100 + n
    after = source.parse(document(json.dumps({"results": rows})), SourceState())

    assert digests(before) == digests(after)
    assert dict(before.rows[0].shown)["alt_names"] == "A; B"
    assert before.rows[0].label == "Trading House 0"


CSV = "Published by us\n\nId;Name;Status\n1;North mine;Planned\n2;South mine;Open\n\n"
HTML = """<!doctype html><table><tr><td>menu</td></tr></table><table><caption>Projects</caption>
<tr><th rowspan=2>Id<th>Name<th>Status<tr><th colspan=2>as stated
<tr><td>1<td><a href="/p/1">North mine</a><td rowspan=2>Planned<tr><td>2<td><a href="/p/2">South mine</a></table>"""


def workbook(*lines: tuple[object, ...], sheet: str = "Projects") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for line in lines:
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_csv_is_read_below_its_headings():
    found = table(key="Id", watch="Status", label="Name").parse(document(CSV), SourceState())

    assert [(row.key, row.label, row.fields) for row in found.rows] == [
        ("1", "North mine", (("Status", "Planned"),)),
        ("2", "South mine", (("Status", "Open"),)),
    ]


def test_a_tab_parts_columns_too():
    found = table(key="Id").parse(document("Id\tName, long\n1\tNorth\n"), SourceState())

    assert [(row.key, row.fields) for row in found.rows] == [("1", (("Name, long", "North"),))]


def test_a_workbook_is_read_by_its_sheet():
    body = workbook(("Projects of the year",), (), ("Id", "Name", "Since"), (1, "North mine", FETCHED.date()))
    options = {"key": "Id", "label": "Name", "sheet": "Projects"}

    found = table(**options).parse(document(body), SourceState())

    assert [(row.key, row.label, row.fields) for row in found.rows] == [
        ("1", "North mine", (("Name", "North mine"), ("Since", "2026-02-07")))
    ]
    with pytest.raises(ParseError, match='no sheet "Project", did you mean "Projects"\\? sheets: Notes, Projects'):
        table(**options | {"sheet": "Project"}).parse(document(body), SourceState())


def test_a_table_of_a_page_is_found_by_its_columns():
    found = table(key="Id", watch="Status", label="Name", link="Name@href").parse(document(HTML), SourceState())

    assert [(row.key, row.label, row.fields, row.link) for row in found.rows] == [
        ("1", "North mine", (("Status", "Planned"),), "https://news.example/p/1"),
        ("2", "South mine", (("Status", "Planned"),), "https://news.example/p/2"),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<title>Log in</title><p>Who are you?", '0 tables match "table"; the page is titled "Log in"'),
        ("<table><tr><th>Nr<th>Name<tr><td>1<td>North</table>", 'no column "Id"; columns: Nr, Name'),
        ("Nr,Name\n1,North\n", 'no column "Id"; columns: Nr, Name'),
        ("please wait", '"please wait" came instead of columns'),
        ('{"error": "try later"}', 'the reply says "try later"'),
        ("[1, 2]", "lie no objects, but int"),
        ("PK\x03\x04 and then nothing", "it is no workbook that can be read"),
        ("\x00\x01\x02,", "neither JSON nor CSV nor XLSX nor HTML came"),
    ],
)
def test_what_is_no_table_is_told_as_what_it_is(body, said):
    with pytest.raises(ParseError) as caught:
        table(key="Id").parse(document(body), SourceState())

    assert said in str(caught.value)


def test_a_page_that_spans_the_world_costs_nothing():
    body = '<table><tr><th colspan=99999 rowspan=99999>Id<th>Name<tr><td colspan="1e9">1</table>'

    assert len(table(key="Id").parse(document(body), SourceState()).rows) <= 1


def test_pages_are_counted_until_one_is_short():
    source = table(key="id", query={"$limit": 2}, pages={"param": "$offset", "start": 0, "step": 2, "max": 3})

    first = source.parse(document('[{"id": 1, "n": 1}, {"id": 2, "n": 1}]'), SourceState())
    (request,) = first.next_requests
    last = source.parse(_paged('[{"id": 3, "n": 1}]', request.url, request.step), SourceState(cursor=first.cursor))

    assert (request.url, request.step, request.large) == (f"{URL}?%24limit=2&%24offset=2", "page 2", True)
    assert (first.whole, last.whole, last.next_requests, last.cursor) == (False, True, (), {"rows": 3})


def test_a_table_that_does_not_end_is_refused():
    source = table(key="id", pages={"param": "offset", "start": 0, "step": 1, "max": 2})

    with pytest.raises(ParseError, match=r"goes on after 2 pages; raise pages.max"):
        source.parse(_paged('[{"id": 1, "n": 1}]', URL, "page 2"), SourceState(cursor={"rows": 0, "so_far": 1}))


def test_the_next_page_is_where_the_reply_says():
    source = table(key="id", items="rows", next="more")

    found = source.parse(document('{"rows": [{"id": 1, "n": 1}], "more": "/page2"}'), SourceState())

    assert [request.url for request in found.next_requests] == ["https://news.example/page2"]


def test_what_is_large_and_unchanged_is_not_sent():
    request = table(key="id", headers={"X-Key": "k3y"}).plan(SourceState(etag='"v1"'), FETCHED)

    assert (request.large, request.etag, dict(request.headers)["x-key"]) == (True, '"v1"', "k3y")


def test_a_list_of_some_rows_tells_nothing_of_others():
    assert not parsed(MILESTONES, removed=False).whole


def _paged(body: str, url: str, step: str):
    from dataclasses import replace

    return replace(document(body, url=url), step=step)
