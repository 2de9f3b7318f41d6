"""The catalogue: sources that are described already, each a file of `rules/catalogue/`; it never dials one of them.

A source that names one by `preset:` is that description with its own keys laid over it. It is laid out before anything
else is read, so that all checks see what might have been written by hand; what it brings lies where it is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from watcher.core.errors import Problem
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node, load, plain

BAD_PRESET = "C019"

Region = Literal["us", "eu", "uk", "canada", "australia", "china", "japan", "world"]
Job = Literal[
    "controls",
    "prices",
    "permits",
    "deadlines",
    "policy",
    "bills",
    "suppliers",
    "money",
    "deals",
    "screening",
    "geology",
    "news",
]

_SETTING = re.compile(r"<([a-z][a-z0-9_]{0,29})>")
_REFERENCE = re.compile(r"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Setting(_Part):
    """What a preset must be told, or may be: it stands as `<name>` in its source."""

    about: str = Field(description="What it is.")
    example: str = Field(description="One that works.")
    default: str | None = Field(default=None, description="What it is unless said; without one it must be said.")
    form: str | None = Field(default=None, description="The pattern that it must have.")


class About(_Part):
    """What a preset says of its source, beside the source itself."""

    title: str = Field(min_length=3, max_length=90, description="Whose, and what.")
    region: Region = Field(description="Where its publisher is at home.")
    jobs: tuple[Job, ...] = Field(min_length=1, description="What it serves.")
    times: Mapping[str, str] = Field(description="Which time it states by which field, and what it means.")
    identity: str = Field(description="What identifies one of its items.")
    licence: str = Field(description="What may be done with its texts.")
    documented: str = Field(description="What its shape was taken from.")
    verified: date | Literal["unverified"] = Field(description="The day on which it was last seen to work.")
    notes: tuple[str, ...] = Field(default=(), description="What to know of it.")
    settings: Mapping[str, Setting] = Field(default={}, description="What it must be told.")
    source: Mapping[str, object] = Field(description="The block that it stands for.")

    @field_validator("verified", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return value if value == "unverified" or not isinstance(value, str) else date.fromisoformat(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One of the catalogue. `node` is its source as a tree, to be laid under a block."""

    name: str
    about: About
    node: Node

    @property
    def kind(self) -> str:
        """The kind of its source."""
        return str(self.about.source["kind"])

    @property
    def trust(self) -> str:
        """How far its word carries."""
        return str(self.about.source.get("trust", "unknown"))

    @property
    def is_off(self) -> bool:
        """Whether it must be switched on by `enabled: true`."""
        return self.about.source.get("enabled") is False

    @property
    def asks(self) -> tuple[str, ...]:
        """The settings that must be said."""
        return tuple(name for name, setting in self.about.settings.items() if setting.default is None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The environment variables that it refers to."""
        return tuple(dict.fromkeys(_references(self.about.source)))

    @property
    def needs_contact(self) -> bool:
        """Whether its publisher demands to know who asks."""
        return self.about.source.get("contact") == "required"


def preset_names(data: Path) -> tuple[str, ...]:
    """The names of all presets."""
    return tuple(sorted(path.stem for path in _folder(data).glob("*.yaml")))


def read_preset(name: str, data: Path) -> Preset:
    """The preset of that name.

    Raises: ValueError if its file is not what it must be, OSError if it is not there.
    """
    path = _folder(data) / f"{name}.yaml"
    root, problems = load(path.read_bytes(), path.name)
    node = None if root is None else root.get("source")
    if root is None or problems or node is None:
        raise ValueError(f"{path.name}: {problems[0] if problems else 'no source'}")
    try:
        about = About.model_validate(plain(root))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    named = set(_settings_in(about.source))
    if named != set(about.settings):
        raise ValueError(f"{path.name}: settings: {', '.join(sorted(named ^ set(about.settings)))} is on one side only")
    return Preset(name=name, about=about, node=node)


def catalogue(data: Path) -> tuple[Preset, ...]:
    """All presets, by name."""
    return tuple(read_preset(name, data) for name in preset_names(data))


def with_presets(root: Node, file: str, data: Path) -> tuple[Node, tuple[Problem, ...]]:
    """The file with every `preset:` of its sources laid out, and what is wrong with any of them."""
    layout = _Layout(file=file, data=data, problems=[])
    pairs = tuple((key, layout.section(value) if key.value == "sources" else value) for key, value in root.pairs)
    return replace(root, pairs=pairs), tuple(layout.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Lays presets out, and notes what is wrong with them."""

    file: str
    data: Path
    problems: list[Problem]

    def section(self, sources: Node) -> Node:
        return replace(sources, pairs=tuple((key, self._source(str(key.value), node)) for key, node in sources.pairs))

    def _source(self, source: str, block: Node) -> Node:
        named = block.get("preset")
        if named is None:
            if (alone := block.key("settings")) is not None:
                self._note(alone, f"sources.{source}.settings", "only a preset has settings; name one by preset:")
            return block
        place = f"sources.{source}.preset"
        names = preset_names(self.data)
        if named.kind != "scalar" or not isinstance(named.value, str | None):
            return block  # that it is no text is told with the block's other keys
        if named.value not in names:
            known = _like(named.raw, names)
            text = f'unknown preset "{named.raw}"{did_you_mean(named.raw, names) or known}'
            self._note(named, place, text)
            return block
        preset = read_preset(str(named.value), self.data)
        if (kind := block.key("kind")) is not None:
            text = f"the preset says the kind: {preset.kind}; leave this out"
            self._note(kind, f"sources.{source}.kind", text)
            block = replace(block, pairs=tuple(pair for pair in block.pairs if pair[0].value != "kind"))
        filled = _placed(preset.node, named, self._settings(source, preset, block, named))
        return _laid_over(filled, block)

    def _settings(self, source: str, preset: Preset, block: Node, named: Node) -> dict[str, str]:
        """The value of each setting; what is missing or wrong is noted, and its example stands in."""
        given = block.get("settings")
        pairs = {} if given is None else {str(key.value): (key, value) for key, value in given.pairs}
        known = preset.about.settings
        for name, (key, _) in pairs.items():
            if name not in known:
                listed = did_you_mean(name, known) or f"; known: {', '.join(known) or 'none'}"
                self._note(key, f"sources.{source}.settings", f'unknown setting "{name}"{listed}')
        found = {}
        for name, setting in known.items():
            value = pairs[name][1] if name in pairs else None
            text = setting.default if value is None else value.raw if value.kind == "scalar" else ""
            place = f"sources.{source}.settings.{name}"
            if not text:
                at = named if value is None else value
                self._note(at, place, f"is missing: {setting.about}, such as {setting.example}")
            elif setting.form is not None and not re.fullmatch(setting.form, text):
                at = named if value is None else value
                self._note(at, place, f'"{text}" is not {setting.about}; write one such as {setting.example}')
            found[name] = text or setting.example
        return found

    def _note(self, at: Node, place: str, text: str) -> None:
        self.problems.append(
            Problem(file=self.file, line=at.line, column=at.column, code=BAD_PRESET, text=f"{place}: {text}")
        )


def _like(word: str, names: Sequence[str]) -> str:
    """Which presets may be meant by part of a name, or where they are listed."""
    like = [name for name in names if word and word.lower() in name]
    if like:
        return f"; there is {', '.join(like[:5])}"
    return f"; {len(names)} are known: watcher init --pick list" if names else "; there is no catalogue here"


def _placed(node: Node, at: Node, settings: Mapping[str, str]) -> Node:
    """The tree as if all of it stood where the preset is named, with its settings filled in."""
    value, raw = node.value, node.raw
    if isinstance(value, str):
        value = raw = _filled(value, settings)
    return replace(
        node,
        line=at.line,
        column=at.column,
        value=value,
        raw=raw,
        items=tuple(_placed(item, at, settings) for item in node.items),
        pairs=tuple((_placed(key, at, settings), _placed(each, at, settings)) for key, each in node.pairs),
    )


def _filled(text: str, settings: Mapping[str, str]) -> str:
    """The text with its settings; in an address they are escaped."""
    escaped = text.startswith(("https://", "http://"))
    return _SETTING.sub(lambda hit: quote(settings[hit[1]], safe="") if escaped else settings[hit[1]], text)


def _laid_over(under: Node, over: Node) -> Node:
    """The mapping `over` with what only `under` has; mappings in both are laid over each other, null takes out."""
    own = {key.value: value for key, value in over.pairs}
    kept = {key.value for key, _ in under.pairs}
    pairs = [(key, value) for key, value in under.pairs if key.value not in own]
    for key, value in over.pairs:
        beneath = under.get(str(key.value))
        if beneath is not None and value.kind == "mapping" == beneath.kind:
            pairs.append((key, _laid_over(beneath, value)))
        elif not (key.value in kept and value.kind == "scalar" and value.value is None):
            pairs.append((key, value))
    return replace(over, pairs=tuple(pairs))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, each in value.items():
                yield str(key)
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)


def _settings_in(source: object) -> Iterator[str]:
    return (hit for text in _texts(source) for hit in _SETTING.findall(text))


def _references(source: object) -> Iterator[str]:
    return (hit for text in _texts(source) for hit in _REFERENCE.findall(text))


def _folder(data: Path) -> Path:
    return data / "rules" / "catalogue"
