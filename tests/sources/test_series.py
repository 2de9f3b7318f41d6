"""Series: points as they are published, in every form that they are published in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, URL, document
from tests.sources.test_table import workbook
from watcher.core.errors import ParseError
from watcher.core.model import Point, SourceState
from watcher.core.plans import PASSED, PUSH_NUMBER, Push
from watcher.sources.series import Series, SeriesOptions

SECRET = "whsec_" + "QUJD" * 10


def series(**options: object) -> Series:
    given = options if "push" in options else {"url": URL, **options}
    return Series(SeriesOptions.model_validate(given))


def points(body: str | bytes, **options: object) -> list[tuple[str, str | None]]:
    found = series(**options).parse(document(body), SourceState()).points
    return [(point.at.strftime("%Y-%m-%d"), point.value) for point in found]


def refused(body: str | bytes, **options: object) -> str:
    with pytest.raises(ParseError) as caught:
        series(**options).parse(document(body), SourceState())
    return str(caught.value)


@pytest.mark.parametrize("heading", ["observation_date", "DATE"])
@pytest.mark.parametrize("named", ["observation_date", "DATE", None])
def test_a_csv_of_a_central_bank_under_both_its_headings(heading, named):
    body = f"{heading},PCOPPUSDM\n2026-08-01,9650.5\n2026-09-01,.\n2026-10-01,\n2026-11-01,9700\n"

    found = points(body, value="PCOPPUSDM", **({"date": named} if named else {}))

    assert found == [("2026-08-01", "9650.5"), ("2026-09-01", None), ("2026-10-01", None), ("2026-11-01", "9700")]


def test_its_json_says_when_each_value_came_out():
    rows = [
        {"realtime_start": "2026-10-02", "date": "2026-08-01", "value": "9650.5"},
        {"realtime_start": "2026-09-02", "date": "2026-08-01", "value": "9600"},
        {"realtime_start": "2026-10-02", "date": "2026-09-01", "value": "."},
    ]
    found = series(items="observations", released="realtime_start").parse(
        document(json.dumps({"observations": rows})), SourceState()
    )

    assert found.points == (
        Point(at=datetime(2026, 8, 1, tzinfo=UTC), value="9650.5", released=datetime(2026, 10, 2, tzinfo=UTC)),
        Point(at=datetime(2026, 9, 1, tzinfo=UTC), value=None, released=datetime(2026, 10, 2, tzinfo=UTC)),
    )


SHEET = workbook(
    ("Monthly prices",),
    ("Prices in nominal terms, 1960 to present",),
    ("Updated on 3 November 2026",),
    (None,),
    (None, "Tin", "Nickel", "Copper"),
    (None, "($/mt)", "($/mt)", "($/mt)"),
    ("1960M01", "…", 1631, 715.4),
    ("1960M02", 2190.5, 1631, 728.19),
    ("2026M10", 38000, 15100.25, None),
    sheet="Monthly Prices",
)


def test_a_workbook_with_titles_names_and_units_above():
    assert points(SHEET, sheet="Monthly Prices", value="Tin") == [
        ("1960-01-01", None),
        ("1960-02-01", "2190.5"),
        ("2026-10-01", "38000"),
    ]
    assert points(SHEET, sheet="Monthly Prices", value="Copper")[0] == ("1960-01-01", "715.4")
    assert 'no column "Tinn", did you mean "Tin"? columns: Tin, Nickel, Copper' in refused(
        SHEET, sheet="Monthly Prices", value="Tinn"
    )


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("1960M01", "1960-01-01T00:00"),
        ("2026-10", "2026-10-01T00:00"),
        ("2026Q3", "2026-07-01T00:00"),
        ("2026", "2026-01-01T00:00"),
        ("20261120", "2026-11-20T00:00"),
        ("2026-11-20", "2026-11-20T00:00"),
        ("20 Nov 2026", "2026-11-20T00:00"),
        ("2026-11-20 15:00", "2026-11-20T07:00"),
        ("2026-11-20T15:00:00+01:00", "2026-11-20T14:00"),
        ("1795100400", "2026-11-19T15:00"),
    ],
)
def test_times_and_periods(said, at):
    found = series(zone="Asia/Shanghai").parse(document(f'day,price\n"{said}",5\n'), SourceState())

    assert found.points[0].at == datetime.fromisoformat(f"{at}+00:00")


def test_odd_values_are_told_and_no_values_are_refused():
    found = series().parse(document('day,price\n2026-01-01,"868,000"\n2026-01-02,soon\nlater,7\n'), SourceState())

    assert [point.value for point in found.points] == ["868000"]
    assert found.warnings == (
        '1 rows state no time that can be read, such as "later"',
        '1 values are no numbers, such as "soon"; name signs for none under missing',
    )
    assert "none of 1 rows has a time and a number" in refused("day,price\nlater,7\n")
    assert "there are no rows" in refused("day,price\n")
    assert 'no column "prise", did you mean "price"? columns: day, price' in refused("day,price\n1,2\n", value="prise")
    assert '0 tables match "table"; the page is titled "Log in"' in refused("<title>Log in</title>")


def test_a_push_is_one_value_or_several():
    source = series(push={"path": "/in/ndpr", "secret": SECRET}, unit="CNY/t incl VAT")
    body = document(json.dumps({"date": "2026-11-20", "value": 868000}), push_number="7")

    assert source.plan(SourceState(cursor={"pushed": 6}), FETCHED) == Push(after=6)
    assert source.inbox is not None
    assert source.inbox.path == "/in/ndpr"
    found = source.parse(body, SourceState(cursor={"pushed": 6}))
    assert [(point.value, found.cursor) for point in found.points] == [("868000", {"pushed": 7})]
    passed = source.parse(replace(body, step=PASSED, body=b""), SourceState())
    assert (passed.points, passed.cursor) == ((), {"pushed": 7})
    assert PUSH_NUMBER == "push-number"


def test_a_series_is_asked_for_conditionally_and_may_be_large():
    request = series(headers={"X-Key": "k3y"}).plan(SourceState(etag='"v1"'), FETCHED)

    assert (request.large, request.etag, dict(request.headers)["x-key"]) == (True, '"v1"', "k3y")
    assert series().inbox is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "CNY/tonne"}, 'unknown unit "tonne", did you mean "t"'),
        ({"unit": "CNY/t", "convert": {"to": "USD/kilo", "fx": "x"}}, 'unknown unit "kilo"'),
        ({"unit": "CNY/t", "convert": {"to": "USD/kg"}}, "needs fx"),
        ({"unit": "CNY/t incl VAT", "convert": {"to": "CNY/kg", "vat": 13}}, "write 1.13 for 13 %"),
        ({"url": None}, "url is missing; or push"),
        ({"push": {"path": "/in/x", "secret": SECRET}}, "one of the two"),
    ],
)
def test_wrong_options_are_told(options, said):
    with pytest.raises(ValidationError) as caught:
        SeriesOptions.model_validate({"url": URL, **options})

    assert said in str(caught.value)
