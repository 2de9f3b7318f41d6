"""Paragraphs fall into the zones that decide what counts."""

from __future__ import annotations

import pytest

from watcher.core.articles.zones import zones
from watcher.core.model import Zone
from watcher.core.text.html import blocks

LONG = (
    "The ministry said on Monday that exports of the metal would need a licence from now on, and gave no end date. " * 3
)


def found(html: str) -> list[tuple[Zone, str]]:
    made = blocks(html)
    return [(zone, block.text[:12].strip()) for zone, block in zip(zones(made), made, strict=True)]


def test_a_highlights_box_is_a_heading_and_its_list():
    html = f"<h2>Highlights</h2><ul><li>One</li><li>Two</li></ul><p>{LONG}</p><p>{LONG}</p><p>{LONG}</p>"

    assert [zone for zone, _ in found(html)] == [Zone.HIGHLIGHTS] * 3 + [Zone.LEAD] * 2 + [Zone.BODY]


@pytest.mark.parametrize(
    "heading",
    ["HIGHLIGHTS", "Key points:", "Key Takeaways", "At a glance", "Das Wichtigste in Kürze", "要点", "핵심 요약"],
)
def test_highlights_have_many_names(heading):
    assert found(f"<p><strong>{heading}</strong></p><ul><li>One</li></ul>")[1] == (Zone.HIGHLIGHTS, "One")


@pytest.mark.parametrize(
    "text", ["Highlights The administration has", "Key takeaways: the state pays", "HIGHLIGHTS China controls"]
)
def test_highlights_can_stand_in_the_line(text):
    assert found(f"<p>{text}</p>")[0][0] is Zone.HIGHLIGHTS


@pytest.mark.parametrize(
    "text", ["Highlights of the week were few and far between.", "Highlights from Davos", "The highlights"]
)
def test_a_word_is_no_box(text):
    assert found(f"<p>{text}</p>")[0][0] is Zone.LEAD


def test_the_lead_ends_after_two_paragraphs_or_six_hundred_characters():
    assert [zone for zone, _ in found(f"<p>{LONG * 2}</p><p>x.</p>")] == [Zone.LEAD, Zone.BODY]
    assert [zone for zone, _ in found(f"<p>{LONG}</p><p>{LONG}</p><p>x.</p>")] == [Zone.LEAD, Zone.LEAD, Zone.BODY]


def test_a_dateline_does_not_use_the_lead_up():
    assert [zone for zone, _ in found(f"<p>Canberra,</p><p>By A.</p><p>{LONG}</p><p>{LONG}</p>")] == [Zone.LEAD] * 3 + [
        Zone.BODY
    ]


def test_a_subheading_after_a_full_paragraph_ends_the_lead():
    assert [zone for zone, _ in found(f"<p>{LONG}</p><h2>Why</h2><p>x.</p>")] == [Zone.LEAD, Zone.BODY, Zone.BODY]


@pytest.mark.parametrize(
    "heading",
    [
        "About Aurora Mining Ltd.",
        "About the company",
        "Profile",
        "Forward-looking statements",
        "Über Aurora",
        "会社概要",
    ],
)
def test_a_profile_runs_to_the_next_heading(heading):
    html = f"<p>{LONG}</p><h3>{heading}</h3><p>Founded in 1920.</p><p>Listed.</p><h3>Outlook</h3><p>More.</p>"
    expected = [Zone.LEAD, Zone.PROFILE, Zone.PROFILE, Zone.PROFILE, Zone.BODY, Zone.BODY]
    if heading.endswith("."):
        html = html.replace("Ltd.", "Ltd")

    assert [zone for zone, _ in found(html)] == expected


def test_a_bold_line_opens_a_profile_too():
    assert found(f"<p>{LONG}</p><p><b>About Aurora</b></p><p>Founded.</p>")[1:] == [
        (Zone.PROFILE, "About Aurora"),
        (Zone.PROFILE, "Founded."),
    ]


def test_about_with_a_number_is_a_story():
    assert found("<h2>About 30 countries joined</h2><p>x.</p>")[1][0] is Zone.LEAD


@pytest.mark.parametrize(
    "heading",
    [
        "Related articles",
        "関連記事",
        "相关阅读",
        "Read also",
        "More from Daily Ores",
        "Lesen Sie auch",
        "관련 기사",
        "À lire aussi",
    ],
)
def test_related_items_and_their_own_headings_never_count(heading):
    html = f"<p>{LONG}</p><h2>{heading}</h2><ul><li>Ban on gallium</li></ul><h3>Other story</h3><p>Text.</p><h2>Outlook</h2>"

    assert [zone for zone, _ in found(html)] == [Zone.LEAD] + [Zone.RELATED] * 4 + [Zone.BODY]


def test_a_related_line_stands_alone():
    assert [zone for zone, _ in found(f"<p>Read also: Ban on gallium</p><p>{LONG}</p>")] == [Zone.RELATED, Zone.LEAD]


def test_markup_decides_before_words():
    html = f'<p>{LONG}</p><aside class="related"><p>Ban.</p></aside><footer><p>Imprint</p></footer><figcaption>C</figcaption>'

    assert [zone for zone, _ in found(html)][1:] == [Zone.RELATED, Zone.CHROME, Zone.CAPTION]


def test_tables_are_tables_and_every_paragraph_has_one_zone():
    made = blocks(f"<p>{LONG}</p><table><tr><td>Dy</td><td>900</td></tr></table>")

    assert zones(made) == (Zone.LEAD, Zone.TABLE)
    assert zones(()) == ()
