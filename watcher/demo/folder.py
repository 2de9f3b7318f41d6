"""The demo's folder and the configuration in it; it never writes into a folder that holds anything."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.core.errors import WatcherError
from watcher.demo.news import FEEDS
from watcher.demo.receivers import HOOK_PATH, SLACK_PATH

PREFIX = "watcher-demo-"
RULES = "pack:critical-minerals"


def made_folder(wanted: str | None) -> Path:
    """The folder that was asked for, else a new one here, else one where temporary files go.

    Raises: WatcherError if the folder asked for can't be had or is not empty.
    """
    if wanted is None:
        return _new_folder()
    path = Path(wanted)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise WatcherError(f"folder {path}: not empty; name a new or empty one")
    except OSError as error:
        raise WatcherError(f"folder {path}: {error.strerror}; name one that can be written") from error
    return path.absolute()


def _new_folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=Path.cwd()))
    except OSError:
        pass
    try:
        return Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        raise WatcherError(f"no folder can be made here nor for temporary files: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the newswire, the receivers and the mail server listen, and when the digest is due."""

    http: int
    smtp: int
    key: bytes
    digest: datetime


def write_configuration(folder: Path, stage: Stage) -> Path:
    """Write watcher.yaml and the secrets that it names; returns its path."""
    base = f"http://127.0.0.1:{stage.http}"
    _secret(folder / "slack-url", base + SLACK_PATH)
    _secret(folder / "hook-url", base + HOOK_PATH)
    _secret(folder / "webhook-secret", "whsec_" + base64.b64encode(stage.key).decode())
    sources = "".join(
        f'  {feed.name}: {{kind: feed, url: "{base}{feed.path}", every: 1s, pace: 0s, trust: {feed.trust}}}\n'
        for feed in FEEDS
    )
    path = folder / "watcher.yaml"
    text = _CONFIGURATION.format(sources=sources, smtp=stage.smtp, at=f"{stage.digest:%a %H:%M}", rules=RULES)
    path.write_text(text, encoding="utf-8")
    return path


def _secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


_CONFIGURATION = """\
# Written by `watcher demo`. Its newswire and its receivers were there only while the demo ran; what was stored
# stays readable: watcher --config watcher.yaml search antimony
store: {{path: watcher.db, free_disk_floor: 0B}}
operator: {{contact: demo@example.org, route: operator}}
listen: null
network: any                      # the newswire and the receivers are on this machine
sources:
{sources}
channels:
  desk: {{kind: slack, url: "${{file:slack-url}}"}}
  team:
    kind: email
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
    from: "watcher <watcher@demo.example>"
    to: [analyst@demo.example]
  hook: {{kind: webhook, url: "${{file:hook-url}}", secrets: ["${{file:webhook-secret}}"]}}
routes:
  desk: {{channels: [desk], when: "severity:warning,urgent"}}
  team: {{channels: [team], when: "severity:notice"}}
  operator: {{channels: [hook], when: "severity:urgent"}}   # watcher's own notices, and of the alerts only these
digests:
  weekly: {{at: "{at}", zone: UTC, channels: [team], title: Critical minerals this week}}
rules: ["{rules}"]
"""
