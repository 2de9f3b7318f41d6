"""Links and words of ours as Slack's mrkdwn; never a link that Slack would not take, nor markup out of a word.

Source: Slack's "Formatting text for app surfaces", links.
"""

from __future__ import annotations

from urllib.parse import quote as quoted

from watcher.channels.runs import DOT
from watcher.channels.slack.blocks import clip
from watcher.core.text.escapes import slack_link, slack_safe
from watcher.core.text.wording import Words

LINK_LIMIT = 1500


def link(url: str | None, host: str, words: Words) -> str:
    """The source's address under its host's name, or that name alone."""
    shown = slack_link(url)
    if shown is not None and len(shown) <= LINK_LIMIT:
        return shown
    return slack_safe(clip(host, 253)) or own(words.say("no link"))


def page(words: Words, public_url: str | None, *path: str) -> str:
    """A link to a page of ours, or nothing while none are public."""
    if public_url is None:
        return ""
    said = named("/".join((public_url.rstrip("/"), *(quoted(part, safe="") for part in path))), own(words.say("Open")))
    return f"{DOT}{said}" if said else ""


def named(url: str, words: str) -> str:
    """A link of ours under a name of ours; nothing if Slack would not take it."""
    link = slack_link(url)
    return "" if link is None or len(link) > LINK_LIMIT else f"{link.rpartition('|')[0]}|{words}>"


def own(text: str) -> str:
    """Words from a table as mrkdwn: whoever wrote the table writes no markup."""
    return slack_safe(text)
