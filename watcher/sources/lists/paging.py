"""How a list goes on: pages counted or named by the reply, and every sign that there is no more to read.

Never trusts a total: a server may answer every number with the same page. It stops at what the last poll saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from watcher.core.model import Entry, Json

MOST_PAGES: Final = 15
"""Pages of one poll: with a page that is looked up first they fit into the documents that one poll may ask for."""
_REMEMBERED: Final = 400
_DIGITS: Final = 12


class PagesOptions(BaseModel):
    """How pages are counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    param: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="The parameter that counts; left out where {page} or {start} stands in query or body.",
    )
    start: int = Field(default=1, ge=0, le=1_000_000, description="The number of the first page.")
    step: int = Field(default=1, ge=1, le=100_000, description="What is added for each further page.")
    max: int = Field(default=5, ge=1, le=MOST_PAGES, description="The most pages that one poll reads.")
    end_on: tuple[Annotated[int, Field(ge=400, le=599)], ...] = Field(
        default=(), max_length=10, description="Statuses of a further page that mean there is no more."
    )
    all: bool = Field(
        default=False, description="true: read on even where a page shows what the last poll has seen already."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What a poll has read so far: what its first page and that of the last poll listed, and a mark of every page."""

    known: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @classmethod
    def of(cls, cursor: Json, page: int) -> Self:
        """The trail that leads to this page; at the first one it begins, and what the last poll listed is known."""
        first = _texts(cursor.get("first"))
        if page == 1:
            return cls(known=first)
        return cls(known=_texts(cursor.get("known")), first=first, pages=_texts(cursor.get("pages")))

    def json(self) -> dict[str, object]:
        """The trail as it lies in the cursor."""
        return {"known": list(self.known), "first": list(self.first), "pages": list(self.pages)}

    def with_page(self, marks: tuple[str, ...]) -> Self:
        """The trail with one more page."""
        page = sha256("\n".join(marks).encode()).hexdigest()[:_DIGITS]
        return replace(self, first=self.first if self.pages else marks[:_REMEMBERED], pages=(*self.pages, page))

    def repeats(self) -> bool:
        """Whether the newest page says what an earlier one said."""
        return bool(self.pages) and self.pages[-1] in self.pages[:-1]

    def reaches_known(self, marks: tuple[str, ...]) -> bool:
        """Whether a page's second half shows what the last poll listed; what is pinned to its top proves nothing."""
        return not set(self.known).isdisjoint(marks[len(marks) // 2 :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a page says about going on: whether it only repeats, whether more is wanted, and the trail to keep."""

    repeats: bool = False
    more: bool = False
    trail: Mapping[str, object] = field(default_factory=dict)


def turn(pages: PagesOptions | None, cursor: Json, page: int, entries: tuple[Entry, ...]) -> Turn:
    """What comes after a page with these entries; a list of one page leaves no trail."""
    if pages is None:
        return Turn()
    marks = marks_of(entries)
    before = Trail.of(cursor, page)
    after = before.with_page(marks)
    repeats = after.repeats()
    known = not pages.all and before.reaches_known(marks)
    return Turn(
        repeats=repeats, more=bool(marks) and page < pages.max and not repeats and not known, trail=after.json()
    )


def marks_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """A short mark of each entry's identity."""
    names = (entry.guid or entry.link or entry.title for entry in entries)
    return tuple(sha256(name.encode("utf-8", "replace")).hexdigest()[:_DIGITS] for name in names)


def page_number(step: str) -> int:
    """The number in `page 2`; 1 for every other step."""
    name, _, number = step.partition(" ")
    return int(number) if name == "page" and number.isdecimal() else 1


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
