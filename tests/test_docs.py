"""What the docs say is so: links lead somewhere, commands parse, examples load, keys and defaults are the program's."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

import watcher
import watcher.channels
import watcher.sources
from tests import starts
from tests.tools import ROOT
from watcher.app.loading import load_rule_set
from watcher.cli import COMMANDS, parser
from watcher.config import data_dir, load_config
from watcher.config.events import read_heads
from watcher.config.lexicon import read_inflections, read_lexicon
from watcher.config.rules import load_rules
from watcher.config.schema import json_schema
from watcher.core.model import Reason, Trust
from watcher.core.queries import Names, alert_kinds, parse_query, search_kinds
from watcher.core.yaml.strict import load, plain

PAGES = {
    path.relative_to(ROOT).as_posix(): path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
SECRETS = {
    "AGENCY_KEY": "not the real one",
    "SLACK_URL": "https://hooks.slack.com/services/T0/B0/x",
    "SMTP_PASSWORD": "not the real one",
    "WEBHOOK_URL": "https://hooks.example.org/in",
    "WEBHOOK_SECRET": "whsec_" + "QUJD" * 11,
    "MAIL_PASSWORD": "a password of eighteen",
    "DESK_SECRET": "whsec_" + "QUJD" * 10,
    "SLACK_TOKEN": "xoxb-not-the-real-one",
    "TEAMS_URL": "https://flow.example/workflows/1/triggers/manual/paths/invoke?sig=x",
    "DISCORD_URL": "https://discord.com/api/webhooks/1/x",
    "TELEGRAM_TOKEN": "123456:not-the-real-one",
    "NTFY_URL": "https://ntfy.sh/a-topic-that-nobody-guesses",
    "NTFY_TOKEN": "tk_not_the_real_one",
    "PAGERDUTY_KEY": "k" * 32,
    "APPRISE_URL": "json://localhost/x",
}
FEED = 'sources: {one: {kind: feed, url: "https://news.example.org/feed"}}\n'
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| `([^`|]+)` \| ([^|]+?) \|", re.MULTILINE)
NO_COMMAND = re.compile(r"[-<A-Z]")


@cache
def text_of(page: str) -> str:
    return PAGES[page].read_text(encoding="utf-8")


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", text_of(page))


def fences(page: str, language: str) -> list[str]:
    return [body for name, body in FENCE.findall(text_of(page)) if name == language]


def slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    bare = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower())
    return bare.replace(" ", "-")


# links


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_leads_somewhere(page):
    path = ROOT / page
    for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{page}: {target} is not there"
        if anchor:
            anchors = {slug(heading) for heading in HEADING.findall(there.read_text(encoding="utf-8"))}
            assert anchor in anchors, f"{page}: {target} has no such heading"


def test_every_page_can_be_reached_from_the_readme():
    linked = set(LINK.findall(text_of("README.md")))

    assert {page for page in PAGES if page != "README.md"} <= linked


# commands


def commands_said() -> Iterator[tuple[str, list[str]]]:
    """(page, words) of every `watcher ...` that a reader could type, in fenced blocks and within the text."""
    for page in PAGES:
        typed = [
            line.split("#", 1)[0].strip()
            for block in fences(page, "sh") + fences(page, "")
            for line in block.splitlines()
        ]
        for line in (*typed, *INLINE.findall(prose(page))):
            if line.startswith(("watcher ", ".venv/bin/watcher ")):
                words = shlex.split(line)[1:]
                if not NO_COMMAND.match(words[0]):
                    yield page, words


def test_every_command_that_is_said_exists_and_takes_what_is_said():
    for page, words in commands_said():
        assert words[0] in COMMANDS, f"{page}: watcher {words[0]} is no command"
        assert len(words) == 1 or parsed(words), f"{page}: watcher {shlex.join(words)} is refused"


def parsed(words: list[str]) -> bool:
    """Whether the command line takes these words, or shows its help for them."""
    try:
        parser(words[0]).parse_args(words)
    except SystemExit as ended:
        return not ended.code
    return True


def test_every_command_is_said_somewhere():
    assert {words[0] for _, words in commands_said()} == set(COMMANDS)


def test_help_names_every_command_of_the_readme():
    shown = ran("--help").stdout

    for page, words in commands_said():
        if page == "README.md":
            assert re.search(rf"^ +{words[0]}\b", shown, re.MULTILINE)


def ran(*arguments: str, cwd=ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line, in a process of its own."""
    return starts.run(
        [*starts.PROGRAM, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        text=True,
        timeout=60,
    )


def test_the_first_minutes_are_as_the_readme_says(tmp_path):
    written = ran("init", cwd=tmp_path)
    (tmp_path / "my-rules").mkdir()
    (tmp_path / "my-rules" / "gallium.yaml").write_text(rule_example(), encoding="utf-8")
    config = tmp_path / "watcher.yaml"
    [line] = [line for line in config_fragments()["rules"].splitlines() if line.startswith("rules:")]
    config.write_text(re.sub("(?m)^rules:.*$", line, config.read_text(encoding="utf-8")), encoding="utf-8")

    assert written.returncode == 0, written.stderr
    for command in ("check", "test"):
        done = ran(command, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.glob("*.db"))


# the README


def words_of_flow(text: str) -> list[str]:
    """What stands between the arrows, in order."""
    lines = [line.strip() for line in text.splitlines() if "->" in line]
    return [word.strip() for word in " ".join(lines).replace("-> ->", "->").split("->") if word.strip()]


def test_the_flow_is_told_in_one_order_everywhere():
    told = words_of_flow(watcher.__doc__ or "")

    assert words_of_flow(fences("README.md", "")[0]) == told
    assert words_of_flow(fences("docs/architecture.md", "")[0]) == told


def test_the_readme_opens_with_two_sentences():
    first = text_of("README.md").split("\n\n")[1]

    assert len(re.findall(r"[.!?](?:\s|$)", first)) == 2


@pytest.mark.slow
def test_the_demo_shows_what_the_readme_shows(tmp_path):
    [block] = fences("README.md", "text")

    shown = ran("demo", "--folder", str(tmp_path / "demo"), cwd=tmp_path).stdout

    seen = {without_figures(line) for line in shown.splitlines()}
    assert [line for line in block.splitlines() if line and without_figures(line) not in seen] == []


def without_figures(line: str) -> str:
    """The line with every figure as # and its blanks as one: times and ports differ from run to run."""
    return " ".join(re.sub(r"\d+", "#", line).split())


def yaml_blocks() -> list[str]:
    return fences("README.md", "yaml")


def rule_example() -> str:
    [found] = [block for block in yaml_blocks() if block.startswith("format:")]
    return found


def config_fragments() -> Mapping[str, str]:
    """The README's pieces of `watcher.yaml` by their first key."""
    return {block.split(":", 1)[0]: block for block in yaml_blocks() if not block.startswith("format:")}


def test_the_rule_of_the_readme_passes_with_its_examples():
    rules, problems = load_rules([("gallium.yaml", rule_example().encode())], inflections=read_inflections(data_dir()))

    assert [str(problem) for problem in problems] == []
    assert rules is not None
    assert [rule.id for rule in rules.rules] == ["gallium-curbs"]


def test_the_rule_of_the_readme_has_five_lines_of_its_own():
    node, _ = load(rule_example(), "gallium.yaml")
    assert node is not None
    [rule] = plain(node)["rules"]

    assert list(rule) == ["id", "title", "severity", "when", "examples"]


def accepted(text: str, folder) -> Any:
    """The configuration that the text makes, which must be taken without a word."""
    (folder / "my-rules").mkdir()
    (folder / "my-rules" / "gallium.yaml").write_text(rule_example(), encoding="utf-8")
    path = folder / "watcher.yaml"
    path.write_text(text, encoding="utf-8")
    config, problems = load_config(path, SECRETS)
    assert [str(problem) for problem in problems] == []
    return config


def test_the_configuration_of_the_readme_is_accepted(tmp_path):
    config = accepted("".join(config_fragments().values()) + FEED, tmp_path)

    assert set(config.channels) == {"desk", "team", "hook", "archive"}


def test_the_example_of_the_configuration_page_is_accepted(tmp_path):
    [example] = fences("docs/configuration.md", "yaml")

    config = accepted(example, tmp_path)

    assert set(config.routes) == {"operator", "desk"}


def test_the_examples_of_the_sources_page_are_accepted_and_show_every_kind(tmp_path):
    blocks = [block.removeprefix("sources:\n") for block in fences("docs/sources.md", "yaml")]

    listen = 'listen: {public_url: "https://watch.example"}\n'  # without which nobody can push
    config = accepted("".join((*config_fragments().values(), listen, "sources:\n", *blocks)), tmp_path)

    assert len(config.sources) == len(blocks)
    assert {source.kind for source in config.sources.values()} == set(watcher.sources.KINDS)


def test_the_examples_of_the_channels_page_are_accepted_and_show_every_vendor(tmp_path):
    blocks = [block.removeprefix("channels:\n") for block in fences("docs/channels.md", "yaml")]
    names = ", ".join(block.split(":", 1)[0].strip() for block in blocks)
    whole = "".join(config_fragments().values()).replace("[team]", f"[team, {names}]", 1)

    config = accepted(whole.replace("channels:\n", f"channels:\n{''.join(blocks)}", 1) + FEED, tmp_path)

    assert {channel.kind for channel in config.channels.values()} == set(watcher.channels.KINDS)


def test_every_proof_in_the_readme_is_a_test():
    proofs = [target for target in LINK.findall(text_of("README.md")) if target.startswith("tests/")]

    assert proofs
    assert all(
        "\ndef test_" in (text := (ROOT / target).read_text(encoding="utf-8")) or "\nasync def test_" in text
        for target in proofs
    )


# the configuration page

Sections = dict[str, dict[str, str]]


def said_sections() -> Sections:
    """Every section of the page: its keys, each with its default as written."""
    found: Sections = {}
    parts = re.split(r"^### (.+)$", text_of("docs/configuration.md"), flags=re.MULTILINE)
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        rows = ROW.findall(body.split("\n## ")[0])
        found[heading.replace("`", "")] = {key: default.strip("`") for key, default in rows}
    return found


def true_sections() -> Sections:
    """The same from the models, by way of the schema."""
    schema = json_schema()
    found = {"watcher.yaml": keys_of(schema)}
    for name, each in schema["properties"].items():
        for body in inside(each, schema):
            found[name] = keys_of(body)
        rest = each.get("additionalProperties")
        if isinstance(rest, dict) and "oneOf" in rest:
            found |= kinds_of(name, rest["oneOf"], schema)
        elif isinstance(rest, dict):
            found[f"{name}.NAME"] = keys_of(inside(rest, schema)[0])
    return found


def kinds_of(section: str, blocks: list[dict[str, Any]], schema: dict[str, Any]) -> Sections:
    """The shared keys of a section, which a kind of one's own has alone, then each kind's own."""
    shared = keys_of(blocks[-1])
    presets = [block["properties"] for block in blocks if "preset" in block["properties"]]
    found = {
        f"{section}.NAME": shared | {key: default_of(each[key]) for each in presets for key in ("preset", "settings")}
    }
    for block in blocks[:-1]:
        if "kind" not in block["properties"]:
            continue  # of the catalogue: the same keys again
        own = {key: default for key, default in keys_of(block).items() if key not in shared}
        found[f"{section}.NAME of kind {block['properties']['kind']['const']}"] = own
        for name, each in block["properties"].items():
            for body in inside(each, schema):
                found[f"{section}.NAME.{name}"] = keys_of(body)
    return found


def inside(each: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The mappings that a property refers to."""
    named = [each, *each.get("anyOf", ()), *each.get("allOf", ()), *each.get("oneOf", ())]
    referred = [schema["definitions"][one["$ref"].rsplit("/", 1)[1]] for one in named if "$ref" in one]
    return [one for one in referred if "properties" in one]


def keys_of(body: dict[str, Any]) -> dict[str, str]:
    """Every key with its default as the page writes it."""
    required = body.get("required", ())
    return {name: "required" if name in required else default_of(each) for name, each in body["properties"].items()}


def default_of(each: dict[str, Any]) -> str:
    match each.get("default", "none"):
        case "":
            return "empty"
        case str() as text:
            return text
        case dict() as whole if whole:
            return "see below"
        case value:
            return json.dumps(value)


def test_the_configuration_page_names_every_key_with_its_default_and_no_other():
    assert said_sections() == true_sections()


def test_what_the_configuration_page_sends_to_the_sources_page_for_stands_in_that_section():
    sent = re.findall(r"^\| `([^`|]+)` \|.*\]\(sources\.md#([\w-]+)\)", text_of("docs/configuration.md"), re.MULTILINE)
    parts = re.split(r"^#{2,3} (.+)$", text_of("docs/sources.md"), flags=re.MULTILINE)
    sections = {slug(heading): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}

    assert ("websub", "feed") in sent
    assert [(key, anchor) for key, anchor in sent if key not in anchor + sections[anchor]] == []


@pytest.mark.slow
def test_the_worked_example_loads_and_its_names_are_known(tmp_path):
    for name, body in re.findall(
        r"^`([\w/.-]+)`[^\n]*:\n```\w+\n(.*?)^```$", text_of("docs/company.md"), re.MULTILINE | re.DOTALL
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(body, encoding="utf-8")
    config, problems = load_config(tmp_path / "watcher.yaml", {})
    lexicon, _ = read_lexicon(data_dir())
    assert config is not None, problems
    assert lexicon is not None

    rules, faults = load_rule_set(config, lexicon)

    assert [str(problem) for problem in (*problems, *faults)] == []
    assert rules is not None
    assert {"company-supplier-stops", "company-rocky-ridge", "company-dates"} <= {rule.id for rule in rules.rules}


# queries, reasons, notices, events


def test_every_query_of_the_history_page_can_be_asked():
    page = text_of("docs/history.md")
    section = page[page.index("## The search language") :]
    rows = [
        cell
        for line in FENCE.sub("", section).splitlines()
        if line.startswith("| `")
        for cell in INLINE.findall(line.split(" | ")[0])
    ]
    examples = [line for block in fences("docs/history.md", "") for line in block.splitlines()]

    assert len(rows) > 15
    assert len(examples) > 5
    for query in (*rows, *examples):
        found, problems = parse_query(query, search_kinds(Names()))
        assert found is not None, f"{query}: {problems}"


def test_every_kind_of_query_is_explained():
    page = text_of("docs/history.md")

    for kind in search_kinds(Names()).keys() | (alert_kinds(Names()).keys() - {"route"}):
        assert f"`{kind}:" in page, kind


def first_cells(page: str, head: str) -> list[str]:
    """What stands in code in the first column of the table with that head."""
    table = text_of(page).split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0]
    return [cell for line in table.splitlines()[2:] for cell in INLINE.findall(line.split(" | ")[0])]


def test_changes_reasons_and_trusts_are_the_programs_own():
    reasons = {reason.value for reason in Reason}

    assert set(first_cells("docs/messages.md", "change")) <= reasons
    assert set(first_cells("docs/messages.md", "reason")) <= reasons
    assert all(f"`{trust.value}`" in text_of("docs/messages.md") for trust in Trust)


@cache
def calls(name: str) -> list[ast.Call]:
    """Every call of a function of that name in the program."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "watcher").rglob("*.py"))]
    nodes = [
        node
        for tree in map(ast.parse, (text for text in texts if name in text))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id == name]


def test_every_notice_is_explained():
    kinds = {
        word.value.value
        for call in calls("NoticeMessage")
        for word in call.keywords
        if word.arg == "kind" and isinstance(word.value, ast.Constant)
    }

    assert len(kinds) > 2
    assert kinds <= set(first_cells("docs/operations.md", "notice"))


def test_every_event_that_is_explained_is_logged():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "watcher").rglob("*.py"))

    for event in first_cells("docs/operations.md", "event"):
        known = f'"{event}"' in source or re.sub(r"\..*", '.{done.state}"', event) in source
        assert known, event


def test_every_exit_code_is_in_the_readme():
    page = text_of("README.md")

    for code in first_cells_plain("docs/operations.md", "code"):
        assert code == "130" or re.search(rf"\b{code}\b", page.split("Exit codes:")[1].split("\n\n")[0]), code


def test_the_table_of_event_types_is_that_of_their_files():
    table = text_of("docs/events.md").split("\n| type | what it is |", 1)[1].split("\n\n", 1)[0]
    said = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]

    assert said == [
        [f"`{id_}`", head.title, ", ".join(head.ladder), ", ".join(head.exits) or "-"]
        for id_, head in read_heads(data_dir()).items()
    ]


def first_cells_plain(page: str, head: str) -> list[str]:
    table = text_of(page).split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0]
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]
