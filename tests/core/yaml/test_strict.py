"""The strict YAML loader: what is text, what is refused, and that nothing whatever makes it raise."""

from __future__ import annotations

import json
import tarfile
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.yaml.strict import Node, load, locate, locate_key, plain


def said(text: bytes | str) -> list[str]:
    _, problems = load(text, "w.yaml")
    return [str(problem).removeprefix("w.yaml:").replace(" error", "") for problem in problems]


def value(text: str) -> object:
    node, problems = load(text, "w.yaml")
    assert problems == ()
    assert node is not None
    return plain(node)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("12:30:00", "12:30:00"),
        ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"),
        ("010", "010"),
        ("-010", "-010"),
        ("00.5", "00.5"),
        ("15m", "15m"),
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("TruE", "TruE"),
        ("0", 0),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b11", "0b11"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ('"1"', "1"),
        ("'null'", "null"),
        ("|\n  1", "1"),
    ],
)
def test_only_the_core_schema_reads_plain_scalars(raw, meant):
    read = value(f"a: {raw}")["a"]

    assert read == meant
    assert type(read) is type(meant)


def test_quoted_and_written_forms_are_kept():
    node, _ = load("a: 0x10\nb: '0x10'\n", "w.yaml")

    assert (node.get("a").value, node.get("a").raw, node.get("a").quoted) == (16, "0x10", False)
    assert (node.get("b").value, node.get("b").quoted) == ("0x10", True)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a:\n\tb: 1\n", ["2:1[R001] a tab cannot indent; use spaces"]),
        ("a: 1\nb: [1, 2\nc: 3\n", ['3:2[R001] the list opened with "[" at line 2 is not closed, or lacks a comma']),
        ("a: {b: 1\n", ['2:1[R001] the mapping opened with "{" at line 1 is not closed, or lacks a comma']),
        ('a: "x\n', ["2:1[R001] the quote opened at line 1 is never closed"]),
        ("a: b: c\n", ['1:5[R001] ":" does not belong here; check the indent, or put the text in quotes']),
        ("a: @x\n", ['1:4[R001] a text cannot begin with "@"; put it in quotes']),
        ("a:\n    b: 1\n  c: 2\n", ["3:3[R001] the indent does not fit the mapping begun at line 1"]),
        ("a: *x\n", ['1:4[R001] alias "*x" has no anchor "&x" before it']),
        (b"a: 1\nb: \xff\n", ["2:4[R001] byte 0xFF is not UTF-8; save the file as UTF-8"]),
        ("a: ä\nb: \udcff\n", ["2:4[R001] character U+DCFF is not allowed here"]),
        ("a: 1\r\nb: \x00\n", ["2:4[R001] character U+0000 is not allowed here"]),
        ("a: x\u2028b: y\n", ["1:5[R001] character U+2028 is not allowed here"]),
        ("a: 1".encode("utf-16"), ["1:1[R001] the file is UTF-16; save it as UTF-8"]),
        ("a: 1".encode("utf-16-be"), ["1:1[R001] character U+0000 is not allowed here"]),
        ('a: "x\\0y"\n', ["1:4[R001] a text cannot hold the character U+0000"]),
        ("a: 1\n---\nb: 2\n", ['2:1[R001] a second document begins here ("---"); one file holds one document']),
        ("<<: {a: 1}\nb: 2\n", ['1:1[R001] merge key "<<" is not allowed; write the keys out']),
        ("1: a\n", ['1:1[R001] key 1 is no text; put it in quotes: "1"']),
        ("? [a]\n: b\n", ["1:3[R001] a key must be a text, not a sequence"]),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", ['4:3[R002] key "c" is written twice; first at line 3']),
        ("a: 1\n'a': 2\n", ['2:1[R002] key "a" is written twice; first at line 1']),
        ("a: " + "9" * 10_000, ["1:4[R001] a whole number has at most 18 digits; put a longer one in quotes"]),
        ("a: 0x" + "f" * 10_000, ["1:4[R001] a whole number has at most 18 digits; put a longer one in quotes"]),
        ("# " + "x" * (1 << 20), ["1:1[R003] more than 1 MiB; split the file"]),
        ("[" * 5_000, ["1:41[R003] more than 40 levels deep"]),
        ("- " * 5_000, ["1:81[R003] more than 40 levels deep"]),
        ("&a [*a]", ['1:5[R003] alias "*a" stands inside the node it names']),
        ("x: !!python/name:os.system", ['1:4[R004] tag "!!python/name:os.system" is not allowed']),
        ("x: !e!y z", ["1:4[R004] not readable as YAML: found undefined tag handle"]),
    ],
)
def test_a_fault_is_told_with_its_place(text, problems):
    assert said(text) == problems


def test_all_faults_but_syntax_are_told_at_once_in_order_of_place():
    text = "a: !x 1\na: 2\nb: {1: 2}\n<<: {}\n"

    assert [line.split("]")[0] + "]" for line in said(text)] == ["1:4[R004]", "2:1[R002]", "3:5[R001]", "4:1[R001]"]


def test_a_byte_order_mark_at_the_start_is_taken():
    assert value("\ufeffa: 1\n") == {"a": 1}
    assert load("\ufeffa: 1\n".encode(), "w.yaml")[0].get("a").value == 1


def test_an_empty_file_is_a_null_at_its_start():
    assert load("# nothing\n", "w.yaml") == (Node(kind="scalar", line=1, column=1), ())


