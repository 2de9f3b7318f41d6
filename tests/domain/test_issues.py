"""Issues of a digest made of the real documents, fed through a feed, a page and a mail, by the real daemon.

Two weeks: that of the round-up, cut off on Friday 30 May 2025 at 15:00 in Berlin, and that of the ministerial, cut off on
Saturday 7 February 2026 at 06:00.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.domain.desk import FRIDAYS, SATURDAYS, Desk, desk, stories
from tests.tools import ROOT
from watcher.core.digests.traces import only_traced, untraced
from watcher.core.model import Severity
from watcher.core.telling.messages import DigestMessage, DigestStory, Told
from watcher.render.renderer import Renderer

pytestmark = pytest.mark.slow

SUSPENSION = "商务部 海关总署公告2025年第70号"
SUSPENDED = (
    "商务部、海关总署决定暂停实施公告2025年第55号、公告2025年第56号、公告2025年第57号、公告2025年第58号、"
    "公告2025年第61号、公告2025年第62号的出口管制，暂停期限至2026年11月10日。"
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Week:
    """An issue, the texts that stood in the store, and what was told beside it."""

    issue: DigestMessage
    texts: dict[tuple[str, int], str]
    suppliers: tuple[Told, ...] = ()
    dates: tuple[Told, ...] = ()
    phone: str = ""
    entries: tuple[tuple[str, str | None, str], ...] = ()

    def section(self, title: str) -> list[str]:
        """The headlines of a section, without regard to capitals."""
        return [
            story.headline.casefold()
            for section in self.issue.sections
            if section.title == title
            for story in section.stories
        ]

    @property
    def lead(self) -> DigestStory:
        """The first story."""
        return self.issue.sections[0].stories[0]


def ran(folder: Path, corpus: Path, digest: str, start: datetime, week: object) -> Week:
    """A week's run, from its first pass on."""

    async def run() -> Week:
        async with desk(folder, corpus, digest, start) as here:
            found: Week = await week(here, corpus)  # type: ignore[operator]  # one of the two below
            return found

    with asyncio.Runner() as runner:
        return runner.run(run())


async def _round_up(here: Desk, corpus: Path) -> Week:
    here.now = datetime(2025, 5, 27, 15, 30, tzinfo=UTC)
    here.page((corpus / "pages" / "roundup_blog.html").read_bytes())
    await here.at(2025, 5, 27, 16, 0)
    await here.at(2025, 5, 27, 16, 20)
    here.now = datetime(2025, 5, 30, 12, 30, tzinfo=UTC)
    here.mail((corpus / "pages" / "roundup_newsletter.html").read_bytes())
    await here.at(2025, 5, 30, 12, 45)
    await here.at(2025, 5, 30, 13, 1)
    (issue,) = here.issues()
    return Week(issue=issue, texts=here.texts())


async def _ministerial(here: Desk, corpus: Path) -> Week:
    here.notice(SUSPENSION, SUSPENDED, datetime(2026, 1, 31, 5, 0, tzinfo=UTC))
    for moment in (
        (2026, 1, 31, 6, 0),
        (2026, 2, 2, 6, 0),
        (2026, 2, 4, 18, 0),
        (2026, 2, 5, 23, 0),
        (2026, 2, 7, 4, 45),
    ):
        await here.at(*moment)
    await here.at(2026, 2, 7, 5, 1)
    (issue,) = here.issues()
    phone = (here.folder / "phone.txt").read_text(encoding="utf-8")
    suppliers = tuple(here.told("suppliers"))
    await here.at(2026, 11, 3, 9, 0)
    await here.at(2026, 11, 11, 9, 0)
    return Week(
        issue=issue,
        texts=here.texts(),
        suppliers=suppliers,
        dates=tuple(here.told("deadlines")),
        phone=phone,
        entries=tuple(here.rows("select kind, last_day, state from entries")),
    )


