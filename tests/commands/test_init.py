from __future__ import annotations

import io
import re
import stat
import sys

import pytest

from watcher.cli import main
from watcher.config.catalogue import catalogue
from watcher.config.load import load_config
from watcher.config.picking import in_order, picked, sources_text
from watcher.config.places import data_dir
from watcher.config.starter import starter_text


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_the_starter_for_its_owner_only(folder, capsys):
    assert main(["init"]) == 0

    path = folder / "watcher.yaml"
    assert path.read_text(encoding="utf-8") == starter_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert [line.split()[:2] for line in said.splitlines()[2:]] == [
        ["watcher", "check"],
        ["watcher", "check"],
        ["watcher", "run"],
    ]


def test_what_it_writes_is_all_fine(capsys):
    main(["init"])

    code = main(["check"])

    said = capsys.readouterr().out
    assert said.splitlines()[-1].startswith("all fine: "), said
    assert code == 0


def test_it_never_overwrites_unasked(folder, capsys):
    (folder / "watcher.yaml").write_text("mine")

    assert main(["init"]) == 1
    assert (folder / "watcher.yaml").read_text() == "mine"
    assert "--force" in capsys.readouterr().err

    assert main(["init", "--force"]) == 0
    assert (folder / "watcher.yaml").read_text(encoding="utf-8") == starter_text()
    assert stat.S_IMODE((folder / "watcher.yaml").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["watcher.yaml"]


def test_another_path_is_named_in_what_comes_next(folder, capsys):
    assert main(["init", "--path", str(folder / "other.yaml")]) == 0

    assert f"watcher --config {folder}/other.yaml check" in capsys.readouterr().out
    assert (folder / "other.yaml").exists()


def test_a_folder_that_is_not_there_is_said(capsys):
    assert main(["init", "--path", "nowhere/watcher.yaml"]) == 1

    assert "nowhere/watcher.yaml cannot be written: No such file or directory" in capsys.readouterr().err


def test_what_is_picked_is_what_is_watched(folder, capsys):
    assert main(["init", "--pick", "mofcom-announcements,meti, asx-company"]) == 0

    text = (folder / "watcher.yaml").read_text(encoding="utf-8")
    assert "  meti: {preset: meti} " in text
    assert "  # China\n  mofcom-announcements: {preset: mofcom-announcements}" in text
    assert '      code: "LYC"' in text
    assert "rareearthexchanges" not in text
    said = capsys.readouterr().out
    assert "3 chosen sources" in said
    assert "  asx-company: needs settings.code\n" in said
    assert main(["check"]) == 0
    assert "3 sources" in capsys.readouterr().out


def test_the_whole_catalogue_can_be_picked_and_is_fine(folder):
    presets = catalogue(data_dir())
    text = starter_text(sources_text(presets, {key: "x" for each in presets for key in each.keys}))
    (folder / "watcher.yaml").write_text(text, encoding="utf-8")

    config, problems = load_config(
        folder / "watcher.yaml", {key: "not-the-real-one" for each in presets for key in each.keys}
    )

    assert [str(problem) for problem in problems] == []
    assert len(config.sources) == len(presets)
    assert all(source.enabled for source in config.sources.values())


def test_a_source_whose_key_is_not_there_is_written_as_a_comment(folder):
    assert main(["init", "--pick", "regulations-gov,meti"]) == 0

    text = (folder / "watcher.yaml").read_text(encoding="utf-8")
    assert "  #regulations-gov: {preset: regulations-gov} #" in text
    assert "set DATA_GOV_KEY and take the # away" in text


def test_regions_and_jobs_pick_what_needs_no_word_of_ours(folder):
    assert main(["init", "--pick", "japan screening"]) == 0

    text = (folder / "watcher.yaml").read_text(encoding="utf-8")
    assert {"meti", "jogmec", "screening-list", "ofac-recent-actions"} <= set(re.findall(r"preset: ([\w-]+)", text))
    assert "google-news" not in text


def test_a_word_that_means_nothing_is_hinted_at(folder, capsys):
    assert main(["init", "--pick", "mofcom-announcments"]) == 2

    assert 'is no preset, region, job or trust, did you mean "mofcom-announcements"?' in capsys.readouterr().err
    assert not list(folder.iterdir())
    assert main(["init", "--pick", "999"]) == 2


def test_the_list_shows_every_preset_with_what_it_needs(folder, capsys):
    assert main(["init", "--pick", "list"]) == 0

    said = capsys.readouterr().out
    assert all(f"  {each.name} " in said for each in catalogue(data_dir()))
    assert "needs ${DATA_GOV_KEY}" in said
    assert not list(folder.iterdir())


def test_without_a_terminal_it_says_how_to_pick(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    assert main(["init", "--pick"]) == 2
    assert "asks at a terminal" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_at_a_terminal_numbers_choose(folder, monkeypatch, capsys):
    number = [each.name for each in in_order(catalogue(data_dir()))].index("meti") + 1
    monkeypatch.setattr(sys, "stdin", Terminal(f"{number}\n"))

    assert main(["init", "--pick"]) == 0
    assert "meti: {preset: meti}" in (folder / "watcher.yaml").read_text(encoding="utf-8")

    monkeypatch.setattr(sys, "stdin", Terminal(""))
    assert main(["init", "--pick", "--force"]) == 2


def test_publishers_are_picked_by_whose_word_they_are():
    presets = catalogue(data_dir())

    authorities = {each.name for each in picked("authorities", presets)}

    assert authorities == {each.name for each in picked("authority", presets)}
    assert {each.trust for each in presets if each.name in authorities} == {"authority"}
    assert {each.trust for each in picked("press", presets)} == {"trade_press"}
