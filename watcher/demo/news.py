"""The demo's news: invented items in four feeds, dated backwards from now; none reports anything that happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

Form = Literal["rss", "atom", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One publisher's feed; `host` is of a domain that can belong to nobody (RFC 2606)."""

    name: str
    title: str
    form: Form
    host: str
    trust: str
    language: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `age` is how long before its release it is dated."""

    feed: str
    id: str
    title: str
    paragraphs: tuple[str, ...]
    age: timedelta


GAZETTE, METALS, WIRE, KUANGBAO = "gazette", "metals-daily", "mine-wire", "kuangbao"

FEEDS = (
    Feed(
        name=GAZETTE,
        title="Official Gazette (sample)",
        form="rss",
        host="gazette.example",
        trust="authority",
        language="en",
        path="/gazette.xml",
    ),
    Feed(
        name=METALS,
        title="Metals Daily (sample)",
        form="atom",
        host="metals-daily.example",
        trust="trade_press",
        language="en",
        path="/metals-daily.atom",
    ),
    Feed(
        name=WIRE,
        title="Mine Wire (sample)",
        form="json",
        host="mine-wire.example",
        trust="wire",
        language="en",
        path="/mine-wire.json",
    ),
    Feed(
        name=KUANGBAO,
        title="矿报（样本）",
        form="rss",
        host="kuangbao.example",
        trust="trade_press",
        language="zh",
        path="/kuangbao.xml",
    ),
)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

HISTORY = (
    Item(
        feed=GAZETTE,
        id="2041",
        title="Ministry of Commerce extends export controls on tungsten powder",
        paragraphs=(
            "The Ministry of Commerce extends the export controls on tungsten powder by one year.",
            "Licences that were granted under the earlier notice stay valid until they expire.",
        ),
        age=3 * _DAY,
    ),
    Item(
        feed=GAZETTE,
        id="2042",
        title="Notice on the opening hours of the customs laboratory",
        paragraphs=("The customs laboratory takes samples on weekdays from eight to noon.",),
        age=2 * _DAY,
    ),
    Item(
        feed=METALS,
        id="antimony-quiet",
        title="Antimony trade quiet before the holiday",
        paragraphs=("Buyers of antimony trioxide stayed away and the week passed with hardly a deal.",),
        age=2 * _DAY + 5 * _HOUR,
    ),
    Item(
        feed=WIRE,
        id="skogsberg-permit",
        title="Skogsberg lithium project receives its mining permit",
        paragraphs=(
            "The mine inspectorate granted the mining permit for the Skogsberg lithium project on Tuesday.",
            "Two appeals were dismissed; building starts when the ground has thawed.",
        ),
        age=4 * _DAY,
    ),
    Item(
        feed=WIRE,
        id="harbour-crane",
        title="Harbour of Vikan gets a second ore crane",
        paragraphs=("The crane was lifted ashore on Sunday and moves its first ship this week.",),
        age=1 * _DAY,
    ),
    Item(
        feed=KUANGBAO,
        id="k-101",
        title="矿业学院秋季学期开学",
        paragraphs=("矿业学院今年招收新生六百名，选矿专业人数最多。",),
        age=2 * _DAY,
    ),
)
"""What the feeds list when they are first seen."""

CONTROL = Item(
    feed=GAZETTE,
    id="2043",
    title="Ministry of Commerce announces export controls on gallium and germanium",
    paragraphs=(
        "The Ministry of Commerce announces export controls on gallium and germanium that take effect in 30 days.",
        "Whoever sells metal, oxide or wafers abroad needs a licence for each contract; the end user is named in it.",
        "Contracts signed before today are honoured if the goods are declared within the period.",
    ),
    age=timedelta(minutes=12),
)

FRESH = (
    CONTROL,
    Item(
        feed=WIRE,
        id="korsvik-permit",
        title="Inspectorate issues final mining permit for the Korsvik antimony project",
        paragraphs=(
            "The mine inspectorate issued the final mining permit for the Korsvik antimony project this morning.",
            "The plant is laid out for 9,000 tonnes of concentrate a year; first ore is planned for the spring.",
        ),
        age=timedelta(minutes=35),
    ),
    Item(
        feed=KUANGBAO,
        id="k-102",
        title="商务部公布对钨、碲相关物项实施出口管制的决定",
        paragraphs=(
            "商务部今日公布对钨、碲相关物项实施出口管制的决定，自公布之日起实施。",
            "出口经营者应当依法申请许可，并提供最终用户证明。",
        ),
        age=timedelta(minutes=20),
    ),
    Item(
        feed=METALS,
        id="evening-course",
        title="Evening course for flotation has places left",
        paragraphs=(
            "The course begins in January; forty people can take part.",
            "An old trader recalled how export controls on graphite, introduced in 2023, had emptied his store.",
        ),
        age=timedelta(minutes=50),
    ),
)
"""What happens while the demo watches."""

COPY = replace(CONTROL, feed=METALS, id="gallium-germanium-controls", age=timedelta(minutes=4))
"""The same text from another publisher, whose word carries less."""

REVISED = replace(
    CONTROL, paragraphs=(CONTROL.paragraphs[0].replace("in 30 days", "in 10 days"), *CONTROL.paragraphs[1:])
)
"""The authority corrects a figure in what it published."""
