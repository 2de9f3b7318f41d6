"""Every mistake that can be found before the start, in all files at once; it dials nobody and changes nothing.

Codes of its own, beside those of configuration (C), rules (R) and templates (T):
    C030  `listen.host` can't be used          C031  the store's folder or file can't be written
    C032  the database can't be read here      C033  warning: the folder of templates is not there
    C034  warning: something waits for a channel or digest that is not configured
    C035  warning: a folder to be watched is not there, or can't be read
    C036  warning: articles are kept for less long than a rule looks back
    C058  warning: a language that nobody has written words or templates in
    C060  warning: a file of rules that no entry of `rules:` names
    C061  warning: a silence that names what is not there
    C062  warning: a source that seems to be another by a new name
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watcher.app.broken import rules_alone, strange_alone
from watcher.app.loading import load_rule_set
from watcher.app.memory import undisturbed
from watcher.app.overlooked import idle_silences, overlooked
from watcher.app.stranded import words
from watcher.app.strangers import strange_names
from watcher.config import Config, data_dir, load_config, read_parts
from watcher.config.blocks import ListenConfig
from watcher.config.lexicon import read_lexicon
from watcher.core.errors import Problem, StoreError
from watcher.core.requirements.running import history_of
from watcher.core.rules.model import RuleSet
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import duration_text
from watcher.core.yaml.strict import load, locate
from watcher.render.catalogues import languages
from watcher.render.languages import language_folders
from watcher.render.renderer import Renderer
from watcher.sources.file import FileOptions
from watcher.stores.sqlite.connection import connect, migrations, require_ours, schema_number
from watcher.stores.sqlite.refusals import too_new
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.stranded import stranded

_NAMED = 5
"""So many rules are named in one warning."""
_OF_PARTS = {"store": "the database", "templates": "templates", "listen": "the host to listen at"}
"""What is looked at if only that section of `watcher.yaml` has no mistake."""
_OF_CONFIG = ("what waits in the database", "folders that are watched", "languages of messages")
"""What is looked at only when `watcher.yaml` itself has none."""
_OF_RULES = ("how far back rules look", "silences of what is gone")
"""What is looked at only when rule files have none either, but for examples that fail."""
_OF_SOUND_RULES = "examples of rules that have mistakes or lean on one"
EXAMPLE_CODES = frozenset({"R050", "R051", "R052", "R053", "R054"})
"""What an example can be found guilty of. Source: the rule language, section 7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found: all problems by file and place, and what could be read in spite of them."""

    problems: tuple[Problem, ...]
    config: Config | None
    rules: RuleSet | None
    left_out: tuple[str, ...] = ()
    """What could not be looked at before the mistakes are mended."""

    @property
    def errors(self) -> int:
        """How many problems keep watcher from starting."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many are only doubts."""
        return len(self.problems) - self.errors

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each thing there are; empty while there are errors."""
        config, rules = self.config, self.rules
        if config is None or rules is None or self.errors:
            return {}
        return {
            "sources": len(config.sources),
            "rules": len(rules.rules),
            "channels": len(config.channels),
            "routes": len(config.routes),
            "digests": len(config.digests),
        }


def check_all(
    path: Path,
    environ: Mapping[str, str],
    refused_host: Callable[[str], str | None],
    *,
    now: datetime,
    examples: bool = True,
) -> Checked:
    """Check the configuration at `path` and all that it names.

    Args: refused_host: why a host to listen at can't be used; the web layer knows. now: which silences are in force.
    examples: whether the examples of rules are run, or only read.
    """
    with undisturbed():  # a quarter of the time goes to the collector, which finds nothing
        return _checked(path, environ, refused_host, now, examples=examples)


def _checked(
    path: Path, environ: Mapping[str, str], refused_host: Callable[[str], str | None], now: datetime, *, examples: bool
) -> Checked:
    config, found = load_config(path, environ)
    lexicon, more = read_lexicon(data_dir())
    found += more
    rules: RuleSet | None = None
    left: tuple[str, ...] = ()
    if config is None:
        of_rules = rules_alone(path, lexicon, examples=examples)
        around, left = _of_parts(path, refused_host)
        found += tuple(around)
    else:
        of_rules = ()
        found += tuple(_around(config, path, refused_host))
        if lexicon is not None:
            rules, of_rules = load_rule_set(config, lexicon, examples=examples)
    found += of_rules
    sound = rules
    if rules is None and config is not None and lexicon is not None and _fail_alone(of_rules):
        sound, _ = load_rule_set(config, lexicon, examples=False)
    if sound is None or config is None:
        found += strange_alone(path)
        left += () if _fail_alone(of_rules) or not examples else (_OF_SOUND_RULES,)
        left += _OF_RULES
    else:
        found += strange_names(path, sound.understanding)
        found += tuple(_looking_back(config, sound, path))
        idle = idle_silences(config, [rule.id for rule in sound.rules], now)
        found += tuple(_at(path, (), "C061", text, level="warning") for text in idle)
    return Checked(problems=_in_order(found), config=config, rules=rules, left_out=left)


def _fail_alone(problems: Sequence[Problem]) -> bool:
    """Whether nothing but examples is wrong with rules."""
    return all(problem.code in EXAMPLE_CODES for problem in problems if problem.level == "error")


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    kept = dict.fromkeys(problems)
    return tuple(sorted(kept, key=lambda each: (each.file, each.line or 0, each.column or 0, each.code, each.text)))


def _around(config: Config, path: Path, refused_host: Callable[[str], str | None]) -> Iterator[Problem]:
    """What the configuration leads to: the store, the templates and the host."""
    yield from _store(config.store.path, path)
    yield from _stranded(config, path)
    yield from _folders(config, path)
    yield from _templates(config.templates, path)
    yield from _languages(config, path)
    yield from _host(config.listen, path, refused_host)
    for place, code, text in overlooked(config):
        yield _at(path, place, code, text, level="warning")


def _of_parts(path: Path, refused_host: Callable[[str], str | None]) -> tuple[Sequence[Problem], tuple[str, ...]]:
    """As `_around`, of the sections that are sound in a configuration with mistakes; and what that leaves out."""
    parts = read_parts(path)
    if parts is None:
        return (), (*_OF_PARTS.values(), *_OF_CONFIG)
    found: list[Problem] = []
    base = path.absolute().parent
    if (top := parts.knowing("store")) is not None:
        found += _store(base / top.store.path, path)
    if (top := parts.knowing("templates")) is not None:
        found += _templates(None if top.templates is None else base / top.templates, path)
    if (top := parts.knowing("listen")) is not None:
        found += _host(top.listen, path, refused_host)
    lost = tuple(what for section, what in _OF_PARTS.items() if parts.knowing(section) is None)
    return found, (*lost, *_OF_CONFIG)


def _host(listen: ListenConfig | None, path: Path, refused_host: Callable[[str], str | None]) -> Iterator[Problem]:
    refused = refused_host(listen.host) if listen is not None else None
    if refused is not None:
        yield _at(path, ("listen", "host"), "C030", refused)


def _templates(folder: Path | None, path: Path) -> Iterator[Problem]:
    if folder is not None and not folder.is_dir():
        text = f"templates: {folder} is no folder; the built-in templates serve"
        yield _at(path, ("templates",), "C033", text, level="warning")
    yield from Renderer(data_dir() / "templates", folder).problems()


def _languages(config: Config, path: Path) -> Iterator[Problem]:
    """Languages that nobody has written words or templates in."""
    own = (folder.name for folder in language_folders(config.templates))
    written = {*languages(data_dir() / "templates", config.templates), *own}
    asked: list[tuple[tuple[str, ...], str | None]] = [(("language",), config.language)]
    asked += [(("channels", name, "language"), each.language) for name, each in config.channels.items()]
    asked += [(("recipients", name, "language"), each.language) for name, each in config.recipients.items()]
    for place, language in asked:
        if language is not None and language not in written:
            hint = did_you_mean(language, written) or f"; there are {', '.join(sorted(written))}"
            text = f"{'.'.join(place)}: no words in {language}{hint} (else the words are English)"
            yield _at(path, place, "C058", text, level="warning")


def _store(database: Path, path: Path) -> Iterator[Problem]:
    place = ("store", "path")
    folder = database.parent
    if not folder.is_dir():
        yield _at(path, place, "C031", f"store.path: folder {folder} is not there; make it, or choose another")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _at(path, place, "C031", f"store.path: folder {folder} is not writable for this user")
    if not database.exists():
        return
    if not os.access(database, os.R_OK | os.W_OK) or not database.is_file():
        yield _at(path, place, "C031", f"store.path: {database} is not a file that this user can write")
        return
    fault = _database_fault(database)
    if fault is not None:
        yield _at(path, place, "C032", f"store.path: {fault}")


def _folders(config: Config, path: Path) -> Iterator[Problem]:
    """Folders whose files are sources."""
    for name, source in config.sources.items():
        if not source.enabled or not isinstance(source.options, FileOptions):
            continue
        folder = Path(source.options.path)
        fault = "can't be read by this user"
        if not folder.is_dir():
            fault = "is no folder" if folder.exists() else "is not there; create it, or mend the path"
        elif os.access(folder, os.R_OK | os.X_OK):
            continue
        place = ("sources", str(name), "path")
        yield _at(path, place, "C035", f"sources.{name}.path: {folder} {fault}", level="warning")


def _stranded(config: Config, path: Path) -> Iterator[Problem]:
    """What waits for a channel or digest that is no more; a database that can't be read is told above."""
    if not config.store.path.is_file():
        return
    try:
        with reading(config.store.path) as db:
            found = stranded(db, channels=config.channels, digests=config.issued)
    except StoreError:
        return
    for each in found:
        text = f"{words(each)}; {each.move}, or: {each.drop}"
        yield _at(path, (f"{each.kind}s",), "C034", text, level="warning")


