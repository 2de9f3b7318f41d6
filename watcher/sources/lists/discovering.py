"""Parameters of a request that only a page knows: read off the page, never by running what it holds.

A page may carry them as an attribute that looks like a dictionary of JavaScript or Python; only flat texts and
numbers are taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from watcher.core.errors import ParseError
from watcher.core.model import Document
from watcher.core.text.charsets import text_of
from watcher.core.text.plain import scrub
from watcher.sources.lists.markup import instead, parsed, value_at
from watcher.sources.lists.paths import CssField, Pattern, pattern
from watcher.sources.lists.requests import Address

MOST: Final = 40
_LONGEST: Final = 2_000
_LONGEST_DICTIONARY: Final = 65_536
_PAIR: Final = re.compile(
    r"""(?P<key>'[^'\\]{1,200}'|"[^"\\]{1,200}"|[A-Za-z_]\w{0,199})\s*:\s*"""
    r"""(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[-+]?\d[\d.]*|[A-Za-z]+)\s*(?:,|\}|$)""",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_NOTHING: Final = frozenset({"null", "None", "undefined"})
_ATTRIBUTE: Final = re.compile(r"[A-Za-z_][\w:.-]{0,99}")


def _attribute_name(name: str) -> str:
    if not _ATTRIBUTE.fullmatch(name):
        raise ValueError(f'"{name}" is no name of an attribute')
    return name


class DiscoverOptions(BaseModel):
    """Where a request's parameters are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Address = Field(description="The page that is read first, with every poll.")
    attr: Annotated[str, AfterValidator(_attribute_name)] | None = Field(
        default=None, description="An attribute that holds them as a dictionary, such as queryData."
    )
    regex: Pattern | None = Field(
        default=None, description="A pattern of RE2 on the page's source; its named groups are the parameters."
    )
    select: Mapping[str, CssField] = Field(
        default={}, description="Parameter to the place of its value on the page, as selector@attribute."
    )

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if self.attr is None and self.regex is None and not self.select:
            raise ValueError("says no place; write one of attr, regex or select")
        if self.regex is not None and not pattern(self.regex).groupindex:
            raise ValueError("regex has no named group; write one such as (?P<token>\\w+)")
        return self


def found_on(document: Document, options: DiscoverOptions) -> dict[str, str]:
    """The parameters that the page names.

    Raises: ParseError if one of the places is not there; it says what is.
    """
    text = text_of(document.body, document.header("content-type"))
    tree = parsed(text)
    found: dict[str, str] = {}
    if options.attr is not None:
        holder = tree.css_first(f"[{options.attr}]")
        written = holder.attributes.get(options.attr.lower()) if holder is not None else None
        pairs = dict(flat_pairs(written or ""))
        if not pairs:
            fault = "holds no dictionary" if written else "is nowhere on it"
            raise ParseError(f"reading {_page(fault, options.attr)}; {instead(tree, '*')}")
        found |= pairs
    if options.regex is not None:
        hit = pattern(options.regex).search(text)
        if hit is None:
            raise ParseError(f'reading the page for the query: nothing fits "{options.regex}"; {instead(tree, "*")}')
        found |= {name: value[:_LONGEST] for name, value in hit.groupdict().items() if value}
    for name, place in options.select.items():
        value = value_at(tree, place)
        if not value:
            raise ParseError(f'reading the page for the query: nothing at "{place}"; {instead(tree, place)}')
        found[name] = value[:_LONGEST]
    return dict(list(found.items())[:MOST])


def flat_pairs(text: str) -> Iterator[tuple[str, str]]:
    """The flat pairs of a dictionary as JSON, JavaScript or Python writes it; what is nested or null is left out."""
    text = text.strip()[:_LONGEST_DICTIONARY]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str | int | float) and not isinstance(each, bool):
                yield scrub(str(key)), scrub(str(each)[:_LONGEST])
        return
    if not text.startswith("{"):
        return
    for pair in _PAIR.finditer(text):
        written = pair["value"]
        if written not in _NOTHING:
            yield _unquoted(pair["key"]), _unquoted(written)[:_LONGEST]


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if text[0] in "'\"" else text


def _page(fault: str, attribute: str) -> str:
    return f'the page for the query: the attribute "{attribute}" {fault}'
