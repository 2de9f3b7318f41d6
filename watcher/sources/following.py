"""The option `follow`: entries whose text stands on the page behind their link; shared by the kinds that list entries.

Never fetches anything: it marks what waits for its page, and says how such a page is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag

from watcher.core.model import Entry
from watcher.core.pages.article import NO_HINTS, Hints, is_selector
from watcher.core.pages.roundups import split_entry
from watcher.core.urls import is_passage
from watcher.sources.base import BROWSER, SourceOptions

When = Literal["excerpts", "always"]


def _hint(text: str) -> str:
    if text and not is_selector(text):
        raise ValueError(
            f'"{text[:80]}" is no CSS selector; write one such as .article-body or meta[name=date]@content'
        )
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'unknown zone "{name[:80]}"; write one such as Asia/Shanghai')
    return name


def _sort(value: object) -> str:
    """Which form `follow` has: told apart first, so that a mistake in a block is the only one named."""
    return "block" if isinstance(value, Mapping | BaseModel) else "word"


class Following(SourceOptions):
    """How the pages behind a source's links are read, where our own search is not to decide."""

    when: When = Field(
        default="excerpts", description="`excerpts` follows what came cut or without text, `always` all."
    )
    text: Annotated[str, AfterValidator(_hint)] = Field(default="", description="CSS of the text.")
    title: Annotated[str, AfterValidator(_hint)] = Field(default="", description="CSS of the title.")
    author: Annotated[str, AfterValidator(_hint)] = Field(default="", description="CSS of the author.")
    published: Annotated[str, AfterValidator(_hint)] = Field(
        default="", description="CSS of the date, such as `meta[name=PubDate]@content`."
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="The zone that dates on the pages are meant in, if they name none."
    )
    browser: bool = Field(default=False, description=BROWSER)


class FollowingOptions(SourceOptions):
    """What kinds that list entries have in common."""

    follow: Annotated[
        Annotated[Literal[True, False, "excerpts", "always"], Tag("word")] | Annotated[Following, Tag("block")],
        Discriminator(_sort),
    ] = Field(
        default=False,
        description="Fetch the page behind an entry that came as an excerpt; a block says where a page keeps what.",
    )
    split: Literal["headings"] | None = Field(
        default=None, description="`headings` parts a round-up into its stories, each an article of its own."
    )


class TextOptions(FollowingOptions):
    """What kinds have in common whose entries come with a text."""

    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of its articles (`de`), where the guess from the text is wrong.",
    )
    strip: tuple[Annotated[str, Field(min_length=3, max_length=500)], ...] = Field(
        default=(), max_length=50, description="Strings that this publisher adds to its texts and that are no news."
    )


def prepared(entries: Iterable[Entry], options: BaseModel) -> Iterator[Entry]:
    """The entries as the options want them: round-ups parted, and what has a page of its own marked to wait for it."""
    follow, split = getattr(options, "follow", False) is not False, splits(options)
    for entry in entries:
        parts = split_entry(entry) if split else (entry,)
        for part in parts:
            own_page = part.link is not None and (part.link == entry.link or not is_passage(part.link))
            yield replace(part, awaits_text=True) if follow and own_page else part


def takes_all(options: BaseModel) -> bool:
    """Whether pages are fetched for entries that came whole, too."""
    follow = getattr(options, "follow", False)
    return (follow.when if isinstance(follow, Following) else follow) == "always"


def in_browser(options: BaseModel) -> bool:
    """Whether the pages that entries lead to are shown in a browser first."""
    follow = getattr(options, "follow", False)
    return isinstance(follow, Following) and follow.browser


def splits(options: BaseModel) -> bool:
    """Whether round-ups are parted into their stories."""
    return getattr(options, "split", None) == "headings"


def hints_of(options: BaseModel) -> Hints:
    """Where the source's pages keep what."""
    follow = getattr(options, "follow", False)
    if not isinstance(follow, Following):
        return NO_HINTS
    return Hints(
        text=follow.text,
        title=follow.title,
        author=follow.author,
        published=follow.published,
        zone=ZoneInfo(follow.zone) if follow.zone else None,
    )
