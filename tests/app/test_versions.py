"""The version of a reading: the same for the same code, recognisers and names, another for others."""

from __future__ import annotations

from dataclasses import replace

from watcher.app.versions import reading_version
from watcher.config import data_dir
from watcher.config.understanding import read_understander


def test_a_version_tells_what_reads_from_what_does_not() -> None:
    reads = read_understander(data_dir())[0]
    assert reads is not None

    version = reading_version(reads)

    assert version == reading_version(replace(reads))
    assert len({version, reading_version(None), reading_version(replace(reads, version="another"))}) == 3