def _looking_back(config: Config, rules: RuleSet, path: Path) -> Iterator[Problem]:
    """Rules that would go through more history, once they are changed, than is kept."""
    kept: dict[tuple[str, ...], timedelta] = {}
    for name, source in config.sources.items():
        if source.enabled and source.keep_articles is not None:
            own = source.keep_articles != config.store.keep_articles
            kept[("sources", str(name), "keep_articles") if own else ("store", "keep_articles")] = source.keep_articles
    asking = {rule.id: history_of(rule.require) for rule in rules.rules if rule.require is not None}
    for place, keep in kept.items():
        more = [rule for rule, back in asking.items() if back is None or back > keep]
        if more:
            names = ", ".join(more[:_NAMED]) + (f" and {len(more) - _NAMED} more" if len(more) > _NAMED else "")
            text = (
                f"{'.'.join(place)}: {duration_text(keep)} is less than rules look back when they are changed: {names}"
            )
            yield _at(path, place, "C036", text, level="warning")


def _database_fault(database: Path) -> str | None:
    try:
        db = connect(database, readonly=True)
    except StoreError as error:
        return str(error)
    try:
        found, newest = schema_number(db), migrations()[-1][0]
        require_ours(db, database)
    except StoreError as error:
        return str(error)
    finally:
        db.close()
    return too_new(database, found, newest) if found > newest else None


def _at(path: Path, place: tuple[str, ...], code: str, text: str, *, level: str = "error") -> Problem:
    """A problem at a key of the configuration file, or at the whole file where the key is not written."""
    root, _ = load(path.read_bytes(), str(path))
    node = locate(root, place) if root is not None else None
    written = root is not None and node is not None and node is not root
    return Problem(
        file=str(path),
        line=node.line if written and node is not None else None,
        column=node.column if written and node is not None else None,
        code=code,
        text=text,
        level="error" if level == "error" else "warning",
    )
