"""`check SOURCE` for sources that are more than one document, and for rows and points."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.commands.world import world
from tests.servers import reply
from watcher.commands.listing import plain_points, point_words, summary
from watcher.core.model import Reason
from watcher.core.series import Conversion, PointRecord

LIST = """\
  bulletin:
    kind: json
    url: "URL/list"
    pace: 0s
    discover: {page: "URL/page", attr: data-query}
    items: hits
    id: number
    fields: {title: name, link: at}
    next: more
"""
TABLE = """\
  permits:
    kind: table
    url: "URL/permits"
    key: number
    watch: [status]
    label: name
"""
SERIES = """\
  copper:
    kind: series
    url: "URL/copper"
    value: PCOPPUSDM
    unit: USD/t
    convert: {to: USD/kg}
"""
PAGE = b"<!doctype html><title>Bulletin</title><div data-query=\"{'site':'7'}\"></div>"
SPREAD = b"observation_date,PCOPPUSDM\n2026-08-01,9100.25\n2026-09-01,.\n2026-10-01,9333.5\n"


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        yield made


def add(here, block):
    text = here.config.read_text("utf-8")
    block = block.replace("URL", f"http://127.0.0.1:{here.server.port}")
    here.config.write_text(text.replace("channels:\n", f"{block}channels:\n", 1), "utf-8")


def sent(value):
    return reply(200, ("Content-Type", "application/json"), body=json.dumps(value).encode())


def bulletin(here, **second):
    here.server.route("/page", reply(200, body=PAGE))
    here.server.route(
        "/list",
        sent({"hits": [{"number": 1, "name": "An export ban on gallium", "at": "/1"}], "more": "/more"}),
    )
    here.server.route("/more", sent({"hits": [{"number": 2, "name": "A mine reopens", "at": "/2"}], **second}))


async def test_all_documents_that_a_poll_would_read_are_read(here, capsys):
    add(here, LIST)
    bulletin(here)

    assert await here.watcher("check", "bulletin") == 0

    said = capsys.readouterr().out
    assert said.count("\n  then          ") == 2
    assert "  1  An export ban on gallium\n" in said
    assert "  2  A mine reopens\n" in said
    assert "2 rows: 2 new; 1 would match a rule" in said


async def test_a_further_document_that_cannot_be_read_is_told_with_what_it_says_instead(here, capsys):
    add(here, LIST.replace("items: hits", "items: hist"))
    bulletin(here)

    assert await here.watcher("check", "bulletin") == 1

    said = capsys.readouterr()
    assert 'nothing lies at "hist": the reply has hits, more; lists lie at hits' in said.err
    assert "  failed        parse: reading the list" in said.out
    assert "until that is mended" in said.out


async def test_files_stand_for_one_reply_after_the_other(here, capsys):
    add(here, LIST)
    (here.folder / "page.html").write_bytes(PAGE)
    (here.folder / "list.json").write_text(json.dumps({"hits": [{"number": 1, "name": "A", "at": "/1"}], "more": "/x"}))
    files = [str(here.folder / name) for name in ("page.html", "list.json")]

    assert await here.watcher("check", "bulletin", "--file", files[0], "--file", files[1]) == 0

    said = capsys.readouterr().out
    assert "1 row: 1 new" in said
    assert "asks for      1 more documents" in said
    assert here.server.seen == []


@pytest.mark.slow
async def test_rows_of_a_table_are_shown_and_so_is_one_that_went(here, capsys):
    add(here, TABLE)
    rows = [{"number": str(n), "name": f"Mine {n}", "status": "granted", "state": "Idaho"} for n in range(3)]
    here.server.route("/permits", sent(rows))
    await here.once()
    here.server.route("/permits", sent(rows[:2]))

    assert await here.watcher("check", "permits") == 0
    said = capsys.readouterr().out
    assert "  1  Mine 0\n" in said
    assert "     status: granted\n" in said
    assert "     state: Idaho\n" in said
    assert "  3  Mine 2\n" in said
    assert "3 rows: 1 revised, 2 unchanged" in said

    text = here.config.read_text("utf-8")
    here.config.write_text(text.replace("watch: [status]", "watch: [statsu]"), "utf-8")
    assert await here.watcher("check", "permits") == 1
    assert 'no column "statsu", did you mean "status"? columns: ' in capsys.readouterr().err


@pytest.mark.slow
async def test_points_are_held_against_those_that_are_known(here, capsys):
    add(here, SERIES)
    here.server.route("/copper", reply(200, body=SPREAD))
    await here.once()
    here.server.route("/copper", reply(200, body=SPREAD.replace(b"9100.25", b"9100.5")))

    assert await here.watcher("check", "copper") == 0

    said = capsys.readouterr().out
    assert "  1  2026-10-01 00:00 UTC  9333.5 USD/t = 9.3335 USD/kg; unchanged\n" in said
    assert "  2  2026-09-01 00:00 UTC  missing; unchanged\n" in said
    assert "  3  2026-08-01 00:00 UTC  9100.5 USD/t = 9.1005 USD/kg; revised\n" in said
    assert "3 points: 1 revised, 2 unchanged; 1 missing" in said


def test_a_point_says_its_unit_its_worth_and_when_it_came_out():
    at = datetime(2026, 10, 1, tzinfo=UTC)
    point = PointRecord(
        at=at,
        revision=1,
        value="868000",
        unit="CNY/t incl VAT",
        into="USD/kg",
        conversion=Conversion(flags=("unconverted",)),
        released=at,
        seen=at,
    )

    said = point_words(1, point, Reason.NEW)

    assert said == ("  1  2026-10-01 00:00 UTC  868000 CNY/t incl VAT; new; released 2026-10-01 00:00 UTC; unconverted")
    [shown] = plain_points([(point, Reason.NEW)])
    assert (shown["converted"], shown["flags"], shown["would_be"]) == (None, ("unconverted",), "new")
    assert summary([], [(point, Reason.NEW)]) == "1 point: 1 new; 0 missing"
