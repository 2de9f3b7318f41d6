"""Where configuration, packs and rule files are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import data_dir, default_config_paths, find_config
from watcher.config.places import rule_files


def test_the_working_folder_comes_before_the_users_own():
    assert default_config_paths({"HOME": "/home/me"}) == (
        Path("watcher.yaml"),
        Path("/home/me/.config/watcher/watcher.yaml"),
    )
    assert default_config_paths({"HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/me"})[1] == Path("/etc/me/watcher/watcher.yaml")  # fmt: skip
    assert default_config_paths({"HOME": "/h", "XDG_CONFIG_HOME": "relative"})[1] == Path("/h/.config/watcher/watcher.yaml")  # fmt: skip
    assert default_config_paths({}) == (Path("watcher.yaml"),)


def test_the_first_file_that_there_is_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "home" / ".config" / "watcher" / "watcher.yaml"
    own.parent.mkdir(parents=True)
    environ = {"HOME": str(tmp_path / "home")}

    assert find_config(environ) is None
    own.write_text("", "utf-8")
    assert find_config(environ) == own
    (tmp_path / "watcher.yaml").write_text("", "utf-8")
    assert find_config(environ) == Path("watcher.yaml")


def test_our_own_data_lies_where_rules_and_templates_are():
    assert (data_dir() / "rules").is_dir()
    assert (data_dir() / "templates").is_dir()


@pytest.fixture
def tree(tmp_path):
    for name in (
        "rules/one.yaml",
        "rules/many/a.yaml",
        "rules/many/deep/b.yaml",
        "rules/lexicon/x.yaml",
        "mine/r.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("pack:one", ["one.yaml"]),
        ("pack:many", ["a.yaml", "b.yaml"]),
        ("mine/r.yaml", ["r.yaml"]),
        ("mine/*.yaml", ["r.yaml"]),
        ("**/r.yaml", ["r.yaml"]),
    ],
)
def test_an_entry_names_files(tree, entry, names):
    assert [path.name for path in rule_files(entry, tree, tree)] == names


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("pack:mani", 'unknown pack "mani", did you mean "many"?'),
        ("pack:lexicon", 'unknown pack "lexicon"; known: many, one'),
        ("pack:../mine", 'unknown pack "../mine"'),
        ("none/*.yaml", 'no file matches "none/*.yaml"'),
        ("mine", 'no file matches "mine"'),
        ("", 'no file matches ""'),
    ],
)
def test_an_entry_that_names_nothing_is_told(tree, entry, says):
    with pytest.raises(ValueError, match=r"unknown pack|no file") as caught:
        rule_files(entry, tree, tree)

    assert says in str(caught.value)
