from __future__ import annotations

import pytest

from tests.core.lexicon.readings import shipped
from watcher.core.lexicon.lookup import known, written
from watcher.core.lexicon.model import Sort


@pytest.mark.parametrize(
    ("text", "sort", "said"),
    [
        ("China", Sort.ORGANISATION, '; "China" is written CN here'),
        ("chine", Sort.PLACE, '; "chine" is written CN here'),
        ("Lynas", Sort.ORGANISATION, '; "Lynas" is written lynas here'),
        ("yttrium oxides of nowhere", Sort.MATERIAL, ""),
        ("Lynas", Sort.MATERIAL, ""),
    ],
)
def test_a_name_is_said_as_rules_write_it(text, sort, said):
    assert written(shipped(), text, sort) == said


def test_things_are_found_by_a_part_of_any_name_and_what_is_called_so_comes_first():
    first, *others = known(shipped(), "china")

    assert (first.id, first.sort, first.kind) == ("CN", "place", "country")
    assert {"chalco", "china_copper"} <= {each.id for each in others}
    assert [(each.id, each.country) for each in known(shipped(), "lynas rare")] == [("lynas", "AU")]
    assert [each.id for each in known(shipped(), "Pekín")] == ["CN"]
    assert not list(known(shipped(), " "))
