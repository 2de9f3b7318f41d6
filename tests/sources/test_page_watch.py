"""A watched page tells what came and what went; a page that lost its text is a fault and no news."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.articles.drafts import draft
from watcher.core.errors import ParseError
from watcher.core.model import Parsed, SourceState, Zone
from watcher.core.urls import canonical_url
from watcher.sources.page_watch import PageWatch, PageWatchOptions

URL = "https://bureau.example/updates"
ONE = "Rule one says that licences are needed for gallium."
TWO = "Rule two says that licences are needed for germanium. It holds until May."
THREE = "Rule three says that nothing else is needed by anybody."


def watch(**options: object) -> PageWatch:
    return PageWatch(PageWatchOptions.model_validate({"url": URL, **options}))


def page(*lines: str, around: str = "") -> bytes:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html><head><title>News of licences | Bureau</title></head><body>{around}<main>{text}</main></body></html>".encode()


def after(watched: PageWatch, *bodies: bytes) -> Parsed:
    """What the last of several polls says."""
    state, parsed = SourceState(), None
    for body in bodies:
        parsed = watched.parse(document(body, url=URL), state)
        state = SourceState(cursor=parsed.cursor)
    assert parsed is not None
    return parsed


def told(parsed: Parsed, *zones: Zone) -> str:
    (entry,) = parsed.entries
    made = draft(entry, fetched=FETCHED)
    return "\n".join(made.text[z.start : z.end] for z in made.zones if z.zone in zones)


def test_the_first_sight_is_the_page_as_it_stands():
    (entry,) = after(watch(), page(ONE, TWO)).entries

    assert entry.title == "News of licences: as first seen"
    assert ONE in entry.content_html


def test_an_added_paragraph_is_told_alone():
    parsed = after(watch(), page(ONE, TWO), page(ONE, THREE, TWO))

    assert parsed.entries[0].title == f"News of licences: {THREE}"
    assert told(parsed, Zone.LEAD, Zone.BODY) == THREE


def test_of_a_changed_paragraph_only_the_new_sentence_counts():
    parsed = after(watch(), page(ONE, TWO), page(ONE, TWO.replace("until May", "for ever")))

    assert told(parsed, Zone.LEAD, Zone.BODY) == "It holds for ever."
    assert f"Before: {TWO}" in told(parsed, Zone.RELATED)


def test_what_was_removed_is_shown_and_counts_only_if_named():
    parsed = after(watch(), page(ONE, TWO, THREE), page(ONE, THREE))

    assert parsed.entries[0].title.startswith("News of licences: removed: Rule two")
    assert told(parsed, Zone.LEAD, Zone.BODY) == ""
    assert told(parsed, Zone.RELATED) == f"Removed: {TWO}"


@pytest.mark.parametrize(
    "body",
    [
        page(TWO, ONE),
        page(f"  {ONE.replace(' ', '   ')}\n", TWO),
        page(ONE.upper(), TWO),
        page(ONE, TWO, around="<nav><a href=/x>A new way</a></nav><script>var n = 2</script>"),
        page(ONE, TWO) + b"<!-- served in 3 ms -->",
    ],
)
def test_moves_spacing_letter_case_and_machinery_are_no_change(body):
    assert after(watch(), page(ONE, TWO), body).entries == ()


def test_what_is_ignored_may_change():
    lines = [page(ONE, TWO, f"<time>{day} May</time> and <span class=n>{day} visits</span>") for day in (1, 2)]

    assert after(watch(ignore=["time", ".n"]), *lines).entries == ()
    assert len(after(watch(), *lines).entries) == 1


def test_only_the_selected_part_is_watched():
    pages = [f"<div id=a><p>{ONE}</p><div class=b><p>{TWO}</p></div></div><p>Visit {n}</p>".encode() for n in (1, 2)]

    assert after(watch(select="#a, .b"), *pages).entries == ()
    assert TWO in after(watch(select="#a, .b"), pages[0]).cursor["paragraphs"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "holds 0 characters"),
        (page("Come back in a moment."), "holds 22 characters"),
        (page("Please sign in to go on with your visit to the bureau."), "54 of 1275 characters are left"),
    ],
)
def test_a_page_that_lost_its_text_is_a_fault(body, says):
    with pytest.raises(ParseError, match=says):
        after(watch(), page(*[f"{TWO[:-2]} {n:02}." for n in range(17)]), body)


def test_a_selector_that_finds_nothing_is_a_fault():
    with pytest.raises(ParseError, match='matches "#gone"'):
        after(watch(select="#gone"), page(ONE))


def test_a_change_that_comes_back_is_news_again():
    watched = watch()
    bodies = [page(ONE, TWO), page(ONE, THREE), page(ONE, TWO), page(ONE, THREE)]

    guids = [after(watched, *bodies[: n + 1]).entries[0].guid for n in range(4)]

    assert len(set(guids)) == 4


def test_changes_of_one_page_are_no_copies_of_one_another():
    watched = watch()

    links = [after(watched, page(ONE), page(ONE, line)).entries[0].link for line in (TWO, THREE)]

    assert len({canonical_url(link or "") for link in links}) == 2


def test_the_page_is_asked_for_as_a_page():
    request = watch().plan(SourceState(etag='"a"'), FETCHED)

    assert (request.page, request.etag) == (True, '"a"')


@pytest.mark.parametrize("options", [{"select": "p["}, {"ignore": ["a@href"]}, {"ignore": [""]}, {"url": "page.html"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ValidationError):
        watch(**options)


STANDING_IN = {
    "a check for robots": page("Just a moment: we are verifying you are human before you go on to the bureau."),
    "a login page": page("Sign in to go on with your visit to the bureau of licences.", around="<input type=password>"),
    "a wall that asks for consent": page("We value cookies on the pages of the bureau.", around="<b>Accept all</b>"),
    "the page of a parked domain": page("This domain is for sale. Look at related searches on licences and metals."),
}


@pytest.mark.parametrize("came", STANDING_IN)
def test_a_page_in_its_place_is_a_fault_and_never_a_change(came):
    for before in ([], [page(ONE)]):
        with pytest.raises(ParseError, match=f"{came}.* came instead"):
            after(watch(keeps=0), *before, STANDING_IN[came])


def test_a_firewall_that_says_so_in_its_reply_is_a_fault_though_it_writes_much():
    reply = document(page(ONE, TWO, THREE), url=URL, cf_mitigated="challenge")

    with pytest.raises(ParseError, match="a check for robots came instead"):
        watch().parse(reply, SourceState())


def test_a_short_page_that_gets_a_cookie_box_is_still_the_page():
    box = "<div class=box>We use cookies. <button>Accept all</button></div>"

    assert told(after(watch(), page(ONE), page(ONE, TWO, around=box)), Zone.LEAD, Zone.BODY).endswith(TWO)


def test_a_cookie_box_that_is_ignored_hides_no_short_page():
    boxed = page(ONE, around="<div class=box>We use cookies. <button>Accept all</button></div>")

    with pytest.raises(ParseError, match="name it in `ignore`"):
        after(watch(), boxed)
    assert after(watch(ignore=[".box"]), boxed).entries
