"""The operation `parse`: a document into drafts by its source's kind; runs in a worker, never in the daemon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from watcher.core.articles.drafts import draft, draft_row, entry_digest, row_digest, with_dashes
from watcher.core.articles.identity import keys_of, row_key
from watcher.core.kinds import resolve
from watcher.core.model import Document, Draft, Entry, Parsed
from watcher.core.text.html import title_text
from watcher.core.text.plain import scrub
from watcher.core.urls import http_url
from watcher.parse.wire import Drafting, ParsedDocument, ParseJob, Unchanged
from watcher.sources.base import Source, SourceOptions
from watcher.sources.following import prepared, takes_all

DRAFTS_A_PART = 200
"""So many drafts go into one part of the answer: the daemon's loop breathes between two parts."""

_JOBS = msgspec.msgpack.Decoder(ParseJob)


def parse_document(payload: bytes) -> Iterator[bytes]:
    """The parts of the answer to a `ParseJob`: first a `ParsedDocument` without drafts, then tuples of drafts."""
    job = _JOBS.decode(payload)
    kind = resolve({}, job.kind_path, Source)
    options = kind.Options.model_validate_json(job.options_json)
    source: Source = kind(options)
    parsed = source.parse(_whole(job.document), job.state)
    parsed = replace(parsed, entries=tuple(prepared(parsed.entries, options)))
    drafts, unchanged = read_parsed(parsed, job.document, job.known, _drafting(job.drafting, options))
    head = ParsedDocument(
        unchanged=unchanged,
        points=parsed.points,
        whole=parsed.whole,
        next_requests=parsed.next_requests,
        cursor=parsed.cursor,
        title=title_text(parsed.title, markup=False),
        warnings=tuple(title_text(warning, markup=False) for warning in parsed.warnings),
    )
    yield msgspec.msgpack.encode(head)
    for start in range(0, len(drafts), DRAFTS_A_PART):
        yield msgspec.msgpack.encode(drafts[start : start + DRAFTS_A_PART])


def _whole(document: Document) -> Document:
    """The document with its body, which may lie in a file."""
    if document.spooled is None:
        return document
    return replace(document, body=Path(document.spooled.path).read_bytes(), spooled=None)


def _drafting(asked: Drafting, options: SourceOptions) -> Drafting:
    """How texts are made: as asked, with the `language` and `strip` that kinds of articles have as options."""
    return replace(
        asked,
        language=asked.language or getattr(options, "language", None),
        strip=(*asked.strip, *getattr(options, "strip", ())),
        pages_of_all=takes_all(options),
    )


def read_parsed(
    parsed: Parsed, document: Document, known: frozenset[str], drafting: Drafting
) -> tuple[tuple[Draft, ...], tuple[Unchanged, ...]]:
    """The entries and rows as drafts, but those that came before as mere keys.

    The hash of an entry leaves its GUID and date out, so it names an article only together with a link.
    """
    drafts: list[Draft] = []
    unchanged: list[Unchanged] = []
    zone = ZoneInfo(drafting.zone) if drafting.zone else None
    for listed in parsed.entries:
        # the one field that becomes a key as it stands, and a key has to be storable text
        guid = scrub(listed.guid) if listed.guid else listed.guid
        entry = listed if guid == listed.guid else replace(listed, guid=guid)
        digest = entry_digest(entry)
        link = http_url(entry.link) if entry.link else None
        if digest in known and link is not None:
            unchanged.append(Unchanged(keys=_keys(entry, link), entry_sha256=digest))
            continue
        drafts.append(
            draft(
                entry,
                fetched=document.fetched,
                feed_zone=zone,
                language=drafting.language,
                strip=drafting.strip,
                digest=digest,
                pages_of_all=drafting.pages_of_all,
            )
        )
    for row in parsed.rows:
        digest = row_digest(row)
        if digest in known:
            unchanged.append(Unchanged(keys=(row_key(row.key),), entry_sha256=digest))
        else:
            drafts.append(draft_row(row, language=drafting.language, digest=digest))
    return tuple(drafts), tuple(unchanged)


def _keys(entry: Entry, link: str) -> tuple[str, ...]:
    title = with_dashes(title_text(entry.title, markup=False))
    return keys_of(guid=entry.guid, link=link, title=title, published=entry.published)
