from __future__ import annotations

import stat

import pytest

from watcher.cli import main
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
