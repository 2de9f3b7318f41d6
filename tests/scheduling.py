"""How tests are shared out among processes: a file whole, so that its dear fixtures are made once; long ones spread.

xdist's own `loadgroup` finds no groups with pytest 9: it appends them to a name that pytest does not read any more.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

SPREAD = frozenset(
    {
        "tests/commands/test_run.py",
        "tests/commands/test_why.py",
        "tests/faults/test_disk.py",
        "tests/faults/test_kills.py",
        "tests/faults/test_power_cut.py",
        "tests/faults/test_upgrade.py",
        "tests/parse/test_pool.py",
        "tests/test_render.py",
    }
)
"""Files of many long tests with cheap fixtures: they come last, one by one, and fill up whoever is done first."""


class ByFile(LoadScopeScheduling):
    """A file is a unit, but each test of those to spread is one of its own; units of many tests come first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return nodeid if path in SPREAD else path
