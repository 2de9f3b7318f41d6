"""The numbers of documents that rules name, brought to their normal form; shared by `document` and the event's option.

Never guesses a bill's congress: the same number comes again every two years.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from watcher.conditions.base import ONE_OR_MORE, refusal
from watcher.core.facts.documents import normal_number


def _checked(text: str) -> str:
    number = normal_number(text)
    if number is None:
        raise refusal("R017", f'"{text}" is no document\'s number; write it as "2025-61" or "H.R. 4090 (119)"')
    return number


Numbers = Annotated[tuple[Annotated[str, AfterValidator(_checked)], ...], ONE_OR_MORE]
"""One or more of them."""
