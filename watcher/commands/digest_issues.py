"""The issues of a digest so far, also of one that the configuration names no more; it only reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.app.daemon import utc_now
from watcher.core.ledger import IssueRecord
from watcher.core.schedules import next_due
from watcher.core.telling.lists import now_called
from watcher.core.telling.outbox import issue_occasion
from watcher.pipeline.runtime import Digest, Runtime
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.evidence import EvidenceTable

_MOST_ISSUES = 100
_LIST = "digest:"


def list_issues(turn: SqliteTurn, runtime: Runtime, name: str, *, as_json: bool) -> bool:
    """Print the issues of a digest, newest first; False if it is not configured and has none."""
    digest = runtime.digests.get(name)
    issues = turn.issues.listed(name, _MOST_ISSUES)
    if digest is None and not issues:
        return False
    if as_json:
        print(json.dumps([_plain_issue(turn, each) for each in issues], indent=2))
        return True
    zone = runtime.zone if digest is None else digest.way.zone
    for each in issues:
        print(issue_words(turn, zone, each))
    for line in _other_names(turn, runtime, name, digest, issues):
        print(line)
    return True


def _other_names(
    turn: SqliteTurn, runtime: Runtime, name: str, digest: Digest | None, issues: Sequence[IssueRecord]
) -> Iterator[str]:
    """Where more issues are: of the name that it had before, or has now."""
    here, renamed = [_LIST + each for each in runtime.digests], turn.links.renames()
    if digest is None:
        (now,) = now_called([_LIST + name], renamed, here)
        also = f"; it is {now.removeprefix(_LIST)} now" if now in here else ""
        yield f"{name} is not configured any more{also}"
        return
    if not issues:
        due = local(next_due(digest.schedule, utc_now()), digest.way.zone)
        yield f"{name} has no issue yet; the first is due {due}"
    for each in turn.issues.digests():
        if each not in runtime.digests and now_called([_LIST + each], renamed, here) == (_LIST + name,):
            yield f"before, it was {each}: watcher digest {each} --list"


def issue_words(turn: SqliteTurn, zone: str, record: IssueRecord) -> str:
    """An issue in one line."""
    if record.covered_by is not None:
        return f"{record.period}  {record.state} by {record.covered_by}"
    if record.state == "skipped":
        return f"{record.period}  skipped: {record.decided}"
    at = local(record.issued, zone) if record.issued else "not yet"
    stretch = f"{local(record.begins, zone)} to {local(record.ends, zone)}"
    sent = ", ".join(f"{number} {state}" for state, number in _deliveries(turn, record).items()) or "no deliveries"
    return f"{record.period}  {record.state} {at}; {stretch}; {count(record.stories, 'story')}; {sent}"


def _deliveries(turn: SqliteTurn, record: IssueRecord) -> Counter[str]:
    occasion = issue_occasion(record.digest, record.period)
    return Counter(each.state for each in EvidenceTable(turn).deliveries(occasion))


def _approved_by(turn: SqliteTurn, record: IssueRecord) -> str | None:
    """Who approved it last, if anybody did."""
    log = turn.drafts.log(record.digest, record.period)
    return next((each.author for each in reversed(log) if each.kind == "approve"), None)


def _plain_issue(turn: SqliteTurn, record: IssueRecord) -> dict[str, object]:
    return {
        "digest": record.digest,
        "period": record.period,
        "number": record.number,
        "state": record.state,
        "begins": record.begins.isoformat(),
        "ends": record.ends.isoformat(),
        "covered_by": record.covered_by,
        "issued": record.issued.isoformat() if record.issued else None,
        "stories": record.stories,
        "decided": record.decided,
        "approved_by": _approved_by(turn, record),
        "deliveries": dict(_deliveries(turn, record)),
    }


def local(at: datetime, zone: str) -> str:
    """A moment in the digest's own zone, which is its readers'."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
