"""What the files of the lexicon say of one thing: its entity, its names, and when a name of it does not count.

Never looks at an article, and never judges what the files say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.lexicon.model import Entity

ItemsByLanguage = Mapping[str, tuple[str, ...]]
"""Names by language code, "" for names of no language. `=X` is a name that counts exactly as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One thing with its names.

    `guarded` names count only where another name vouches for them, or a word of `context` stands near. `bare` names
    count only inside one of the phrases of `within`. No name counts inside one of `masks`. `symbol` is a chemical one;
    `lists` are the official lists it stands on, `materials` what a place yields or a
    company makes; `capitals` are a country's, which stand for its government where they act.
    """

    entity: Entity
    names: ItemsByLanguage
    guarded: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    bare: ItemsByLanguage = field(default_factory=dict)
    within: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    symbol: str | None = None
    lists: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    """A list that a state keeps, of materials or of what it controls. `loose`: a family on it in part is on it."""

    id: str
    name: str
    checked: bool
    loose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Countries that go by one name; `countries` are their codes.

    A `section` is one that round-ups are parted by: the first in the order of the files that holds a country has it.
    """

    id: str
    name: str
    countries: tuple[str, ...]
    section: bool = False
