"""A list of one's own suppliers from a table beside the rule file: firms that nobody knew are read for by its names."""

from __future__ import annotations

import pytest

from tests.pipeline.world import MONDAY, World, entry, world
from watcher.app.loading import load
from watcher.core.errors import Problem

TABLE = "name,id,aliases,country\nBrellmont Magnetics,,Brellmont; 布雷蒙特磁材,DE\nLynas Rare Earths,,,\n"
RULES = """\
format: 1
lists: {my_suppliers: {organisations: {file: lists/my_suppliers.csv}}}
rules:
  - id: suppliers
    title: A supplier of ours stops
    severity: warning
    when: {event: production_halt, status: any, party: my_suppliers}
    examples:
      match:
        - Brellmont Magnetics halts production at its magnet plant.
        - Lynas halts production at its rare earths plant.
      skip: [Iluka halts production at its rare earths refinery., Brellmont Magnetics opens a magnet plant.]
"""


def _written(folder, table=TABLE):
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "lists" / "my_suppliers.csv").write_text(table, "utf-8")


def _problems(here: World) -> list[Problem]:
    return list(load(here.folder / "watcher.yaml", {}, MONDAY)[1])


@pytest.mark.slow
async def test_an_article_on_a_firm_of_the_table_alone_raises_an_alert_and_a_changed_table_is_another_set(tmp_path):
    _written(tmp_path)
    async with world(tmp_path, rules=RULES) as here:
        await here.publish(
            "daily",
            entry("1", title="Brellmont halts magnet production after a fire", content_html="<p>No date is given.</p>"),
            entry("2", title="Sorvane Castings halts magnet production after a fire", content_html="<p>Nor here.</p>"),
        )
        assert [each.headline for each in here.told("desk")] == ["Brellmont halts magnet production after a fire"]
        before = here.runtime.rule_set

        _written(tmp_path, TABLE + "Sorvane Castings,,,\n")
        loaded, problems = load(tmp_path / "watcher.yaml", {}, MONDAY)
        assert problems == ()
        assert loaded is not None
        after = loaded.runtime.rule_set
        assert after.version != before.version
        assert after.rules[0].version != before.rules[0].version
        assert after.understanding().version != before.understanding().version

        rows = "X Halden,X 1,,\n,,,\n"
        _written(tmp_path, TABLE + rows)
        assert [str(each) for each in _problems(here)] == [
            'lists/my_suppliers.csv:4:1 error[R062] id "X 1": use a-z, 0-9, - and _, at most 60 characters',
            "lists/my_suppliers.csv:5:1 error[R062] row without name",
        ]
        (tmp_path / "lists" / "my_suppliers.csv").unlink()
        assert [str(each) for each in _problems(here)] == [
            'rules.yaml:2:46 error[R062] file "lists/my_suppliers.csv" can\'t be read: No such file or directory'
        ]


@pytest.mark.slow
def test_too_many_rows_are_refused_in_their_file(tmp_path):
    (tmp_path / "watcher.yaml").write_text("rules: [rules.yaml]\n", "utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    _written(tmp_path, "name\n" + "x\n" * 20_001)

    _, problems = load(tmp_path / "watcher.yaml", {}, MONDAY)

    assert "lists/my_suppliers.csv:1:1 error[R062] 20,001 rows; at most 20,000" in map(str, problems)
