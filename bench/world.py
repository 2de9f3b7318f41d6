"""What `hostile` and `scale` share: the server and the watched daemon, each a process that answers line by line."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from bench.feeds import address
from bench.measure import Peak

ROOT = Path(__file__).parent.parent


class Child:
    """A process of ours that answers each line with a line of JSON."""

    def __init__(self, log: Path, *words: str) -> None:
        self._log = log
        with log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd=ROOT,
            )

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """End it, and wait until it has ended."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def line(self) -> Any:
        """Its next line."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"ended before it answered: {self._log.read_text()[-2000:]}")
        return json.loads(line)

    def ask(self, **asked: Any) -> Any:
        """The answer to one request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self.line()


@contextlib.contextmanager
def server(folder: Path, good: int, items: int, more: int) -> Iterator[tuple[Child, int]]:
    """The loopback server and its port."""
    with Child(folder / "server.log", "bench.hostile_server", str(good), str(items), str(more)) as child:
        yield child, child.line()


@contextlib.contextmanager
def watched(folder: Path, urls: Mapping[str, str], files: int | None = None) -> Iterator[tuple[Child, Peak, Any]]:
    """A daemon that watches these addresses, with so many open `files` at most; its memory under watch; its start."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "operator": {"contact": "bench@example.org", "route": "desk"},
        "store": {"path": "watcher.db"},
        "listen": None,
        "network": "any",
        "sources": {name: {"kind": "feed", "url": url, "every": "15m"} for name, url in urls.items()},
        "channels": {"desk": {"kind": "file", "path": str(folder / "told.txt")}},
        "routes": {"desk": {"channels": ["desk"]}},
        "rules": ["pack:critical-minerals"],
    }
    path = folder / "watcher.yaml"
    path.write_text(json.dumps(config).replace("}, ", "},\n"))  # ten thousand sources have to fit into 1 MiB
    limit = () if files is None else (str(files),)
    with Child(folder / "log", "bench.watched", str(path), *limit) as child, Peak(child.process.pid) as peak:
        yield child, peak, child.line()


def urls(sort: str, names: Mapping[str, str], port: int, *, first: int = 0) -> dict[str, str]:
    """The address of each name, each on a host of its own; `names` maps a source to what it asks for."""
    return {name: f"http://{address(first + at)}:{port}/{sort}/{what}" for at, (name, what) in enumerate(names.items())}
