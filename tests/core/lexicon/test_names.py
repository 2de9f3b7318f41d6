from __future__ import annotations

import pytest

from tests.core.lexicon.readings import ids, reading, shipped
from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.subjects import materials_of
from watcher.core.yaml.strict import load, plain


def test_the_compiled_lexicon_passes_its_own_tests(shared):
    root, _ = load((shared / "lexicon.yaml").read_bytes(), "lexicon.yaml")
    cases = plain(root)["self_test"]

    failed = []
    for case in cases:
        found = ids(shipped(), case["text"])
        wanted = {name for name in case.get("must", ()) if not name.startswith("event:")}
        if wanted - found or found & set(case.get("must_not", ())):
            failed.append((case["text"], found))

    assert len(cases) >= 20
    assert failed == []


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Gallium and germanium curbs", "en", ("Ga", "Ge")),
        ("A maker of samarium-cobalt magnets", "en", ("SmCo-magnet",)),
        ("Heavy rare earths and NdPr", "en", ("HREE", "NdPr")),
        ("USA Rare Earth rises", "en", ("REE",)),
        ("A lead in talks, a tin can", "en", ()),
        ("对钐、钆、铽实施出口管制", "zh", ("Sm", "Gd", "Tb")),
        ("レアアースと黒鉛", "ja", ("REE", "graphite")),
        ("Wolframpreise und Seltene Erden", "de", ("W", "REE")),
    ],
)
def test_materials_are_found_by_code_the_longest_name_first(text, language, codes):
    assert materials_of(reading(text, language=language), shipped()) == codes


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("rare_earths", (Sort.MATERIAL, "dysprosium")),
        ("rare_earths", (Sort.MATERIAL, "heavy_rare_earths")),
        ("us25", (Sort.MATERIAL, "antimony")),
        ("critical", (Sort.MATERIAL, "rare_earths")),
        ("critical", (Sort.MATERIAL, "critical_minerals")),
        ("cn_2025_18", (Sort.MATERIAL, "terbium")),
        ("ministry", (Sort.ORGANISATION, "mofcom")),
        ("CN", (Sort.ORGANISATION, "mofcom")),
        ("CN", (Sort.PLACE, "bayan_obo")),
        ("europe", (Sort.PLACE, "narva")),
        ("lynas", (Sort.ORGANISATION, "lynas")),
    ],
)
def test_a_name_is_met_by_its_members(name, member):
    assert member in shipped().members(name)


def test_a_product_is_not_met_by_what_it_is_made_of():
    assert (Sort.MATERIAL, "neodymium") not in shipped().members("permanent_magnets")
