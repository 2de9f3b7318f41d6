"""Conditions on the whole article: firms that the lexicon does not know are told by the form of their names."""

from __future__ import annotations

import pytest

from watcher.core.events.gating import holds
from watcher.core.events.recognisers import STRANGER, Gate
from watcher.core.events.scene import Scene
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone


def _naming(id_: str, by: str) -> Scene:
    """An article in which one firm is named; nothing else of it is looked at."""
    named = Named(sort=Sort.ORGANISATION, id=id_, name="N", start=0, end=1, zone=Zone.TITLE, by=by)
    return Scene(None, None, [named], Facts(), None, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "by", "expected"),
    [({STRANGER}, "form", True), ({STRANGER}, "name", False), ({"lynas"}, "form", False), ({"lynas"}, "name", True)],
)
def test_a_stranger_is_a_firm_known_by_its_form_alone(values, by, expected):
    gate = Gate(kind="organisation", sort=Sort.ORGANISATION, values=frozenset(values))
    scene = _naming("lynas" if by == "name" else "form:nordwald", by)

    assert holds(gate, scene, 0) is expected
