"""The clause `table`: what became of a row, told by the row that is judged; and whose country it names."""

from __future__ import annotations

import pytest

from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.core.articles.drafts import draft_row
from watcher.core.articles.rows import with_row
from watcher.core.model import Row, SourceId, Trust
from watcher.core.text.reading import Reading

CONTEXT = Context(
    sources={"lists": ("csl", "other")},
    known_sources=frozenset({"csl", "other", "ndpr", "wire"}),
    brings={"csl": "rows", "other": "rows", "ndpr": "points", "wire": "entries"},
)
OLD = {"name": "Ascend", "list": "Entity List", "country": "CN"}


def clause(**options):
    kind = KINDS["table"]
    return kind.build(kind.Options.model_validate(options), CONTEXT)


def reading(fields=OLD, before=None, *, source="csl", known=None):
    def text_of(said):
        made = draft_row(Row(key="7", label=said["name"], fields=tuple(said.items())), language="en")
        return made.text, made.zones

    text, zones = text_of(fields)
    plain = Reading(text=text, zones=zones, language="en", source=SourceId(source), trust=Trust.AUTHORITY)
    old = None if before is None else text_of(before)
    return with_row(plain, f"row:{source}/7", old, known=before is not None if known is None else known)


SDN = OLD | {"list": "SDN"}


@pytest.mark.parametrize(
    ("options", "row", "holds"),
    [
        ({"table": "csl"}, reading(), True),
        ({"table": "<lists>"}, reading(source="other"), True),
        ({"table": "other"}, reading(), False),
        ({"table": "csl"}, reading(SDN, OLD), True),
        ({"table": "csl", "change": "changed"}, reading(), False),
        ({"table": "csl", "change": "removed"}, reading(SDN, OLD), False),
        ({"table": "csl", "fields": "list"}, reading(SDN, OLD), True),
        ({"table": "csl", "fields": ["country"]}, reading(SDN, OLD), False),
        ({"table": "csl", "fields": ["country"]}, reading(), True),
        ({"table": "csl"}, reading(SDN, known=True), True),
    ],
)
def test_what_it_holds_for(options, row, holds):
    found = clause(**options).look(row)

    assert found.holds is holds, found.why
    assert bool(found.evidence) is holds


def test_an_article_is_no_row():
    text = Reading(text="Ascend", zones=(), language="en", source=SourceId("csl"), trust=Trust.WIRE)

    assert clause(table="csl").look(text).why == "an article is no row of a table"


def test_its_evidence_is_the_key_with_the_old_and_the_new_value():
    (found,) = clause(table="csl").look(reading(SDN, OLD)).evidence

    assert found.says == "table: csl: 7 was changed, list: Entity List -> SDN"
    assert found.quote == "list: SDN"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("other_", 'unknown table "other_", did you mean "other"?'),
        ("ndpr", 'the source "ndpr" brings points, and table: asks for rows'),
        ("<lsts>", 'unknown list "<lsts>", did you mean "<lists>"?'),
    ],
)
def test_what_is_no_table_is_refused(named, said):
    with pytest.raises(ValueError, match=r".") as caught:
        clause(table=named)

    assert str(caught.value).startswith(said)
    assert caught.value.type == "R018"
