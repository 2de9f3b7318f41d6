"""Rule files: what a good one becomes, and that every slip of the pen is found where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.config.rules import expanded_yaml, load_rules, read_rule_files, read_table
from watcher.core.model import Severity
from watcher.core.rules.model import Clause, Group
from watcher.core.yaml.strict import load

DATA = Path(__file__).parent / "data" / "rules"
GOOD = (DATA / "good.rules").read_text("utf-8")
RULE = """format: 1
rules:
  - id: {id}
    title: Export bans
    severity: notice
    when: {{words: [export ban]}}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


def _load(*texts, names=(), **options):
    files = [(names[at] if names else f"{at}.yaml", text.encode()) for at, text in enumerate(texts)]
    known = {"routes": ["compliance"], "digests": ["weekly"], "sources": ["reex", "fr_bis"]}
    return load_rules(files, **(known | options))


def _said(problems):
    return [str(problem) for problem in problems]


def _rule(rule_id="bans", **changes):
    text = RULE.format(id=rule_id)
    for old, new in changes.items():
        text = text.replace({"when": "{words: [export ban]}", "severity": "severity: notice"}[old], new)
    return text


@pytest.mark.parametrize("path", sorted(DATA.glob("R*.yaml")), ids=lambda path: path.stem)
def test_every_code_of_the_lint_table_is_told_where_it_stands(path):
    table = b"name,id\nexport ban,x\n,y\n"

    rules, problems = load_rules(
        [(path.name, path.read_bytes())],
        routes=["compliance"],
        digests=["weekly"],
        sources=["reex"],
        reach=lambda _: path.stem != "R041",
        table=lambda _file, _name: table,
    )

    assert _said(problems) == path.with_suffix(".txt").read_text("utf-8").splitlines()
    assert path.stem in {problem.code for problem in problems}
    assert (rules is None) == any(problem.level == "error" for problem in problems)


def test_a_good_file_becomes_rules():
    rules, problems = _load(GOOD)

    assert _said(problems) == []
    assert rules is not None
    controls = rules.rule("cn-controls")
    assert controls is not None
    assert [step.severity for step in controls.severity] == [Severity.URGENT, Severity.WARNING, Severity.NOTICE]
    assert isinstance(controls.when, Group)
    assert [node.path for node in controls.when.all] == ["when.all[0].use", "when.all[1]"]
    assert controls.tell == ("compliance",)
    assert controls.digest == ("weekly",)


def test_a_change_alters_only_what_it_names():
    rules, _ = _load(GOOD)
    assert rules is not None
    changed = rules.rule("suppliers")
    assert changed is not None

    assert (changed.mode, changed.title, changed.note, changed.tell) == ("trial", "A stop", "why", ("compliance",))
    assert [step.severity for step in changed.severity] == [Severity.NOTICE]
    assert isinstance(changed.narrow, Group)
    assert isinstance(changed.when, Group)


def _keys(node, path=()):
    """All keys of a file but those that are free names, with where they lead."""
    for key, value in node.pairs:
        if path not in {("lists",), ("conditions",), ("change", "rules"), ("change", "lists")}:
            yield key
        yield from _keys(value, (*path, str(key.value)))
    for item in node.items:
        yield from _keys(item, (*path, ""))


GOOD_KEYS = list(_keys(load(GOOD, "good")[0]))


