"""Why a file cannot be read as YAML, in our words and with the place; it never quotes more than one character of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaml import Mark

from watcher.core.errors import Problem

MAX_BYTES = 1 << 20

_BARE = re.compile(r"\s*(?:- +)?(?P<key>[\w-]+)\s*(?:#.*)?")
_LINE_END = re.compile(r"\r\n|\r|\n")
# What YAML 1.2 calls printable, less U+0085, U+2028 and U+2029 (the parser takes them for line ends, editors do not)
# and less a byte order mark inside the text.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]",
)

# The parser's words on the left, ours on the right. `{line}` is where the surrounding thing began.
_FAULTS = (
    ("tab character", "a tab cannot indent; use spaces"),
    ("mapping values are not allowed", '":" does not belong here; check the indent, or put the text in quotes'),
    ("did not find expected ',' or ']'", 'the list opened with "[" at line {line} is not closed, or lacks a comma'),
    ("did not find expected ',' or '}'", 'the mapping opened with "{{" at line {line} is not closed, or lacks a comma'),
    ("did not find expected '-' indicator", "the indent does not fit the list begun at line {line}"),
    ("did not find expected key", "the indent does not fit the mapping begun at line {line}"),
    ("block sequence entries are not allowed", '"-" does not belong here; begin the list on a line of its own'),
    ("found unexpected end of stream", "the quote opened at line {line} is never closed"),
    ("found unexpected document indicator", "the quote opened at line {line} is never closed"),
    ("found unknown escape character", 'unknown escape; write "\\\\" for a backslash, or use single quotes'),
    ("found invalid Unicode character escape", "this escape is no character"),
    ("did not find expected alphabetic", "a name must follow; put the text in quotes if it begins with * or &"),
    ("did not find expected <document start>", "the file goes on after its end; check the indent of this line"),
    ("nesting", "too deep"),
)


def decoded_text(text: bytes | str, file: str) -> str | Problem:
    """The text if it is UTF-8, of bearable size and printable."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        return Problem(file=file, line=1, column=1, code="R003", text="more than 1 MiB; split the file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(file=file, line=1, column=1, code="R001", text="the file is UTF-16; save it as UTF-8")
    try:
        decoded = text if isinstance(text, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8"))
        cause = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        return Problem(file=file, line=line, column=column, code="R001", text=cause)
    decoded = decoded.removeprefix("\ufeff")
    if bad := _FORBIDDEN.search(decoded):
        line, column = _place(decoded[: bad.start()])
        cause = f"character U+{ord(bad[0]):04X} is not allowed here"
        return Problem(file=file, line=line, column=column, code="R001", text=cause)
    return decoded


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows that text."""
    lines = _LINE_END.split(before)
    return len(lines), len(lines[-1]) + 1


def fault(error: Exception, text: str, file: str) -> Problem:
    """The parser's complaint in our words and with its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Problem(file=file, line=1, column=1, code="R001", text="not readable as YAML")
    context = getattr(error, "context_mark", None) or mark
    said = str(getattr(error, "problem", None) or "")
    line, column = mark.line + 1, mark.column + 1
    cause = next((ours for theirs, ours in _FAULTS if theirs in said), None)
    rows = _LINE_END.split(text)
    earlier = _earlier(said, rows, mark, context)
    if earlier is not None:
        line, column, cause = earlier
        return Problem(file=file, line=line, column=column, code="R001", text=cause)
    row = rows[mark.line] if mark.line < len(rows) else ""
    if "did not find expected ','" in said and "${" in row[: mark.column + 1]:
        cause = 'inside {{ }} or [ ] a text with "${{" needs quotes'
    if "cannot start any token" in said:
        cause = _bad_start(row[mark.column : mark.column + 1])
    cause = f"not readable as YAML: {said}" if cause is None else cause.format(line=context.line + 1)
    code = "R004" if "tag" in said else "R001"
    return Problem(file=file, line=line, column=column, code=code, text=cause)


def _earlier(said: str, rows: Sequence[str], mark: Mark, context: Mark) -> tuple[int, int, str] | None:
    """Line, column and cause where the mistake was made in a line above the one that the parser stops at."""
    if "mapping values are not allowed" in said:
        bare = _bare_key(rows, mark.line)
        return None if bare is None else (*bare, 'a key without ":"')
    if "could not find expected ':'" in said:
        return context.line + 1, context.column + 1, 'a key without ":"; a text over several lines needs quotes or "|"'
    if "did not find expected" in said:
        return _open_quote(rows, mark)
    return None


def _open_quote(rows: Sequence[str], mark: Mark) -> tuple[int, int, str] | None:
    """The quote that a line above opens and that the first quote of this line closes against its writer's will."""
    row = rows[mark.line] if mark.line < len(rows) else ""
    for quote in "\"'":
        if row[: mark.column].replace("\\" + quote, "").count(quote) % 2:
            above = next((at for at in range(mark.line - 1, -1, -1) if quote in rows[at]), None)
            if above is not None and rows[above].replace("\\" + quote, "").count(quote) % 2:
                return above + 1, rows[above].rfind(quote) + 1, "the quote opened here is not closed on this line"
    return None


def _bare_key(rows: Sequence[str], line: int) -> tuple[int, int] | None:
    """Where the line above has nothing but a word, at the indent of a key: its colon is what the parser misses."""
    above = next((at for at in range(line - 1, -1, -1) if rows[at].strip()), None)
    found = _BARE.fullmatch(rows[above]) if above is not None else None
    return (above + 1, found.start("key") + 1) if above is not None and found is not None else None


def _bad_start(character: str) -> str:
    """What is wrong with a character that no value can begin with."""
    if character == "\t":
        return "a tab cannot indent; use spaces"
    return f'a text cannot begin with "{character}"; put it in quotes'.replace("{", "{{").replace("}", "}}")
