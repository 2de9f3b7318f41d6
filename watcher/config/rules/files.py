"""The rule files that a configuration names, read with the names that messages call them by; never judges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from watcher.config.places import rule_files
from watcher.config.rules.firms import path_of, read_firms, tables_named
from watcher.core.errors import Problem
from watcher.core.yaml.strict import MAX_BYTES, load

PACK = "pack:"
TABLE_BYTES = 16 * MAX_BYTES
"""Source: estimate; 20,000 rows of names in several scripts are some 4 MiB."""
TEST_FILES = "tests/*.rules.yaml"
RuleFiles = tuple[tuple[str, bytes], ...]


def read_rule_files(entries: Sequence[str], base: Path, data: Path) -> tuple[RuleFiles, tuple[Problem, ...]]:
    """Every rule file that the entries of `rules:` name, as (name, content), in order of entries, each once.

    Args: base - the configuration file's folder; data - the folder that holds `rules/<pack>/`.
    Returns: the files, and a problem for each entry that finds none and each file that can't be read.
    """
    paths: dict[Path, None] = {}
    problems: list[Problem] = []
    for entry in entries:
        try:
            paths |= dict.fromkeys(rule_files(entry, base, data))
        except ValueError as error:
            problems.append(_fault(entry, str(error)))
    files, unread = read_paths(paths, base, data)
    return files, (*problems, *unread)


def test_files(base: Path, rule_files: Iterable[Path]) -> tuple[Path, ...]:
    """The files of time lines: `tests/*.rules.yaml` beside the configuration and beside the user's rule files."""
    folders = dict.fromkeys([base, *(path.absolute().parent for path in rule_files)])
    return tuple(dict.fromkeys(path for folder in folders for path in sorted(folder.glob(TEST_FILES))))


def read_paths(paths: Iterable[Path], base: Path, data: Path) -> tuple[RuleFiles, tuple[Problem, ...]]:
    """These rule files, as (name, content), and a problem for each that can't be read."""
    files: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for path in paths:
        name = name_of(path, base, data)
        try:
            with path.open("rb") as file:
                # One byte more than the loader takes: it then says that the file is too long.
                files.append((name, file.read((TABLE_BYTES if path.suffix.lower() == ".csv" else MAX_BYTES) + 1)))
        except OSError as error:
            problems.append(_fault(name, f"can't be read: {error.strerror or error}"))
    return tuple(files), tuple(problems)


def name_of(path: Path, base: Path, data: Path) -> str:
    """What messages call a file: `pack:critical-minerals/export_control.yaml`, else its path from the configuration."""
    rules = data / "rules"
    if path.is_relative_to(rules):
        return f"{PACK}{path.relative_to(rules).as_posix()}"
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def read_table(base: Path, rule_file: str, name: str) -> bytes:
    """The bytes of a table that a user's rule file names, from that file's own folder.

    Raises: OSError if it can't be read, is too long, or the rule file is a pack's.
    """
    if rule_file.startswith(PACK):
        raise PermissionError(0, "a pack names no files")
    with (base / Path(rule_file).parent / name).open("rb") as file:
        content = file.read(TABLE_BYTES + 1)
    if len(content) > TABLE_BYTES:
        raise OSError(0, f"more than {TABLE_BYTES >> 20} MiB")
    return content


def read_tables(files: RuleFiles, base: Path) -> RuleFiles:
    """The sound tables of organisations that the lists of rule files name: their names are names to read by.

    One that can't be read, or has a fault, is left out: whoever reads the list says so.
    """
    found: dict[str, bytes] = {}
    for rule_file, name in tables_named(files):
        try:
            content = read_table(base, rule_file, name)
        except (OSError, ValueError):
            continue
        path = path_of(rule_file, name)
        if not read_firms(path, content).problems:
            found[path if path.lower().endswith(".csv") else f"{path}.csv"] = content
    return tuple(found.items())


def _fault(name: str, text: str) -> Problem:
    return Problem(file=name, line=None, column=None, code="R017", text=text)


def ids_of(files: RuleFiles) -> list[str]:
    """The ids of the rules in files."""
    roots = [root for name, content in files if (root := load(content, name)[0]) is not None]
    listed = [rules for root in roots if (rules := root.get("rules")) is not None]
    return [str(id_.value) for rules in listed for each in rules.items if (id_ := each.get("id")) is not None]
