"""The text of a page without telling markup, by trafilatura; imported by a worker when it first meets such a page."""

from __future__ import annotations

import logging
from typing import Final

import trafilatura

_LIMIT: Final = 400_000
"""Characters that are given to it: it takes a second for them."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_text(html: str) -> str:
    """The main text as HTML, or nothing where none is found; tables stay, comments and links go."""
    found = trafilatura.extract(
        html[:_LIMIT], output_format="html", include_comments=False, include_tables=True, include_links=False
    )
    return found or ""
