"""Rules on tables: a counterparty that comes onto a screening list, told with what stands there now."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.pipeline.polls import Polls, polls
from tests.servers import reply
from watcher.app.explaining import account
from watcher.stores.sqlite.evidence import EvidenceTable

MORE = ", key: id, watch: [name, country, source], label: name, since: null"
FIRM = "Chengdu Ascend Magnetic Technology"
RULES = f"""\
format: 1
lists:
  my_counterparties: {{organisations: {{file: mine.csv}}}}
rules:
  - id: screening
    title: One of our counterparties on a screening list
    severity: urgent
    when:
      all:
        - {{table: wire, change: [added, changed]}}
        - {{organisation: my_counterparties, same_country: true}}
    tell: desk
    examples:
      match:
        - {{row: {{name: {FIRM}, country: CN, source: Entity List}}}}
        - {{row: {{name: {FIRM}, source: SDN}}, before: {{name: {FIRM}, source: Entity List}}, change: changed}}
      skip:
        - {{row: {{name: Ascend Learning, country: US, source: Entity List}}}}
        - {{row: {{name: {FIRM}, source: SDN}}, change: removed}}
        - {{row: {{name: {FIRM}, country: US, source: SDN}}}}
"""


def row(number: int, name: str = "", source: str = "Entity List", country: str = "CN") -> dict[str, str]:
    return {"id": str(number), "name": name or f"Firm {number}", "source": source, "country": country}


TABLE = [row(number) for number in range(12)]


@pytest.fixture
async def at(tmp_path) -> AsyncIterator[Polls]:
    (tmp_path / "mine.csv").write_text("name,country\nChengdu Ascend,CN\n")
    async with polls(tmp_path, kind="table", path="/t", more=MORE) as made:
        made.here.change(rules=RULES)
        await poll(made, *TABLE)
        yield made


async def poll(at: Polls, *rows: dict[str, str]) -> None:
    at.answer(reply(200, body=json.dumps(rows).encode()), "/t")
    at.here.now += timedelta(hours=1)
    await at.poll()


def told(at: Polls) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.headline, each.change, each.news) for each in at.here.told("desk")]


async def test_a_counterparty_that_comes_onto_a_list_is_told_with_the_rows_difference(at):
    await poll(at, *TABLE, row(99, FIRM), row(100, "Somebody Else"))
    assert told(at) == [(FIRM, "raised", ("added to the table",))]
    assert at.here.told("desk")[0].quotes[0].text == FIRM
    assert at.here.told("desk")[0].summary == (f"name: {FIRM} · country: CN · source: Entity List · id: 99",)

    # another order, another number of the row's place, a file cut short: nothing happened
    await poll(at, *({**each, "entity_number": str(n)} for n, each in enumerate([row(99, FIRM), *reversed(TABLE)])))
    await poll(at, *TABLE[:5])
    assert len(told(at)) == 1

    await poll(at, *TABLE, row(99, FIRM, "SDN"))
    assert told(at)[1:] == [(FIRM, "updated", ("source: Entity List -> SDN",))]
    await poll(at, *TABLE)
    assert len(told(at)) == 2, "the rule asks for no row that goes"

    await poll(at, *TABLE, row(99, FIRM, "SDN"))
    assert told(at)[2:] == [(FIRM, "updated", ("back in the table",))]


async def test_a_row_that_becomes_one_of_ours_is_told_with_what_it_said_before(at):
    await poll(at, row(0, FIRM), *TABLE[1:])

    [message] = at.here.told("desk")
    assert "name: Firm 0 -> " + FIRM in message.news
    assert message.summary[0].startswith(f"name: {FIRM} · country: CN · source: Entity List")


async def test_a_namesake_of_another_country_is_not_told(at):
    await poll(at, *TABLE, row(99, FIRM, country="US"))

    assert told(at) == []


FAULTY = """\
format: 1
rules:
  - id: mixed
    title: A row, or an article
    severity: urgent
    when: {any: [{table: wire}, {words: [gallium]}]}
    examples: &some
      match: [{row: {name: A}}, {row: {name: B}}]
      skip: [One., Two.]
  - id: faulty
    title: A row with faults
    severity: urgent
    when: {table: wire, change: [gone], fields: name, columns: name}
    examples: *some
  - id: shown
    title: A row shown in odd ways
    severity: urgent
    when: {table: wire}
    examples:
      match: [{row: {name: A}, text: A}, {row: {name: A}, change: changed}, {row: A}, {change: added, text: A}]
      skip: [One., Two.]
"""


async def test_what_check_says_of_faults(tmp_path):
    async with polls(tmp_path, kind="table", path="/t", more=MORE) as made:
        with pytest.raises(AssertionError) as caught:
            made.here.change(rules=FAULTY)

    said = str(caught.value)
    for each in (
        'rules.yaml:6:18 error[R024] one branch has "table"',
        'error[R017] unknown change "gone"; allowed: added, changed, removed',
        'error[R013] "table" has no option "columns"',
        "error[R054] example has row and text; exactly one",
        "error[R054] change: changed and before go together",
        'error[R008] "row" must be a mapping of fields',
        'error[R054] "change" goes with row',
    ):
        assert each in said


async def test_why_looks_at_what_became_of_the_row(at):
    await poll(at, *TABLE, row(99, FIRM))
    await poll(at, *TABLE, row(99, FIRM, "SDN"))

    def explained(turn):
        return account(EvidenceTable(turn), at.here.runtime.rule_set, 13, ["screening"])

    shown = (await at.here.store.read(explained)).rules[0]
    assert shown.explained.judgement.matched
    assert "was changed, source: Entity List -> SDN" in str(shown.explained.parts)
