"""`watcher story`: show a story, merge two, or split articles off, with the decision written down."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from watcher.app.daemon import utc_now
from watcher.commands.deciding import author_arguments, author_of
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, loaded, say
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line
from watcher.pipeline.taking_in.splitting import judge_split
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import one
from watcher.stores.sqlite.rejudging import headline, observe_again
from watcher.stores.sqlite.sessions import reading, writing
from watcher.stores.sqlite.stories import Merged, living, merge, split
from watcher.stores.sqlite.story_shown import ShownStory, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    shows = actions.add_parser("show", help="its articles, alerts and what was decided by hand")
    shows.add_argument("story", metavar="STORY")
    merges = actions.add_parser("merge", help="make two stories one: the older stays")
    merges.add_argument("story", metavar="STORY")
    merges.add_argument("other", metavar="OTHER")
    splits = actions.add_parser(
        "split", help="let articles found a story of their own, which is judged; alerts stay with the old one"
    )
    splits.add_argument("story", metavar="STORY")
    splits.add_argument("article", metavar="ARTICLE", nargs="+")
    for action in (merges, splits):
        author_arguments(action)


def run(arguments: argparse.Namespace) -> int:
    """Show, merge or split."""
    if arguments.action == "split":
        return _split(arguments)
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    path = config.store.path
    try:
        if arguments.action == "show":
            with reading(path) as db:
                story, now = shown(db, arguments.story), utc_now()
                listed = {each.id: one(db, each.id) for each in story.alerts}
                print(_whole(story, {id_: each.state(now) for id_, each in listed.items() if each is not None}))
        else:
            with writing(path) as db:
                done = merge(db, arguments.story, arguments.other, author_of(arguments))
            say(_merged(done))
    except StoreError as error:
        say(str(error))
        return FINDINGS
    return 0


def _split(arguments: argparse.Namespace) -> int:
    """Split and judge in one transaction; a running daemon sends what came of it at its next beat."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    author, runtime = author_of(arguments), found.runtime
    try:
        with writing(found.config.store.path) as db:
            new = split(db, arguments.story, arguments.article, author)
            turn = SqliteTurn(db)
            turn.alerts.load_rules(runtime.rule_set, author.at)
            again = observe_again(db, new, rule_set=runtime.rule_set.version, now=author.at)
            told = judge_split(turn, runtime, again, headline(db, living(db, arguments.story)), author.at)
    except StoreError as error:
        say(str(error))
        return FINDINGS
    alerts = count(len({change.alert.id for change in told}), "alert")
    raised = f"{alerts} raised on it, told as split from there" if told else "no rule raises an alert on it"
    say(f"story {new}: split from {arguments.story}; alerts stay there; {raised}")
    return 0


def _merged(done: Merged) -> str:
    if not done.changed:
        return f"story {done.story}: both are one story already"
    closed = f"; closed as merged: {', '.join(done.closed)}" if done.closed else ""
    moved = f"; moved over: {', '.join(done.moved)}" if done.moved else ""
    return f"story {done.story}: took in {done.other} with {done.articles} articles{closed}{moved}; nobody is told"


def _whole(story: ShownStory, states: Mapping[str, str]) -> str:
    """Args: states - how each alert stands now, with what people did with it."""
    lines = [f"story {story.id}"]
    if story.asked != story.id:
        lines[0] += f" (took in {story.asked})"
    lines.append(f"founded {story.founded:%Y-%m-%d %H:%M} UTC, last article {story.last_seen:%Y-%m-%d %H:%M} UTC")
    if story.took_in:
        lines.append(f"took in {', '.join(story.took_in)}")
    lines += ["", f"articles ({len(story.articles)}):"]
    for each in story.articles:
        lines.append(
            f"  {each.seen:%Y-%m-%d %H:%M}  {each.id}  {one_line(each.publisher)}  ({each.why}, {each.source})"
        )
        lines.append(f"    {one_line(each.title)}")
        if each.detail:
            lines.append(f"    {one_line(each.detail)}")
        if each.link:
            lines.append(f"    {each.link}")
    lines += ["", "alerts:" if story.alerts else "no alerts"]
    for alert in story.alerts:
        why = f", {alert.close_reason}" if alert.close_reason else ""
        state = states.get(alert.id, alert.state)
        lines.append(f"  {alert.id}  {alert.rule}  {state}{why}  raised {alert.raised:%Y-%m-%d %H:%M}")
    if story.decisions:
        lines += ["", "by hand:"]
        lines += [f"  {at:%Y-%m-%d %H:%M}  {change}: {one_line(detail)}" for at, change, detail in story.decisions]
    return "\n".join(lines)
