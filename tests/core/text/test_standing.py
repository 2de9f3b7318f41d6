"""Items found where a scan has met them: the same places as by all words of the text, for every sort of item."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.lexicon import inflections
from tests.core.rules.make import reading
from watcher.core.text.items import phrase_of
from watcher.core.text.plain import scrub
from watcher.core.text.standing import Placing, Sought, Standing, is_plain, standing_in
from watcher.core.text.words import WordItem, WordList

ITEMS = st.sampled_from(
    [
        "export", "export ban", "price-floor", "take", "=REE", "=Export Ban", "stockpil*", "stockpil* export", "ban *magnet", "*magnet", "*magnet ban",
        "AT&T", "S & P", "China's mine", "naïve", "ban s", "s", "a/b", "出口管制", "AI芯片", "희토류 수출", "レア", "9 mine", "ﬂoor", "о mine",
    ]
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "export", "Exports", "export ban", "exports-banned", "price?floor", "export's ban", "export?s ban", "export's", "exports' ban", "export 's ban", "price  floor", "price - floor",
        "took", "REE", "ree", "Export Ban", "stockpiling exports", "stockpile", "ban electromagnets", "ban Electromagnet", "electromagnet-bans",
        "AT&T", "at & t", "S&P", "S  & P", "China’s mines", "Chinas mine", "nai\u0308ve", "naïve", "ban s", "ban's s", "s", "a/b", "a / b",
        "出口 管制", "对出口管制", "AI 芯片", "xAI芯片", "희토류 수출", "한국희토류수출", "レア", "9mines", "9 mines", "ﬂoor", "о mine", "étake", "\u0301take", "_take_", "矿REE矿",
        " ", ". ", "\n", "™", "-", "'", "\t",
    ]
)  # fmt: skip


def list_of(*texts, language="any"):
    return WordList.of([WordItem(text=text, language=language) for text in texts], (), inflections())


def standing_of(article, *lists):
    sought = {id(phrase): Sought.of(phrase) for words in lists for _, phrase in words.by_literal()}
    return Standing(frozenset(lists), {key: Placing(article).places(each) for key, each in sought.items()})


@settings(max_examples=120, deadline=None)
@given(
    st.lists(ITEMS, min_size=1, max_size=4), st.lists(PIECES, max_size=9), st.sampled_from(["any", "en", "de", "zh"])
)
def test_the_same_places_as_by_all_words_of_the_text(items, pieces, language):
    words, article = list_of(*items, language=language), reading(scrub(" ".join(pieces)) or "x")
    expected = words.find(article, article.paragraphs)
    again = reading(scrub(" ".join(pieces)) or "x")
    standing_of(again, words).keep(again)

    assert words.find(again, again.paragraphs) == expected


def test_what_a_scan_did_not_meet_is_not_looked_for():
    words, article = list_of("export"), reading("Export ban")
    Standing(frozenset({words}), {}).keep(article)

    assert words.find(article, article.paragraphs) == ()
    assert list_of("ban").find(article, article.paragraphs) == ((7, 10),)


def test_a_list_with_masks_or_an_open_beginning_looks_for_itself():
    masked = WordList.of([WordItem(text="export")], [WordItem(text="export ban")], {})

    assert masked.numbers is None
    assert list_of("*magnet").numbers is None
    assert not is_plain(phrase_of(WordItem(text="*magnet"), {}, []))


def test_the_last_scan_kept_counts():
    article, first, last = reading("Export"), Standing(frozenset(), {}), Standing(frozenset(), {})
    first.keep(article)
    last.keep(article)

    assert standing_in(article) is last
    assert standing_in(reading("Export")) is None


def test_a_gap_that_is_written_must_stand_there():
    item = Sought.of(phrase_of(WordItem(text="S & P"), {}, []))

    assert Placing(reading("S  & P fell, S&P rose")).places(item) == [(0, 6)]
