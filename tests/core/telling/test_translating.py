"""What rules ask over time, dates, rows and sources come to, said in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from tests.make import make_alert_message, make_told
from tests.tools import ROOT
from watcher.core.articles.rows import ADDED, BACK, REMOVED
from watcher.core.model import Severity
from watcher.core.requirements.words import ordinal, spell, when
from watcher.core.telling.clause_words import reason_words, series_line
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.translating import translated
from watcher.core.text.wording import Words
from watcher.render.catalogues import Catalogues
from watcher.render.subjects import alert_head

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


WHY = {
    "series: ndpr, below 110.5 USD/kg, for 3, rearm 1 %: 109.5 (2026-11-19)": (
        "série : ndpr, sous 110,5 USD/kg, valeurs consécutives : 3, réarmement à 1 % : 109,5 (19 nov. 2026)"
    ),
    "series: ndpr, change <= -5 %, within 5d: 110 (2026-11-14), 100 (2026-11-19): -9.1 %": (
        "série : ndpr, variation <= -5 %, en 5 jours : 110 (14 nov. 2026), 100 (19 nov. 2026) : -9,1 %"
    ),
    "series: ndpr, stale 2w: no point for 2w, the last of 2026-11-05 08:00 UTC": (
        "série : ndpr, sans valeur depuis 14 jours : aucune valeur depuis 14 jours, la dernière du 5 nov. 2026 08:00 UTC"
    ),
    "in 30 days (calendar: expires, comment_close, deadline: 30d before)": (
        "in 30 days (calendrier : expire, fin de la consultation, échéance : 30 jours avant)"
    ),
    "Ω, bans (event: export_control, status announced, in_force, rumoured and 1 more, actor Ω, as any)": (
        "Ω, bans (événement : Contrôle des exportations, état : annoncé, en vigueur, non confirmé et 1 de plus, "
        "acteur : Ω, rapporté comme : tous)"
    ),
    "health: gone, source ministry: ministry is gone": "santé de la source : gone, source ministry : ministry n’existe plus",
    "Ω (words: lithium below, status of value)": "Ω (mots : lithium below, status of value)",
}
"""Clauses as they are told, and in French: the rule language's words are ours, the values their author's."""


@pytest.mark.parametrize(("english", "french"), WHY.items())
def test_a_clause_is_said_in_the_readers_language_and_what_its_author_named_is_not(english, french):
    told = make_told(why=(english,))

    said = translated(make_alert_message(told), words("fr"))

    assert isinstance(said, AlertMessage)
    assert said.alerts[0].why == (french.replace(" :", "\u00a0:"),)


@pytest.mark.parametrize(
    "text", ["Ω: below 110 USD/kg", "watch: below 5", "", "(event: x)", "Ω (a: b)", "event", "event: "]
)
def test_what_is_no_clause_stays_as_it_is(text):
    assert all(reason_words(text, words(each)) == text for each in ("de", "fr", "ja", "zh"))


def of_series(**parts):
    lines = ("value: 109.5 USD/kg", "before: 111.5 USD/kg (2026-11-18)", "points: 109.5 (2026-11-19)")
    return make_told(
        subject="series:ndpr",
        headline="ndpr: below 110 USD/kg, rearm 1 %, 2026-11-19",
        news=lines,
        summary=(" · ".join(lines),),
        **parts,
    )


@pytest.mark.parametrize(
    ("language", "headline", "lines"),
    [
        (
            "fr",
            "ndpr\u00a0: sous 110 USD/kg, réarmement à 1 %, 19 nov. 2026",
            (
                "valeur\u00a0: 109,5 USD/kg",
                "auparavant\u00a0: 111,5 USD/kg (18 nov. 2026)",
                "valeurs\u00a0: 109,5 (19 nov. 2026)",
            ),
        ),
        (
            "zh",
            "ndpr：低于 110 USD/kg、回转 1 % 后重新触发、2026年11月19日",
            ("数值：109.5 USD/kg", "此前：111.5 USD/kg（2026年11月18日）", "数据点：109.5（2026年11月19日）"),
        ),
    ],
)
def test_a_price_alert_is_ours_and_in_the_readers_language(language, headline, lines):
    said = translated(make_alert_message(of_series()), words(language))

    assert isinstance(said, AlertMessage)
    told = said.alerts[0]
    assert (told.headline, told.news, told.summary) == (headline, lines, (" · ".join(lines),))
    assert told.language == language


def test_what_a_price_was_made_of_is_said_too():
    lines = (
        "value: none",
        "source_value: 830000.5 CNY/t",
        "vat: 0.13 (taken out)",
        "fx: 7.12 CNY/USD of 2026-11-19 (a-1)",
    )
    lines += ("points were corrected: 109.5 (2026-11-19); it no longer fires", "series: no point for 3d")

    said = [series_line(each, words("de")) for each in lines]

    assert said == [
        "Wert: keiner",
        "Wert der Quelle: 830000,5 CNY/t",
        "Mehrwertsteuer: 0,13 (herausgerechnet)",
        "Wechselkurs: 7,12 CNY/USD vom 19. Nov. 2026 (a-1)",
        "Werte wurden berichtigt: 109,5 (19. Nov. 2026); die Bedingung ist nicht mehr erfüllt",
        "Reihe: kein Wert seit 3 Tagen",
    ]


def test_a_row_of_a_table_keeps_its_own_words():
    told = make_told(subject="row:t/k", summary=("value: 5.5 USD/kg",), headline="t: below 5, 2026-11-19")

    said = translated(make_alert_message(told), words("de"))

    assert isinstance(said, AlertMessage)
    assert (said.alerts[0].summary, said.alerts[0].headline) == (told.summary, told.headline)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "tritt in Kraft: in 30 Tagen → in 10 Tagen, berichtigt von Ω"),
        ("fr", "entre en vigueur\u00a0: dans 30 jours → dans 10 jours, corrigé par Ω"),
        ("zh", "生效：30天后 → 10天后，Ω已更正"),
    ],
)
def test_a_corrected_date_is_said_as_the_first_alert_said_it(language, said):
    assert words(language).saying("takes effect: Ω corrected it from in 30 days to in 10 days") == said


def test_a_corrected_date_fits_the_subject():
    news = "takes effect: 127.0.0.1 corrected it from in 30 days to in 10 days"
    told = make_told(change="updated", severity=Severity.NOTICE, news=(news,), headline=f"{news}: Ministry announces")
    message = translated(make_alert_message(told), words("fr"))

    assert isinstance(message, AlertMessage)
    assert "dans 30 jours → dans 10 jours" in alert_head(message, words("fr")).subject


def test_english_stays_as_it_was_stored():
    message = make_alert_message(of_series(why=tuple(WHY)))

    assert translated(message, words("en")) is message
