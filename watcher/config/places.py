"""Where configuration, packs and templates lie; never reads any of them."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from pathlib import Path

from watcher.core.text.spelling import did_you_mean

NAME = "watcher.yaml"
_PACK = "pack:"


def default_config_paths(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a configuration is looked for, in order: the working folder, then the user's configuration folder.

    Source: XDG Base Directory Specification 0.8 (a relative XDG_CONFIG_HOME is to be ignored).
    """
    home = environ.get("HOME")
    base = Path(environ.get("XDG_CONFIG_HOME", ""))
    if not base.is_absolute():
        if not home:
            return (Path(NAME),)
        base = Path(home) / ".config"
    return Path(NAME), base / "watcher" / NAME


def find_config(environ: Mapping[str, str]) -> Path | None:
    """The first configuration that there is."""
    return next((path for path in default_config_paths(environ) if path.is_file()), None)


def data_dir() -> Path:
    """The folder with our own `rules/` and `templates/`: inside the installed package, else the checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_data"
    return packaged if packaged.is_dir() else package.parent


def rule_files(entry: str, folder: Path, data: Path) -> tuple[Path, ...]:
    """The files that one entry of `rules:` names: `pack:NAME`, a path or a pattern, relative to `folder`.

    A pack is `rules/NAME.yaml`, or every YAML file under `rules/NAME/`.

    Raises: ValueError if it names none.
    """
    if entry.startswith(_PACK):
        return _pack_files(entry.removeprefix(_PACK), data / "rules")
    return own_files(entry, folder)


def own_files(entry: str, folder: Path) -> tuple[Path, ...]:
    """The user's files that a path or pattern names, relative to `folder`. Raises ValueError if it names none."""
    try:
        found = sorted(glob.glob(entry, root_dir=folder, recursive=True))  # noqa: PTH207 - Path.glob refuses absolute patterns
    except ValueError:
        found = []
    files = tuple(path for path in (folder / name for name in found) if path.is_file())
    if not files:
        raise ValueError(f'no file matches "{entry}"')
    return files


def _pack_files(name: str, rules: Path) -> tuple[Path, ...]:
    """The files of one of our packs."""
    known = sorted({path.stem for path in rules.glob("*.yaml")} | _folders_of_rules(rules))
    if name not in known:
        listed = ", ".join(known) or "none"
        raise ValueError(f'unknown pack "{name}"{did_you_mean(name, known) or f"; known: {listed}"}')
    single = rules / f"{name}.yaml"
    return (single,) if single.is_file() else tuple(sorted((rules / name).rglob("*.yaml")))


def _folders_of_rules(rules: Path) -> set[str]:
    """Folders that are packs; the others hold data: recognisers, the lexicon, the catalogue of sources."""
    return {
        path.name for path in rules.glob("*/") if path.is_dir() and path.name not in {"catalogue", "events", "lexicon"}
    }
