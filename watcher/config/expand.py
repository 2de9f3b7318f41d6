"""Puts environment variables and secret files in the place of `${NAME}` and `${file:PATH}`; never shows what it put.

`$${` stands for a plain `${`. A path may itself name variables: `${file:${CREDENTIALS_DIRECTORY}/slack}`. What was put
in is not looked through again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.core.errors import Problem
from watcher.core.yaml.strict import Node

FILE_LIMIT_BYTES = 1 << 16
SECTIONS = ("sources", "channels", "operator")
"""Where references are expanded; elsewhere `${` is plain text, for queries and rules have uses of their own for it."""

Steps = tuple[str | int, ...]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_VARIABLE = re.compile(rf"\$\{{({_NAME})\}}")
_REFERENCE = re.compile(rf"\$\$\{{|\$\{{file:((?:[^{{}}$]|\$\{{{_NAME}\}})+)\}}|\$\{{({_NAME})\}}|\$\{{")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTEST = 4
"""Shorter values (a port, a flag) are masked only at their own place: elsewhere they are too common to be a leak."""
_ECHO = 6
"""So many letters in a row of a value in a message about it are taken for an echo of it."""


class _Missing(Exception):
    """A reference leads nowhere; `code` and text of the problem."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What was put in for which reference, so that no message repeats it. It has no `repr` of its values.

    `places` maps the path of an expanded value to the text as written in the file.
    """

    places: dict[Steps, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict, repr=False)

    def written(self, path: Steps) -> str | None:
        """The text as written, if the value at that path was expanded."""
        return self.places.get(path)

    def hide(self, text: str, path: Steps) -> str:
        """The text without any expanded value, however a kind's own message wove it in."""
        for value in sorted(self.values, key=len, reverse=True):
            if len(value) >= _SHORTEST:
                text = text.replace(value, self.values[value])
        below = [written for place, written in self.places.items() if place[: len(path)] == path]
        spoken = text
        for written in self.values.values():
            spoken = spoken.replace(written, "")
        if below and any(self._echoes(spoken, value) for value in self.values if self.values[value] in below):
            return f"the value of {', '.join(below)} is not accepted"
        return text

    @staticmethod
    def _echoes(text: str, value: str) -> bool:
        """Whether the text still repeats a stretch of the value."""
        bare = value.casefold().removeprefix("https://").removeprefix("http://")
        low = text.casefold()
        if len(bare) < _ECHO:
            return f'"{bare}"' in low
        return any(bare[at : at + _ECHO] in low for at in range(len(bare) - _ECHO + 1))


@dataclass(slots=True, kw_only=True)
class Expansion:
    """Walks a configuration once. `folder` is where relative secret files lie."""

    file: str
    folder: Path
    environ: Mapping[str, str]
    secrets: Secrets = field(default_factory=Secrets)
    problems: list[Problem] = field(default_factory=list)

    def expand(self, root: Node) -> Node:
        """The same tree with every reference of the sections that take them replaced."""
        pairs = tuple(
            (key, self._walk(value, (str(key.value),)) if key.value in SECTIONS else value) for key, value in root.pairs
        )
        return replace(root, pairs=pairs)

    def _walk(self, node: Node, path: Steps) -> Node:
        if node.kind == "mapping":
            return replace(
                node, pairs=tuple((key, self._walk(value, (*path, str(key.value)))) for key, value in node.pairs)
            )
        if node.kind == "sequence":
            return replace(node, items=tuple(self._walk(item, (*path, at)) for at, item in enumerate(node.items)))
        if isinstance(node.value, str) and "${" in node.value:
            return replace(node, value=self._text(node, node.value, path))
        return node

    def _text(self, node: Node, text: str, path: Steps) -> str:
        """The text with its references replaced, or as it is if one of them leads nowhere."""
        try:
            full = _REFERENCE.sub(self._put, text)
        except _Missing as missing:
            dotted = dotted_path(path)
            self.problems.append(
                Problem(
                    file=self.file,
                    line=node.line,
                    column=node.column,
                    code=missing.code,
                    text=f"{dotted}: {missing}",
                )
            )
            self.secrets.places[path] = text
            return text
        if any(found[1] or found[2] for found in _REFERENCE.finditer(text)):
            self.secrets.places[path] = text
            self.secrets.values[full] = text
        return full

    def _put(self, found: re.Match[str]) -> str:
        """What one reference stands for."""
        if found[0] == "$${":
            return "${"
        if found[1] is not None:
            return self._remember(self._file(found[1]), found[0])
        if found[2] is not None:
            return self._remember(self._variable(found[2]), found[0])
        raise _Missing("C012", '"${" begins no reference; write ${NAME}, ${file:PATH}, or $${ for the characters')

    def _remember(self, value: str, reference: str) -> str:
        self.secrets.values[value] = reference
        return value

    def _variable(self, name: str) -> str:
        value = self.environ.get(name)
        if not value:
            raise _Missing("C011", f"environment variable {name} is {'not set' if value is None else 'empty'}")
        return value

    def _file(self, written: str) -> str:
        """The text of a secret file, without one line end at its end."""
        name = _VARIABLE.sub(lambda found: self._variable(found[1]), written)
        try:
            path = self.folder / Path(name).expanduser()
            # A pipe or device would block or never end.
            if path.exists() and not path.is_file():
                raise _Missing("C011", f'secret file "{written}" is no plain file')
            with path.open("rb") as stream:
                data = stream.read(FILE_LIMIT_BYTES + 1)
            text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            raise _Missing("C011", f'secret file "{written}": {error.strerror or "cannot be read"}') from error
        except (ValueError, RuntimeError) as error:
            raise _Missing("C011", f'secret file "{written}" is not UTF-8 text') from error
        if len(data) > FILE_LIMIT_BYTES or not text or _CONTROL.search(text):
            cause = "is larger than 64 KiB" if len(data) > FILE_LIMIT_BYTES else "is empty or holds control characters"
            raise _Missing("C011", f'secret file "{written}" {cause}')
        return text


def dotted_path(path: Steps) -> str:
    """A path as people write it: `channels.team.to[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")
