"""What a source's server said of how it wants to be asked: moved, gone, fresh for so long; and when all was asked last.

Every decision is a function of what is stored and what just came; none asks anybody, and none trusts one answer alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from watcher.core.model import Document, NotModified, Request
from watcher.core.urls import origin_of

FULL_EVERY = timedelta(hours=24)
"""So long at most a server is believed that says: not modified; some say it of what has changed."""
GONE_ANSWERS, GONE_WITHIN = 3, timedelta(hours=24)
MOVED_ANSWERS, MOVED_OVER = 3, timedelta(hours=24)
_LET_GO_AFTER = 3
"""Failures in a row after which an adopted address is forgotten and the configured one is asked again."""
LONGEST_FRESH = timedelta(hours=1)
"""A list that claims to be fresh for longer is asked all the same; some say ten years."""
_HEAD_BYTES = 16_384
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s*(\d{1,9})\s*</ttl>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a server said several times: since when, how often, and of which address to which."""

    since: datetime
    answers: int = 1
    of: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What is stored of it. `adopted` is an address that is asked instead of the configured one (`of`)."""

    full: datetime | None = None
    fresh: timedelta | None = None
    gone: Claim | None = None
    moving: Claim | None = None
    adopted: Claim | None = None

    def as_json(self) -> dict[str, object]:
        """As it is stored."""
        found: dict[str, object] = {
            "full": _written(self.full),
            "fresh_s": None if self.fresh is None else self.fresh.total_seconds(),
        }
        for name, claim in (("gone", self.gone), ("moving", self.moving), ("adopted", self.adopted)):
            found[name] = claim and [_written(claim.since), claim.answers, claim.of, claim.to]
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Manners:
        """What `as_json` gave; nothing for what is not there."""
        fresh = stored.get("fresh_s")
        return cls(
            full=_moment(stored.get("full")),
            fresh=timedelta(seconds=fresh) if isinstance(fresh, int | float) else None,
            gone=_claim(stored.get("gone")),
            moving=_claim(stored.get("moving")),
            adopted=_claim(stored.get("adopted")),
        )


def asked_so(manners: Manners, request: Request, now: datetime) -> Request:
    """The request as it is to be made: at the adopted address, and without validators once a day.

    Headers that the configuration asks for do not follow to another origin: they may be secrets.
    """
    if manners.full is None or now - manners.full >= FULL_EVERY:
        request = replace(request, etag=None, last_modified=None)
    adopted = manners.adopted
    if adopted is None or adopted.of != request.url or request.body is not None:
        return request
    at_home = origin_of(adopted.to) == origin_of(request.url)
    return replace(request, url=adopted.to, headers=request.headers if at_home else ())


def answered(manners: Manners, asked: Request, answer: Document | NotModified, now: datetime) -> tuple[Manners, bool]:
    """What is stored after a good answer, and whether an address was adopted right now.

    Args: asked: the request as its source planned it, at the configured address.
    """
    full = now if isinstance(answer, Document) else manners.full
    # A 304 that says nothing of it confirms what was said with the document (RFC 9111, 3.2).
    fresh = fresh_for(answer) or (None if isinstance(answer, Document) else manners.fresh)
    manners = replace(manners, full=full, fresh=fresh, gone=None)
    if answer.moved_to is None:
        return replace(manners, moving=None), False
    before = manners.moving
    if before is None or (before.of, before.to) != (asked.url, answer.moved_to):
        return replace(manners, moving=Claim(since=now, of=asked.url, to=answer.moved_to)), False
    moving = replace(before, answers=before.answers + 1)
    if moving.answers < MOVED_ANSWERS or now - moving.since < MOVED_OVER:
        return replace(manners, moving=moving), False
    return replace(manners, moving=None, adopted=replace(moving, since=now)), True


def refused(manners: Manners, now: datetime, *, gone: bool, failures: int) -> tuple[Manners, bool]:
    """What is stored after a bad answer, and whether the source counts as gone now: 410 for the third time in a day.

    Args: failures: failed polls in a row, this one included.
    """
    kept = replace(manners, adopted=None) if failures >= _LET_GO_AFTER else manners
    if not gone:
        return replace(kept, gone=None), False
    before = manners.gone
    if before is None or now - before.since > GONE_WITHIN:
        before = Claim(since=now, answers=0)
    claim = replace(before, answers=before.answers + 1)
    return replace(kept, gone=claim), claim.answers >= GONE_ANSWERS


def gone_again(due: datetime, now: datetime) -> datetime:
    """When a source that said 410 is asked again: soon enough that a day sees three answers."""
    return min(due, now + GONE_WITHIN / (GONE_ANSWERS + 1))


def fresh_for(answer: Document | NotModified) -> timedelta | None:
    """How long the server calls its answer fresh (max-age less Age, or the feed's ttl), at most an hour; None if not.

    Source: RFC 9111, 5.2.2.1 and 5.1 for max-age and Age; RSS 2.0 for ttl (minutes).
    """
    headers = dict(reversed(answer.headers))
    control = headers.get("cache-control", "").lower()
    seconds = 0
    found = _MAX_AGE.search(control)
    if found is not None and "no-cache" not in control and "no-store" not in control:
        age = headers.get("age", "").strip()
        seconds = int(found[1]) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)  # noqa: PLR2004
    if isinstance(answer, Document):
        ttl = _TTL.search(answer.beginning[:_HEAD_BYTES])
        seconds = max(seconds, 60 * int(ttl[1]) if ttl is not None else 0)
    return min(timedelta(seconds=min(seconds, 10**6)), LONGEST_FRESH) if seconds > 0 else None


def _written(at: datetime | None) -> float | None:
    return None if at is None else round(at.timestamp(), 3)


def _moment(stored: object) -> datetime | None:
    return datetime.fromtimestamp(stored, UTC) if isinstance(stored, int | float) else None


def _claim(stored: object) -> Claim | None:
    if not isinstance(stored, list) or len(stored) != 4:  # noqa: PLR2004 - as written above
        return None
    since, answers, of, to = stored
    at = _moment(since)
    return None if at is None else Claim(since=at, answers=int(answers), of=str(of), to=str(to))
