"""The log: one event a line, `key=value` or JSON; it never holds a URL's secrets, and never holds the daemon up."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

Field = str | int | float | datetime | timedelta | SecretStr | None  # bool is an int
Form = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

LEVELS: dict[Level, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
# Libraries whose info and debug lines show URLs, headers, mails, SQL or every single job.
QUIET = ("aiosqlite", "apscheduler", "asyncio", "httpcore", "httpx", "mail.log", "uvicorn")
VALUE_LIMIT = 2_000  # code points of one value; a hostile title must not fill the disk
TRACE_LIMIT = 16_000
_OWN_KEYS = frozenset({"at", "level", "event", "logger", "trace"})
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{0,15}://[^\s\"'<>]+", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s\"=\\]+")
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class Sink(Protocol):
    """Where lines go: an unbuffered binary stream, so that what can't be written does not pile up."""

    def write(self, data: bytes, /) -> int | None:
        """Write what fits and return the number of bytes taken; None or 0 if nothing could be."""


def set_up_logging(*, level: Level = "info", form: Form = "text", sink: Sink | None = None) -> None:
    """Send every record to `sink` (by default standard error) in our form; a second call replaces the first.

    What libraries say below a warning is dropped at every level: at debug they would print headers and tokens.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, EventHandler)]:
        root.removeHandler(handler)
    target = sink or _standard_error()
    if target is not None:
        root.addHandler(EventHandler(target, form))
    root.setLevel(LEVELS[level])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def log(
    logger: logging.Logger,
    event: str,
    /,
    *,
    level: Level = "info",
    cause: BaseException | None = None,
    **fields: Field,
) -> None:
    """Record that something happened.

    Args:
        logger: the module's own, `logging.getLogger(__name__)`.
        event: a stable dotted name of noun and what befell it, such as `source.fetched`; people alert on it.
        level: info = something happened for a user, warning = will heal itself, error = a person must act.
        cause: an exception whose traceback belongs to the event.
        fields: ids and figures; URLs in any text are shortened, secrets masked, control characters escaped.
    """
    if logger.isEnabledFor(LEVELS[level]):
        logger.log(LEVELS[level], event, exc_info=cause, extra={"fields": fields})


def loggable_url(url: str) -> str:
    """Host (and port) and a hash of the path: enough to tell URLs apart, useless to whoever reads the log.

    User, password, query and fragment leave no trace. Example: `https://u:p@hooks.example/T0/B0/secret?t=1`
    gives `hooks.example/` and 8 hexadecimal digits.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "unreadable-url"
    where = f"{host}:{port}" if port is not None else host
    if parts.path in {"", "/"}:
        return where or "no-host"
    return f"{where or 'no-host'}/{hashlib.sha256(parts.path.encode('utf-8', 'replace')).hexdigest()[:8]}"


class EventHandler(logging.Handler):
    """Writes records as events.

    A full disk, a closed pipe or a record that can't be formatted costs that record only; the next line that gets
    through is preceded by `log.lost` with the number of lines that did not.
    """

    def __init__(self, sink: Sink, form: Form) -> None:
        super().__init__()
        self._sink = sink
        self._form = form
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; never raises for the sink's or the record's sake."""
        try:
            line = rendered(record, self._form)
            if self._lost:
                self._write(rendered(_lost_record(self._lost), self._form))
                self._lost = 0
            self._write(line)
        except (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError):
            self._lost += 1  # not self.handleError(): that would print to a stream which may be as broken

    def _write(self, line: str) -> None:
        data = memoryview(line.encode() + b"\n")
        while data:
            taken = self._sink.write(bytes(data))
            if not taken:
                raise BlockingIOError
            data = data[taken:]


def rendered(record: logging.LogRecord, form: Form) -> str:
    """The record as one line without its line break."""
    pairs = dict(_pairs(record))
    if form == "json":
        return json.dumps({key: _json_value(value) for key, value in pairs.items()})
    at, level, event = (str(pairs.pop(key)) for key in ("at", "level", "event"))
    return " ".join([at, level, _quoted(event), *(f"{key}={_quoted(_text(value))}" for key, value in pairs.items())])


def _pairs(record: logging.LogRecord) -> Iterator[tuple[str, Field]]:
    fields: dict[str, Field] | None = getattr(record, "fields", None)
    at = datetime.fromtimestamp(record.created, UTC)
    yield "at", at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    yield "level", record.levelname.lower()
    if fields is None:  # a library's record
        yield "event", "library.said"
        yield "logger", record.name
        yield "text", _cut(record.getMessage(), VALUE_LIMIT)
    else:
        yield "event", _cut(record.getMessage(), VALUE_LIMIT)
        for key, value in fields.items():
            yield (
                (f"{key}_" if key in _OWN_KEYS else key),
                _cut(value, VALUE_LIMIT) if isinstance(value, str) else value,
            )
    if record.exc_info and record.exc_info[1] is not None:
        trace = "".join(traceback.format_exception(record.exc_info[1]))
        yield "trace", _without_urls(trace)[-TRACE_LIMIT:]  # its end tells most


def _cut(text: str, limit: int) -> str:
    """The text without what URLs hide, at most `limit` code points; cut roughly first, so that cost is bounded."""
    short = _without_urls(text[: 4 * limit])
    return short if len(short) <= limit else short[: limit - 1] + "…"


def _without_urls(text: str) -> str:
    return _URL.sub(lambda found: loggable_url(found.group()), text)


def _text(value: Field) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case timedelta():
            return f"{round(value.total_seconds(), 3)}s"
        case _:
            return str(value)  # a SecretStr shows itself masked


def _json_value(value: Field) -> str | int | float | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else _text(value)


def _quoted(text: str) -> str:
    """The value as it is if it is one harmless word, else in quotes with everything unprintable escaped."""
    if _PLAIN.fullmatch(text) and text.isprintable():
        return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    """Escapes what forges lines, moves a terminal's cursor, or turns text around (bidi controls)."""
    if sign in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[sign]
    if sign.isprintable():
        return sign
    return sign.encode("unicode_escape").decode("ascii")


def _lost_record(count: int) -> logging.LogRecord:
    record = logging.LogRecord(__name__, logging.WARNING, __file__, 0, "log.lost", None, None)
    record.fields = {"lines": count}
    return record


def _standard_error() -> Sink | None:
    """Standard error, unbuffered; None where it was closed at start: its number may be the database's by now."""
    if sys.stderr is None:
        return None
    return open(sys.stderr.fileno(), "wb", buffering=0, closefd=False)
