"""One act of a state, told by its office and by others who name the state: one story, and no stranger's act with it."""

from __future__ import annotations

import pytest

from tests.core.calendar.make import understander
from tests.core.stories.make import make_story, placed
from watcher.core.model import Reason, SourceId, Trust, Zone, ZoneSpan
from watcher.core.stories.model import Newcomer
from watcher.core.text.reading import Reading

AUTHORITY = (
    "Ministry of Commerce announces export controls on gallium and dysprosium",
    "The Ministry of Commerce announces export controls on gallium and dysprosium. Exporters must apply for a licence.",
)
PRESS = (
    "China announces export controls on gallium, dysprosium",
    "China's Ministry of Commerce announced export controls on gallium and dysprosium on Monday. Buyers were short of them.",
)
COMMISSION = (
    "Commission adopts price floor for tungsten purchases",
    "The European Commission today adopted a price floor for tungsten that it buys for others, of EUR 48,000 per tonne.",
)
BRUSSELS = (
    "EU adopts price floor for tungsten",
    "Brussels set a floor of 48,000 euros a tonne for tungsten that member states buy together, officials said.",
)
STRANGER = (
    "Ministry of Trade announces export controls on gallium and dysprosium",
    "Vietnam's Ministry of Trade announces export controls on gallium and dysprosium. Hanoi wants them processed at home.",
)


def told(title: str, lead: str, *, hours: float = 0) -> Newcomer:
    """The article with all that is understood of it."""
    text = f"{title}\n{lead}"
    zones = (
        ZoneSpan(zone=Zone.TITLE, start=0, end=len(title)),
        ZoneSpan(zone=Zone.LEAD, start=len(title) + 1, end=len(text)),
    )
    reading = Reading(text=text, zones=zones, language="en", source=SourceId("wire"), trust=Trust.WIRE)
    found = understander().understand(reading)
    return make_story(title, lead, days=hours / 24, text=text, zones=zones, account=found.account, named=found.named)


@pytest.mark.parametrize(
    ("first", "second"), [(AUTHORITY, PRESS), (PRESS, AUTHORITY), (COMMISSION, BRUSSELS), (BRUSSELS, COMMISSION)]
)
def test_a_state_and_its_office_that_act_alike_on_one_day_are_one_story(first, second):
    _, decision = placed(told(*first), told(*second, hours=5))

    assert decision.reason is Reason.SAME_EVENT


@pytest.mark.parametrize(("first", "second"), [(STRANGER, PRESS), (PRESS, STRANGER)])
def test_the_office_of_another_state_tells_of_another_act(first, second):
    _, decision = placed(told(*first), told(*second, hours=5))

    assert decision.reason is Reason.FOUNDED
