"""The small languages that options are written in (JMESPath, CSS, RE2), compiled where the configuration is read.

Never runs a pattern on an engine that can be made to hang, and never lets a stranger's data raise out of a path.
Source: https://jmespath.org/specification.html; our one further function is `replace(text, old, new)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

import jmespath
import re2
from jmespath import exceptions, functions
from pydantic import AfterValidator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from watcher.core.text.spelling import did_you_mean

LONGEST: Final = 1_000
"""Characters of one path, selector or pattern."""
_ATTRIBUTE: Final = re.compile(r"(?P<css>.*?)(?:@(?P<attribute>[A-Za-z_][\w:.-]*))?", re.DOTALL)
_NOTHING: Final = LexborHTMLParser("<p>")
_NO_REGEX = ("(?<=", "(?<!", "(?=", "(?!", "(?>")


class _Functions(functions.Functions):  # type: ignore[misc]  # the library comes without types
    """Those of the specification, and `replace`."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_replace(self, text: str, old: str, new: str) -> str:
        return text.replace(old, new) if old else text


_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())
_RAISES: Final = (exceptions.JMESPathError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError)
"""What evaluation lets through on values of another sort than the path expects."""


class Selector(NamedTuple):
    """An element by CSS (itself if that is empty), and the attribute wanted of it (its text if None)."""

    css: str
    attribute: str | None

    def first(self, node: LexborNode | LexborHTMLParser) -> LexborNode | None:
        """The first element that is meant, at or below this one."""
        if self.css:
            return node.css_first(self.css)
        return node.root if isinstance(node, LexborHTMLParser) else node


@lru_cache(maxsize=512)
def json_path(text: str) -> Any:
    """A compiled JMESPath expression. Raises ValueError that says where it goes wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"this path has {len(text)} characters; at most {LONGEST:,}")
    try:
        compiled = jmespath.compile(text)
    except exceptions.JMESPathError as error:
        raise ValueError(f'"{text}" is no JMESPath: {_why(error, text)}') from None
    for name, given in _calls(compiled.parsed):
        table: Mapping[str, Mapping[str, Any]] = _Functions.FUNCTION_TABLE
        if name not in table:
            hint = did_you_mean(name, table) or f"; there are {', '.join(sorted(table))}"
            raise ValueError(f'"{text}" calls {name}(), which is no function of JMESPath{hint}')
        wanted = table[name]["signature"]
        if len(wanted) != given and not any(each.get("variadic") for each in wanted):
            raise ValueError(f'"{text}" gives {name}() {given} values; it takes {len(wanted)}')
    return compiled


def look(path: str, value: object) -> object:
    """What lies at the path; None if nothing does or the value is of another sort than the path expects."""
    try:
        found: object = json_path(path).search(value, options=_OPTIONS)
    except _RAISES:
        return None
    return found


def css(text: str) -> str:
    """The CSS selector, if it is one. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"this selector has {len(text)} characters; at most {LONGEST:,}")
    try:
        _NOTHING.css_first(text)
    except SelectolaxError:
        raise ValueError(f'"{text}" is no CSS selector') from None
    return text


@lru_cache(maxsize=512)
def selector(text: str) -> Selector:
    """The parts of `h3 a@href`; `@href` alone is the item's own attribute, `.` its own text. Raises ValueError."""
    found = _ATTRIBUTE.fullmatch(text.strip())
    assert found is not None, "the pattern fits every text"
    where, attribute = found["css"].strip(), found["attribute"]
    if where in {"", "."}:
        if not where and attribute is None:
            raise ValueError("is empty; write a selector such as h3 a, or h3 a@href")
        return Selector("", attribute and attribute.lower())
    try:
        css(where)
    except ValueError as error:
        tail = "; an attribute is written selector@name" if "@" in where else ""
        raise ValueError(f"{error}{tail}") from None
    return Selector(where, attribute and attribute.lower())


@lru_cache(maxsize=128)
def pattern(text: str) -> Any:
    """A compiled RE2 pattern. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"this pattern has {len(text)} characters; at most {LONGEST:,}")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options=options)
    except re2.error as error:
        words = error.args[0] if error.args else error
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        hint = "; RE2 knows no look-around" if any(sign in text for sign in _NO_REGEX) else ""
        raise ValueError(f'"{text}" is no RE2 pattern: {said}{hint}') from None


def _checked_path(text: str) -> str:
    json_path(text)
    return text


def _checked_selector(text: str) -> str:
    selector(text)
    return text


def _checked_pattern(text: str) -> str:
    pattern(text)
    return text


JsonPath = Annotated[str, AfterValidator(_checked_path)]
Css = Annotated[str, AfterValidator(css)]
CssField = Annotated[str, AfterValidator(_checked_selector)]
Pattern = Annotated[str, AfterValidator(_checked_pattern)]


def _calls(tree: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that an expression calls, and with how many values: the library asks only when it is too late."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node["type"] == "function_expression":
            yield node["value"], len(node["children"])
        waiting.extend(child for child in node["children"] if isinstance(child, Mapping))


def _why(error: Exception, text: str) -> str:
    """The library's reason in one line."""
    if not text.strip():
        return "it is empty"
    if isinstance(error, exceptions.IncompleteExpressionError):
        return "it ends too early"
    at = getattr(error, "lex_position", getattr(error, "lexer_position", None))
    token = getattr(error, "token_value", None)
    where = f" at character {at + 1}" if isinstance(at, int) else ""
    hint = '; write a key with such signs "in quotes"' if token in {":", "-", "$"} else ""
    return f"{_quoted(token)} is not expected{where}{hint}" if token else f"it cannot be read{where}{hint}"


def _quoted(token: object) -> str:
    return f'"{token}"'
