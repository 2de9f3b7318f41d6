"""The nouns of the lexicon: what a name stands for, and one place in a text where it stands; nothing here decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from watcher.core.model import Zone


class Sort(StrEnum):
    """What sort of thing a name stands for."""

    ORGANISATION = "organisation"
    MATERIAL = "material"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing that the lexicon knows. Ids are unique within a sort.

    `kind` is the organisation's (`agency`, `company` ...), the place's (`mine`, `country` ...) or the material's group;
    `country` an ISO 3166 code or None. `code` is what `watcher classify` prints: a material's symbol or `REE` ..., the
    short name of an organisation; of a country it is its code. `members` are, of a family, the ids it is met by;
    `operator` runs a place or controls the exports of a country, `owner` is an organisation's parent, both ids of
    organisations.
    """

    sort: Sort
    id: str
    name: str
    kind: str
    country: str | None = None
    region: str | None = None
    code: str | None = None
    owner: str | None = None
    operator: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One place in the shown text where an entity is named: `text[start:end]` in code points.

    `language` is that of the name as listed, or "" for one of no language. `by` says how it was known: `name` (listed),
    `symbol` (an accepted chemical symbol), `guarded` (a short form that its full name vouches for), `form` (an
    organisation outside the lexicon, known by its form: Corp, Ltd, 公司 ...; its id then begins with `form:`).
    `kind`, `country` and `owner` are the entity's, as the lexicon has them now: no part of what is kept of an article.
    """

    sort: Sort
    id: str
    name: str
    start: int
    end: int
    zone: Zone | None
    language: str = ""
    by: str = "name"
    kind: str = field(default="", compare=False)
    country: str | None = field(default=None, compare=False)
    owner: str | None = field(default=None, compare=False)
