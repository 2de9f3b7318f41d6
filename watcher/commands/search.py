"""`watcher search`: stored articles that a query fits, newest first."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.app.loading import load_rule_set
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.config import Config, data_dir
from watcher.config.lexicon import read_lexicon
from watcher.core.errors import StoreError
from watcher.core.queries import Join, Names, Node, Query, Term, alert_kinds, parse_query, search_kinds, to_search
from watcher.core.text.escapes import one_line
from watcher.stores.sqlite.search import Found, FoundArticle, search
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.wanted import TooMuch

USAGE = 2
_MOST = 1_000
_PHRASE = re.compile(r"(?!.*\bor\b)\w[\w.,'-]*(?: [\w.,'-]+)+", re.IGNORECASE)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument(
        "query",
        nargs="*",
        metavar="QUERY",
        help="words and clauses, such as: antimony source:bis* after:2026-01-01 trust:authority; none finds all. "
        "What begins with - goes behind --",
    )
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (default 20)")
    parser.add_argument("--before", type=int, metavar="N", help="the next page: what the last line of a page names")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """Search and print; 0 also when nothing is found."""
    opened = readable(arguments)
    if opened is None:
        return CONFIGURATION
    config, _ = opened
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    text = typed(arguments.query)
    query = asked(config, text)
    if query is None:
        return USAGE
    try:
        with reading(config.store.path) as db:
            found = search(
                db, to_search(query), limit=arguments.limit, before=arguments.before, events=event_rules(config, query)
            )
    except TooMuch as error:
        say(str(error))
        return USAGE
    except StoreError as error:
        say(str(error))
        return FINDINGS
    for article in found.articles:
        print(json.dumps(_as_json(article), ensure_ascii=False) if arguments.json else _as_lines(article))
    say(_summary(found, text))
    return 0


def typed(words: Sequence[str]) -> str:
    """The query in the words of a command line: several words one of which holds a space were quoted for a shell."""
    whole = words if len(words) == 1 else [f'"{word}"' if _PHRASE.fullmatch(word) else word for word in words]
    return " ".join(whole).encode("utf-8", "replace").decode()


def asked(config: Config, text: str) -> Query | None:
    """The query that a person typed, its mistakes printed; None if it has any."""
    names = Names(sources=list(config.sources) or None)
    query, problems = parse_query(text, search_kinds(names))
    for problem in problems:
        say(str(problem))
    if problems and parse_query(text, alert_kinds(names))[0] is not None:
        say("routes, digests and silences can ask this of an alert; a search looks at stored articles: write the words")
    return query


def event_rules(config: Config, query: Query) -> Mapping[str, tuple[str, ...]]:
    """By event type, the rules that report it; rules are read only if the query asks for an event."""
    if not _asks_event(query.root):
        return {}
    lexicon, _ = read_lexicon(data_dir())
    rules, _ = load_rule_set(config, lexicon) if lexicon is not None else (None, ())
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules.rules if rules is not None else ():
        if rule.event_type is not None:
            found[rule.event_type] = (*found.get(rule.event_type, ()), rule.id)
    return found


def _asks_event(node: Node) -> bool:
    match node:
        case Join():
            return any(_asks_event(child) for child in (*node.all, *node.any, *node.none))
        case Term():
            return False
        case _:
            return node.name == "event"


def _as_lines(article: FoundArticle) -> str:
    doubt = "" if article.stated else " (first seen)"
    head = f"{_minute(article.time)}{doubt}  {article.source}  {one_line(article.publisher)} ({article.trust})"
    return f"{head}\n  {one_line(article.title)}\n  {article.link or 'no link'}\n  {article.id}  story {article.story}"


def _as_json(article: FoundArticle) -> dict[str, object]:
    return {
        "id": article.id,
        "time": article.time.isoformat(),
        "stated": article.stated,
        "seen": article.seen.isoformat(),
        "source": article.source,
        "publisher": article.publisher,
        "trust": article.trust,
        "language": article.language,
        "title": article.title,
        "link": article.link,
        "story": article.story,
        "number": article.number,
    }


def _summary(found: Found, text: str) -> str:
    count = len(found.articles)
    back = f", back to {_minute(found.back_to)} UTC" if found.back_to else ""
    looked = f"looked at {found.looked_at:,} articles{back}"
    says = f"{count} found" if count else f"nothing found for {text or 'everything'}"
    more = f"; older ones: --before {found.before}" if found.before is not None else ""
    return f"{says}; {looked}{', then time ran out' if found.cut else ''}{more}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
