from __future__ import annotations

import json
import re
import time

import pytest

from tests.stores.make import NOW, fresh, new_article, store
from watcher.core.model import Trust, Zone
from watcher.core.queries import Names, parse_query, search_kinds, to_search
from watcher.stores.sqlite.connection import connect
from watcher.stores.sqlite.search import Found, search
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.wanted import TooMuch

KINDS = search_kinds(Names())


def plan_of(query: str):
    found, problems = parse_query(query, KINDS)
    assert found is not None, [str(problem) for problem in problems]
    return to_search(found)


def look(db, query: str, limit: int = 20, **more) -> Found:
    return search(db, plan_of(query), limit=limit, **more)


def ids(db, query: str, limit: int = 20) -> list[str]:
    return [hit.id for hit in look(db, query, limit).articles]


TEXTS = (
    ("zh", "商务部:出口管制公告", "中国对锑和稀土实施出口管制,自三月一日起生效。出口到中国锑"),
    ("ja", "レアアース輸出規制を発表", "日本のレアアース企業は希土類の調達を見直す。"),
    ("ko", "희토류 수출 통제", "중국이 희토류 수출을 통제한다."),
    ("fr", "Le décret sur l'énergie", "Le décret fixe les règles de l’exportation. Été à Orléans."),
    ("de", "Förderung für Gallium", "Die Straße nach Köln ist gesperrt."),
    (
        "en",
        "Ministry announces export ban on gallium",
        "The ban covers germanium too.\nStockpiling began. US officials met us.",
    ),
    ("en", "Export of bananas", "A ban is not named in the title.\nThe Wall Street Journal wrote of AI."),
)


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "w.db"
    writer = fresh(path)
    for number, (language, title, body) in enumerate(TEXTS, start=1):
        store(
            writer,
            new_article(
                number,
                title=title,
                body=body,
                language=language,
                id=f"{language}-{number}",
                source="reex" if number % 2 else "bis_news",
                trust=Trust.AUTHORITY if number % 2 else Trust.WIRE,
            ),
        )
    reader = connect(path, readonly=True)
    yield reader
    reader.close()
    writer.close()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("出口管制", ["zh-1"]),
        ("稀土", ["zh-1"]),
        ("=锑", ["zh-1"]),
        ("国锑", ["zh-1"]),
        ("=管", ["zh-1"]),
        ("レアアース", ["ja-2"]),
        ("希土類", ["ja-2"]),
        ("希土", ["ja-2"]),
        ("희토류", ["ko-3"]),
        ("decret", ["fr-4"]),
        ("DÉCRET", ["fr-4"]),
        ("exportation", ["fr-4"]),
        ("koln", ["de-5"]),
        ("straße", ["de-5"]),
        ("export ban", ["en-7", "en-6"]),
        ('"export ban"', ["en-6"]),
        ("ban -bananas", ["en-6"]),
        ("ban[in:title]", ["en-6"]),
        ("stockpil*", ["en-6"]),
        ("*pling", []),
        ("*piling", ["en-6"]),
        ("=US", ["en-6"]),
        ("=AI or =Köln", ["en-7", "de-5"]),
        ("=ai", []),
        ("ban[in:lead]", ["en-7", "en-6"]),
        ("ban[in:body]", []),
        ('regex:"gall?ium"', ["en-6", "de-5"]),
        ('regex:"gall?ium"[in:lead]', []),
        ('-regex:"[a-z]"', ["ko-3", "ja-2", "zh-1"]),
        ("(ban germanium)[same:sentence]", ["en-6"]),
        ("(gallium germanium)[same:sentence]", []),
        ("(ban -germanium)[same:sentence]", ["en-7", "en-6"]),
        ("(stockpiling officials)[same:paragraph]", ["en-6"]),
        ("source:bis*", ["en-6", "fr-4", "ja-2"]),
        ("source:bis* ban", ["en-6"]),
        ("source:bis* or bananas", ["en-7", "en-6", "fr-4", "ja-2"]),
        ('source:bis* regex:"x"', ["en-6", "fr-4"]),
        ("-source:bis* -trust:wire", ["en-7", "de-5", "ko-3", "zh-1"]),
        ("language:ja", ["ja-2"]),
        ('after:"2026-02-06T12:06Z"', ["en-7", "en-6"]),
        ('before:"2026-02-06T12:02Z"', ["zh-1"]),
        ("story:de-5", ["de-5"]),
        ("nothing_like_it", []),
        ("event:export_control", []),
        ("severity:urgent", []),
    ],
)
def test_a_query_finds_its_articles_newest_first(db, query, wanted):
    assert ids(db, query) == wanted


