"""How often a source is polled, as it may be written: a duration, `auto`, or `auto` within bounds; and their budget."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from watcher.core.polls import LEAST_LEARNED, Adaptive
from watcher.core.values import Duration, duration_text

_USUAL = timedelta(minutes=15)
"""What a source with a learned interval starts with, and what its waits after failures are counted in."""
_MOST_AN_HOUR = 12.0
_BUDGET = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)/([hd])", re.ASCII)


class LearnedEvery(BaseModel):
    """An interval that is learned, within bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: Duration = Field(default=LEAST_LEARNED, description="The shortest interval, at least 5m.")
    max: Duration = Field(default=timedelta(hours=6), description="The longest interval.")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min < LEAST_LEARNED:
            least = duration_text(LEAST_LEARNED)
            raise ValueError(f"min: {duration_text(self.min)} is too often for a learned interval; at least {least}")
        if self.max < self.min:
            raise ValueError(f"max: {duration_text(self.max)} is less than min, {duration_text(self.min)}")
        return self


def _sort(value: object) -> str:
    """Which of the three is meant, so that a mistake is told in its own words."""
    if isinstance(value, dict | LearnedEvery):
        return "bounds"
    return "word" if isinstance(value, str) and value[:1].isalpha() else "duration"


Every = Annotated[
    Annotated[Duration, Tag("duration")]
    | Annotated[Literal["auto"], Tag("word")]
    | Annotated[LearnedEvery, Tag("bounds")],
    Discriminator(_sort),
]


def _polls_an_hour(value: object) -> object:
    """How many polls an hour `4/h` or `12/d` are."""
    if isinstance(value, float):
        return value
    found = _BUDGET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'"{value}" is no budget; write polls an hour or a day like 4/h or 12/d')
    rate = float(found[1]) / (1 if found[2] == "h" else 24)
    if not 0 < rate <= _MOST_AN_HOUR:
        raise ValueError(f'"{value}" must be more than nothing and at most 12/h')
    return rate


def budget_text(polls_an_hour: float) -> str:
    """A budget as it is written."""
    number, unit = (polls_an_hour, "h") if polls_an_hour >= 1 else (polls_an_hour * 24, "d")
    return f"{number:.2f}".rstrip("0").rstrip(".") + f"/{unit}"


Budget = Annotated[
    float,
    BeforeValidator(_polls_an_hour),
    PlainSerializer(budget_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,4}(\.\d{1,2})?/[hd]$", "examples": ["4/h", "12/d"]}),
]


class PollingConfig(BaseModel):
    """How polls are shared out among the sources whose interval is learned."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    budget: Budget = Field(
        default=4.0,
        json_schema_extra={"default": "4/h"},
        description="Polls a source, on average, that sources with `every: auto` share, like 4/h or 12/d.",
    )


def settled(every: timedelta | LearnedEvery | str, *, obeys_freshness: bool) -> tuple[timedelta, Adaptive | None]:
    """The interval of a source, and its bounds if it is learned."""
    if isinstance(every, timedelta):
        return every, None
    bounds = every if isinstance(every, LearnedEvery) else LearnedEvery()
    usual = min(max(_USUAL, bounds.min), bounds.max)
    return usual, Adaptive(least=bounds.min, most=bounds.max, obeys_freshness=obeys_freshness)
