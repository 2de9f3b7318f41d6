"""`watcher init --job`: rule files of one's own beside the configuration, which check and test find nothing wrong with."""

from __future__ import annotations

import re
import stat

import pytest

from watcher.cli import main
from watcher.config import jobs as kits
from watcher.config.catalogue import catalogue
from watcher.config.picking import JOBS
from watcher.config.places import data_dir
from watcher.config.starter import starter_text

NAMES = [each.name for each in kits.ALL]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shipped(name):
    return (data_dir() / "rules" / "jobs" / f"{name}.yaml").read_text(encoding="utf-8")


def config(folder):
    return (folder / "watcher.yaml").read_text(encoding="utf-8")


def test_every_shipped_job_is_listed_with_what_it_needs(folder, capsys):
    assert main(["init", "--job", "list"]) == 0

    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()] == NAMES
    assert sorted(NAMES) == sorted(path.stem for path in (data_dir() / "rules" / "jobs").glob("*.yaml"))
    assert "fill in my_counterparties; needs a table called csl" in said
    assert "suppliers  for buyers: stops, growth, " in said
    assert not list(folder.iterdir())


@pytest.mark.parametrize("job", kits.ALL, ids=NAMES)
def test_a_job_names_what_its_file_and_the_catalogue_hold(job):
    text = shipped(job.name)

    assert f"Job: {job.name}." in text
    assert tuple(re.findall(r"^  (my_\w+): ", text, re.MULTILINE)) == job.mine
    assert not job.serves or job.serves in JOBS
    assert set(re.findall(r"\{(?:table|series): (\w+)", text)) == set(
        re.findall(r"^  (\w+):", job.sources, re.MULTILINE)
    )
    assert not job.stands_for or job.stands_for in {each.name for each in catalogue(data_dir())}


def test_chosen_jobs_become_files_for_their_owner_only(folder, capsys):
    assert main(["init", "--job", "suppliers,Controls"]) == 0

    said = capsys.readouterr().out
    own = folder / "my-rules"
    assert {path.name for path in own.iterdir()} == {"controls.yaml", "suppliers.yaml"}
    for name in ("controls", "suppliers"):
        assert (own / f"{name}.yaml").read_text(encoding="utf-8") == shipped(name)
        assert stat.S_IMODE((own / f"{name}.yaml").stat().st_mode) == 0o600
    assert 'rules: ["pack:critical-minerals", "my-rules/*.yaml"]' in config(folder)
    assert "{preset: mofcom-announcements}" in config(folder)
    assert "fill in my_suppliers" in said
    assert "my_projects" not in said


def test_sources_that_rules_ask_for_by_name_are_there_once(folder):
    assert main(["init", "--job", "controls,prices,screening"]) == 0

    text = config(folder)
    assert text.count("preset: screening-list") == 1
    assert "  csl: {preset: screening-list} " in text
    assert "  ndpr:\n    enabled: false\n    kind: series\n" in text


def test_own_picks_go_before_what_serves_the_job(folder):
    assert main(["init", "--job", "screening", "--pick", "meti,screening-list"]) == 0

    assert re.findall(r"preset: ([\w-]+)", config(folder).split("channels:")[0]) == ["meti", "screening-list"]
    assert "  csl: {preset: screening-list} " in config(folder)


def test_a_job_without_presets_of_its_own_is_watched_with_those_of_the_starter(folder):
    assert main(["init", "--job", "operator"]) == 0

    own = starter_text(own_rules=True)
    assert config(folder) == own
    assert own != starter_text()


@pytest.mark.parametrize(
    ("words", "hint"),
    [("contrls", 'did you mean "controls"?'), ("banana", "known: controls, suppliers"), (" , ", "--job list shows")],
)
def test_a_word_that_is_no_job_is_hinted_at(folder, capsys, words, hint):
    assert main(["init", "--job", words]) == 2

    assert hint in capsys.readouterr().err
    assert not list(folder.iterdir())


@pytest.mark.parametrize("there", ["watcher.yaml", "my-rules/prices.yaml"])
def test_what_is_there_is_kept_and_nothing_else_is_written(folder, capsys, there):
    (folder / "my-rules").mkdir()
    (folder / there).write_text("mine")
    before = sorted(folder.rglob("*"))

    assert main(["init", "--job", "operator,prices"]) == 1

    assert f"{there} is there already" in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before
    assert (folder / there).read_text() == "mine"

    assert main(["init", "--job", "operator,prices", "--force"]) == 0
    assert (folder / "my-rules/prices.yaml").read_text(encoding="utf-8") == shipped("prices")
    assert {path.name for path in folder.iterdir()} == {"watcher.yaml", "my-rules"}


def test_a_folder_that_cannot_be_made_leaves_nothing_behind(folder, capsys):
    (folder / "my-rules").write_text("a file in its place")

    assert main(["init", "--job", "prices"]) == 1

    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["my-rules"]


def test_what_it_writes_for_every_job_is_all_fine(folder, capsys):
    main(["init", "--job", "all"])

    code = main(["check"])

    said = capsys.readouterr().out
    assert said.splitlines()[-1].startswith("all fine: "), said
    assert code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, "all"])
def test_examples_and_time_lines_pass_as_they_are_written(folder, capsys, name):
    main(["init", "--job", name, "--path", str(folder / "watcher.yaml")])
    assert main(["check"]) == 0
    assert "all fine: " in capsys.readouterr().out

    code = main(["test"])

    said = capsys.readouterr()
    assert code == 0, said.out + said.err


def test_a_time_line_of_a_job_runs_though_its_source_is_switched_off(capsys):
    main(["init", "--job", "prices"])

    assert main(["test", "--only", "under-the-floor-once"]) == 0
    assert "1 time line passed" in capsys.readouterr().out


def test_every_rule_of_a_job_has_two_examples_of_each_sort_or_a_time_line():
    for name in NAMES:
        text = shipped(name)
        for rule in re.split(r"^  - id: ", text.split("\ntests:")[0], flags=re.MULTILINE)[1:]:
            timed = "examples: {tests: [" in rule
            match, _, skip = rule.partition("      skip:")
            assert timed or (examples(match.partition("      match:")[2]) >= 2 and examples(skip) >= 2), rule


def examples(text):
    """How many there are in a list on lines of its own, or on one."""
    return len(re.findall(r"^        - ", text, re.MULTILINE)) or text.count("{points:") + text.count("{text:")
