"""Our side of `pipeline`: the whole daemon in a process of its own, driven pass by pass; run by the bench.

Each pass opens the daemon, lets it do all that is due, and closes it, so that its workers are joined and counted.
It answers every line on standard input (`pass`, `end`) with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

_BEGIN = sum(os.times()[:2]), time.perf_counter()  # before the imports, which are reported apart

from bench.measure import descendants_cpu, own_cpu  # noqa: E402
from watcher.app.daemon import opened, utc_now  # noqa: E402
from watcher.app.loading import load  # noqa: E402
from watcher.app.memory import settle  # noqa: E402
from watcher.telemetry import set_up_logging  # noqa: E402

BETWEEN = timedelta(hours=1)
"""How far the clock moves between passes: all are due, and none for the full fetch that each source has once a day."""


async def _pass(path: Path, ahead: timedelta) -> dict[str, float]:
    """One pass over every source, the clock `ahead` of the machine's so that all are due."""
    found, problems = load(path, os.environ, utc_now())
    assert found is not None, problems
    async with opened(path, os.environ, found, clock=lambda: utc_now() + ahead) as daemon:
        await daemon.engine.adopt(daemon.engine.runtime, spread=False)
        settle()  # as `run` does, like the next line
        await daemon.engine.polling.parses.start()
        imports = descendants_cpu(os.getpid())
        cpu, start = own_cpu() + imports, time.perf_counter()
        await daemon.engine.start()
        await daemon.engine.idle()
        wall = time.perf_counter() - start
        await daemon.engine.drain(9.0)
        progress = daemon.engine.progress
    return {
        "cpu": own_cpu() - cpu,
        "wall": wall,
        "imports": imports,
        "polls": progress.polls,
        "new": progress.new,
        "failed": progress.failed,
        "rules": len(found.runtime.rule_set.rules),
    }


def main() -> None:
    """Serve the bench's requests."""
    set_up_logging(level="info", form="text")
    print(json.dumps({"cpu": own_cpu() - _BEGIN[0], "wall": time.perf_counter() - _BEGIN[1]}), flush=True)
    for number, line in enumerate(sys.stdin):
        if line.strip() == "end":
            break
        print(json.dumps(asyncio.run(_pass(Path(sys.argv[1]), number * BETWEEN))), flush=True)


if __name__ == "__main__":
    main()
