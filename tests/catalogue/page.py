"""The table of docs/catalogue.md as the files make it; `python -m tests.catalogue.page` writes it there."""

from __future__ import annotations

from tests.catalogue.given import PRESETS
from tests.tools import ROOT
from watcher.config.catalogue import Preset
from watcher.config.picking import REGIONS, in_order, needs_of

PAGE = ROOT / "docs" / "catalogue.md"
BEGIN, END = "<!-- the catalogue -->\n", "<!-- end of the catalogue -->\n"


def tables() -> str:
    """All presets, a table for each region."""
    lines: list[str] = []
    for region, name in REGIONS.items():
        rows = [row(each) for each in in_order(tuple(PRESETS.values())) if each.about.region == region]
        if rows:
            head = [
                "",
                f"### {name}",
                "",
                "| preset | what | kind | trust | every | needs | verified |",
                "| --- " * 7 + "|",
            ]
            lines += [*head, *rows]
    return "\n".join(lines) + "\n\n"


def row(preset: Preset) -> str:
    """One preset."""
    about = preset.about
    needs = ", ".join(f"`{each}`" for each in needs_of(preset).removeprefix("needs ").split(", ") if each)
    off = "; off until `enabled: true`" if preset.is_off else ""
    cells = (
        f"`{preset.name}`",
        about.title.replace("|", "/"),
        preset.kind,
        preset.trust,
        str(about.source.get("every")),
        (needs + off).removeprefix("; ") or "nothing",
        str(about.verified),
    )
    return f"| {' | '.join(cells)} |"


def written(page: str) -> str:
    """The page with the tables of today."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + tables() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
