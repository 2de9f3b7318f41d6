"""Large bodies on their way to a file, and the files that are left of them: none."""

from __future__ import annotations

import hashlib
import os
import resource
import tempfile
from pathlib import Path

import pytest

from watcher.network.spool import KEPT, Spool, discard


def test_a_small_body_stays_in_memory():
    spool = Spool()
    spool.write(b"x" * KEPT)

    assert spool.finish() == (b"x" * KEPT, None)


def test_a_large_one_lies_in_a_file_until_it_is_discarded():
    spool = Spool()
    for _ in range(3):
        spool.write(b"x" * (KEPT // 2))
    body, spooled = spool.finish()

    assert (body, spooled is not None) == (b"", True)
    assert spooled is not None
    whole = b"x" * (KEPT // 2) * 3
    assert Path(spooled.path).read_bytes() == whole
    assert (spooled.size, spooled.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    discard(spooled.path)
    discard(spooled.path)
    assert not Path(spooled.path).exists()


def test_what_a_killed_process_left_is_deleted_and_what_is_under_way_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, new, other = tmp_path / "watcher-body-a", tmp_path / "watcher-body-b", tmp_path / "other"
    for path in (left, new, other):
        path.write_bytes(b"x")
    for path in (left, other):
        os.utime(path, (1, 1))

    spool = Spool()
    spool.write(b"x" * (KEPT + 1))
    spool.drop()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "watcher-body-b"]


def test_one_that_is_given_up_leaves_nothing():
    spool = Spool()
    spool.write(b"x" * (KEPT + 1))
    path = Path(spool._path)

    assert path.exists()
    spool.drop()
    assert not path.exists()
    Spool().drop()


@pytest.mark.parametrize("more", [4_000, 9_000, 200_000])
def test_one_for_which_there_is_no_room_leaves_nothing(more, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    spool = Spool()
    resource.setrlimit(resource.RLIMIT_FSIZE, (KEPT + 2_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            _fill(spool, more)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(tmp_path.iterdir()) == []


def _fill(spool: Spool, more: int) -> None:
    """What is done with each reply."""
    try:
        for data in (b"x" * KEPT, b"x" * 1_000, b"x" * more):
            spool.write(data)
    except BaseException:
        spool.drop()
        raise
    spool.finish()
