"""Large bodies on their way to a file, and the files that are left of them: none."""

from __future__ import annotations

import hashlib
from pathlib import Path

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


def test_one_that_is_given_up_leaves_nothing():
    spool = Spool()
    spool.write(b"x" * (KEPT + 1))
    path = Path(spool._path)

    assert path.exists()
    spool.drop()
    assert not path.exists()
    Spool().drop()
