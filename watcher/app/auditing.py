"""The proof of alerts as one archive: what was known, decided and sent, with hashes.

The same rows make the same files, but for README.txt and its line in the manifest.

Never adds what is not stored, and never a secret: what is stored holds none.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from watcher import __version__
from watcher.render.moments import count
from watcher.stores.sqlite.audit import Part

README = """\
PROOF OF WHAT WAS KNOWN, DECIDED AND SENT

Written by watcher {version} on {now}. It holds {count}.
Each has a folder alerts/NAME/ with

  alert.json     the alert; every match with its evidence (the words that met the rule, and where they stand);
                 every decision with its reason: raised, updated, told, not told and why not
  articles/      the articles it rests on. revision-N.txt is the text as read, one file for each revision.
                 article.json has the times (stated by the source, first seen, fetched, in force or due) and for
                 each revision the document that was fetched: its address, status, headers and the hash of its body
  rules/         the rule in full, in each version that judged (v1, v2 ...)
  messages/      every message: the words as sent (.sent), and (.json) when, to whom, and what the receiver answered
  seals.json     the seals over these decisions

To check it without watcher:

  1. manifest.json lists every file with its SHA-256. Compare each with the file (sha256sum).
  2. seals.json, for each seal: hash every line under lines_of_this_alert (SHA-256 of its UTF-8 bytes). Each hash must
     stand in hashes_of_lines. Then hash: previous, a line feed, and every hash of hashes_of_lines with a line feed
     after it. The result must be sha256. So the decision was sealed, and has not changed since.
  3. chain: every seal's previous must be the sha256 of the one before. If you wrote down a seal's sha256 elsewhere,
     that day and all before it are as they were then.
  4. A line is: number, alert, observation, change, way, reason, detail, occasion, time (microseconds since 1970, UTC),
     then of its match: rule, version, severity, evidence, reason, article, revision, and the SHA-256 of the text.
"""
_ONE_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive.

The same rows make the same files, but for README.txt and its line in the manifest.
"""


def write_archive(out: IO[bytes], parts: Iterable[Part], alerts: Sequence[str], now: datetime) -> int:
    """Write the files with a manifest and how to read them; returns how many there are."""
    text = README.format(version=__version__, now=f"{now:%Y-%m-%d %H:%M} UTC", count=count(len(alerts), "alert"))
    manifest = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (Part(name="README.txt", content=text.encode()), *parts):
            manifest.append(
                {"path": part.name, "bytes": len(part.content), "sha256": hashlib.sha256(part.content).hexdigest()}
            )
            _write(archive, part)
        listed = json.dumps({"alerts": list(alerts), "files": manifest}, indent=2) + "\n"
        _write(archive, Part(name="manifest.json", content=listed.encode()))
    return len(manifest) + 1


def _write(archive: zipfile.ZipFile, part: Part) -> None:
    entry = zipfile.ZipInfo(part.name, _ONE_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, part.content)