@pytest.mark.parametrize("key", GOOD_KEYS, ids=lambda key: f"{key.line}:{key.column} {key.value}")
def test_a_misspelt_key_kind_or_option_is_an_error_at_its_place(key):
    lines = GOOD.splitlines(keepends=True)
    line = lines[key.line - 1]
    end = key.column - 1 + len(str(key.value))
    lines[key.line - 1] = f"{line[:end]}qz{line[end:]}"

    rules, problems = _load("".join(lines))

    assert rules is None
    errors = [problem for problem in problems if problem.level == "error"]
    assert (key.line, key.column) in {(problem.line, problem.column) for problem in errors}, _said(problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("in: top}\nrules", "in: tpo}\nrules", '7:31 error[R022] unknown zone "tpo", did you mean "top"?'),
        ("format: 1\n", "", '1:1 error[R007] a rule file has no "format"; begin it with: format: 1'),
        ("[<curbs>]", "[<crbs>]", '7:17 error[R018] unknown list "<crbs>", did you mean "<curbs>"?'),
        ("{use: ban}", "{use: bna}", '18:17 error[R018] unknown condition "bna", did you mean "ban"?'),
        ("same: sentence", "same: sentense", '24:17 error[R013] same is "sentense"; allowed: sentence, paragraph'),
        ("mode: live", "mode: alive", '28:11 error[R009] mode is "alive"; allowed: live, trial, paused'),
        ("else: notice", "else: notise", '15:13 error[R009] severity is "notise"; allowed: notice, warning, urgent'),
        ("language: zh", "language: Zh", '32:95 error[R017] unknown language "Zh"; write its code: en, de, fr, ja, zh'),
        ("remove: [export curb]", "remove: [export crub]", 'has no "export crub", did you mean "export curb"?'),
        ("{add: [export halt]", "{add: [<nobody>]", 'error[R018] unknown list "<nobody>"'),
        ("today: 2026-03-01", "today: tomorrow", '2:8 error[R027] "tomorrow" is no date; write 2026-11-10'),
    ],
)
def test_a_wrong_value_is_an_error_that_says_what_is_right(old, new, said):
    assert GOOD.count(old) >= 1

    rules, problems = _load(GOOD.replace(old, new, 1))

    assert rules is None
    assert any(said in text for text in _said(problems)), _said(problems)


def test_an_id_is_unique_across_files():
    rules, problems = _load(_rule(), _rule())

    assert rules is None
    assert _said(problems) == [
        '1.yaml:3:9 error[R010] id "bans" is taken by 0.yaml:3; choose another, or alter it under change:'
    ]


def test_lists_and_conditions_of_one_file_serve_another():
    shared = "format: 1\nlists: {curbs: {words: [export ban]}}\nconditions: {ban: {words: [<curbs>]}}\n"

    rules, problems = _load(shared, _rule(when="{use: ban}"))

    assert _said(problems) == []
    assert rules is not None
    assert [rule.file for rule in rules.rules] == ["1.yaml"]


def test_one_error_refuses_the_whole_set_and_all_files_are_still_read():
    rules, problems = _load(_rule(when="{wrods: [a b]}"), "format: [", _rule("other", severity="severity: hihg"))

    assert rules is None
    assert [(problem.file, problem.code) for problem in problems] == [
        ("0.yaml", "R012"),
        ("1.yaml", "R001"),
        ("2.yaml", "R009"),
    ]


def test_a_comment_silences_a_warning_and_only_with_a_reason():
    smelly = _rule(when='{regex: "export ban(s)?"}')
    silenced = smelly.replace("    when:", "    # lint: ignore R076 because the pattern is clearer\n    when:")
    unexplained = smelly.replace("    when:", "    # lint: ignore R076\n    when:")

    assert [problem.code for problem in _load(smelly)[1]] == ["R076"]
    assert _load(silenced)[1] == ()
    assert [problem.code for problem in _load(unexplained)[1]] == ["R076"]


def test_an_error_cannot_be_silenced():
    text = _rule(when="{wrods: [a]}").replace("    when:", "    # lint: ignore R012 because I like it\n    when:")

    assert [problem.code for problem in _load(text)[1]] == ["R012"]


def test_a_rule_without_ways_must_reach_somebody():
    text = _rule()
    told = text.replace("    examples:", "    tell: compliance\n    examples:")
    paused = text.replace("    examples:", "    mode: paused\n    examples:")

    assert [problem.code for problem in _load(text, reach=lambda _: False)[1]] == ["R041"]
    assert _load(told, reach=lambda _: False)[1] == ()
    assert _load(paused, reach=lambda _: False)[1] == ()
    assert _load(text, reach=lambda rule: rule.id == "bans")[1] == ()


