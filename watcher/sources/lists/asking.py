"""The requests of a list in JSON: its templates filled, its pages counted; never sends one.

Headers are not put on here but by `headed`, in the daemon: some are secrets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationInfo, model_validator

from watcher.core.model import Request
from watcher.sources.lists.discovering import DiscoverOptions
from watcher.sources.lists.listing import ListingOptions
from watcher.sources.lists.mapping import FieldName
from watcher.sources.lists.paging import PagesOptions
from watcher.sources.lists.paths import JsonPath
from watcher.sources.lists.requests import with_query
from watcher.sources.lists.templates import Template, Values, check, fill, placeholders

FIRST: Final = "list"


def checked(template: object, info: ValidationInfo) -> object:
    """The template, if every placeholder in it is known and something fills it."""
    known = info.data  # without what is wrong itself: that is told already, and not once more
    check(
        template,
        counted=known.get("pages", True) is not None,
        cursor=known.get("cursor"),
        found=known.get("discover", True) is not None,
    )
    return template


Scalar = str | int | float | bool
QueryValue = Annotated[Scalar | tuple[Scalar, ...], AfterValidator(checked)]
BodyTemplate = Annotated[dict[str, JsonValue] | str, AfterValidator(checked)]


class NextToken(BaseModel):
    """A mark that the next request repeats."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: JsonPath = Field(description="Where in a reply the mark of the next page lies.")
    param: str = Field(min_length=1, max_length=100, description="The parameter of the query that takes it.")


class AskingOptions(ListingOptions):
    """How a list is asked for."""

    method: Literal["GET", "POST"] | None = Field(default=None, description="GET, or POST where there is a body.")
    discover: DiscoverOptions | None = Field(
        default=None, description="A page that is read first for parameters of the request."
    )
    pages: PagesOptions | None = Field(default=None, description="How further pages are asked for.")
    cursor: Mapping[FieldName, JsonPath] = Field(
        default={}, description="What is kept of a reply for the next poll, as {cursor.NAME} in query and body."
    )
    query: Mapping[str, QueryValue] = Field(
        default={}, description="Parameters of the address; {today}, {now-1d:%Y%m%d} and the like are filled in."
    )
    body: BodyTemplate | None = Field(
        default=None, description="What is posted: a mapping, or a text that is sent as it is; filled in likewise."
    )
    body_as: Literal["json", "form"] = Field(default="json", description="How a mapping is posted.")
    next: JsonPath | NextToken | None = Field(
        default=None, description="Where a reply names the next page: a path to its address, or {token, param}."
    )
    cache: Literal["revalidate_only", "none"] = Field(
        default="revalidate_only",
        description="revalidate_only: ask whether it changed, never wait for its max-age; none: always ask for all.",
    )
    zone: str = Field(default="UTC", description="The time zone of {today} and of times stated without one.")

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if self.method == "GET" and self.body is not None:
            raise ValueError("method: GET has no body; leave one of them out")
        places = {*placeholders(dict(self.query)), *placeholders(self.body)}
        counted = self.next is not None or not places.isdisjoint({"page", "start"})
        if self.pages is not None and self.pages.param is None and not counted:
            raise ValueError("pages: nothing counts them; write param:, or {page} in query or body")
        if "{" in self.url or "%7B" in self.url:
            raise ValueError("url: placeholders belong into query")
        return self


def list_request(options: AskingOptions, values: Values, token: tuple[str, str] | None = None) -> Request:
    """The request for one page of the list. Args: `token`: a further parameter that the last reply named."""
    query = list(pairs(fill(dict(options.query), values)))
    body = fill(options.body, values)
    unused = {} if any(name.startswith("found.") for name in _places(options)) else dict(values.found)
    if options.pages is not None and options.pages.param is not None:
        counter = (options.pages.param, values.start)
        query, body = _placed(query, body, dict([counter]))
    query, body = _placed(query, body, {key: value for key, value in unused.items() if key not in dict(query)})
    if token is not None:
        query = [pair for pair in query if pair[0] != token[0]] + [token]
    further = values.page > 1
    return Request(
        url=with_query(options.url, query),
        method=options.method or ("GET" if body is None else "POST"),
        body=None if body is None else _encoded(body, options.body_as),
        step=f"page {values.page}" if further else FIRST,
        end_on=options.pages.end_on if further and options.pages is not None else (),
    )


def changes(options: AskingOptions) -> bool:
    """Whether the request differs from poll to poll, so that no validator of the last one fits it."""
    return any(not name.startswith(("page", "start")) for name in _places(options))


def _places(options: AskingOptions) -> Iterator[str]:
    yield from placeholders(dict(options.query))
    yield from placeholders(options.body)


def _placed(
    query: list[tuple[str, str]], body: Template, further: Mapping[str, Template]
) -> tuple[list[tuple[str, str]], Template]:
    """The further parameters where the others are: in a body that is a mapping, else in the query."""
    if isinstance(body, dict):
        return query, {**further, **body}
    return [*query, *pairs(dict(further))], body


def pairs(filled: Template) -> Iterator[tuple[str, str]]:
    """A filled mapping as parameters; a list gives its name several times."""
    assert isinstance(filled, dict)
    for name, value in filled.items():
        for each in value if isinstance(value, list) else [value]:
            yield name, _text(each)


def _text(value: Template) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _encoded(body: Template, form: Literal["json", "form"]) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if form == "form":
        return urlencode(list(pairs(body))).encode()
    return json.dumps(body, ensure_ascii=False).encode()
