"""The user's own names: added, changed and refused, each fault with its place; YAML and CSV."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from tests.core.lexicon.readings import ids, reading
from watcher.config import data_dir
from watcher.config.lexicon import read_names
from watcher.config.rules.loading import load_rules
from watcher.core.lexicon.model import Sort

SMALL = {
    "materials": "lists: {us25: {name: A list}}\nmaterials:\n  gallium: {code: Ga, symbol: Ga, names: {en: [gallium]}, lists: [us25]}\n",
    "organisations": "organisations:\n  lynas: {name: Lynas Rare Earths, short: Lynas, kind: company, country: AU, names: [Lynas]}\n",
    "places": "places:\n  mount_weld: {name: Mount Weld, kind: mine, country: AU, operator: lynas, materials: [gallium]}\n",
    "countries": "countries:\n  au: {name: Australia, code: AU, names: {en: [Australia]}}\nregions:\n  oceania: {name: Oceania, countries: [AU]}\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A lexicon of one thing of each sort: quicker than the shipped one."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "rules" / "lexicon").mkdir(parents=True)
    for name, text in SMALL.items():
        (folder / "rules" / "lexicon" / f"{name}.yaml").write_text(f"format: 1\n{text}", "utf-8")
    return folder


def read(folder, *files):
    return read_names(folder, tuple((name, text.encode()) for name, text in files))


def test_what_is_shipped_is_sound():
    names, problems = read_names(data_dir())

    assert problems == ()
    assert names is not None
    assert len([each for each in names.listed if each.entity.sort is Sort.MATERIAL]) >= 83
    assert len([each for each in names.listed if each.entity.sort is Sort.ORGANISATION]) >= 332
    assert len([each for each in names.listed if each.entity.sort is Sort.PLACE]) >= 99


def test_a_file_of_the_users_adds_and_changes_entries(small):
    own = """
format: 1
organisations:
  lynas: {short: LYC, names: [Lynas Corp Oz], drop: [Lynas]}
  harrow: {name: Harrow Lithium, kind: company, country: AU, guarded: [Harrow], context: [lithium]}
materials:
  kryptonite: {code: Kr, names: {en: [kryptonite]}, not: [kryptonite lock]}