def test_an_empty_query_is_all_and_pages_by_number(db):
    first = look(db, "", 3)
    second = look(db, "", 3, before=first.before)
    third = look(db, "", 3, before=second.before)

    assert [hit.number for page in (first, second, third) for hit in page.articles] == [7, 6, 5, 4, 3, 2, 1]
    assert third.before is None
    assert (first.looked_at, second.looked_at, third.looked_at) == (3, 3, 1)


def test_a_zone_that_never_counts_is_not_searched_by_pattern(tmp_path):
    db = fresh(tmp_path / "w.db")
    store(db, new_article(1, body="Read on.\nCookies and terms", zones=(Zone.LEAD, Zone.CHROME)))

    assert ids(db, 'regex:"cookies"') == []
    assert ids(db, "=Read") == ["art-1"]
    db.close()


def test_more_words_than_anybody_types_are_refused(db):
    with pytest.raises(TooMuch, match="at most 32 words"):
        look(db, " ".join(f"w{number}" for number in range(33)))


def test_a_merged_storys_old_id_still_finds_it(tmp_path):
    db = fresh(tmp_path / "w.db")
    store(db, new_article(1), new_article(2))
    db.execute("update stories set merged_into = 'art-1' where id = 'art-2'")
    db.execute("update articles set story = 'art-1'")

    assert ids(db, "story:art-2") == ["art-2", "art-1"]
    db.close()


def test_a_runaway_search_ends_in_time_and_says_how_far_it_looked(tmp_path):
    path = tmp_path / "w.db"
    db = fresh(path)
    body = "\n".join("the quick ministry spoke of nothing " * 8 for _ in range(12))
    store(db, *(new_article(number, body=body) for number in range(1, 1500)))
    db.close()

    with reading(path) as reader:
        began = time.monotonic()
        found = look(reader, 'regex:"(m[a-z]+y spoke){2}zz"', budget_s=0.01)
        assert time.monotonic() - began < 0.3

    assert found.cut
    assert found.articles == ()
    assert found.before is not None


def test_no_hostile_query_raises_or_takes_long(shared, db):
    queries = [case["q"] for case in json.loads((shared / "hostile/fts5_queries.json").read_text("utf-8"))]
    naughty = json.loads((shared / "hostile/naughty_strings.json").read_text("utf-8"))
    texts = [case if isinstance(case, str) else next(iter(case.values())) for case in naughty]
    for text in [*queries, *map(str, texts)]:
        for query in (text, f'"{text.replace(chr(34), " ")}"', re.sub(r"[^\w ]", " ", text)):
            found, problems = parse_query(query, KINDS)
            assert (found is None) == bool(problems)
            if found is None:
                continue
            began = time.monotonic()
            try:
                search(db, to_search(found), limit=20)
            except TooMuch:
                continue
            assert time.monotonic() - began < 0.6


def test_time_shown_is_first_sight_where_nothing_is_stated(tmp_path):
    db = fresh(tmp_path / "w.db")
    store(db, new_article(1, published=None, event_time=NOW))

    hit = look(db, "").articles[0]

    assert not hit.stated
    assert hit.time == NOW
    db.close()