def test_the_version_follows_what_the_rule_leans_on():
    lists = "format: 1\nlists: {curbs: {words: [export ban]}}\n"
    more = "format: 1\nlists: {curbs: {words: [export ban, export curb]}}\n"
    rule = _rule(when="{words: [<curbs>]}")

    first, second = _load(lists, rule)[0], _load(more, rule)[0]
    again = _load(rule, lists)[0]

    assert first is not None
    assert second is not None
    assert again is not None
    assert first.rules[0].version != second.rules[0].version
    assert first.version != second.version
    assert (first.rules[0].version, first.version) == (again.rules[0].version, again.version)


def test_short_and_long_forms_are_one_version():
    short = _rule(when="{words: export ban}")
    long = _rule(when="{words: [export ban]}", severity="severity: {else: notice}")

    first, second = _load(short)[0], _load(long)[0]

    assert first is not None
    assert second is not None
    assert first.rules[0].version == second.rules[0].version


def test_the_long_form_loads_again_to_the_same_rules():
    rules, _ = _load(_rule(when="{any: [{words: export ban}, {words: halt, in: top}]}"))
    assert rules is not None

    text = expanded_yaml(rules)
    again, problems = _load(text)

    assert _said(problems) == []
    assert again is not None
    assert again.rules[0].version == rules.rules[0].version
    assert json.loads(rules.rules[0].expanded)["rule"] == yaml.safe_load(text)["rules"][0]


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("pack:critical-minerals/export_control.yaml", "export_control"),
        ("mine/stockpile.yaml", "stockpile"),
        ("mine/other.yaml", None),
    ],
)
def test_a_file_named_after_an_event_type_gives_it_to_its_rules(name, event):
    rules, _ = _load(_rule(), names=(name,))

    assert rules is not None
    assert rules.rules[0].event_type == event


def test_a_pack_may_name_sources_that_nobody_configured():
    text = _rule(when="{all: [{words: [export ban]}], none: [{source: mofcom}]}")

    assert _load(text, names=("pack:x/a.yaml",))[1] == ()
    assert [problem.code for problem in _load(text)[1]] == ["R017"]


