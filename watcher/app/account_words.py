"""An account in words for a terminal; every word of a stranger's passes `plain_safe`, and nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from watcher.app.dated_words import dates_words
from watcher.app.explaining import Account, RuleAccount
from watcher.app.matter_words import told_words
from watcher.app.telling_words import CAME_TO, at_words, telling_words
from watcher.app.understood_words import readings_words
from watcher.core.model import Article, Evidence, Reason
from watcher.core.rules.explain import Explained, RuleExplained
from watcher.core.telling.alerts import words_of
from watcher.core.telling.fields import fields_of
from watcher.core.telling.messages import Quote
from watcher.core.telling.tellings import doubts, quotes
from watcher.core.text.escapes import marked, one_line, plain_safe
from watcher.stores.sqlite.evidence import Matched, PageWait

Mark = Callable[[str], str]
"""How a matched word is set off."""

_CAME: Mapping[str, str] = {
    "live": "as news, not as history of the source: what matches is told",
    "first_sight": "with the source's first import: history, so nothing of it was told",
    "backfill": "among several old items that appeared at once: history, so nothing of it was told",
}
_JOINED: Mapping[str, str] = {
    Reason.FOUNDED: "it founded the story",
    Reason.SAME_LINK: "same link as an article of the story",
    Reason.SAME_TEXT: "same text as an article of the story",
    Reason.SAME_TITLE_AND_TEXT: "title and text much like those of an article of the story",
    Reason.SAME_EVENT: "tells of the same event as an article of the story",
    Reason.BY_HAND: "joined by hand",
}


def bold(text: str) -> str:
    """Set off on a terminal."""
    return f"\x1b[1m{text}\x1b[0m"


def starred(text: str) -> str:
    """Set off in plain text."""
    return f"*{text}*"


def account_words(account: Account, mark: Mark) -> Iterator[str]:
    """The account, line by line."""
    yield from _article_words(account)
    if account.cited:
        yield f"  rests on    {', '.join(_safe(each.name) for each in account.cited)}, by its own words"
    if account.readings is not None:
        yield from readings_words(account.readings, account.article.text)
    yield from told_words(account.matters)
    yield from dates_words(account.dates)
    for rule in account.rules:
        yield ""
        yield from _rule_words(account, rule, mark)


def misses_words(rules: Sequence[RuleAccount]) -> Iterator[str]:
    """What decided, in one line for each rule that did not match."""
    for each in rules:
        judged = each.explained.judgement if each.explained is not None else None
        if judged is not None and not judged.matched:
            yield f"  {each.id}: {_safe(judged.why)} ({judged.path})"
        elif judged is not None:
            yield f"  {each.id}: as the rule stands now, it matches; it did not when the article was judged"


def clause_words(article: Article, explained: RuleExplained, mark: Mark) -> Iterator[str]:
    """A rule's clauses that had a say, each with what proves it."""
    for part in _shown_parts(explained):
        yield from _tree_words(article, part, mark, depth=1)


def _article_words(account: Account) -> Iterator[str]:
    article = account.article
    doubted = "; ".join(doubts(article.flags)) or "none"
    kept = "" if account.found.text_kept else "; its text was pruned, only the title is left"
    yield f"ARTICLE {article.id}"
    yield f"  {_safe(article.title)}"
    if fields := fields_of(article.subject, article.text, article.zones):
        yield f"  {_safe(fields)}"
    yield f"  {_safe(article.publisher)}, trust {words_of(article.trust)}; source {article.source}"
    yield f"  {_safe(article.link or 'no link')}"
    yield f"  stated      {at_words(article.published)}"
    yield f"  first seen  {at_words(article.seen)}"
    yield f"  fetched     {at_words(article.fetched)}"
    yield (
        f"  text        {words_of(article.text_state)}, {len(article.text):,} characters, {article.language}, "
        f"revision {article.revision}{kept}"
    )
    if account.page is not None:
        yield f"  page        {_page_words(account.page)}"
    yield f"  doubts      {doubted}"
    yield f"  came in     {_CAME.get(account.mark, account.mark)}"
    yield f"  story       {article.story}: {_joined(account)}; {_count(len(account.story), 'article')}"
    for at, decided in account.by_hand:
        yield f"                by hand {at_words(at)}: {_safe(decided)}"
    for each in account.story:
        if each.number != account.found.number:
            yield f"                {each.article.id} {_safe(each.article.publisher)}: {_safe(each.article.title)}"
    if account.mark != "live":
        yield f"  To be told of what a source lists at first, set `since: 7d` (or a date, or all) on {article.source}"
        yield "  before its first poll."


def _joined(account: Account) -> str:
    """What joined the article to its story, or that it founded one, which a person may have joined to another since."""
    article, reason = account.article, account.found.story_reason
    if reason == Reason.FOUNDED and article.story.partition(".")[0] != article.id:
        return f"it founded {article.id}, which was joined to this one by hand"
    said = _JOINED.get(reason, words_of(reason))
    return f"{said} ({_safe(account.joined)})" if account.joined else said


