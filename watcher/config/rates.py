"""Whether a series that is converted has its exchange rate: a source of the two currencies; never reads a point."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from watcher.config.sheet import Sheet
from watcher.core.series import Measure, rate_fault
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import locate

NO_RATE = "C025"


def check_rates(sheet: Sheet, measures: Mapping[str, Measure], read: Collection[str]) -> None:
    """Every `convert.fx` names a series whose unit is the two currencies, one in the other.

    Args: `read` are the sources without mistakes; of the others it is told already what is wrong.
    """
    section = sheet.root.get("sources")
    wrong = {str(key.value) for key, _ in section.pairs}.difference(read) if section is not None else set()
    for name, measure in measures.items():
        if measure.fx is None or measure.fx in wrong:
            continue
        path = ("sources", name, "convert", "fx")
        if measure.fx not in measures:
            hint = did_you_mean(measure.fx, sorted(set(measures) - {name})) or "; name a source of the kind series"
            sheet.note(NO_RATE, locate(sheet.root, path), path, f'no series "{measure.fx[:60]}"{hint}')
            continue
        fault = rate_fault(measure, measures[measure.fx].unit)
        if fault is not None:
            sheet.note(NO_RATE, locate(sheet.root, path), path, fault)
