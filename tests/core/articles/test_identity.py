"""Newness is identity: what feeds do to their GUIDs, links, dates and order never makes an old article new."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.memory_ledger import MemoryLedger
from watcher.core.articles.drafts import draft
from watcher.core.articles.identity import IdentityPolicy, article_id, keys_of, overlaps, policy_for, resolve, unchanged
from watcher.core.model import ArticleId, Draft, Entry, Reason, SourceId

NOW = datetime(2026, 2, 7, 6, tzinfo=UTC)
_MINES = (
    "Aurora",
    "Birch",
    "Cobalt Bay",
    "Dune",
    "Eagle",
    "Falcon",
    "Granite",
    "Heron",
    "Iris",
    "Jade",
    "Kestrel",
    "Lynx",
    "Moss",
)


def entry(number: int, **changes: object) -> Entry:
    mine = f"{_MINES[number % len(_MINES)]} {number}"
    made = Entry(
        guid=f"http://news.example/?p={number}",
        link=f"http://news.example/articles/{number}/",
        title=f"{mine} mine halts output",
        content_html=f"<p>The {mine} mine halted output on Monday, its owner said. "
        + f"Part {number} follows. " * 20
        + "</p>",
        published=NOW - timedelta(hours=number),
    )
    return replace(made, **changes)


def entries(count: int = 25, start: int = 0) -> list[Entry]:
    return [entry(number) for number in range(start, start + count)]


def drafts(made: Sequence[Entry]) -> list[Draft]:
    return [draft(one, fetched=NOW) for one in made]


def polls(*made: Sequence[Entry]) -> list[dict[Reason, int]]:
    ledger = MemoryLedger()
    return [ledger.count(drafts(poll)) for poll in made]


def changed(change: Callable[[int, Entry], Entry], count: int = 25) -> list[Entry]:
    return [change(number, one) for number, one in enumerate(entries(count))]


_SAME = {Reason.UNCHANGED: 25}
_CHURNS: dict[str, Callable[[int, Entry], Entry]] = {
    "guid_churn": lambda n, e: replace(e, guid=f"{random.Random(n).random()}"),
    "guid_and_link_churn": lambda n, e: replace(e, guid=f"x{n}-9", link=f"{e.link}?utm_source=feed&fbclid=zz{n}"),
    "guid_scheme_flip": lambda n, e: replace(e, guid=e.guid.replace("http://", "https://")),
    "link_scheme_flip": lambda n, e: replace(e, guid=None, link=e.link.replace("http://", "https://")),
    "redate": lambda n, e: replace(e, published=NOW + timedelta(days=1)),
    "undate": lambda n, e: replace(e, published=None),
    "re_slug": lambda n, e: replace(e, link=f"http://news.example/articles/{n}-2/"),
    "guid_gone": lambda n, e: replace(e, guid=None),
    "link_gone": lambda n, e: replace(e, link=None),
    "all_keys_gone": lambda n, e: replace(e, guid=None, link=None),
    "all_keys_new_same_text": lambda n, e: replace(e, guid=f"new{n}", link=f"https://cdn.example/{n}"),
    "markup": lambda n, e: replace(e, content_html=e.content_html.replace("<p>", '<p class="x">')),
}


@pytest.mark.parametrize("name", _CHURNS)
def test_churning_keys_dates_and_markup_make_nothing_new(name):
    churned = changed(_CHURNS[name])

    first, second, third = polls(entries(), churned, entries())

    assert first == {Reason.NEW: 25}
    assert (second, third) == (_SAME, _SAME)


def test_guids_that_change_at_every_poll_rely_on_links_for_ever():
    rounds = [changed(lambda n, e, r=r: replace(e, guid=f"{r}-{n}")) for r in range(5)]

    assert polls(*rounds)[1:] == [_SAME] * 4


@pytest.mark.parametrize("stated", [datetime(2099, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), None])
def test_odd_dates_are_new_all_the_same(stated):
    odd = [replace(one, published=stated) for one in entries(3, start=50)]

    assert polls(entries(), [*odd, *entries(22)])[1] == {Reason.NEW: 3, Reason.UNCHANGED: 22}


@pytest.mark.parametrize(
    "share",
    [
        lambda n, e: replace(e, guid="the-feed"),
        lambda n, e: replace(e, link="http://news.example/"),
        lambda n, e: replace(e, guid="the-feed", link="http://news.example/"),
        lambda n, e: replace(e, link=f"http://news.example/blog#{n}"),
        lambda n, e: replace(e, guid="the-feed", link=None),
    ],
)
def test_one_key_for_all_keeps_all(share):
    shared = changed(share)
    more = [share(30, entry(30)), *shared[:24]]

    first, second, third = polls(shared, shared, more)

    assert first == {Reason.NEW: 25}
    assert second == _SAME
    assert third == {Reason.NEW: 1, Reason.UNCHANGED: 24}


def test_two_items_on_one_page_without_guids_are_two():
    page = [replace(one, guid=None, link="http://news.example/") for one in entries(2)]

    assert polls(page, page) == [{Reason.NEW: 2}, {Reason.UNCHANGED: 2}]


def test_a_shared_guid_stays_distrusted_when_it_comes_alone():
    ledger = MemoryLedger()
    ledger.poll(drafts(changed(lambda n, e: replace(e, guid="the-feed"))))

    assert ledger.policy == IdentityPolicy(guid=False, link=True)
    assert ledger.count(drafts([entry(40, guid="the-feed")])) == {Reason.NEW: 1}


def test_an_emptied_truncated_or_shuffled_feed_makes_nothing_new():
    shuffled = random.Random(7).sample(entries(), 25)

    results = polls(entries(), [], [], [], entries()[:5], shuffled, entries())

    assert all(Reason.NEW not in found and Reason.REVISED not in found for found in results[1:])


def test_guids_by_position_do_not_hide_a_new_article():
    def listed(first: int) -> list[Entry]:
        return [entry(number, guid=f"item-{place}") for place, number in enumerate(range(first, first + 10))]

    ledger = MemoryLedger()
    ledger.poll(drafts(listed(1)))

    assert ledger.count(drafts(listed(0))) == {Reason.NEW: 1, Reason.UNCHANGED: 9}
    assert not ledger.policy.guid


def test_a_one_item_feed_with_one_guid_for_ever_is_new_each_time():
    rounds = [[entry(number, guid="latest")] for number in range(4)]

    assert polls(*rounds) == [{Reason.NEW: 1}] * 4


def test_an_edited_title_is_a_revision_once():
    edited = [replace(entry(0), title=entry(0).title.replace("halts", "resumes")), *entries()[1:]]

    _, second, third = polls(entries(), edited, edited)

    assert second == {Reason.REVISED: 1, Reason.UNCHANGED: 24}
    assert third == _SAME


def test_an_edited_text_under_a_new_slug_is_a_revision_where_guids_are_steady():
    rewritten = entry(
        0, link="http://news.example/new-slug/", title="Another headline", content_html="<p>Rewritten.</p>"
    )

    assert polls(entries(), [rewritten, *entries()[1:]])[1] == {Reason.REVISED: 1, Reason.UNCHANGED: 24}


def test_entries_that_came_unchanged_bear_witness_without_being_read():
    ledger = MemoryLedger()
    ledger.poll(drafts(entries()))
    unread = [one.keys for one in drafts(entries()[1:])]
    rewritten = drafts([entry(0, link="http://news.example/new", title="Another", content_html="<p>Rewritten.</p>")])
    shifted = [(f"guid://news.example/?p={n + 1}", *one.keys[1:]) for n, one in enumerate(drafts(entries()[:20]))]
    new = drafts([entry(90, guid="http://news.example/?p=0")])

    (steady,) = resolve(ledger.source, rewritten, ledger.known, ledger.policy, unread)
    wandering = policy_for(new, ledger.known, ledger.policy, shifted)
    (fresh,) = resolve(ledger.source, new, ledger.known, wandering, shifted)
    one_link = policy_for(drafts([entry(50, link=entry(1).link)]), ledger.known, ledger.policy, unread)

    assert steady.reason is Reason.REVISED
    assert (wandering, fresh.reason) == (IdentityPolicy(guid=False), Reason.NEW)
    assert one_link == IdentityPolicy(link=False)


def test_an_entry_listed_twice_is_one_article():
    twice = [*entries(), entry(3), entry(4, title="Updated: output halted"), entry(5, guid=None)]
    ledger = MemoryLedger()

    found = ledger.poll(drafts(twice))

    assert ledger.articles == 25
    assert [one.repeat for one in found[25:]] == [True] * 3
    assert ledger.policy == IdentityPolicy()


def test_a_series_of_equal_titles_on_one_day_stays_apart():
    halts = [
        Entry(
            guid=f"h{n}",
            link=f"http://x.example/{n}",
            title="Trading halt",
            published=NOW,
            content_html=f"<p>Code {n}</p>",
        )
        for n in range(5)
    ]

    assert polls(halts, halts) == [{Reason.NEW: 5}, {Reason.UNCHANGED: 5}]


def test_entries_without_guid_and_link_live_by_title_and_day():
    bare = [replace(one, guid=None, link=None) for one in entries(3)]
    next_day = [replace(one, published=one.published + timedelta(days=2)) for one in bare]

    assert polls(bare, bare, next_day) == [{Reason.NEW: 3}, {Reason.UNCHANGED: 3}, {Reason.NEW: 3}]


def test_another_feed_at_the_same_address_is_all_new():
    ledger = MemoryLedger()
    ledger.poll(drafts(entries()))

    later, replaced = ledger.poll(drafts(entries(start=24))), ledger.poll(drafts(entries(start=100)))

    assert {one.reason for one in replaced} == {Reason.NEW}
    assert (overlaps(later), overlaps(replaced), overlaps(())) == (True, False, True)


def test_ten_thousand_new_items_are_decided_without_growing_slow():
    ledger = MemoryLedger()
    flood = drafts(entries(10)) + [
        replace(drafts([entry(1)])[0], keys=(f"guid:{n}", f"link:https://x.example/{n}"), title=f"t{n}")
        for n in range(10_000)
    ]

    assert ledger.count(flood) == {Reason.NEW: 10_010}


def test_ids_are_short_stable_and_differ_by_source_and_article():
    made = drafts(entries(3))
    ids = {resolve(SourceId(source), made, {}, IdentityPolicy())[n].article for source in "ab" for n in range(3)}

    assert len(ids) == 6
    assert all(len(one) == 20 for one in ids)
    assert article_id(SourceId("a"), made[0].keys[0]) in ids


def test_a_decision_names_the_key_that_matched():
    ledger = MemoryLedger()
    ledger.poll(drafts(entries()))

    (by_guid,) = ledger.poll(drafts([entry(1, link="http://news.example/slug")]))
    (by_link,) = ledger.poll(drafts([entry(2, guid="other", title="New title")]))

    assert by_guid.matched == "guid://news.example/?p=1"
    assert by_link.matched == "link:https://news.example/articles/2"
    assert "link:https://news.example/slug" in by_guid.keys


def test_what_came_as_it_came_before_is_known_without_reading():
    ledger = MemoryLedger()
    (made,) = drafts([entry(1)])
    (found,) = ledger.poll([made])

    known = unchanged(made.keys, made.entry_sha256, ledger.known)

    assert known is not None
    assert known.id == found.article
    assert unchanged(made.keys, "0" * 64, ledger.known) is None
    assert unchanged(("guid:other",), made.entry_sha256, ledger.known) is None


def test_a_pruned_article_stays_known():
    ledger = MemoryLedger()
    ledger.poll(drafts(entries()))
    pruned = {key: replace(old, id=ArticleId(""), entry_sha256="", text_sha256="") for key, old in ledger.known.items()}

    found = resolve(ledger.source, drafts(entries()), pruned, policy_for(drafts(entries()), pruned, ledger.policy))

    assert {one.reason for one in found} == {Reason.UNCHANGED}


def test_rows_live_by_their_key():
    made = replace(drafts([entry(1)])[0], keys=("row:7",), row_key="7")
    ledger = MemoryLedger()

    assert ledger.count([made]) == {Reason.NEW: 1}
    assert ledger.count([replace(made, text_sha256="1" * 64)]) == {Reason.UNCHANGED: 1}, "only shown, not counted"
    assert ledger.count([replace(made, text_sha256="1" * 64, entry_sha256="2" * 64)]) == {Reason.REVISED: 1}


def test_the_policy_survives_its_storage():
    for policy in (IdentityPolicy(), IdentityPolicy(guid=False), IdentityPolicy(guid=False, link=False)):
        assert IdentityPolicy.from_json(policy.as_json()) == policy
    assert IdentityPolicy.from_json({}) == IdentityPolicy()
    assert policy_for([], {}, IdentityPolicy(guid=False)) == IdentityPolicy(guid=False)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_whatever_keys_a_poll_brings_the_same_poll_again_is_nothing_new(shape):
    made = [
        Entry(
            guid=f"g{g}" if g else None,
            link=f"https://x.example/{link}" if link else None,
            title=f"Title {t}",
            published=NOW,
        )
        for g, link, t in shape
    ]
    ledger = MemoryLedger()
    ledger.poll(drafts(made))
    ledger.poll(drafts(made))

    assert set(ledger.count(drafts(made))) <= {Reason.UNCHANGED}


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_keys_are_made_of_any_text(guid, link, title):
    keys = keys_of(guid=guid, link=link or None, title=title, published=None)

    assert keys[-1].startswith("title:")
    assert keys == keys_of(guid=guid, link=link or None, title=title, published=None)


def test_links_that_number_places_in_the_list_hide_no_new_article() -> None:
    def placed(made: Sequence[Entry]) -> list[Entry]:
        return [replace(one, link=f"http://news.example/latest?place={place}") for place, one in enumerate(made)]

    assert polls(placed(entries(3, start=5)), placed([*entries(3), *entries(3, start=5)])) == [
        {Reason.NEW: 3},
        {Reason.NEW: 3, Reason.UNCHANGED: 3},
    ]


def test_no_article_is_revised_twice_in_one_poll() -> None:
    ledger = MemoryLedger()
    ledger.count(drafts([entry(1)]))
    wording = [
        replace(entry(1), guid="a", title="One wording"),
        replace(entry(1), link="http://b.example/", title="Another"),
    ]

    found = ledger.count(drafts(wording))

    assert found.get(Reason.REVISED, 0) <= 1
