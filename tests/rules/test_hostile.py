"""Hostile patterns, YAML and texts as rule files, configurations and queries: refused in words, or taken and quick."""

from __future__ import annotations

import json
import sys
import tarfile
import time

import pytest
import yaml

from watcher.config import load_config
from watcher.config.rules import load_rules
from watcher.core.model import SourceId, Trust
from watcher.core.queries import Names, alert_kinds, parse_query, search_kinds, to_search
from watcher.core.rules.prefilter import Compiled
from watcher.core.text.plain import scrub
from watcher.core.text.reading import Reading

QUICK_S = 0.05
LOADED_S = 2.0
SAMPLE = 12
"""In quick runs every so many-th row stands for all."""
SIZES = [pytest.param(SAMPLE, id="sample"), pytest.param(1, id="all", marks=pytest.mark.slow)]
RULE = """\
format: 1
rules:
  - id: one
    title: {title}
    severity: notice
    when: {when}
    examples:
      match: [{example}, {example}]
      skip: [nothing of that sort, nor of this]
"""


def rule(when, *, title="One", example="an example"):
    """A rule file with these values, each quoted as JSON is, which is YAML too."""
    return RULE.format(title=json.dumps(title), when=json.dumps(when), example=json.dumps(example))


def refused(problems):
    """Whether there are errors, all of them in few words and with a place."""
    errors = [each for each in problems if each.level == "error"]
    assert all(each.line and each.column and each.text and len(str(each).splitlines()) <= 5 for each in errors), errors
    assert not any("Traceback" in each.text or "pydantic" in each.text.lower() for each in errors), errors
    return bool(errors)


def told(capsys, what, tried, taken):
    """Print the figures, whatever pytest captures."""
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {tried} tried, {tried} clean ({taken} taken, {tried - taken} refused in words)\n")


def rows_of(shared, name):
    return json.loads((shared / "hostile" / name).read_text("utf-8"))


def test_hostile_patterns_in_rules_and_in_queries_are_refused_or_quick(shared, capsys):
    rows, taken = rows_of(shared, "redos_patterns.json"), 0
    for row in rows:
        text = scrub(row["subject_unit"] * row["repeat"] + row["subject_tail"])
        found, problems = load_rules([("a.yaml", rule({"regex": [row["pattern"]]}).encode())], examples=False)
        assert (found is None) == refused(problems)
        query, faults = parse_query("regex:" + json.dumps(row["pattern"]), search_kinds(Names()))
        assert (query is None) == bool(faults)
        if found is None:
            continue
        taken += 1
        compiled = Compiled(found)
        article = Reading(text=text, zones=(), language="en", source=SourceId("x"), trust=Trust.WIRE)
        list(compiled.judge_all(article))
        began = time.process_time()
        list(compiled.judge_all(article))
        assert time.process_time() - began < QUICK_S, row["pattern"][:60]
    assert taken > 10
    told(capsys, "hostile patterns as rules and queries", len(rows), taken)


def test_hostile_yaml_is_refused_as_rules_and_as_configuration(shared, capsys, tmp_path):
    rows, path = rows_of(shared, "yaml_hostile.json"), tmp_path / "watcher.yaml"
    for row in rows:
        began = time.process_time()
        path.write_text(row["yaml"], encoding="utf-8")
        config, problems = load_config(path, {})
        rules, faults = load_rules([("a.yaml", row["yaml"].encode())])

        assert config is None
        assert rules is None
        assert refused(problems)
        assert refused(faults)
        assert time.process_time() - began < LOADED_S, row["name"]
    told(capsys, "hostile YAML as rules and configuration", len(rows), 0)


@pytest.mark.parametrize("step", SIZES)
def test_the_public_suite_of_yaml_is_no_rule_file_and_never_raises(shared, capsys, step):
    texts: list[bytes] = []
    with tarfile.open(shared / "hostile" / "yaml_test_suite_src.tar.xz", "r:xz") as archive:
        for member in [each for each in archive.getmembers() if each.isfile()][::step]:
            stream = archive.extractfile(member)
            data = stream.read() if stream is not None else b""
            texts.extend((data, *(case["yaml"].encode() for case in yaml.safe_load(data) if "yaml" in case)))
    for text in texts:
        rules, problems = load_rules([("a.yaml", text), ("b.yaml", b"format: 1\nrules: " + text)])
        assert rules is None
        assert refused(problems)
    told(capsys, "files of the public suite of YAML as rules", len(texts), 0)


@pytest.mark.parametrize("step", SIZES)
def test_naughty_strings_are_words_titles_and_queries_or_refused(shared, capsys, step):
    rows = [
        row if isinstance(row, str) else next(iter(row.values())) for row in rows_of(shared, "naughty_strings.json")
    ]
    taken = 0
    chosen = rows[::step]
    for text in chosen:
        found, problems = load_rules([("a.yaml", rule({"words": [text]}, title=text, example=text).encode())])
        assert (found is None) == refused(problems)
        taken += found is not None
        for kinds in (search_kinds(Names()), alert_kinds(Names())):
            for written in (
                text,
                json.dumps(text, ensure_ascii=False),
                f"words:{text}",
                f"({text}",
                f"-{text} or {text}",
            ):
                query, faults = parse_query(written, kinds)
                assert (query is None) == bool(faults), written
                if query is not None and kinds is not None:
                    to_search(query)
    assert 0 < taken < len(chosen)
    told(capsys, "naughty strings as rules and queries", len(chosen), taken)
