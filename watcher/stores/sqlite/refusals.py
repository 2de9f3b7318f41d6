"""What SQLite's refusals mean for the person at the keyboard, and what to do; never a refusal without the file's name."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from watcher.core.errors import StoreError, StoreUnready

_LEAST_FREE_BYTES = 1 << 20
"""With less room, what SQLite calls an I/O error (its shared memory file can't grow) is a full disk."""


def refusal(path: Path, error: sqlite3.Error) -> StoreError:
    """A failed statement as our error, with what it means for the person at the keyboard and what to do."""
    text = str(error)
    passing = _passing(path, text)
    if passing is not None:
        return StoreUnready(f"database {path}: {passing}")
    return StoreError(f"database {path}: {_lasting(path, text)}")


def _passing(path: Path, text: str) -> str | None:
    """What may heal without anybody touching the file."""
    if path.is_dir():
        return None
    if "locked" in text or "busy" in text:
        return f"busy ({text}); another program holds it, try again"
    if "is full" in text or ("I/O" in text and _full(path)):
        return f"the disk is full ({text}); free space, nothing stored is lost"
    if "I/O" in text:
        return f"the disk fails ({text}); see what the system's log says of it"
    return None


def _lasting(path: Path, text: str) -> str:
    if path.is_dir():
        return "that is a folder; name a file"
    if any(word in text for word in ("not a database", "malformed", "corrupt", "vtable constructor failed")):
        return f"damaged ({text}); run `watcher db check`, then `watcher restore` with a backup"
    if "unable to open" in text and not path.exists():
        return (
            f"not there yet ({text}); `watcher run` or `watcher once` makes it, its folder must exist and be writable"
        )
    if "unable to open" in text or "readonly" in text:
        return f"cannot be opened or written ({text}); check that the file and its folder are writable for this user"
    return text


def _full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES
    except OSError:
        return False


def too_new(path: Path, found: int, newest: int) -> str:
    """What to say of a database that a newer watcher wrote."""
    return (
        f"database {path}: written by a newer watcher (schema {found}, this one knows {newest}); "
        "install that version again, or restore a backup made before"
    )
