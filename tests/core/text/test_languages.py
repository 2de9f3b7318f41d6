"""The language of a text is guessed from script and common words; the feed's word helps where these say little."""

from __future__ import annotations

import pytest

from watcher.config import data_dir
from watcher.core.text.languages import CODES_OF_OURS, detect, primary

_TEXTS = {
    "en": "The ministry said on Monday that exports of the metal would need a licence, and that it was in force at once.",
    "de": "Das Ministerium teilte am Montag mit, dass die Ausfuhr des Metalls nun eine Genehmigung braucht und nicht frei ist.",
    "fr": "Le ministère a déclaré lundi que les exportations du métal seraient soumises à une licence dans le pays.",
    "es": "El ministerio dijo el lunes que las exportaciones del metal necesitarán una licencia y que es para todos los países.",
    "pt": "O ministério disse na segunda-feira que as exportações do metal não serão livres e que uma licença é necessária.",
    "it": "Il ministero ha detto che le esportazioni del metallo non sono più libere e che una licenza è necessaria per tutti.",
    "nl": "Het ministerie zei maandag dat de uitvoer van het metaal niet vrij is en dat een vergunning voor alle landen nodig is.",
    "ja": "経済産業省は月曜日、レアアース磁石の輸出に許可が必要になると発表した。MP Materialsは対象外となる。",
    "zh": "商务部周一宣布，对镓、锗等物项实施出口管制，自公布之日起施行。Lynas 不受影响。",
    "ko": "산업통상자원부는 월요일 희토류 자석 수출에 허가가 필요하다고 발표했다.",
    "ru": "Министерство сообщило в понедельник, что для вывоза металла нужна лицензия.",
    "uk": "Міністерство повідомило в понеділок, що для вивезення металу потрібна ліцензія.",
    "ar": "أعلنت الوزارة يوم الاثنين أن تصدير المعدن يحتاج إلى ترخيص.",
}


@pytest.mark.parametrize("code", _TEXTS)
def test_sentences_tell_their_language_even_against_the_feed(code):
    assert detect(_TEXTS[code]) == code
    assert detect(_TEXTS[code], "en-US" if code != "en" else "de-DE") == code


def test_short_texts_go_by_the_feed():
    assert detect("Gallium-Ausfuhr", "de-AT") == "de"
    assert detect("Lynas Q2", "en-US") == "en"
    assert detect("Lynas Q2") == "und"
    assert detect("") == "und"
    assert detect("", "fr") == "fr"


def test_foreign_names_do_not_hide_the_language():
    assert (
        detect("The ministry (商务部) said that the ban on exports of gallium is in force for all countries.") == "en"
    )


@pytest.mark.parametrize(
    ("tag", "code"),
    [("zh-TW", "zh"), ("EN_us", "en"), (" pt-BR", "pt"), ("german", ""), ("", ""), (None, ""), ("12", "")],
)
def test_only_the_primary_subtag_counts(tag, code):
    assert primary(tag) == code


@pytest.mark.parametrize(
    "title",
    [
        "A miner buys a smelter in a deal",
        "Lynas opens an oxide line",
        "Will a ban follow a ban?",
        "Serra Verde o Pela Ema",
    ],
)
def test_a_headline_of_few_common_words_is_of_unknown_language_rather_than_of_a_wrong_one(title):
    assert detect(title) in {"en", "und"}


def test_advice_names_every_language_that_we_have_words_in():
    own = {path.stem for path in (data_dir() / "templates" / "words").glob("*.yaml")}

    assert own
    assert ", ".join(sorted({"en", *own}, key=lambda code: (code != "en", code))) == CODES_OF_OURS
