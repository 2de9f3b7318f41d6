from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from watcher.core.errors import FetchError
from watcher.core.plans import FILE_MARK, LISTING, Folder
from watcher.gather import folder as folders
from watcher.gather.done import move_read
from watcher.gather.folder import MOST_BYTES, files

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = NOW.timestamp() - 3600


def put(folder, name: str, body: bytes = b"text", *, age_s: float = 3600.0):
    path = folder / name
    path.write_bytes(body)
    os.utime(path, (NOW.timestamp() - age_s,) * 2)
    return path


async def read(folder, *, known=frozenset(), pattern: str = "*"):
    plan = Folder(path=str(folder), pattern=pattern, known=frozenset(known))
    return [each async for each in files(plan, lambda: NOW)]


def names(found) -> list[str]:
    return [each.document.final_url.rpartition("/")[2] for each in found]


async def test_files_come_oldest_first_and_once(tmp_path):
    put(tmp_path, "b.txt", b"second", age_s=60)
    put(tmp_path, "a.txt", b"third", age_s=30)
    put(tmp_path, "c.txt", b"first", age_s=90)

    found = await read(tmp_path)
    known = {each.document.header(FILE_MARK) for each in found}

    assert [each.document.body for each in found] == [b"first", b"second", b"third"]
    assert await read(tmp_path, known=known) == []


async def test_a_changed_file_comes_again(tmp_path):
    put(tmp_path, "a.txt", b"one")
    known = {each.document.header(FILE_MARK) for each in await read(tmp_path)}
    put(tmp_path, "a.txt", b"two", age_s=60)

    found = await read(tmp_path, known=known)

    assert [each.document.body for each in found][:1] == [b"two"]


async def test_what_is_still_being_written_is_left_for_later(tmp_path):
    put(tmp_path, "new.txt", age_s=0.5)
    for name in ("a.txt.part", "b.tmp", ".hidden", "c.txt~"):
        put(tmp_path, name)

    assert await read(tmp_path) == []


async def test_a_file_whose_clock_runs_ahead_is_not_held_back_for_ever(tmp_path):
    put(tmp_path, "ahead.txt", age_s=-7200)

    assert names(await read(tmp_path)) == ["ahead.txt"]


async def test_a_file_that_changes_while_it_is_read_is_left_for_later(tmp_path, monkeypatch):
    path = put(tmp_path, "a.txt", b"half")
    opened = folders._opened

    def racing(plan):
        with path.open("ab") as stream:
            stream.write(b" and more")
        return opened(plan)

    found = folders._listed(Folder(path=str(tmp_path)))
    monkeypatch.setattr(folders, "_opened", racing)

    assert folders._read(Folder(path=str(tmp_path)), found[0], NOW) is None


async def test_a_link_is_refused_whatever_it_leads_to(tmp_path):
    inside, secret = tmp_path / "in", tmp_path / "secret.txt"
    inside.mkdir()
    secret.write_text("CANARY")
    (inside / "link.txt").symlink_to(secret)
    (inside / "folder").mkdir()
    os.mkfifo(inside / "pipe.txt")

    (found,) = await read(inside)

    assert found.document.body == b""
    assert found.refused == "reading link.txt: it is a link; only files of the folder itself are read"


async def test_a_file_that_becomes_a_link_is_not_followed(tmp_path):
    inside, secret = tmp_path / "in", tmp_path / "secret.txt"
    inside.mkdir()
    secret.write_text("CANARY")
    path = put(inside, "a.txt")
    (found,) = folders._listed(Folder(path=str(inside)))
    path.unlink()
    path.symlink_to(secret)

    gathered = folders._read(Folder(path=str(inside)), found, NOW)

    assert gathered is not None
    assert (gathered.document.body, bool(gathered.refused)) == (b"", True)


async def test_an_unreadable_file_is_told_and_the_others_are_read(tmp_path, monkeypatch):
    put(tmp_path, "a.txt", age_s=90)
    put(tmp_path, "b.txt", age_s=60)
    opened = folders._bytes

    def closed(plan, found):  # root, as which tests may run, may read everything
        if found.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(plan, found)

    monkeypatch.setattr(folders, "_bytes", closed)

    shut, read_ = await read(tmp_path)

    assert shut.refused == "reading a.txt: permission denied"
    assert read_.document.body == b"text"


async def test_a_file_that_is_too_large_is_told(tmp_path):
    with put(tmp_path, "large.txt").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    os.utime(tmp_path / "large.txt", (LONG_AGO, LONG_AGO))

    (found,) = await read(tmp_path)

    assert found.refused == "reading large.txt: it is larger than 8388608 bytes"


async def test_a_pattern_and_odd_names(tmp_path):
    for name in ("a.xml", "b.json", "c\n.xml", "d é.xml"):
        put(tmp_path, name)

    assert sorted(names(await read(tmp_path, pattern="*.xml"))) == ["a.xml", "d%20%C3%A9.xml"]


async def test_what_is_gone_is_forgotten(tmp_path):
    put(tmp_path, "a.txt")
    (mark,) = [each.document.header(FILE_MARK) for each in await read(tmp_path)]

    (listing,) = await read(tmp_path, known={mark, "gone.txt/4/1"})

    assert listing.document.step == LISTING
    assert json.loads(listing.document.body) == [mark]


async def test_no_folder_and_too_many_files_are_failures_in_words(tmp_path, monkeypatch):
    with pytest.raises(FetchError, match="no such file or directory"):
        await read(tmp_path / "nowhere")

    monkeypatch.setattr(folders, "MOST_FILES", 1)
    put(tmp_path, "a.txt")
    put(tmp_path, "b.txt")
    with pytest.raises(FetchError, match="more than 1 files"):
        await read(tmp_path)


async def test_nothing_is_changed_in_the_folder(tmp_path):
    path = put(tmp_path, "a.txt")
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))

    await read(tmp_path)

    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before


def moving(folder, *marks: str) -> Folder:
    return Folder(path=str(folder), known=frozenset(marks), read=frozenset(marks), moves=True)


async def test_what_was_read_is_moved_under_a_name_that_is_free(tmp_path):
    for text in (b"one", b"two", b"three"):
        put(tmp_path, "a.b.txt", text, age_s=60)
        ((mark),) = [each.document.header(FILE_MARK) for each in await read(tmp_path)]

        assert move_read(moving(tmp_path, mark)) == 1
        assert move_read(moving(tmp_path, mark)) == 0

    found = {path.name: path.read_bytes() for path in (tmp_path / "done").iterdir()}
    assert found == {"a.b.txt": b"one", "a.b.2.txt": b"two", "a.b.3.txt": b"three"}


async def test_what_changed_since_it_was_read_stays(tmp_path):
    put(tmp_path, "a.txt", b"one")
    marks = [each.document.header(FILE_MARK) for each in await read(tmp_path)]
    put(tmp_path, "a.txt", b"another", age_s=60)

    assert move_read(moving(tmp_path, *marks)) == 0
    assert names(await read(tmp_path)) == ["a.txt"]


async def test_nothing_is_moved_by_way_of_a_link(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "done").symlink_to(outside)
    put(inside, "a.txt")
    marks = [each.document.header(FILE_MARK) for each in await read(inside)]

    with pytest.raises(FetchError, match="move what was read"):
        move_read(moving(inside, *marks))
    assert list(outside.iterdir()) == []
