"""Documents that hurt whoever reads them, by name: those on record if they are there, else ours; opens no socket."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

RECORD = Path(__file__).parents[2] / "shared" / "hostile" / "bombs.json"
DRIP_S = 0.5
"""A slow server sends a piece so often."""
FLOOD_BYTES = 50 * 1024 * 1024
INFLATED_MIB = 300
SLOW = tuple(f"{sort}-{n}" for sort in ("slow-head", "slow-body", "silent", "nameless") for n in range(2))
"""Servers that never end, and names that nobody answers for."""
LARGE = tuple(f"{sort}-{n}" for sort in ("flood", "gzip") for n in range(3))
"""Bodies of 50 MB, and such as inflate to 300 MiB."""
_HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>t</title>'
_TAIL = "</item></channel></rss>"
_OURS: tuple[tuple[str, str, str, int, str], ...] = (
    ("attributes", "<rss><channel><item ", 'a%i="1" ', 100_000, "></item></channel></rss>"),
    ("comments", f"{_HEAD}<description><![CDATA[", "<!--", 100_000, f"]]></description>{_TAIL}"),
    ("less-than", f"{_HEAD}<description><![CDATA[", "<", 1_000_000, f"]]></description>{_TAIL}"),
    ("ampersands", f"{_HEAD}<description><![CDATA[", "&", 1_000_000, f"]]></description>{_TAIL}"),
    ("deep", _HEAD, "<a>", 100_000, _TAIL),
    ("bold", f"{_HEAD}<description><![CDATA[", "<b>", 200_000, f"]]></description>{_TAIL}"),
    ("title", f"{_HEAD}<title>", "x", 7_000_000, f"</title>{_TAIL}"),
    ("items", "<rss><channel>", "<item><title>%i</title></item>", 100_000, "</channel></rss>"),
)


def bombs() -> dict[str, bytes]:
    """Every hostile document by name."""
    if not RECORD.is_file():
        return {name: _written(head, unit, repeat, tail) for name, head, unit, repeat, tail in _OURS}
    cases = json.loads(RECORD.read_text("utf-8"))["cases"]
    return {
        case["name"]: case["literal"].encode()
        if "literal" in case
        else _written(case["head"], case["unit"], int(case["repeat"]), case["tail"])
        for case in cases
        if case["kind"] == "feed"
    }


def inflating() -> bytes:
    """A gzip body of some hundred KB that inflates to 300 MiB."""
    packer = zlib.compressobj(9, wbits=31)
    nothing = bytes(1 << 20)
    return b"".join(packer.compress(nothing) for _ in range(INFLATED_MIB)) + packer.flush()


def names() -> tuple[str, ...]:
    """All that a bench sets among the good feeds."""
    return (*bombs(), *SLOW, *LARGE)


def _written(head: str, unit: str, repeat: int, tail: str) -> bytes:
    middle = "".join(unit.replace("%i", str(n)) for n in range(repeat)) if "%i" in unit else unit * repeat
    return (head + middle + tail).encode()
