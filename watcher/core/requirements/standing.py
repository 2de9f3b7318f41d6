"""A requirement and what is kept of it, in words for `watcher why`; it decides nothing."""

from __future__ import annotations

from watcher.core.requirements.counting import newest_count
from watcher.core.requirements.fields import ALL
from watcher.core.requirements.shares import newest_counts
from watcher.core.requirements.state import NOTHING, State, moment
from watcher.core.requirements.words import spell
from watcher.core.rules.model import Requirement
from watcher.core.values import duration_text


def asked_words(asked: Requirement) -> str:
    """What a rule requires: `count 3 stories within 1d, by source`."""
    within = f" within {duration_text(asked.within)}" if asked.within else ""
    said = {
        "count": f"count {asked.n} {asked.distinct}{within}",
        "sources": f"{asked.n} sources of their own{within}",
        "spike": f"{asked.n} times what is usual{within}, at least {asked.at_least}",
        "ratio": f"{asked.share.written if asked.share else ''} of what it compares with{within}",
        "silent": f"nothing for {duration_text(asked.silence) if asked.silence else 'longer than usual'}",
        "first": f"not met for {duration_text(asked.gap)}" if asked.gap else "never met before",
        "changed": f"another {' or '.join(asked.changed)}",
        "sequence": ", ".join(
            f"{'not followed' if step.denied else 'followed'} within {duration_text(step.within)}"
            for step in asked.steps
        ),
    }[asked.kind]
    by = "" if asked.by == (ALL,) else f", by {', '.join(asked.by)}"
    return f"{said}{by}"


def standing_words(asked: Requirement, state: State) -> str:
    """How it stands for one key."""
    if state == NOTHING:
        return "nothing is kept of it"
    said = [_kept(asked, state)]
    if state.episode:
        said.append(f"met since {state.episode.partition('#')[0]}, and not ended")
    if state.due is not None:
        said.append(f"timer at {moment(state.due):%Y-%m-%d %H:%M:%S} UTC")
    return "; ".join(each for each in said if each)


def _kept(asked: Requirement, state: State) -> str:
    last = "" if state.last is None else f"{moment(state.last):%Y-%m-%d %H:%M} UTC"
    match asked.kind:
        case "count" | "sources":
            return f"{newest_count(asked, state)} of {asked.n} in the newest window"
        case "spike" | "ratio":
            part, whole = newest_counts(asked, state)
            of = f" of {whole}" if asked.kind == "ratio" else ""
            return f"{part}{of} in the newest window, which ends {last}"
        case "silent":
            gap = max((length for _, length in state.gaps), default=0)
            return f"last {last}" + (f", largest gap {spell(gap)}" if gap else "")
        case "changed":
            return ", ".join(f"{name} {' and '.join(values)}" for name, values in state.values)
        case "sequence":
            return f"step {state.step} of {len(asked.steps)} awaited since {last}" if state.step else ""
        case "first":
            return f"last met {last}"
