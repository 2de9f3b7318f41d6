"""What a traced run did to its files, call by call, and the files as they are after so many of its calls.

The trace is made by `strace` with the options HEX, with `-f -ttt` where threads and moments matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEX = ("-y", "-xx", "-s", "70000")
"""Options that write names and data whole and unambiguous."""
_LINE = re.compile(r"^(?:(\d+) +)?(?:(\d+\.\d+) )?(?:<\.\.\. )?(\w+)(.*)$")
_FILE = re.compile(r"\(\d+<([^>]*)>")
_WRITE = re.compile(r'\(\d+<[^>]*>, "([^"]*)", \d+, (\d+)')
_SAID = re.compile(r'\(2<[^>]*>, "([^"]*)"')
_NAME = re.compile(r'\("([^"]*)"')
_NAMES = re.compile(r'\("([^"]*)", "([^"]*)"')
_OPENED = re.compile(r'\(AT_FDCWD<[^>]*>, "([^"]*)", (\S+?)[,)]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call on a file of the folder; a `write` is a line on standard error."""

    at: float
    """When, in seconds since the epoch; 0 if the trace does not tell."""
    name: str
    nth: int
    """Which of its kind in the whole run, on whatever file: Python makes many others."""
    file: str = ""
    data: bytes = b""
    offset: int = 0
    """Where data is written, or the size to which a file is cut."""


def calls(trace: str, folder: Path) -> Iterator[Call]:
    """The calls in a trace that change a file of the folder or wait for it, in order, and what was said.

    A call that another one interrupted stands where it ended.
    """
    begun: dict[str, str] = {}
    made: dict[str, int] = {}
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, at, name, rest = found.groups()
        if "<unfinished" in rest:
            begun[thread] = rest
            continue
        if "resumed>" in rest:
            rest = begun.pop(thread, "")
        made[name] = made.get(name, 0) + 1
        call = _call(float(at or 0), name, made[name], rest, folder)
        if call is not None:
            yield call


def _call(at: float, name: str, nth: int, rest: str, folder: Path) -> Call | None:
    if name == "write":
        said = _SAID.match(rest)
        return Call(at=at, name=name, nth=nth, data=_unhex(said[1])) if said else None
    path = _path(name, rest)
    if path is None or path.parent != folder:
        return None
    if name == "pwrite64":
        write = _WRITE.match(rest)
        assert write is not None, rest[:200]
        return Call(at=at, name=name, nth=nth, file=path.name, data=_unhex(write[1]), offset=int(write[2]))
    if name == "rename":
        names = _NAMES.match(rest)
        assert names is not None, rest[:200]
        return Call(at=at, name=name, nth=nth, file=path.name, data=Path(_unhex(names[2]).decode()).name.encode())
    size = int(rest.rpartition(", ")[2].partition(")")[0]) if name == "ftruncate" else 0
    return Call(at=at, name=name, nth=nth, file=path.name, offset=size)


def _path(name: str, rest: str) -> Path | None:
    if name == "openat":
        opened = _OPENED.match(rest)
        makes = opened is not None and "O_CREAT" in opened[2] and "= -1" not in rest
        return Path(_unhex(opened[1]).decode()) if opened and makes else None
    found = _NAME.match(rest) if name in {"unlink", "rename"} else _FILE.match(rest)
    return Path(_unhex(found[1]).decode()) if found else None


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def apply(files: dict[str, bytearray], call: Call) -> None:
    """Do to the files what the call did."""
    match call.name:
        case "unlink":
            files.pop(call.file, None)
        case "rename":
            if call.file in files:
                files[call.data.decode()] = files.pop(call.file)
        case "openat":
            files.setdefault(call.file, bytearray())
        case "ftruncate":
            content = files.setdefault(call.file, bytearray())
            del content[call.offset :]
            content.extend(bytes(call.offset - len(content)))
        case "pwrite64":
            content = files.setdefault(call.file, bytearray())
            content.extend(bytes(max(0, call.offset - len(content))))
            content[call.offset : call.offset + len(call.data)] = call.data