def test_conditions_of_conditions_cannot_grow_without_end():
    layers = [f"  c{at}: {{any: [{', '.join([f'{{use: c{at - 1}}}'] * 20)}]}}" for at in range(1, 9)]
    text = "format: 1\nconditions:\n  c0: {words: [export ban]}\n" + "\n".join(layers) + "\n"

    rules, problems = _load(text, _rule(when="{use: c8}"))

    assert rules is None
    assert {problem.code for problem in problems} == {"R003"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_long_chain_of_conditions_is_refused_before_it_is_walked(order):
    nested = "{all: [" * 15 + "{use: c%d}" + "]}" * 15
    links = [f"  c{at}: {nested % (at - 1)}" for at in range(1, 300)][::order]
    text = "format: 1\nconditions:\n  c0: {words: [export ban]}\n" + "\n".join(links) + "\n"

    rules, problems = _load(text, _rule(when="{use: c299}"))

    assert rules is None
    assert {problem.code for problem in problems} == {"R003"}


def test_thousands_of_faults_are_told_in_bearable_time():
    clauses = ", ".join(f"{{wrods: [w{at}]}}" for at in range(2_000))

    rules, problems = _load(_rule(when=f"{{any: [{clauses}]}}"))

    assert rules is None
    assert len(problems) == 2_000


def test_lists_of_lists_are_opened_once_however_often_they_are_named():
    layers = [f"  l{at}: {{words: [<l{at - 1}>, <l{at - 1}>, word{at}]}}" for at in range(1, 60)]
    text = "format: 1\nlists:\n  l0: {words: [export ban]}\n" + "\n".join(layers) + "\n"

    rules, problems = _load(text, _rule(when="{words: [<l59>]}"))

    assert _said(problems) == []
    assert rules is not None
    assert isinstance(rules.rules[0].when, Clause)


def test_a_list_comes_from_a_table_beside_the_rule_file(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "terms.csv").write_text("name,aliases\nexport ban,export halt; export stop\n", "utf-8")
    head = "format: 1\nlists: {terms: {words: {file: terms.csv}}}\n"
    text = _rule(when="{words: [<terms>]}").replace("format: 1\n", head)

    rules, problems = _load(text, names=("rules/a.yaml",), table=lambda file, name: read_table(tmp_path, file, name))

    assert _said(problems) == []
    assert rules is not None
    assert json.loads(rules.rules[0].expanded)["lists"]["terms"] == {
        "words": {"any": ["export ban", "export halt", "export stop"]}
    }


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ('{words: ["ex*"]}', '2:25 error[R030] "*" needs 3 letters beside it'),
        ("{words: {zh: [禁]}}", '2:30 error[R030] one character alone needs =: write "=禁"'),
        ('{words: [ban], not: ["?"]}', '2:37 error[R030] "?" holds no letter or digit'),
        ("{words: [ban], not: [<curbs>]}", '2:31 error[R013] "not" takes no lists; write the words'),
        ("{sources: [reex], not: [x]}", '2:34 error[R013] "not" belongs to a list of words'),
        ("{wods: [ban]}", '2:17 error[R006] unknown key "wods" in a list, did you mean "words"?'),
        (
            "{organisations: [mofcom], materials: [gallium]}",
            '2:42 error[R015] list "curbs" holds organisations and materials; write two lists',
        ),
        ("{organisations: {en: [mofcom]}}", '2:32 error[R008] "organisations" must be a list, not a mapping'),
        ("{words: [ban], sources: [reex]}", '2:31 error[R015] list "curbs" holds words and sources; write two lists'),
        (
            "[ban]",
            '2:16 error[R008] list "curbs" must say what it holds, not be a list: {words: [...]}, {materials: [...]} ...',
        ),
    ],
)
def test_a_faulty_list_is_told_where_it_stands(lists, said):
    _, problems = _load(f"format: 1\nlists: {{curbs: {lists}}}\n", _rule())

    assert f"0.yaml:{said}" in _said(problems)