def _page_words(page: PageWait) -> str:
    """What became of the page that the article's text stands on."""
    why = f": {_safe(page.reason)}" if page.reason else ""
    match page.state:
        case "done":
            return "read; the text is that of the page"
        case "failed":
            return f"given up after {_count(page.attempts, 'attempt')}{why}; the article stays as it was listed"
        case _:
            tried = f", tried {_count(page.attempts, 'time')}" if page.attempts else ""
            return f"waited for since {at_words(page.asked)}{tried}{why}; next attempt {at_words(page.due)}"


def _rule_words(account: Account, rule: RuleAccount, mark: Mark) -> Iterator[str]:
    version = f" v{rule.numbered}" if rule.numbered is not None else ""
    yield f"RULE {rule.id}{version}: {_safe(rule.title)}"
    yield f"  {_came_to(rule)}"
    for number, line in enumerate(rule.required):
        yield f"    {_safe(line)}" if number else f"  requires {_safe(line)}; now:"
    held = rule.explained is not None and rule.explained.judgement.matched
    if rule.stored is not None and (rule.rule is None or rule.changed or rule.outdated or not held):
        yield f"  {_stored_head(account, rule, rule.stored)}"
        quoted = account.found.text_kept and not rule.outdated
        yield from _stored_words(account.article, rule.stored.evidence, mark, quoted=quoted)
    if rule.explained is not None:
        if rule.changed or rule.outdated:
            yield "  and the newest text, by the rule as it stands now:"
        elif rule.stored is not None and not held:
            yield "  and as it is read now:"
        yield from clause_words(account.article, rule.explained, mark)
    elif rule.rule is not None and not account.found.text_kept:
        yield "  the text was pruned, so the clauses can't be looked at again"
    yield from _alert_words(rule, {each.number for each in account.observations})


def _stored_head(account: Account, rule: RuleAccount, stored: Matched) -> str:
    """Why the stored evidence is shown beside, or instead of, the clauses as they stand."""
    if rule.rule is None:
        return "the configuration has no such rule any more; what is stored:"
    if rule.outdated:
        return f"that was revision {stored.revision}, the newest is {account.article.revision}; what is stored:"
    if rule.changed:
        return "the rule has changed since; what is stored of its judgement then:"
    return "what is stored of its judgement:"


def _shown_parts(explained: RuleExplained) -> Iterator[Explained]:
    """The parts that had a say: no severity where the rule fails, and none beyond the first step that holds."""
    for part in explained.parts:
        condition = part.role in {"when", "narrow"}
        if condition or explained.judgement.matched:
            yield part
        if part.holds and not condition:
            return


def _came_to(rule: RuleAccount) -> str:
    stored = rule.stored
    if stored is not None:
        came_to = CAME_TO.get(stored.reason, words_of(stored.reason))
        return f"matched, {stored.severity}; {stored.reason}: {came_to}"
    if rule.rule is not None and rule.rule.mode == "paused":
        return "not judged: the rule is paused"
    if rule.explained is None:
        return "did not match"
    judged = rule.explained.judgement
    if judged.matched:
        return "did not match when the article was judged; as the rule stands now, it does"
    return f"did not match; what decided: {_safe(judged.why)} ({judged.path})"


def _stored_words(article: Article, evidence: Sequence[Evidence], mark: Mark, *, quoted: bool) -> Iterator[str]:
    by_clause: dict[tuple[str, str], list[Evidence]] = {}
    for each in evidence:
        by_clause.setdefault((each.clause, each.says), []).append(each)
    for (clause, says), found in by_clause.items():
        yield f"    yes  {_safe(says)}  ({clause})"
        if quoted:
            yield from _quote_words(article, found, mark, depth=4)
        else:
            yield from (f'           "{_safe(each.quote)}"' for each in found if each.quote)


def _tree_words(article: Article, part: Explained, mark: Mark, *, depth: int) -> Iterator[str]:
    """One clause or group; within `none`, to hold is what must not be."""
    indent = "  " * depth
    met = part.holds if part.role != "none" else not part.holds
    role = part.role if part.role not in {"all", "any"} else ""
    head = f"{role}: " if role else ""
    why = f": {_safe(part.why)}" if part.why and not part.parts else ""
    yield f"{indent}{'yes' if met else 'no '}  {head}{_safe(part.says)}{why}"
    if part.parts:
        for each in part.parts:
            yield from _tree_words(article, each, mark, depth=depth + 1)
    else:
        yield from _quote_words(article, part.evidence, mark, depth=depth + 2)


def _quote_words(article: Article, evidence: Sequence[Evidence], mark: Mark, *, depth: int) -> Iterator[str]:
    for quote in quotes(article, evidence):
        yield f"{'  ' * depth}> {_marked(quote, mark)}  [{quote.zone}]"


def _marked(quote: Quote, mark: Mark) -> str:
    pieces = ((plain_safe(piece).replace("\n", " "), is_marked) for piece, is_marked in marked(quote.text, quote.marks))
    return "".join(mark(piece) if is_marked else piece for piece, is_marked in pieces)


def _alert_words(rule: RuleAccount, own: Collection[int]) -> Iterator[str]:
    alert = rule.alert
    if alert is None:
        return
    yield f"  ALERT {alert.id}: {alert.state}, {alert.severity}, raised {at_words(alert.raised)}"
    for telling in rule.tellings:
        yield from telling_words(telling, rule.queued, own)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _safe(text: str) -> str:
    """A stranger's words on one line."""
    return one_line(text)
