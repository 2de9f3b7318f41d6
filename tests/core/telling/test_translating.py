"""What rules ask over time, dates, rows and sources come to, said in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from tests.make import make_alert_message, make_told
from tests.tools import ROOT
from watcher.core.articles.rows import ADDED, BACK, REMOVED
from watcher.core.requirements.words import ordinal, spell, when
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.translating import translated
from watcher.core.text.wording import Words
from watcher.render.catalogues import Catalogues

AT = when(int(datetime(2026, 1, 29, 21, 0, tzinfo=UTC).timestamp() * 1_000_000))
SPANS = [spell(int(timedelta(minutes=each).total_seconds() * 1_000_000)) for each in (1, 10, 60, 1440, 3007, 10_080)]
MET = {
    **{
        f"{ordinal(each)} story within {SPANS[3]}": f"Meldung Nr. {each} innerhalb von 24 Stunden"
        for each in (1, 3, 12)
    },
    f"21st article within {SPANS[5]}": "Artikel Nr. 21 innerhalb von 7 Tagen",
    f"third match within {SPANS[5]}": "Treffer Nr. 3 innerhalb von 7 Tagen",
    f"3 sources of their own within {SPANS[4]}": "3 voneinander unabhängige Quellen innerhalb von 50,1 Stunden",
    f"12 matches within {SPANS[3]}, 3.0 before": "12 Treffer innerhalb von 24 Stunden, zuvor 3,0",
    f"1 match within {SPANS[0]}, 0.5 before": "1 Treffer innerhalb von 1 Minute, zuvor 0,5",
    f"4 of 12 (33 %) within {SPANS[2]}": "4 von 12 (33 %) innerhalb von 1 Stunde",
    "first time": "erstmals",
    f"first time in {SPANS[5]}": "erstmals seit 7 Tagen",
    f"{SPANS[4]} after what it follows, of {AT}": "Abfolge nach 50,1 Stunden vollständig, Beginn 29. Jan. 21:00",
    f"nothing of the kind within {SPANS[3]} of {AT}": "nichts dergleichen innerhalb von 24 Stunden ab 29. Jan. 21:00",
    f"nothing for {SPANS[1]}; last {AT}": "seit 10 Minuten nichts; zuletzt 29. Jan. 21:00",
    "and 5 before these": "und 5 davor",
}
"""What `require` is met by, as it is stored, and in German."""
OF_DATES = {
    "hearing: 6 February 2026, postponed, Ω says": "Anhörung: 6. Februar 2026, verschoben, laut Ω",
    "hearing: moved from 6 February to 9 March, Ω says": "Anhörung: verschoben von 6 February auf 9 March, laut Ω",
    "hearing: 6 February 2026, Ω states it again": "Anhörung: 6. Februar 2026, von Ω erneut genannt",
}
OF_MATTERS = {
    "status: proposed → in force, 2026-02-03": "Stand: vorgeschlagen → in Kraft, 3. Feb. 2026",
    "status: proposed → in force, told 2026-02-03 to 2026-02-05, Ω": (
        "Stand: vorgeschlagen → in Kraft, gemeldet 3. Feb. 2026 bis 5. Feb. 2026, Ω"
    ),
    'DENIED: "Ω"; the status stays announced': "DEMENTIERT: „Ω“; der Stand bleibt: angekündigt",
}


@cache
def words(language: str) -> Words:
    return Catalogues(ROOT / "templates").words(language)


@pytest.mark.parametrize(("english", "german"), [*MET.items(), *OF_DATES.items(), *OF_MATTERS.items()])
def test_what_a_rule_asks_over_time_is_said_in_every_language(english, german):
    assert words("de").saying(english) == german
    assert all(words(each).saying(english) != english for each in ("fr", "ja", "zh"))


@pytest.mark.parametrize("english", [*MET, ADDED, REMOVED, BACK])
def test_nothing_of_it_stays_in_letters_of_english(english):
    assert not any("a" <= sign.lower() <= "z" for each in ("ja", "zh") for sign in words(each).saying(english))


def test_the_key_before_it_stays_and_so_does_what_is_late():
    late = f"Ga: Ω: nothing for 10 minutes; last {AT} (due 2026-01-29 21:10 UTC, told late)"

    assert words("de").saying(f"Ω: third story within {SPANS[3]}") == "Ω: Meldung Nr. 3 innerhalb von 24 Stunden"
    assert words("de").saying(late) == (
        "Ga: Ω: seit 10 Minuten nichts; zuletzt 29. Jan. 21:00 (fällig 2026-01-29 21:10 UTC, verspätet gemeldet)"
    )


@pytest.mark.parametrize("state", ["failing", "empty", "shrunk", "challenge", "gone", "recovered"])
@pytest.mark.parametrize("language", ["de", "fr", "ja", "zh"])
def test_how_a_source_is_doing_is_said_about_it(language, state):
    said = words(language).saying(f"ministry is {state}")

    assert said.startswith("ministry")
    assert state not in said


@pytest.mark.parametrize(
    "text",
    [
        "12 weeks within a year",
        "umpteenth story within 24 hours",
        "nothing for 3 fortnights; last 29 Jan 21:00",
        "status: proposed → in force, 2026-02-31",
        "Update: the mine opens",
        "Ω is failing to pay",
    ],
)
def test_what_only_looks_like_it_stays_as_it_is(text):
    assert words("de").saying(text) == text


def test_the_items_behind_it_keep_their_headlines():
    line = "3 Feb 21:00: Miner halts: output falls, today (Ω Wire)"

    assert words("de").saying(line) == "3. Feb. 21:00: Miner halts: output falls, today (Ω Wire)"
    assert words("ja").saying(line) == "2月3日 21:00：Miner halts: output falls, today (Ω Wire)"


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("de", "seit 10 Minuten nichts; zuletzt 29. Jan. 21:00 (Ω (a))"),
        ("zh", "已有10分钟无消息，上次为1月29日 21:00（Ω (a)）"),
    ],
)
def test_the_headline_of_a_timer_begins_in_the_readers_words(language, headline):
    says = f"nothing for 10 minutes; last {AT}"
    told = make_told(headline=f"{says} (Ω (a))", news=(says,))

    said = translated(make_alert_message(told), words(language))

    assert isinstance(said, AlertMessage)
    assert said.alerts[0].headline == headline
