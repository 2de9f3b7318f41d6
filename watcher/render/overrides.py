"""The user's own templates: found in one folder, tried in a process that can be killed; never trusted to finish.

A name is letters, digits, `_` and `-`; a file must really lie in the folder, so that no link leads out of it.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watcher.core.errors import Problem, RenderError
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.environments import PAGE, PLAIN

WALL_S = 2.0
START_S = 20.0
SOURCE_BYTES = 256 * 1024

_NAME = re.compile(r"[a-z0-9_-]+(?:\.html|\.txt)\.j2")
# Python's own names open every known way out of a sandbox, and no message has a use for them.
_QUOTED = re.compile(r"""["']([\w.-]+)["']""")
_INNER_NAME = re.compile(r"__[a-z]+__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """The user's templates by name, and what is wrong with those that can't be used."""

    sources: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class TooSlow(RenderError):
    """A template that took longer than it may; the next try will cost as much."""


def read_overrides(folder: Path | None) -> Overrides:
    """The templates of a folder; a missing folder holds none."""
    if folder is None or not folder.is_dir():
        return Overrides()
    sources: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()):
        if path.suffix != ".j2":
            continue
        found = _read(path, folder)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            sources[path.name] = found
    return Overrides(sources=sources, problems=tuple(problems))


def check_templates(
    folder: Path | None, shipped: Mapping[str, str], samples: Mapping[str, Mapping[str, object]]
) -> tuple[Problem, ...]:
    """Every mistake that shows before there is a message: names, links out of the folder, what does not compile.

    A template that words a kind of message is also tried on the sample view of that kind in `samples`; others, which
    are only included, are compiled.
    """
    overrides = read_overrides(folder)
    problems = list(overrides.problems)
    for name in overrides.sources:
        view = samples.get(name.partition(".")[0])
        sources = {**shipped, **overrides.sources}
        reply = _ask({"sources": sources, "names": [name], "view": view, "names_too": True})
        path = Path(str(folder), str(reply.get("name", name)))
        unknown = reply.get("unknown")
        for word, line in unknown if isinstance(unknown, list) else ():
            text = f'"{word}" is in no such message{did_you_mean(word, list(view or ()))}'
            problems.append(_problem(path, "T007", text, line=line, column=_column(sources[name], line, word)))
        if "failed" in reply:
            at = reply["line"] if isinstance(reply["line"], int) else None
            text = str(reply["failed"])
            word = _QUOTED.search(text)
            column = 1 if word is None else _column(sources.get(path.name, ""), at, word.group(1))
            problems.append(_problem(path, "T003", text, line=at, column=column))
    return tuple(problems)


def _column(source: str, line: int | None, word: str) -> int:
    """Where a name stands first in a line of a template, counted from 1; 1 if it does not."""
    lines = source.split("\n")
    text = lines[line - 1] if line is not None and 0 < line <= len(lines) else ""
    found = re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text)
    return 1 if found is None else found.start() + 1


def render_apart(
    sources: Mapping[str, str], names: list[str], view: Mapping[str, object], own: Words = ENGLISH
) -> dict[str, str]:
    """The words that the named templates make of a view, in another process; `own` is what they can `say`.

    Raises: RenderError saying why there are none: an error, too slow, too large.
    """
    reply = _ask({"sources": dict(sources), "names": names, "view": view, **_in_words(own)})
    words = reply.get("words")
    if not isinstance(words, dict):
        place = f"{reply['name']}:{reply['line']}" if reply.get("line") else f"{reply.get('name', names[0])}"
        error = TooSlow if reply.get("slow") else RenderError
        raise error(f"template failed: {place}: {reply.get('failed', 'no answer')}")
    return {str(name): str(said) for name, said in words.items()}


def _in_words(words: Words) -> dict[str, object]:
    return {"language": words.language, "table": dict(words.table)} if words is not ENGLISH else {}


def _read(path: Path, folder: Path) -> str | Problem:
    """A template's source, or why it is not taken."""
    if not _NAME.fullmatch(path.name):
        return _problem(path, "T001", "a template is called [a-z0-9_-]+.html.j2 or .txt.j2")
    real = path.resolve()
    if not real.is_file() or real.parent != folder.resolve():
        return _problem(path, "T002", "a template must be a file in the folder itself, not a link out of it")
    if real.stat().st_size > SOURCE_BYTES:
        return _problem(path, "T004", f"a template has at most {SOURCE_BYTES:,} bytes")
    try:
        source = real.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _problem(path, "T005", f"it can't be read: {type(error).__name__}")
    found = _INNER_NAME.search(source)
    if found is not None:
        line = source.count("\n", 0, found.start()) + 1
        return _problem(path, "T006", f'"{found.group()}" has no place in a template', line=line)
    return source


def _problem(path: Path, code: str, text: str, *, line: int | None = None, column: int = 1) -> Problem:
    return Problem(file=str(path), line=line, column=None if line is None else column, code=code, text=text)


def _ask(job: Mapping[str, object]) -> dict[str, object]:
    """The worker's answer to one job; a worker that is slow or dies has answered too.

    The process inherits no environment: it holds the configuration's secrets.
    """
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "watcher.render.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "PYTHONUTF8": "1"},
    ) as process:
        try:
            said = _answer(process, json.dumps(job))
        except subprocess.TimeoutExpired:
            return {"failed": f"it takes more than {WALL_S:g} s", "name": _first(job), "line": None, "slow": True}
        finally:
            process.kill()
    try:
        reply = json.loads(said)
    except ValueError:
        return {"failed": f"its process ended ({process.returncode})", "name": _first(job), "line": None}
    return {key: _whole(said) for key, said in reply.items()} if isinstance(reply, dict) else {}


def _whole(said: object) -> object:
    """What was said; a text without halves of a pair, which an error may quote from a template."""
    return said.encode("utf-8", "replace").decode() if isinstance(said, str) else said


def _answer(process: subprocess.Popen[str], job: str) -> str:
    """What the process says to a job. The template's time begins when the process is there to take it.

    Raises: subprocess.TimeoutExpired if the start, or then the template, takes too long.
    """
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_S)
    if not ready:
        raise subprocess.TimeoutExpired(process.args, START_S)
    process.stdout.readline()
    said, _ = process.communicate(job, timeout=WALL_S)
    return said


def _first(job: Mapping[str, object]) -> str:
    names = job["names"]
    return str(names[0]) if isinstance(names, list) and names else ""


def stems(sources: Mapping[str, str], kind: str) -> list[str]:
    """The names among the templates that word messages of a kind."""
    return [name for name in (kind + PAGE, kind + PLAIN) if name in sources]
