"""How items are found: whole words in all their forms, Han and kana anywhere, exactly where asked."""

from __future__ import annotations

import pytest

from watcher.config import data_dir
from watcher.config.lexicon.tables import read_inflections
from watcher.core.events.filing import Filed
from watcher.core.events.pieces import Pieces
from watcher.core.events.seeking import Seeker
from watcher.core.text.items import WordItem
from watcher.core.text.plain import fold_with_map

INFLECTIONS = read_inflections(data_dir())


def found(item, text, *, listed="en", language="en", slot="act"):
    """What of a text an item is found in."""
    filed = Filed.of([([WordItem(text=item, language=listed)], slot, 0, "", 0)], INFLECTIONS)
    seeker = Seeker(filed, INFLECTIONS)
    mapped = fold_with_map(text)
    (hits,) = seeker.find(Pieces.of(mapped.text, len(mapped.text)), mapped, [0], language)
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("item", "text", "there"),
    [
        ("suspend", "It SUSPENDED it.", ["SUSPENDED"]),
        ("suspend", "The suspender", []),
        (
            "export control",
            "Export-controls, export  control, export/control",
            ["Export-controls", "export  control", "export/control"],
        ),
        ("export control", "exports; control", []),
        ("export control", "China's export's control", ["export's control"]),
        ("=EIS", "the EIS, the eis", ["EIS"]),
        ("=U.S.", "the U.S. and us", ["U.S"]),
        ("stockpil*", "stockpiling it", ["stockpil"]),
        ("*magnet", "a supermagnet here", ["magnet"]),
        ("café", "The CAFEx", []),
        ("café", "The CAFE™ is", ["CAFE"]),
    ],
)
def test_words(item, text, there):
    assert found(item, text) == there


@pytest.mark.parametrize(
    ("item", "text", "there"),
    [
        ("出口管制", "对锑实施出口管制的决定", ["出口管制"]),
        ("出口管制", "出口 管制", ["出口 管制"]),
        ("=拟", "拟定", ["拟"]),
        ("수출 통제", "새로운 수출 통제를", ["수출 통제"]),
        ("통제", "수출통제를", []),
    ],
)
def test_scripts_without_spaces(item, text, there):
    assert found(item, text, listed="zh", language="zh") == there


def test_items_of_a_language_are_sought_in_its_texts_and_in_unknown_ones():
    assert found("Exportkontrolle", "Exportkontrollen", listed="de", language="de") == ["Exportkontrolle"]
    assert found("Exportkontrolle", "Exportkontrollen", listed="de", language=None) == ["Exportkontrolle"]
    assert found("Exportkontrolle", "Exportkontrollen", listed="de", language="en") == []
    assert found("control", "出口管制 (controls)", listed="en", language="zh") == ["controls"]
    assert found("control", "controls", listed="any", language="de") == ["controls"]


@pytest.mark.parametrize(
    ("slot", "item", "text", "there"),
    [
        ("object", "project", "The projects, projected", ["projects"]),
        ("act", "project", "The projects, projected", ["projects", "projected"]),
        ("phrase", "halt mine", "It halted mines, halted mining", ["halted mines"]),
        ("phrase", "to halt mine", "to halting mines", ["to halting mines"]),
        ("hedges", "people weigh", "people weighing", ["people weighing"]),
    ],
)
def test_only_what_may_be_a_verb_has_a_verbs_forms(slot, item, text, there):
    assert found(item, text, slot=slot) == there


def test_spans_lead_back_to_the_shown_text():
    assert found("rare earth", "ﬁrst Ｒａｒｅ　ｅａｒｔｈs") == ["Ｒａｒｅ　ｅａｒｔｈs"]


def test_what_was_forgotten_is_found_again():
    filed = Filed.of([([WordItem(text="export control", language="en")], "object", 0, "", 0)], INFLECTIONS)
    seeker = Seeker(filed, INFLECTIONS)
    told = "New export controls. "
    for text in (told, told + " ".join(f"word{number}" for number in range(13_000)), told, told):
        mapped = fold_with_map(text)
        (hits,) = seeker.find(Pieces.of(mapped.text, len(mapped.text)), mapped, [0], "en")

        assert [text[hit.start : hit.end] for hit in hits] == ["export controls"]


def test_an_item_of_several_types_is_filed_once_and_keyed_apart():
    item = WordItem(text="ban", language="en")
    filed = Filed.of([([item], "act", 0, "", 0), ([item], "act", 0, "", 1), ([item], "act", 1, "", 0)], INFLECTIONS)

    assert filed.items == (item,)
    assert [(row.type, row.group, row.key) for row in filed.rows((0,), frozenset())] == [
        (0, 0, 0),
        (0, 1, 0),
        (1, 0, 1),
    ]
    assert [row.type for row in filed.rows((0,), frozenset({0}))] == [1]