def test_a_table_that_is_not_there_is_an_error_at_its_name(tmp_path):
    head = "format: 1\nlists: {terms: {words: {file: terms.csv}}}\n"
    text = _rule(when="{words: [<terms>]}").replace("format: 1\n", head)

    _, problems = _load(text, table=lambda file, name: read_table(tmp_path, file, name))

    assert _said(problems) == ['0.yaml:2:31 error[R062] file "terms.csv" can\'t be read: No such file or directory']


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            b"name;aliases\nexport ban;x\n",
            'terms.csv:1:1 error[R006] unknown column "name;aliases": separate columns by commas',
        ),
        (b"name\nStahltr\xe4ger\n", "terms.csv:2:1 error[R062] byte 0xE4 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_table_that_a_spreadsheet_wrote_otherwise_is_told_how_to_write_it(table, said):
    head = "format: 1\nlists: {terms: {words: {file: terms.csv}}}\n"

    _, problems = _load(_rule(when="{words: [<terms>]}").replace("format: 1\n", head), table=lambda *_: table)

    assert said in _said(problems)


def test_rule_files_are_found_by_pack_and_by_glob(tmp_path):
    (tmp_path / "data" / "rules" / "metals").mkdir(parents=True)
    (tmp_path / "data" / "rules" / "metals" / "b.yaml").write_bytes(b"pack")
    (tmp_path / "conf" / "mine").mkdir(parents=True)
    (tmp_path / "conf" / "mine" / "a.yaml").write_bytes(b"own")

    files, problems = read_rule_files(
        ["pack:metals", "mine/*.yaml", "mine/a.yaml"], tmp_path / "conf", tmp_path / "data"
    )

    assert files == (("pack:metals/b.yaml", b"pack"), ("mine/a.yaml", b"own"))
    assert problems == ()


def test_an_entry_that_names_no_file_is_told(tmp_path):
    (tmp_path / "rules" / "metals").mkdir(parents=True)
    (tmp_path / "rules" / "metals" / "b.yaml").write_bytes(b"pack")

    _, problems = read_rule_files(["pack:metal", "mine/*.yaml"], tmp_path, tmp_path)

    assert [problem.file for problem in problems] == ["pack:metal", "mine/*.yaml"]
    assert 'did you mean "metals"?' in problems[0].text


def test_examples_of_a_changed_pack_rule_are_warnings_and_do_not_refuse():
    change = "format: 1\nchange: {rules: {bans: {narrow: {words: [gallium]}}}}\n"

    rules, problems = _load(_rule(), change, names=("pack:x/bans.yaml", "mine.yaml"))

    assert rules is not None
    assert _said(problems) == ['mine.yaml:2:18 warning[R072] your change turns example match[1] of rule "bans"']


PACK_LISTS = "format: 1\nlists:\n  bans: {words: [<old>, export curb]}\n  old: {words: [export ban]}\n"


@pytest.mark.parametrize(
    ("change", "turned"),
    [
        ("{old: {remove: [export ban]}}", "match[0]"),
        ("{bans: {remove: [<old>]}}", "match[0]"),
        ("{bans: {add: [gallium]}}", "skip[0]"),
        ("{old: {add: [gallium]}}", "skip[0]"),
    ],
)
def test_examples_that_a_changed_list_turns_are_warnings_at_the_change(change, turned):
    rule = """rules:
  - id: curbs
    title: Curbs
    severity: notice
    when: {use: banned}
    examples:
      match: [An export ban begins., An export curb begins.]
      skip: [Gallium is cheap., A ban on smoking.]
conditions: {banned: {words: [<bans>]}}
"""

    rules, problems = _load(
        PACK_LISTS + rule, f"format: 1\nchange:\n  lists: {change}\n", names=("pack:x/bans.yaml", "mine.yaml")
    )

    assert _said(problems) == [f'mine.yaml:3:11 warning[R072] your change turns example {turned} of rule "curbs"']
    assert rules is not None


def test_an_example_that_two_changes_turn_and_turn_back_is_no_news():
    lists = "format: 1\nlists: {bans: {words: [export ban]}}\n"
    change = "format: 1\nchange:\n  lists: {bans: {add: [gallium]}}\n  rules: {bans: {narrow: {words: [export ban]}}}\n"

    rules, problems = _load(
        lists + _rule(when="{words: [<bans>]}").removeprefix("format: 1\n"),
        change,
        names=("pack:x/bans.yaml", "mine.yaml"),
    )

    assert _said(problems) == []
    assert rules is not None


def test_an_example_that_lies_stays_an_error_whatever_lists_are_changed():
    lists = "format: 1\nlists: {bans: {words: [export ban]}}\n"
    change = "format: 1\nchange: {lists: {bans: {add: [nothing at all]}}}\n"
    wrong = _rule(when="{words: [<bans>], in: title}").removeprefix("format: 1\n").replace("export ban", "ban", 3)

    rules, problems = _load(lists + wrong, change, names=("pack:x/bans.yaml", "mine.yaml"))

    assert rules is None
    assert {problem.code for problem in problems if problem.level == "error"} == {"R050"}


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_mangled_file_is_read_or_refused_but_never_raises(data):
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        piece = data.draw(
            st.sampled_from(["", "[]", "{}", "null", "1", "a: b", "- x", "  ", "[[]]", "true", "'", "<x>", ": "])
        )
        where = data.draw(st.integers(0, len(lines[at])))
        cut = data.draw(st.integers(0, 8))
        lines[at] = lines[at][:where] + piece + lines[at][where + cut :]

    rules, problems = _load("\n".join(lines))

    assert (rules is None) == any(problem.level == "error" for problem in problems)


def test_hostile_yaml_is_refused_with_a_place(shared):
    rows = json.loads((shared / "hostile" / "yaml_hostile.json").read_text("utf-8"))

    for row in rows:
        text = next((row[key] for key in ("yaml", "text", "input", "doc") if isinstance(row, dict) and key in row), "")
        rules, problems = _load(str(text))
        assert rules is None
        assert problems
