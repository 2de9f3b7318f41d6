"""`watcher classify`: read a file of articles and print what each reports, one JSON line each; nothing is stored."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import msgspec

from watcher.app.classifying import Classifier, FileArticle
from watcher.app.loading import load_rules_alone
from watcher.commands.opening import CONFIGURATION, FINDINGS, print_problems, say
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.config.understanding import read_understander

PACK = "pack:critical-minerals"
LONGEST_LINE = 8 << 20
"""Bytes of one line that are read; an article's text is cut at 256 KiB anyway."""
_USAGE = 2
_ARTICLE = msgspec.json.Decoder(FileArticle)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and the rules to read it by."""
    parser.add_argument(
        "file",
        metavar="FILE.jsonl",
        help="one article a line: id, title, url, date, language, text; - is standard input",
    )
    parser.add_argument(
        "--rules", metavar="FILE", nargs="+", default=[PACK], help=f"rule files and packs (default: {PACK})"
    )
    parser.add_argument(
        "--lexicon",
        metavar="FILE",
        nargs="+",
        default=[],
        type=Path,
        help="files of your own names (YAML or CSV), as under lexicon: in watcher.yaml",
    )


def run(arguments: argparse.Namespace) -> int:
    """Classify every article of the file; lines that can't be read are told and left out."""
    classifier = _classifier(arguments.rules, arguments.lexicon)
    if classifier is None:
        return CONFIGURATION
    if arguments.file == "-":
        return _classify(sys.stdin.buffer, "-", classifier)
    try:
        opened = Path(arguments.file).open("rb")  # noqa: SIM115 - closed by the next statement but one
    except OSError as error:
        say(f"{arguments.file}: can't be read: {error.strerror or error}")
        return _USAGE
    with closing(opened):
        return _classify(opened, arguments.file, classifier)


def _classifier(names: list[str], own: list[Path]) -> Classifier | None:
    """The rules and tables, their problems printed; None if there are errors. Warnings are for `check`."""
    data = data_dir()
    lexicon, problems = read_lexicon(data)
    if lexicon is None:
        print_problems(problems)
        return None
    rule_set, _, faults = load_rules_alone(names, Path.cwd(), lexicon, own)
    understander = rule_set.understanding() if rule_set is not None else None
    if rule_set is None or understander is None:
        unread = read_understander(data)[1] if rule_set is not None else ()
        print_problems([problem for problem in (*faults, *unread) if problem.level == "error"])
        if not own and any(problem.code == "R017" for problem in faults):
            say("classify reads no watcher.yaml: give your own files of names with --lexicon")
        return None
    return Classifier.of(rule_set, lexicon.publishers, understander)


def _classify(file: BinaryIO, name: str, classifier: Classifier) -> int:
    code = 0
    for number, line in _lines(file):
        try:
            article = _read(line) if line is not None else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            say(f"{name}:{number}: {error}")
            code = FINDINGS
            continue
        if article is None:
            say(f"{name}:{number}: longer than {LONGEST_LINE:,} bytes")
            code = FINDINGS
            continue
        sys.stdout.buffer.write(msgspec.json.encode(classifier.classify(article, number)) + b"\n")
    sys.stdout.buffer.flush()
    return code


def _read(line: bytes) -> FileArticle:
    """The article of one line; half of a surrogate pair, which some writers leave behind, becomes a question mark."""
    try:
        return _ARTICLE.decode(line)
    except msgspec.DecodeError:
        if b"\\ud" not in line.lower():
            raise
        try:
            whole = json.dumps(json.loads(line), ensure_ascii=False).encode("utf-8", "replace")
        except ValueError:
            whole = line
        return _ARTICLE.decode(whole)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines that hold something, with their numbers from 1; None for one that is too long."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield number, None
        elif line.strip():
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
