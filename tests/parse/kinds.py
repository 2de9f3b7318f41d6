"""Source kinds that behave and misbehave, for the workers to run; each is named by what it does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed, Request, Row, SourceState
from watcher.sources.base import SourceOptions

DAY = datetime(2026, 3, 1, tzinfo=UTC)


class Options(SourceOptions):
    """How many entries to list."""

    entries: int = 2


class Lines:
    """One entry for each line of the document."""

    kind: ClassVar[str] = "lines"
    Options: ClassVar[type[SourceOptions]] = Options

    def __init__(self, options: SourceOptions) -> None:
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Request:
        return Request(url="https://example.org/lines")

    def parse(self, document: Document, state: SourceState) -> Parsed:
        lines = document.body.decode().splitlines()
        entries = tuple(
            Entry(
                guid=f"g{n}",
                link=f"https://example.org/{n}",
                title=line,
                content_html=f"<p>{line} in full.</p>",
                published=DAY,
            )
            for n, line in enumerate(lines)
        )
        row = Row(key="k", label="a row", fields=(("a", "b"),))
        further = Request(url="https://example.org/more", body=b"\xff")
        return Parsed(
            entries=entries,
            rows=(row,),
            next_requests=(further,),
            cursor={"n": len(lines), "old": dict(state.cursor)},
            title="Li\u202ene\x00s",
            warnings=("odd",),
        )


class Many(Lines):
    """As many entries as its options ask for."""

    def parse(self, document: Document, state: SourceState) -> Parsed:
        assert isinstance(self.options, Options)
        return Parsed(entries=tuple(Entry(guid=f"g{n}", title=f"Title {n}") for n in range(self.options.entries)))


class Misbehaving(Lines):
    """Does what the document says."""

    def parse(self, document: Document, state: SourceState) -> Parsed:
        return getattr(self, "_" + document.body.decode())()

    def _hang(self) -> Parsed:
        while True:
            pass

    def _block(self) -> Parsed:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        while True:
            signal.pause()

    def _swell(self) -> Parsed:
        hoard = [bytearray(64 << 20) for _ in range(100)]
        return Parsed(title=str(len(hoard)))

    def _unfold(self) -> Parsed:
        return Parsed(title=str(len(bytearray(96 << 20))))

    def _hoard(self) -> Parsed:
        hoard = bytearray(b"x") * (48 << 20)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        while hoard:
            signal.pause()
        return Parsed()

    def _recurse(self) -> Parsed:
        return self._recurse()

    def _crash(self) -> Parsed:
        os.kill(os.getpid(), signal.SIGSEGV)
        return Parsed()

    def _leave(self) -> Parsed:
        os._exit(3)

    def _exit(self) -> Parsed:
        sys.exit("bye")

    def _refuse(self) -> Parsed:
        raise ParseError("no feed: a login page")

    def _unicode(self) -> Parsed:
        raise UnicodeError("lone \ud800 \x1b[31m")

    def _surrogate(self) -> Parsed:
        return Parsed(title="\ud800 title", entries=(Entry(title="\ud800 entry", guid="\ud800"),))

    def _chatter(self) -> Parsed:
        sys.stdout.write("noise" * 10_000)
        sys.stdout.flush()
        os.write(1, b"more noise")
        return Parsed(title="quiet" + sys.stdin.read())

    def _write(self) -> Parsed:
        Path("/tmp/watcher-worker-wrote").write_text("x", "ascii")
        return Parsed()

    def _environment(self) -> Parsed:
        return Parsed(title=" ".join(sorted(os.environ)))

    def _pid(self) -> Parsed:
        return Parsed(title=str(os.getpid()))

    def _parent(self) -> Parsed:
        return Parsed(title=str(os.getppid()))

    def _descriptors(self) -> Parsed:
        found = []
        for entry in sorted(Path("/proc/self/fd").iterdir(), key=lambda path: int(path.name)):
            with contextlib.suppress(OSError):  # the one that the list was read through
                found.append(str(entry.readlink()).rpartition("/")[2].partition(":")[0])
        return Parsed(title=" ".join(found))

    def _flood(self) -> Parsed:
        return Parsed(cursor={"x": "y" * (70 << 20)})

    def _shout(self) -> Parsed:
        raise ValueError("x" * 1_000_000)


class Absent:
    """Lacks all that a source has."""
