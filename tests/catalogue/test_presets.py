"""Every preset loads, and reads what its publisher documents; the careful ones behave as their notes say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import re2
import yaml

import watcher.sources
from tests.catalogue.given import PRESETS, SAMPLES, read, reply, sources
from tests.catalogue.page import PAGE, written
from tests.tools import ROOT
from watcher.config import load_config
from watcher.core.errors import ParseError
from watcher.core.model import Parsed, Request, SourceId, SourceState, Trust
from watcher.core.pages.article import read_page
from watcher.core.plans import Plan
from watcher.sources.following import hints_of

EXPECTED: Mapping[str, Any] = yaml.safe_load((ROOT / "tests" / "catalogue" / "expected.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return sources(tmp_path_factory.getbasetemp())


def asked(plan: Plan) -> Request:
    assert isinstance(plan, Request)
    return plan


def stated(parsed: Parsed) -> list[list[str | None]]:
    """What came, in the form of the expected file."""
    entries = [
        [
            entry.title,
            entry.link,
            entry.published.isoformat().replace("+00:00", "Z") if entry.published else None,
            entry.guid,
        ]
        for entry in parsed.entries
    ]
    rows = [[row.label, row.link, None, row.key] for row in parsed.rows]
    points = [[point.at.date().isoformat(), point.value] for point in parsed.points]
    return entries or rows or points


def test_every_preset_has_a_sample():
    assert EXPECTED.keys() == PRESETS.keys()


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_reads_its_sample(built, name):
    expected = EXPECTED[name]

    found = read(built[name], *expected["samples"])

    assert stated(found[-1]) == next(value for key, value in expected.items() if key != "samples")
    assert not [warning for each in found for warning in each.warnings if "neither" in warning]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_says_what_one_needs_to_know(built, name):
    preset, source = PRESETS[name], built[name]

    assert preset.kind in watcher.sources.KINDS
    assert source.trust is not Trust.UNKNOWN
    assert preset.about.source.get("every"), "its pace is no accident"
    assert source.zone != "UTC" or preset.about.region == "world" or preset.kind == "series"
    for text in (*preset.about.times.values(), preset.about.identity, preset.about.licence, *preset.about.notes):
        assert text.isprintable()
    assert source.enabled != preset.is_off


def test_samples_are_ours_and_all_used():
    used = {sample for expected in EXPECTED.values() for sample in expected["samples"]}
    others = {
        "federal-register-none.json",
        "federal-register-page-1.json",
        "federal-register-page-2.json",
        "mofcom-announcements-article.html",
    }

    assert {path.name for path in SAMPLES.iterdir()} == used | others


# the Federal Register


def test_a_register_without_hits_leaves_its_list_out_and_is_no_fault(built):
    [found] = read(built["bis-federal-register"], "federal-register-none.json")

    assert found.entries == ()


def test_a_register_is_read_page_by_page_as_it_names_them(built):
    first, second = read(built["bis-federal-register"], "federal-register-page-1.json", "federal-register-page-2.json")

    assert [request.url for request in first.next_requests] == [
        "https://www.federalregister.gov/api/v1/documents?format=json&page=2&per_page=1"
    ]
    assert second.next_requests == ()
    assert [entry.title[:6] for entry in (*first.entries, *second.entries)] == ["Contro", "Sample"]


def test_an_agency_is_asked_for_by_its_name(built):
    url = asked(built["federal-register-agency"].source.plan(SourceState(), reply("gdelt.json").fetched)).url

    assert "conditions%5Bagencies%5D%5B%5D=energy-department" in url


# the SEC


def test_a_filing_listed_for_two_roles_is_one_and_keeps_both(built):
    [found] = read(built["sec-current"], "sec-current.xml")

    first, _ = found.entries
    assert "Málaga" in first.title
    assert "also: 8-K - Málaga Sample Metals Inc (0001000002) (Reporting)" in first.summary_html


def test_behind_the_last_page_of_the_sec_a_503_is_the_end(built):
    feed = built["sec-current"].source
    first = reply("sec-current.xml", feed.options.url)

    further = feed.older(first, datetime(2026, 11, 1, tzinfo=UTC))

    assert "start=100" in further.url
    assert "start=0" not in further.url
    assert 503 in further.end_on


def test_the_sec_is_not_asked_without_a_contact():
    assert {name for name, preset in PRESETS.items() if preset.needs_contact} == {
        "sec-company",
        "sec-current",
        "sec-full-text",
    }


def test_columns_of_unequal_length_are_refused(built):
    broken = json.loads((SAMPLES / "sec-company.json").read_text("utf-8"))
    broken["filings"]["recent"]["form"].pop()

    with pytest.raises(ParseError):
        built["sec-company"].source.parse(sent(broken), SourceState())


def sent(value: object):
    """A reply of that JSON."""
    made = reply("gdelt.json")
    return type(made)(**{**{name: getattr(made, name) for name in made.__slots__}, "body": json.dumps(value).encode()})


# tables


@pytest.mark.parametrize("name", ["fast41-milestones", "screening-list"])
def test_another_order_is_no_change(built, name):
    whole = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    rows = whole if isinstance(whole, list) else whole["results"]
    before = {row.key: row.fields for row in built[name].source.parse(sent(whole), SourceState()).rows}
    rows.reverse()

    after = {row.key: row.fields for row in built[name].source.parse(sent(whole), SourceState()).rows}

    assert after == before


@pytest.mark.parametrize(("name", "last"), [("fast41-milestones", 3), ("screening-list", 25_000)])
def test_a_truncated_table_is_refused(built, name, last):
    with pytest.raises(ParseError, match="truncated"):
        built[name].source.parse(reply(f"{name}.json"), SourceState(cursor={"rows": last}))


def test_another_entity_number_is_no_change(built):
    whole = json.loads((SAMPLES / "screening-list.json").read_text("utf-8"))
    before = built["screening-list"].source.parse(sent(whole), SourceState()).rows
    for row in whole["results"]:
        row["entity_number"] = "8"

    assert [row.fields for row in built["screening-list"].source.parse(sent(whole), SourceState()).rows] == [
        row.fields for row in before
    ]


def test_a_project_that_is_selected_is_a_new_row_of_its_list(built):
    before = built["crma-strategic-projects"].source.parse(reply("crma-strategic-projects.html"), SourceState()).rows

    assert [dict(row.fields)["Raw material"] for row in before] == ["Lithium", "Rare earths"]


# the European Union


def test_notifications_are_asked_for_from_where_the_last_answer_ended(built):
    source = built["cellar-notifications"].source
    at = reply("gdelt.json").fetched
    [found] = read(built["cellar-notifications"], "cellar-notifications.xml")

    first, second = (
        parse_qs(urlsplit(asked(source.plan(SourceState(cursor=each), at)).url).query) for each in ({}, found.cursor)
    )

    assert first["type"] == ["CREATE"]
    assert first["startDate"][0] < second["startDate"][0] < second["endDate"][0]
    assert first["endDate"][0].endswith("+00:00")
    assert "celex:32026R9999" in found.entries[0].summary_html


# China


def test_the_list_of_mofcom_is_asked_with_what_its_page_says(built):
    source = built["mofcom-announcements"].source
    discovered, listed = read(
        built["mofcom-announcements"], "mofcom-announcements-page.html", "mofcom-announcements-list.json"
    )

    first = asked(source.plan(SourceState(), reply("gdelt.json").fetched))
    assert first.url == "https://www.mofcom.gov.cn/zwgk/zcfb/index.html"
    url = discovered.next_requests[0].url
    assert "webId=8f43c7ad3afc411fb56f281724b73708" in url
    assert "parseType=bulidstatic" in url
    assert source.options.follow.text == ".art-con"
    assert listed.entries[0].guid == "2026-99"


def test_an_article_of_mofcom_is_read_with_its_hour_in_china(built):
    html = (SAMPLES / "mofcom-announcements-article.html").read_text("utf-8")

    page = read_page(html, "https://www.mofcom.gov.cn/a", hints_of(built["mofcom-announcements"].options))

    assert page.published == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert "决定对样本物项实施出口管制" in page.content_html
    assert "另一个样本" not in page.content_html


def test_the_export_control_network_is_posted_to_and_repeats_itself_only_once(built):
    source = built["china-export-control"].source
    request = asked(source.plan(SourceState(), reply("gdelt.json").fetched))

    assert request.method == "POST"
    assert ("accept", "application/json;charset=utf-8") in request.headers
    assert json.loads(request.body or b"") == {"columnID": "12", "pageNum": 1, "pageSize": 20}
    first, second = read(built["china-export-control"], "china-export-control.json", "china-export-control.json")
    assert len(first.next_requests) == 1
    assert second.next_requests == ()


# searches


def test_one_story_under_two_addresses_is_one_and_of_two_publishers_two(built):
    [found] = read(built["google-news"], "google-news.xml")

    assert [entry.origin_name for entry in found.entries] == ["Sample Daily", "Other Sample"]


def test_what_nobody_promises_or_few_want_is_off_until_switched_on():
    assert {name for name, preset in PRESETS.items() if preset.is_off} == {
        "asx-announcements",
        "cellar-notifications",
        "china-rare-earth-association",
        "google-news",
    }


def test_gdelt_without_hits_is_no_fault(built):
    assert built["gdelt"].source.parse(sent({}), SourceState()).entries == ()


# prices


def test_a_point_in_fred_is_a_value_that_is_missing(built):
    [found] = read(built["fred"], "fred.csv")

    assert [point.value for point in found.points] == ["9100.25", None, "9333.5"]


# the page


def test_the_page_shows_the_catalogue_as_it_is():
    text = PAGE.read_text("utf-8")

    assert text == written(text), "write it anew: python -m tests.catalogue.page"


def test_the_example_of_the_page_is_accepted(tmp_path):
    example = PAGE.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "watcher.yaml").write_text(example, "utf-8")

    config, problems = load_config(tmp_path / "watcher.yaml", {})

    assert [str(problem) for problem in problems if problem.level == "error"] == []
    assert config is not None
    assert "agencies" not in config.sources[SourceId("gallium")].options.model_dump()["fields"]


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("商务部公告2026年第99号 关于样本的公告", ("2026", "99")),
        ("商务部 海关总署公告2026年第98号 公布样本", ("2026", "98")),
        ("关于商务部公告2026年第99号的说明", None),
        ("商务部新闻发言人就公告2026年第99号答记者问", None),
        ("海关总署关于公告2026年第98号的说明", None),
    ],
)
def test_an_announcement_is_known_by_its_number_and_what_is_said_of_it_is_not(title, number):
    preset = yaml.safe_load((ROOT / "rules" / "catalogue" / "mofcom-announcements.yaml").read_text("utf-8"))

    found = re2.search(preset["source"]["id"]["regex"], title)

    assert (found.groups() if found else None) == number
