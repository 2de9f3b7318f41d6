"""Builders of matters, tellings and time lines with a valid default for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from watcher.core.events.model import Event
from watcher.core.matters.model import Days, Ladder, Matter, Standing, Telling, Transition
from watcher.core.matters.moving import moves, repeats, says_again, started, stood

LADDER = Ladder(
    steps=("applied", "draft", "final_eis", "granted"), exits=frozenset({"refused", "suspended", "remanded"})
)
PERMIT = Matter(id="permit", title="The permit", ladder=LADDER, start="draft")


def telling(
    status: str,
    day: date | None = date(2026, 3, 2),
    *,
    last: date | None = None,
    background: str = "",
    stated: bool = True,
    sure: bool = True,
    amounts: tuple[str, ...] = (),
    dates: tuple[tuple[str, date], ...] = (),
) -> Telling:
    """One telling, as news of a day."""
    day = day or date(2026, 3, 2)
    event = Event(
        type="permit_approval",
        status=status,
        status_text=status,
        reported=not background,
        sure=sure,
        start=0,
        end=4,
        sentence=(0, 40),
        why=background or "told",
    )
    days = Days(first=day, last=last or day, stated=stated)
    return Telling(event=event, days=days, amounts=amounts, dates=dates, background=background)


@dataclass(slots=True)
class Line:
    """A time line that grows by what it is told; what says the same again adds nothing, as in a store."""

    matter: Matter = PERMIT
    standing: Standing = field(init=False)
    entries: list[Transition] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.standing = started(self.matter)

    def tell(self, told: Telling, text: str = "The agency decided on the permit for the mine.") -> Transition:
        made = moves(self.matter, self.standing, told, text)
        said = [each for each in self.entries if repeats(made) == repeats(each)]
        if not any(says_again(made, each) for each in said):
            self.entries.append(made)
            self.standing = stood(self.standing, made)
        return made
