"""The fixed words of each language: `templates/words/de.yaml`, ours below the user's own; English stands in the code.

Never lets a mistake in such a file cost a message: what cannot be used is said in English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from watcher.core.errors import Problem
from watcher.core.text.languages import CODES_OF_OURS, is_language
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.wording import ENGLISH, NUMBER, SLOT, Words, words_of
from watcher.core.yaml.strict import Node, load

FOLDER = "words"
SECTIONS = ("words", "sayings")
"""What is said when a message is made, and what messages are stored with."""
_MOST_BYTES = 256 * 1024
_NAMED = 3
_LONGEST = 500
_TIMES = 4
"""Words may be as long as the first, or so many times as long as the English ones."""
_SHOWN = 80
_NUMBER = re.compile(r"\d\D\d{3}\D\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A language's file: English to its words, by section."""

    words: Mapping[str, str] = field(default_factory=dict)
    sayings: Mapping[str, str] = field(default_factory=dict)

    def section(self, name: str) -> Mapping[str, str]:
        """One of the two."""
        return self.sayings if name == "sayings" else self.words


class Catalogues:
    """The words of every language, as they were when it was made; a reload makes a new one."""

    def __init__(self, shipped: Path, own: Path | None = None) -> None:
        """Read the folder of our templates, and the user's, whose words win."""
        folders = [folder for folder in (shipped, own) if folder is not None]
        found = {path: _raw(path) for folder in folders for path in _paths(folder)}
        self._made: dict[str, Words] = {}
        for code in sorted(languages(*folders)):
            # English stands in the code; only the user says it otherwise.
            read_in = [own] if code == ENGLISH.language else folders
            files = [folder / FOLDER / f"{code}.yaml" for folder in read_in if folder is not None]
            self._made[code] = _words(code, tuple(raw for each in files if isinstance(raw := found.get(each), bytes)))

    def words(self, language: str | None) -> Words:
        """The words for readers of a language; English where it has none."""
        english = self._made[ENGLISH.language]
        return english if language is None else self._made.get(language, english)


def languages(*folders: Path | None) -> frozenset[str]:
    """The languages that have words in one of the folders, and English."""
    found = {path.stem for folder in folders if folder is not None for path in _paths(folder)}
    return frozenset({ENGLISH.language, *filter(is_language, found)})


def read(path: Path) -> Table:
    """What of a file can be used; nothing of one that can't be read."""
    raw = _raw(path)
    return _read(raw) if isinstance(raw, bytes) else Table()


@lru_cache(maxsize=64)
def _read(raw: bytes) -> Table:
    return _table(load(raw, "")[0])


@lru_cache(maxsize=64)
def _words(language: str, raws: tuple[bytes, ...]) -> Words:
    """A language's words from its files, a later one over those before."""
    if not raws and language == ENGLISH.language:
        return ENGLISH
    words, sayings = dict[str, str](), dict[str, str]()
    for table in map(_read, raws):
        words |= table.words
        sayings |= table.sayings
    return words_of(language, words, sayings)


def check_words(shipped: Path, own: Path | None) -> Iterator[Problem]:
    """Every mistake in the user's words: what no message says, what lacks a gap, and what a new language leaves out."""
    known = {name: dict[str, None]() for name in SECTIONS}
    ours = sorted(shipped.glob(f"{FOLDER}/*.yaml"))
    for path in ours:
        table = read(path)
        for name in SECTIONS:
            known[name].update(dict.fromkeys(table.section(name)))
    for path in sorted(own.glob(f"{FOLDER}/*.yaml")) if own is not None else ():
        if own is not None and not _is_within(path, own):
            yield _problem(path, None, "T008", "it leads out of the folder and is not used")
            continue
        node, problems = _node(path)
        yield from problems
        if not is_language(path.stem):
            yield _problem(path, None, "T008", f'"{path.stem}" is no language; write its code: {CODES_OF_OURS}')
        elif node is not None:
            yield from _of_file(
                path, node, known, whole=path.stem not in {ENGLISH.language, *(each.stem for each in ours)}
            )


