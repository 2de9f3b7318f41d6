"""Builds one source or channel from its block: the shared keys, then its kind's options; says all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from watcher.config.expand import Steps
from watcher.config.sheet import Sheet
from watcher.config.words import FORM, MISSING, TYPE, note_faults, wrong_shape
from watcher.core.addresses import is_loopback
from watcher.core.kinds import resolve
from watcher.core.yaml.strict import Node, locate, plain

UNKNOWN_KIND, LITERAL_SECRET = "C009", "C020"

_SECRET_NAME = re.compile(r"auth|cookie|token|key|secret|pass", re.IGNORECASE)

Shared = TypeVar("Shared", bound=BaseModel)
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Generic[Shared]):
    """Sources, or channels: their section, the shared keys, the kinds there are and the contract of a kind."""

    section: str
    shared: type[Shared]
    table: Mapping[str, type[Any]]
    contract: type


@dataclass(frozen=True, slots=True, kw_only=True)
class Built(Generic[Shared]):
    """A block that was read without a mistake."""

    kind: str
    shared: Shared
    options: Any
    instance: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Reads the blocks of one file."""

    sheet: Sheet

    def build(self, family: Family[Shared], name: str, node: Node) -> Built[Shared] | None:
        """The built thing, or None with at least one problem noted."""
        place: Steps = (family.section, name)
        if node.kind != "mapping":
            self.sheet.note(TYPE, node, place, wrong_shape("a mapping", plain(node)))
            return None
        before = self.sheet.errors()
        block = {str(key.value): plain(value) for key, value in node.pairs}
        kind = self._kind(family, place, node)
        shared = self._shared(family, place, block)
        options = None if kind is None else self._options(family, kind, place, block)
        if shared is None or kind is None or options is None:
            return None
        instance = self._instance(kind, options, place, node)
        self._warn_of_literal_secrets(options, place)
        if self.sheet.errors() > before:
            return None
        return Built(kind=str(block["kind"]), shared=shared, options=options, instance=instance)

    def _kind(self, family: Family[Shared], place: Steps, node: Node) -> type[Any] | None:
        """The class of the block's kind."""
        named = node.get("kind")
        if named is None and node.get("preset") is not None:
            return None  # a preset that there is says its kind, one that there is not is told already
        if named is None:
            known = ", ".join(sorted(family.table)) or "none"
            self.sheet.note(MISSING, node, place, f'"kind" is missing; known: {known}')
        elif not isinstance(named.value, str):
            self.sheet.note(TYPE, named, (*place, "kind"), wrong_shape("text", plain(named)))
        else:
            try:
                return resolve(family.table, named.value, family.contract)
            except ValueError as error:
                self.sheet.note(UNKNOWN_KIND, named, (*place, "kind"), str(error))
        return None

    def _shared(self, family: Family[Shared], place: Steps, block: dict[str, object]) -> Shared | None:
        """The keys that every block of the section has."""
        own = {key: value for key, value in block.items() if key in _keys(family.shared)}
        # The kind is judged by `_kind`; here it only must not be missed a second time.
        return self._validated(family.shared, own | {"kind": "known"}, place, ())

    def _options(
        self, family: Family[Shared], kind: type[Any], place: Steps, block: dict[str, object]
    ) -> BaseModel | None:
        """The kind's own keys; a key that both know goes to both."""
        shared = _keys(family.shared)
        model: type[BaseModel] = kind.Options
        names = _keys(model)
        own = {key: value for key, value in block.items() if key not in shared or (key in names and key != "kind")}
        return self._validated(model, own, place, tuple(shared))

    def _validated(self, model: type[Model], values: object, place: Steps, also: tuple[str, ...]) -> Model | None:
        """The model of those values, or None with its faults noted."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            note_faults(self.sheet, error, model, place, also)
            return None

    def _instance(self, kind: type[Any], options: BaseModel, place: Steps, node: Node) -> Any:
        """The kind's object; what it refuses is the user's mistake."""
        try:
            return kind(options)
        except ValueError as error:
            self.sheet.note(FORM, node, place, str(error))
            return None

    def _warn_of_literal_secrets(self, options: BaseModel, place: Steps) -> None:
        """Warn of every secret that stands in the file itself."""
        for path in secret_paths(options):
            whole = (*place, *path)
            node = locate(self.sheet.root, whole)
            # A default is nobody's mistake, and a reference is what we ask for.
            if node.kind == "scalar" and not _opens_nothing(node) and self.sheet.secrets.written(whole) is None:
                text = "a secret in plain sight; write ${NAME} or ${file:PATH}"
                self.sheet.note(LITERAL_SECRET, node, whole, text, "warning")


def _opens_nothing(node: Node) -> bool:
    """Whether it is an address on this very machine with no word in it: whoever reads it is here already."""
    try:
        parts = urlsplit(str(node.value))
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_loopback(host) and not (parts.query or "@" in parts.netloc)


@cache
def _keys(model: type[BaseModel]) -> frozenset[str]:
    """What a model's keys may be called; it has them for life, and ten thousand blocks ask."""
    return frozenset(name for key, info in model.model_fields.items() for name in (key, info.alias) if name)


def secret_paths(value: object, path: Steps = ()) -> Iterator[Steps]:
    """Where secrets lie in validated options."""
    match value:
        case None | str() | int():  # most values, so that ten thousand blocks are soon looked through
            return
        case SecretStr():
            yield path
        case BaseModel():
            for name in value.model_fields_set:  # a default is nobody's secret
                alias = type(value).model_fields[name].alias
                yield from secret_paths(getattr(value, name), (*path, alias or name))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from secret_paths(item, (*path, index))
        case Mapping():
            for key, item in value.items():
                # Of free mappings (headers) only what sounds like a secret is taken for one.
                if _SECRET_NAME.search(str(key)):
                    yield from secret_paths(item, (*path, str(key)))
