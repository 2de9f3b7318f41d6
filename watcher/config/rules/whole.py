"""The last net of a load: without a single error, all that stands in the files has become a part of the set.

Never says what is wrong, for that is the business of whoever reads the part; only that it is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from watcher.config.rules.page import Page
from watcher.core.yaml.strict import Node

Pages = Iterable[tuple[Page, Mapping[str, tuple[Node, Node]]]]


def surely_whole(pages: Pages, rules: Iterable[Node], matters: Iterable[Node], lists: Collection[str]) -> None:
    """Note every rule, matter and list of the files that is not among what became of them."""
    read = {id(node) for node in (*rules, *matters)}
    for page, keys in pages:
        for part in ("rules", "matters"):
            for node in keys[part][1].items if part in keys else ():
                if id(node) not in read:
                    page.surely(node)
        for key, value in keys["lists"][1].pairs if "lists" in keys else ():
            if key.value not in lists:
                page.surely(value)