@pytest.fixture(scope="module")
def may(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Week:
    start = datetime(2025, 5, 23, 14, 0, tzinfo=UTC)
    return ran(tmp_path_factory.mktemp("may"), shared / "corpus", FRIDAYS, start, _round_up)


@pytest.fixture(scope="module")
def february(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Week:
    start = datetime(2026, 1, 31, 5, 30, tzinfo=UTC)
    return ran(tmp_path_factory.mktemp("february"), shared / "corpus", SATURDAYS, start, _ministerial)


def test_the_round_ups_four_stories_stand_once_each_by_region(may):
    assert may.issue.end == datetime(2025, 5, 30, 13, 0, tzinfo=UTC)
    assert len(list(stories(may.issue))) == 4
    assert (may.issue.brief, may.issue.updates, may.issue.analysis) == ((), (), ())
    army, magnets = may.section("US")
    (scrap,) = may.section("Europe")
    (lynas,) = may.section("Asia-Pacific")
    assert "army invests" in army
    assert "polarstar" in magnets
    assert "ionic" in scrap
    assert "lynas" in lynas
    assert [section.title for section in may.issue.sections] == ["US", "Europe", "Asia-Pacific"]


def test_page_and_mail_tell_the_same_four(may):
    assert [story.articles for section in may.issue.sections for story in section.stories] == [2, 2, 2, 2]


def test_a_ceiling_stays_one_wherever_the_sum_is_told(may):
    (figure,) = may.lead.figures
    assert (figure.value, figure.up_to) == ("up to $6.9 million", True)
    assert any("up to $6.9 million" in sentence for sentence in may.lead.sentences)
    assert [row[3] for row in may.issue.numbers[0].rows] == ["up to $6.9 million"]


def test_the_ministerial_leads_with_one_story_of_four_articles(february):
    lead = february.lead
    told = " ".join(line.headline for line in lead.reports) + lead.headline
    for words in (
        "Critical Minerals Summit Opens",
        "Draws the Line",
        "US Marshals Allies",
        "Price Floors vs. Processing",
    ):
        assert words in told
    assert lead.articles == 4
    assert lead.event_type == "price_floor"


def test_what_is_about_the_matter_is_listed_below_it(february):
    also = " ".join(line.headline for line in february.lead.lines)
    for words in ("Can Washington Promise a Decade", "Alliance Takes Shape", "Allied Price Coordination"):
        assert words in also
    assert len(february.lead.lines) == 3
    assert february.lead.matter == "US price floor for critical minerals"


def test_an_unconfirmed_word_on_the_matter_is_told_by_itself(february):
    every = [*(s for section in february.issue.sections for s in section.stories), *february.issue.brief]
    (rumour,) = [story for story in every if "Policy Whispers" in story.headline]
    assert rumour.status == "rumoured"


def test_opinions_and_studies_stand_under_analysis_and_nowhere_else(february):
    analysis = " ".join(story.headline for story in february.issue.analysis)
    for words in (
        "Flying Aircraft Carrier",
        "Strategic, Durable",
        "America First, Silicon Later",
        "Real Strategic Chokepoint",
        "Magnesium-Rare Earth Alloys",
    ):
        assert words in analysis
        assert not any(words in headline for headline in stories(february.issue))
        assert not any(words in story.headline for story in february.issue.brief)


def test_every_article_of_the_week_stands_in_the_issue_once(february):
    issue = february.issue
    told = [story for section in issue.sections for story in section.stories]
    shown = [story.link for story in (*told, *issue.brief, *issue.analysis)]
    shown += [line.link for story in told for line in (*story.reports, *story.lines)]

    assert len(shown) == len(set(shown))
    assert sum("rareearthexchanges.com" in (link or "") for link in shown) == 25


def test_sums_are_listed_and_not_added_up(february):
    money = february.issue.numbers[0]
    assert {row[3] for row in money.rows} >= {"up to $10 billion", "$565M", "A$1.2 billion"}
    assert not any("12" in cell for row in money.rows for cell in row)
    assert money.notes[0].startswith("Not added up: 2 currencies")


@pytest.mark.parametrize("week", ["may", "february"])
def test_every_sentence_is_a_stretch_of_a_stored_text(week, request):
    found = request.getfixturevalue(week)

    assert untraced(found.issue, found.texts) == ()
    assert all(len(story.traces) == len(story.sentences) + 1 for s in found.issue.sections for story in s.stories)


def test_a_planted_name_is_refused(may):
    lead = may.lead
    planted = replace(lead, sentences=(*lead.sentences[:-1], lead.sentences[-1].replace("Perpetua", "Orcadia")))
    if planted.sentences == lead.sentences:
        planted = replace(lead, sentences=(f"Orcadia: {lead.sentences[0]}", *lead.sentences[1:]))
    first = replace(may.issue.sections[0], stories=(planted, *may.issue.sections[0].stories[1:]))
    issue = replace(may.issue, sections=(first, *may.issue.sections[1:]))

    assert [each.words for each in untraced(issue, may.texts) if "Orcadia" not in each.words] == []
    assert "Orcadia" in untraced(issue, may.texts)[0].words
    assert "Orcadia" not in str(only_traced(issue, may.texts))


def test_a_suppliers_stop_rings_the_phone_and_its_growth_does_not(february):
    (told,) = february.suppliers
    assert told.severity is Severity.URGENT
    assert "SmCo" in told.headline
    assert "Chengdu Ascend" in " ".join(quote.text for quote in told.quotes)
    assert february.phone.count("msg_") == 1
    assert "trade press" in february.phone


def test_dates_of_the_week_are_entries_and_come_near_in_the_issue(february):
    assert {("expires", "2026-11-10"), ("expires", "2026-12-31"), ("meeting", "2026-02-12")} <= {
        (kind, day) for kind, day, _ in february.entries
    }
    (date,) = february.issue.dates
    assert (date.of, str(date.first), str(date.last), date.firm) == ("Mining Indaba", "2026-02-09", "2026-02-12", False)


def test_a_date_that_passes_without_word_is_lapsed_and_not_expired(february):
    assert ("expires", "2026-11-10", "lapsed") in february.entries
    said = [" ".join(told.news) + " ".join(told.why) + " ".join(told.summary) for told in february.dates]
    assert any("lapsed, unknown" in words for words in said), said


@pytest.mark.parametrize("week", ["may", "february"])
def test_the_mail_stays_small_and_holds_every_headline(week, request):
    found = request.getfixturevalue(week)
    made = Renderer(ROOT / "templates").render(found.issue, zone="Europe/Berlin", recipient="desk@example.org")

    assert len(made.html.encode()) <= 80_000
    told = [story for section in found.issue.sections for story in section.stories]
    for story in (*told, *found.issue.brief, *found.issue.analysis):
        assert " ".join(story.headline.split()) in " ".join(made.text.split())