def _of_file(path: Path, node: Node, known: Mapping[str, Mapping[str, None]], *, whole: bool) -> Iterator[Problem]:
    empty = node.kind == "scalar" and node.raw == ""
    if node.kind != "mapping" and not empty:
        yield _problem(path, node, "T008", f"a file of words has {' and '.join(SECTIONS)}, each with English and words")
        return
    for key, block in node.pairs:
        if str(key.value) in SECTIONS and block.kind != "mapping":
            text = f'"{key.value}" needs the English and what is said for it: "In brief": "..."'
            yield _problem(path, block, "T008", text)
            continue
        if str(key.value) not in SECTIONS:
            hint = did_you_mean(str(key.value), SECTIONS) or f"; a file of words has {' and '.join(SECTIONS)}"
            yield _problem(path, key, "T008", f'"{key.value}" is no section of words{hint}')
            continue
        yield from _of_section(path, block, known[str(key.value)])
    table = _table(node)
    missing = [each for name in SECTIONS for each in known[name] if each not in table.section(name)]
    if whole and missing:
        first = ", ".join(f'"{each}"' for each in missing[:_NAMED])
        text = f"{len(missing)} words are missing and stay English: {first}{' ...' if len(missing) > _NAMED else ''}"
        yield _problem(path, node, "T010", text, level="warning")


def _of_section(path: Path, block: Node, known: Mapping[str, None]) -> Iterator[Problem]:
    for key, value in block.pairs:
        english = str(key.value)
        if english not in known:
            text = f'no message says "{english}"{did_you_mean(english, known)}'
            yield _problem(path, key, "T009", text, level="warning")
        elif (fault := _fault(english, value)) is not None:
            yield _problem(path, value, "T011", f'the words for "{_short(english)}" {fault}; ours are used')


def _fault(english: str, value: Node) -> str | None:
    """Why words can't stand for the English ones; None where they can."""
    if value.kind != "scalar" or (not value.quoted and (value.value is None or isinstance(value.value, bool))):
        return "are no text; put them in quotes"
    if not any(unicodedata.category(sign)[0] not in "ZC" for sign in value.raw):
        return "are blank"
    if any(unicodedata.category(sign) == "Cc" for sign in value.raw):
        return "go over several lines, or hold a control character"
    return _misfit(english, value.raw)


def _misfit(english: str, written: str) -> str | None:
    """Why a text does not fit the English words that it is meant for."""
    most = max(_LONGEST, _TIMES * len(english))
    if len(written) > most:
        return f"have {len(written):,} characters, at most {most:,} fit"
    if set(SLOT.findall(written)) != set(SLOT.findall(english)):
        gaps = " ".join(f"{{{gap}}}" for gap in sorted(set(SLOT.findall(english)))) or "none"
        return f"need the gaps of the English ones: {gaps}"
    if english == NUMBER and not _NUMBER.fullmatch(written):
        return "show how numbers are written: a digit, a sign, three digits, a sign, a digit"
    return None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _table(node: Node | None) -> Table:
    found: dict[str, dict[str, str]] = {name: {} for name in SECTIONS}
    for name in SECTIONS if node is not None else ():
        block = node.get(name) if node is not None else None
        for key, value in block.pairs if block is not None else ():
            if _fault(str(key.value), value) is None:
                found[name][str(key.value)] = value.raw
    return Table(**found)


def _paths(folder: Path) -> list[Path]:
    """The files of words in a folder; one that a link leads out to is none."""
    return [path for path in sorted(folder.glob(f"{FOLDER}/*.yaml")) if path.is_file() and _is_within(path, folder)]


def _is_within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _node(path: Path) -> tuple[Node | None, tuple[Problem, ...]]:
    raw = _raw(path)
    return load(raw, str(path)) if isinstance(raw, bytes) else (None, (raw,))


def _raw(path: Path) -> bytes | Problem:
    """What a file holds, or why it can't be read."""
    try:
        if not path.is_file():
            return _problem(path, None, "T008", "it is no file")
        if path.stat().st_size > _MOST_BYTES:
            return _problem(path, None, "T008", f"a file of words has at most {_MOST_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        return _problem(path, None, "T008", f"it can't be read: {type(error).__name__}")


def _problem(path: Path, at: Node | None, code: str, text: str, *, level: str = "error") -> Problem:
    line, column = (None, None) if at is None else (at.line, at.column)
    return Problem(
        file=str(path),
        line=line,
        column=column,
        code=code,
        text=text,
        level="warning" if level == "warning" else "error",
    )
