"""Finds the class behind a `kind:`, ours from a table or a third party's by name; called at configuration time only."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from watcher.core.text.spelling import did_you_mean

_FOREIGN = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
# What a stranger's module may raise while it is imported and that is the user's to mend.
_IMPORT_FAULTS = (ImportError, SyntaxError, AttributeError, NameError, TypeError, ValueError, OSError, RuntimeError)


_Kind = TypeVar("_Kind", bound=type)


class Kinds(Mapping[str, _Kind]):
    """Our kinds by name, each as `package.module:Class`, which is imported when it is asked for.

    A configuration names few of them, and each takes memory in the daemon and in every process that reads documents.
    """

    def __init__(self, **paths: str) -> None:
        self._paths = paths
        self._found: dict[str, _Kind] = {}

    def __getitem__(self, kind: str) -> _Kind:
        """The class of that kind."""
        found = self._found.get(kind)
        if found is None:
            module, _, name = self._paths[kind].partition(":")
            found = self._found[kind] = getattr(importlib.import_module(module), name)
        return found

    def __contains__(self, kind: object) -> bool:
        """Whether there is such a kind; nothing is imported."""
        return kind in self._paths

    def __iter__(self) -> Iterator[str]:
        """All names."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._paths)


def resolve(table: Mapping[str, type[Any]], kind: str, contract: type | None = None) -> type[Any]:
    """The class of that kind: a row of the table, or `package.module:Class`.

    A third party's class is checked for what the contract asks: `kind`, `Options` and every method.

    Raises: ValueError with what is wrong and, where it helps, what is allowed.
    """
    if kind in table:
        return table[kind]
    if ":" not in kind:
        known = ", ".join(sorted(table)) or "none"
        raise ValueError(f'unknown kind "{kind}"{did_you_mean(kind, table) or f"; known: {known}"}')
    if not _FOREIGN.fullmatch(kind):
        raise ValueError(f'kind "{kind}" is not of the form package.module:Class')
    found = _imported(kind)
    lacking = _lacking(found, contract)
    if lacking:
        raise ValueError(f'kind "{kind}" lacks {", ".join(lacking)}')
    return found


def contract_methods(contract: type | None) -> tuple[str, ...]:
    """The public methods that a contract asks for."""
    return (
        ()
        if contract is None
        else tuple(
            name
            for name, value in vars(contract).items()
            if callable(value) and not name.startswith("_") and name != "Options"
        )
    )


def _imported(kind: str) -> type[Any]:
    """The class of that name out of its module."""
    module_name, _, class_name = kind.partition(":")
    try:
        module = importlib.import_module(module_name)
    except _IMPORT_FAULTS as error:
        raise ValueError(f'kind "{kind}": cannot import "{module_name}": {error}') from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        raise ValueError(f'kind "{kind}": "{module_name}" has no class "{class_name}"')  # noqa: TRY004 - one error type
    return found


def _lacking(found: type[Any], contract: type | None) -> list[str]:
    """What the class lacks of its contract."""
    lacking = [] if isinstance(getattr(found, "kind", None), str) else ["kind"]
    options = getattr(found, "Options", None)
    if not (isinstance(options, type) and hasattr(options, "model_fields")):
        lacking.append("Options")
    return lacking + [name for name in contract_methods(contract) if not callable(getattr(found, name, None))]