def test_aliases_are_expanded_within_their_budget():
    item = "[" + ", ".join("x" for _ in range(99)) + "]"

    assert value("a: &a [1, 2]\nb: *a\n") == {"a": [1, 2], "b": [1, 2]}
    assert said(f"a: &a {item}\n" + "".join(f"b{n}: *a\n" for n in range(10))) == []
    assert said(f"a: &a {item}\n" + "".join(f"b{n}: *a\n" for n in range(11))) == [
        "12:6[R003] aliases stand for more than 1,000 nodes"
    ]


def test_aliases_cannot_pile_up_levels():
    deep = "&a " + "[" * 30 + "]" * 30

    assert said(f"- {deep}\n- " + "[" * 20 + "*a" + "]" * 20)[0].endswith("more than 40 levels deep through aliases")


def test_an_alias_costs_what_stands_behind_it_before_anything_walks_it():
    bomb = "a: &a [l, l, l, l, l, l, l, l, l]\n"
    for this, last in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{this}: &{this} [{', '.join(['*' + last] * 9)}]\n"

    assert said(bomb) == ["4:8[R003] aliases stand for more than 1,000 nodes"]


def test_a_node_is_found_by_its_path_and_pydantics_own_steps_are_skipped():
    node, _ = load("sources:\n  a: {kind: feed, tags: [x, y]}\n", "w.yaml")

    assert (locate(node, ["sources", "a", "tags", 1]).line, locate(node, ["sources", "a", "tags", 1]).column) == (2, 29)
    assert locate(node, ["sources", "a", "feed-member", "kind"]).value == "feed"
    assert locate(node, ["sources", "a", "url"]) is node.get("sources").get("a")
    assert locate(node, ["sources", "a", "tags", 9]) is node.get("sources").get("a").get("tags")
    assert locate_key(node, ["sources", "a", "kind"]).column == 7
    assert locate_key(node, []) is node


def test_a_large_file_is_read_within_a_second():
    text = "rules:\n" + "".join(f"  - {{id: r{n}, words: [a, b, c], n: {n}}}\n" for n in range(5_000))

    started = time.perf_counter()
    assert len(value(text)["rules"]) == 5_000
    assert time.perf_counter() - started < 5


def test_every_hostile_file_is_read_or_refused_with_a_place(shared):
    rows = {row["name"]: row for row in json.loads((shared / "hostile" / "yaml_hostile.json").read_text("utf-8"))}
    refused = {"python_tag", "python_name", "alias_bomb", "deep_flow", "dup_keys", "int_huge", "tabs", "nul"}
    refused |= {"multi_doc", "recursive_alias", "merge_key"}

    for name, row in rows.items():
        started = time.perf_counter()
        _, problems = load(row["yaml"], "w.yaml")

        assert bool(problems) == (name in refused), name
        assert all(problem.line and problem.column for problem in problems), name
        assert time.perf_counter() - started < 2, name
    assert value(rows["norway"]["yaml"]) == {"country": "no"}
    assert value(rows["sexagesimal"]["yaml"]) == {"at": "12:30:00"}
    assert value(rows["octal"]["yaml"]) == {"zip": "010"}


MARKS = {"␣": " ", "↵": "", "∎": "", "←": "\r", "⇔": "\ufeff", "———»": "\t", "——»": "\t", "—»": "\t", "»": "\t"}


def unmarked(text):
    """The suite shows blanks, tabs and line ends by signs."""
    for mark, meant in MARKS.items():
        text = text.replace(mark, meant)
    return text


def test_the_public_test_suite_never_makes_it_raise(shared):
    count = 0
    with tarfile.open(shared / "hostile" / "yaml_test_suite_src.tar.xz", "r:xz") as archive:
        for member in archive.getmembers():
            if not member.isfile():
                continue
            data = archive.extractfile(member).read()
            texts = [data, *(case["yaml"] for case in yaml.safe_load(data) if "yaml" in case)]
            for text in texts:
                node, problems = load(unmarked(text) if isinstance(text, str) else text, member.name)
                count += 1

                assert node is not None or problems, member.name
                assert all(problem.line and problem.column and problem.text for problem in problems), member.name
                if node is not None:
                    json.dumps(plain(node))
    assert count > 700


YAMLISH = st.text(st.sampled_from(list("ab1:-?[]{},&*!|>'\"%@`# \t\n\r~<.=\\\u2028\ufeff\x00é\U0001f600")), max_size=80)


@settings(max_examples=500, deadline=None)
@given(st.one_of(YAMLISH, st.text(max_size=60), st.binary(max_size=60)))
def test_no_input_makes_it_raise(text):
    node, problems = load(text, "w.yaml")

    assert node is not None or problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    if node is not None:
        plain(node)


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(10**16), 10**17), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8))  # fmt: skip
TREES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text("abc", min_size=1), inner, max_size=4)), max_leaves=20)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_json_is_read_as_json(tree):
    node, problems = load(json.dumps(tree), "w.yaml")

    assert problems == ()
    assert plain(node) == tree


def test_anchors_that_nobody_uses_cost_nothing_and_faults_are_told_up_to_a_bearable_number():
    started = time.perf_counter()
    assert said("&a [" * 39 + "x," * 100_000 + "]" * 39) == []
    assert time.perf_counter() - started < 10

    assert len(said("k: v\n" * 5_000)) == 200
