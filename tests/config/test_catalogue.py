from __future__ import annotations

import pytest

from watcher.config import data_dir, load_config
from watcher.config.catalogue import catalogue, read_preset

WHOLE = """
title: A feed
region: us
jobs: [news]
times: {{}}
identity: link
licence: any
documented: here
verified: unverified
source: {{kind: feed, url: "{url}"}}
"""
ENV = {"DATA_GOV_KEY": "not-the-real-one"}


@pytest.fixture
def file(tmp_path):
    def write(*lines: str, data=None):
        path = tmp_path / "watcher.yaml"
        path.write_text("operator: {contact: desk@example.org}\nsources:\n" + "\n".join(lines) + "\n", encoding="utf-8")
        config, problems = load_config(path, ENV, data=data)
        return config, [str(each).removeprefix(f"{path}:") for each in problems if each.level == "error"]

    return write


def test_a_preset_is_a_whole_source(file):
    config, problems = file("  bis: {preset: bis-federal-register}")

    assert problems == []
    source = config.sources["bis"]
    assert (source.kind, source.trust, source.zone) == ("json", "authority", "America/New_York")
    assert source.options.query["conditions[agencies][]"] == "industry-and-security-bureau"


def test_own_keys_lie_over_those_of_the_preset(file):
    config, problems = file(
        "  bis:",
        "    preset: bis-federal-register",
        "    every: 20m",
        '    query: {"conditions[term]": gallium, per_page: 20}',
        "    fields: {agencies: null, docket: docket_ids}",
        "    pages: null",
    )

    assert problems == []
    source = config.sources["bis"]
    assert source.every.total_seconds() == 1200
    assert source.options.query["conditions[term]"] == "gallium"
    assert source.options.query["per_page"] == 20
    assert source.options.query["conditions[agencies][]"] == "industry-and-security-bureau"
    assert "agencies" not in source.options.fields
    assert source.options.fields["docket"] == "docket_ids"
    assert source.options.pages is None


def test_mistakes_lie_where_the_user_wrote(file):
    _, problems = file(
        "  bis:",
        "    preset: bis-federal-register",
        "    every: 20x",
        "    fields: {docket: 'docket_ids['}",
        "  other:",
        "    preset: meti",
        "    follow: {txt: .main}",
    )

    assert [problem.split(" ")[0] for problem in problems] == ["5:12", "6:22", "9:14"]


def test_a_key_that_is_not_set_is_told_at_the_preset(file, monkeypatch):
    monkeypatch.delitem(ENV, "DATA_GOV_KEY")

    _, problems = file("  rules: {preset: regulations-gov}")

    assert problems == [
        "3:19 error[C011] sources.rules.headers.X-Api-Key: environment variable DATA_GOV_KEY is not set"
    ]


def test_a_contact_that_is_demanded_is_told_at_the_preset(tmp_path):
    path = tmp_path / "watcher.yaml"
    path.write_text("sources:\n  sec: {preset: sec-current}\n", encoding="utf-8")

    _, problems = load_config(path, {})

    assert "2:17 error[C016]" in "\n".join(str(problem) for problem in problems)


def test_an_unknown_preset_is_hinted_at(file):
    _, problems = file("  mofcom: {preset: meit}")

    assert problems == [
        '3:20 error[C019] sources.mofcom.preset: unknown preset "meit", did you mean "meti"?',
    ]


def test_part_of_a_name_leads_to_the_whole(file):
    _, problems = file("  one: {preset: mofcom}")

    assert problems == ['3:17 error[C019] sources.one.preset: unknown preset "mofcom"; there is mofcom-announcements']


@pytest.mark.parametrize("named", ["[bis]", "{a: 1}", "3", "../lists", "null"])
def test_what_is_no_name_of_a_preset_is_refused(file, named):
    _, problems = file(f"  one: {{preset: {named}}}")

    assert len(problems) == 1
    assert "sources.one.preset: " in problems[0]
    assert "unknown preset" in problems[0] or "must be text" in problems[0]


def test_the_kind_is_the_presets(file):
    _, problems = file("  one: {preset: meti, kind: json}")

    assert problems == ["3:23 error[C019] sources.one.kind: the preset says the kind: feed; leave this out"]


def test_settings_are_filled_in_and_escaped_in_addresses(file):
    config, problems = file(
        "  asx: {preset: asx-company, settings: {code: LYC}}",
        "  news: {preset: google-news, enabled: true, settings: {query: '\"rare earths\" & more'}}",
        "  search: {preset: gdelt, settings: {query: '\"rare earths\" & more'}}",
    )

    assert problems == []
    assert config.sources["asx"].options.url == "https://www.asx.com.au/asx/1/company/LYC/announcements"
    assert "?q=%22rare%20earths%22%20%26%20more&hl=" in config.sources["news"].options.url
    assert config.sources["news"].enabled
    assert config.sources["search"].options.query["query"] == '"rare earths" & more'


def test_a_setting_that_is_missing_unknown_or_wrong_is_told(file):
    _, problems = file(
        "  one: {preset: asx-company}",
        "  two: {preset: asx-company, settings: {cod: LYC}}",
        "  three: {preset: asx-company, settings: {code: a/b}}",
        "  four: {preset: meti, settings: {code: a}}",
        "  five: {kind: feed, url: 'https://a.example/', settings: {code: a}}",
    )

    assert problems == [
        "3:17 error[C019] sources.one.settings.code: is missing: the company's code, such as LYC",
        "4:17 error[C019] sources.two.settings.code: is missing: the company's code, such as LYC",
        '4:41 error[C019] sources.two.settings: unknown setting "cod", did you mean "code"?',
        '5:49 error[C019] sources.three.settings.code: "a/b" is not the company\'s code; write one such as LYC',
        '6:35 error[C019] sources.four.settings: unknown setting "code"; known: none',
        "7:49 error[C019] sources.five.settings: only a preset has settings; name one by preset:",
    ]


def test_without_a_catalogue_that_is_said(file, tmp_path):
    _, problems = file("  one: {preset: meti}", data=tmp_path)

    assert 'unknown preset "meti"; there is no catalogue here' in problems[0]


def test_the_catalogue_is_read_by_name():
    names = [preset.name for preset in catalogue(data_dir())]

    assert names == sorted(names)
    assert read_preset("asx-company", data_dir()).asks == ("code",)
    assert read_preset("regulations-gov", data_dir()).keys == ("DATA_GOV_KEY",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "error"),
        ("title: x\n", "no source"),
        ("title: A feed\nregion: mars\nsource: {kind: feed}\n", "region"),
        (WHOLE.format(url="https://a.example/<name>"), "settings: name is on one side only"),
    ],
)
def test_a_preset_that_is_not_whole_is_refused(tmp_path, text, said):
    folder = tmp_path / "rules" / "catalogue"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=said):
        read_preset("one", tmp_path)