"""
    names, problems = read(small, ("my.yaml", own))

    assert problems == ()
    assert names.entity(Sort.ORGANISATION, "lynas").code == "LYC"
    assert ids(names, "Lynas Corp Oz buys kryptonite", "en") == {"lynas", "kryptonite"}
    assert ids(names, "He sold Lynas a kryptonite lock", "en") == set()
    assert ids(names, "Harrow wins lithium ground", "en") == {"harrow"}
    assert ids(names, "Harrow is a school", "en") == set()


def test_a_table_adds_organisations_and_names_to_known_ones(small):
    table = "name,id,aliases,country\nHarrow Mining,harrow,Harrow Co; HMX,AU\nLynas,,LynasX,\nNorth Vale,,,\n"
    names, problems = read(small, ("suppliers.csv", table))

    assert problems == ()
    assert ids(names, "LynasX and HMX met North Vale", "en") == {"lynas", "harrow", "north_vale"}
    assert names.entity(Sort.ORGANISATION, "harrow").country == "AU"


def test_later_files_go_over_earlier_ones(small):
    first = "format: 1\norganisations:\n  lynas: {short: One}\n"
    names, _ = read(small, ("a.yaml", first), ("b.yaml", first.replace("One", "Two")))

    assert names.entity(Sort.ORGANISATION, "lynas").code == "Two"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("organisations: {x: {name: X, kind: compny}}", '2:36 error[R017] kind is "compny"; allowed: agency, alliance'),
        ("organisations: {x: {name: X, kind: company, onwer: y}}", '2:45 error[R006] unknown key "onwer" in an organisation'),
        ("organisations: {x: {name: X}}", '2:20 error[R007] an organisation has no "kind"'),
        ("organisations: {X Y: {name: X, kind: company}}", '2:17 error[R011] name "X Y"'),
        ("organisations: {x: {name: X, kind: company, country: Germany}}", '2:54 error[R017] country is "Germany"'),
        ("organisations: {x: {name: X, kind: company, owner: lynus}}", '2:52 error[R017] unknown organisation "lynus", did you mean "lynas"?'),
        ("organisations: {x: {name: X, kind: company, tickers: [ASX]}}", '2:55 error[R017] tickers is "ASX"'),
        ("organisations: {x: {name: Lynas, kind: company}}", '2:27 error[R010] "Lynas" is also a name of lynas'),
        ("organisations: {lynas: {drop: [Lynus]}}", '2:32 error[R045] drop: lynas has no name "Lynus", did you mean "Lynas"?'),
        ("organisations: {x: {name: X, kind: company, names: ['Ly*']}}", "2:53 error[R030]"),
        ("organisations: {x: {name: X, kind: company, checked: maybe}}", '2:54 error[R008] "checked" must be true or false'),
        ("organisations: [x]", '2:16 error[R008] "organisations" must be a mapping of names, not a list'),
        ("materials: {x: {code: X, names: {english: [x]}}}", '2:34 error[R017] unknown language "english"'),
        ("materials: {x: {code: X, names: {zh: [矿]}}}", "2:39 error[R030] one character alone needs ="),
        ("materials: {x: {code: X, symbol: Xyz, names: {en: [xxx]}}}", '2:34 error[R017] symbol is "Xyz"'),
        ("materials: {x: {code: X, names: {en: [xxx]}, lists: [us26]}}", '2:54 error[R017] unknown list "us26", did you mean "us25"?'),
        ("families: {x: {code: X, kind: family, names: {en: [xxx]}, members: [galium]}}", '2:69 error[R017] unknown material "galium", did you mean "gallium"?'),
        ("families: {gallium: {code: X, kind: family, names: {en: [xxx]}}}", '2:12 error[R010] "gallium" is one of materials'),
        ("places: {x: {name: X, kind: mine, country: AU, operator: lynus}}", '2:58 error[R017] unknown organisation "lynus"'),
        ("regions: {x: {name: X, countries: [QQ]}}", '2:11 error[R017] region "x": unknown country "QQ"'),
        ("organizations: {}", '2:1 error[R006] unknown key "organizations" in a lexicon file, did you mean "organisations"?'),
    ],
)  # fmt: skip
def test_a_fault_has_its_place(small, line, said):
    names, problems = read(small, ("my.yaml", f"format: 1\n{line}\n"))

    assert names is None
    assert str(problems[0]).startswith(f"my.yaml:{said}")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("name,contry\nXo,AU\n", '1:1 error[R006] unknown column "contry", did you mean "country"?'),
        ("id\nx\n", '1:1 error[R062] the head row has no "name"'),
        ("name,country\nXo,AU\n,AU\n", "3:1 error[R062] row without name"),
        ("name,country\nXo,Australia\n", '2:1 error[R062] country is "Australia"'),
        ("name,kind\nXo,compny\n", '2:1 error[R062] kind is "compny"'),
        ("name,id\nXo,X 1\n", '2:1 error[R062] id "X 1"'),
        ("name;id\nXo;x\n", '1:1 error[R006] unknown column "name;id": separate columns by commas'),
        (
            'name,country\nXo,AU\n\n"Yo,AU\nZo,AU\n',
            "4:1 error[R062] is no table: a quote that opens in this row is not closed",
        ),
        ('name,country\n\n"Xo",AU\n,AU\n', "4:1 error[R062] row without name"),
        (
            "name\nX\n",
            '2:1 error[R062] "X" is one letter, which stands in every text for something else; write it with',
        ),
        ("name,aliases\nXylo,Xylo Co; c.\n", '2:1 error[R062] "c." is one letter, which stands in every text'),
        ("name\n矿\n", "2:1 error[R062] one character alone needs ="),
    ],
)
def test_a_fault_in_a_table_has_its_line(small, table, said):
    names, problems = read(small, ("my.csv", table))

    assert names is None
    assert str(problems[0]).startswith(f"my.csv:{said}")


def test_a_table_that_is_none_and_one_too_long_are_refused(small):
    _, (no_text,) = read_names(small, (("my.csv", b"name\n\xff\xfe\n"),))
    _, (long,) = read(small, ("my.csv", "name\n" + "x\n" * 20_001))

    assert str(no_text).startswith("my.csv:2:1 error[R062] byte 0xFF is not UTF-8; save the file as UTF-8")
    assert str(long) == "my.csv:1:1 error[R062] 20,001 rows; at most 20,000"


def test_a_shipped_file_that_is_missing_is_a_problem(small, tmp_path):
    shutil.copytree(small, tmp_path / "data")
    (tmp_path / "data" / "rules" / "lexicon" / "places.yaml").unlink()

    names, problems = read_names(tmp_path / "data")

    assert names is None
    assert str(problems[0]).startswith("rules/lexicon/places.yaml error[R001] can't be read")


def test_all_faults_are_told_at_once_in_order_of_place(small):
    own = "format: 2\norganisations:\n  x: {kind: company}\n  y: 7\n"

    _, problems = read(small, ("my.yaml", own))

    assert [(problem.line, problem.code) for problem in problems] == [(1, "R005"), (3, "R007"), (4, "R008")]


def test_a_place_knows_what_it_yields_and_a_region_its_countries(small):
    names, _ = read(small)

    assert names.yields(Sort.PLACE, "mount_weld") == ("gallium",)
    assert (Sort.PLACE, "mount_weld") in names.members("oceania")
    assert names.find(reading("Mount Weld", language="en"))[0].id == "mount_weld"


def test_the_examples_of_the_page_on_names_are_accepted():
    page = (data_dir() / "docs" / "lexicon.md").read_text("utf-8")
    blocks = [block for _, _, block in (part.partition("\n") for part in page.split("```")[1::2])]
    yaml = next(block for block in blocks if block.startswith("format: 1"))
    table = next(block for block in blocks if block.startswith("name,"))

    names, problems = read(data_dir(), ("my.yaml", yaml), ("my.csv", table))

    assert problems == ()
    assert ids(names, "哈罗锂业 and Lynas Gebeng met HMX at Salt Flat", "en") == {
        *("harrow_lithium", "lynas", "harrow_mining", "salt_flat")
    }


RULE = """\
format: 1
lists:
  NAME: {materials: [gallium, ITEM]}
  curbs: {words: [export ban]}
rules:
  - id: a
    title: A
    severity: notice
    when: {material: ASKED}
    examples:
      match: ["Gallium.", "More gallium."]
      skip: ["Nothing.", "Nil."]
"""


@pytest.mark.parametrize(
    ("name", "item", "asked", "said"),
    [
        ("gallium", "gallium", "gallium", '3:3 error[R010] list "gallium" is taken: names in rules call that material'),
        ("mine", "galium", "mine", '3:31 error[R017] list "mine": unknown material "galium"'),
        ("mine", "gallium", "curbs", '9:22 error[R020] list "curbs" holds words; here it takes materials'),
    ],
)
def test_a_list_that_does_not_go_with_the_names_is_told_alone(small, name, item, asked, said):
    names, _ = read_names(small)
    text = RULE.replace("NAME", name).replace("ITEM", item).replace("ASKED", asked)
    known = SimpleNamespace(names=names)

    problems = load_rules([("r.yaml", text.encode())], understanding=lambda: known)[1]

    (found,) = [each for each in map(str, problems) if "error" in each]
    assert found.startswith(f"r.yaml:{said}")
