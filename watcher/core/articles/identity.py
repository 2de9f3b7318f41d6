"""Which entries are new, which are changed, which are known: identity by keys, per source, with its reasons.

Newness is identity, never date. Nothing here stores or reads: what is known comes in, decisions go out.

The ladder: a GUID if it is unique and stable in its source, else the canonical link if that is unique, else title
and day. All keys of an article are remembered, so that whichever of them stays leads back to it.
Source of the cases: reliability notes F21 (churning, shared and re-used GUIDs, shared links, scheme flips,
tracking parameters), domain notes 1.3 (a GUID that differs from its link after a re-slug).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from watcher.core.ledger import Known
from watcher.core.model import ArticleId, Draft, Json, Reason, SourceId
from watcher.core.text.plain import fold, scrub
from watcher.core.urls import canonical_url

Keys = tuple[str, ...]

TITLE_DIGITS: Final = 16
"""Leading hex digits of an entry's digest that cover its title alone."""
_KEY_LIMIT: Final = 512
"""Characters up to which a GUID or link is its own key; longer ones are hashed."""
_VERSIONS: Final = 2
"""Different titles under one GUID and link that pass for versions of one article; more are different articles."""
_LONG_TEXT: Final = 200
_TRUST: Final = 3
"""Known GUIDs with known links for each GUID with a strange link, from which the GUIDs are believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    """Which keys identify in a source. Sticky: a kind of key once found wanting is not believed again."""

    guid: bool = True
    link: bool = True

    def as_json(self) -> Json:
        """The form in which it is stored with its source."""
        return {"guid": self.guid, "link": self.link}

    @classmethod
    def from_json(cls, stored: Json) -> IdentityPolicy:
        """The stored policy; keys that are missing are believed."""
        return cls(guid=stored.get("guid") is not False, link=stored.get("link") is not False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What became of one draft.

    `reason` is NEW, REVISED or UNCHANGED (a pruned article counts as unchanged). `article` is the article's id,
    `known` what was known of it before this poll (None for a new one and for a repeat within the poll), `matched`
    the key that led to it, `keys` all keys to remember for it. `repeat` tells that an earlier draft of the same
    poll is the same article.
    """

    reason: Reason
    article: ArticleId
    known: Known | None
    matched: str | None
    keys: tuple[str, ...]
    repeat: bool = False


def keys_of(*, guid: str | None, link: str | None, title: str, published: datetime | None) -> tuple[str, ...]:
    """The identity keys of an entry, strongest first. http and https GUIDs are one; links are canonical."""
    keys: list[str] = []
    bare = scrub(guid or "").strip()
    if bare:
        scheme, found, rest = bare.partition("://")
        keys.append("guid:" + _bounded(f"//{rest}" if found and scheme.lower() in {"http", "https"} else bare))
    if link:
        keys.append(link_key(link))
    keys.append(title_key(title, published))
    return tuple(keys)


def link_key(link: str) -> str:
    """The key of a link: its canonical form."""
    return "link:" + _bounded(canonical_url(link))


def title_key(title: str, published: datetime | None) -> str:
    """The key of a title on the day its publisher states."""
    day = published.date().isoformat() if published else ""
    return "title:" + _hash(f"{fold(title)}\0{day}")[:32]


def row_key(key: str) -> str:
    """The key of a table's row."""
    return "row:" + _bounded(scrub(key))


def article_id(source: SourceId, first_key: str) -> ArticleId:
    """The id of the article that a source's key founds: short, and the same whenever it is made again."""
    return ArticleId(_hash(f"{source}\0{first_key}")[:20])


def free_id(wanted: ArticleId, taken: Collection[str]) -> ArticleId:
    """The id, or a later form of it where an article has it that was made under a source name given away since."""
    found = wanted
    while found in taken:
        found = ArticleId(_hash(found)[:20])
    return found


def unchanged(keys: Iterable[str], entry_sha256: str, known: Mapping[str, Known]) -> Known | None:
    """What is known of an entry that came as it came before, or None; needs no text to be read."""
    return next((old for key in keys if (old := known.get(key)) and old.entry_sha256 == entry_sha256), None)


def policy_for(
    drafts: Sequence[Draft], known: Mapping[str, Known], previous: IdentityPolicy, unread: Sequence[Keys] = ()
) -> IdentityPolicy:
    """The policy after a poll was seen: kinds of keys that several articles share are dropped for good.

    Args: `unread` are the keys of the poll's entries that came unchanged and were not made into drafts.
    """
    listed = _listed(drafts, unread)
    guid = previous.guid and not _shared(listed, "guid", "link") and not _reassigned(listed, known)
    link = previous.link and not _shared(listed, "link", "guid")
    return previous if (guid, link) == (previous.guid, previous.link) else IdentityPolicy(guid=guid, link=link)


def resolve(
    source: SourceId,
    drafts: Sequence[Draft],
    known: Mapping[str, Known],
    policy: IdentityPolicy,
    unread: Sequence[Keys] = (),
) -> tuple[Identified, ...]:
    """What became of each draft of a poll, in order.

    Args: `known` leads from keys to articles of this source; `policy` comes from `policy_for` on the same poll;
    `unread` are the keys of its entries that came unchanged.
    """
    trusted = policy.guid and _guids_believed(drafts, unread, known)
    present = frozenset(old.id for keys in _listed(drafts, unread) if (old := known.get(keys.get("guid", ""))))
    batch: dict[str, tuple[ArticleId, str]] = {}
    return tuple(_resolve_one(source, each, known, policy, batch, trusted=trusted, present=present) for each in drafts)


def overlaps(found: Sequence[Identified]) -> bool:
    """Whether a poll shares anything with what was known: a feed of which nothing is known left a gap, or is another.

    An empty poll shares everything. On the first poll of a source this says nothing.
    """
    return not found or any(one.known is not None for one in found)


def _resolve_one(
    source: SourceId,
    draft: Draft,
    known: Mapping[str, Known],
    policy: IdentityPolicy,
    batch: dict[str, tuple[ArticleId, str]],
    *,
    trusted: bool,
    present: frozenset[ArticleId],
) -> Identified:
    """Decide one draft and enter its keys into those of the batch."""
    keys = _usable(draft, policy)
    matched, old = _match(draft, keys, known, trusted=trusted, present=present)
    if old is None:
        for key in keys:
            if key in batch and _repeats(key, keys, batch[key][1], draft):
                article = batch[key][0]
                _remember(batch, keys, article, draft)
                return Identified(
                    reason=Reason.UNCHANGED, article=article, known=None, matched=key, keys=keys, repeat=True
                )
        free = tuple(key for key in keys if key not in known and key not in batch)
        article = article_id(source, free[0] if free else f"text:{draft.text_sha256}")
        _remember(batch, keys, article, draft)
        return Identified(reason=Reason.NEW, article=article, known=None, matched=None, keys=free)
    repeat = any(batch.get(key, ("", ""))[0] == old.id for key in (*keys, f"article:{old.id}"))
    _remember(batch, keys, old.id, draft)
    same = not old.id or _says_the_same(old, draft)
    reason = Reason.UNCHANGED if same or repeat else Reason.REVISED
    own = tuple(key for key in keys if known.get(key, old).id == old.id)
    return Identified(reason=reason, article=old.id, known=old, matched=matched, keys=own, repeat=repeat)


def _match(
    draft: Draft, keys: tuple[str, ...], known: Mapping[str, Known], *, trusted: bool, present: frozenset[ArticleId]
) -> tuple[str | None, Known | None]:
    """The key that leads to a known article, and that article, or Nones; `present` are those whose GUIDs are listed."""
    by_kind = _by_kind(keys)
    for key in keys:
        old = known.get(key)
        if old is None:
            continue
        if old.entry_sha256 == draft.entry_sha256:
            return key, old
        if key.startswith("guid:"):
            link = by_kind.get("link")
            by_link = known.get(link) if link else None
            if by_link is not None and by_link.id != old.id:
                return link, by_link
            if by_link is None and link and not (trusted or _alike(old, draft)):
                continue  # a GUID that came back with another link, title and text names another article
        unknown = by_kind.get("guid", key) not in known
        if key.startswith("link:") and unknown and old.id in present and not _alike(old, draft):
            continue  # a link that numbers a place in the list: what stood there is still listed, as itself
        if key.startswith("title:") and len(by_kind) > 1 and not _same_long_text(old, draft):
            continue  # same title on the same day: a series ("Trading halt") unless the text is the same
        return key, old
    return None, None


def _usable(draft: Draft, policy: IdentityPolicy) -> tuple[str, ...]:
    """The draft's keys that identify in this source; always at least one."""
    refused = tuple(kind for kind, believed in (("guid:", policy.guid), ("link:", policy.link)) if not believed)
    return tuple(key for key in draft.keys if not key.startswith(refused)) if refused else draft.keys


def _listed(drafts: Sequence[Draft], unread: Sequence[Keys]) -> list[dict[str, str]]:
    """The keys of all entries of a poll, by kind."""
    return [_by_kind(keys) for keys in (*(draft.keys for draft in drafts), *unread)]


def _by_kind(keys: Keys) -> dict[str, str]:
    return {key.partition(":")[0]: key for key in keys}


def _shared(listed: Sequence[Mapping[str, str]], kind: str, other: str) -> bool:
    """Whether different articles of one poll carry the same key of a kind.

    Entries differ if their title and their other key differ, or if there is no other key to tell; one repeated with
    a changed title under both keys is a version.
    """
    groups: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for keys in listed:
        if kind in keys:
            groups[keys[kind]].add((keys.get("title", ""), keys.get(other, "")))
    for members in groups.values():
        titles = {title for title, _ in members}
        others = {second for _, second in members}
        if len(titles) > _VERSIONS or (len(titles) > 1 and (len(others) > 1 or others == {""})):
            return True
    return False


def _reassigned(listed: Sequence[Mapping[str, str]], known: Mapping[str, Known]) -> bool:
    """Whether GUIDs wander between articles: several lead elsewhere than their links, more than lead alike."""
    alike = apart = 0
    for keys in listed:
        by_guid, by_link = known.get(keys.get("guid", "")), known.get(keys.get("link", ""))
        if by_guid is not None and by_link is not None:
            alike += by_guid.id == by_link.id
            apart += by_guid.id != by_link.id
    return apart > 1 and apart > alike


def _guids_believed(drafts: Sequence[Draft], unread: Sequence[Keys], known: Mapping[str, Known]) -> bool:
    """Whether this poll's known GUIDs mostly come with the links they came with before."""
    steady = strange = 0
    for keys in _listed(drafts, unread):
        old, by_link = known.get(keys.get("guid", "")), known.get(keys.get("link", ""))
        steady += old is not None and by_link is not None and by_link.id == old.id
    for draft in drafts:
        keys = _by_kind(draft.keys)
        old = known.get(keys.get("guid", ""))
        strange += old is not None and "link" in keys and keys["link"] not in known and not _alike(old, draft)
    return steady >= _TRUST * max(strange, 1)


def _alike(old: Known, draft: Draft) -> bool:
    """Whether title or text stayed the same; of a pruned article nothing is left to compare."""
    return not old.id or old.text_sha256 == draft.text_sha256 or _same_title(old, draft)


def _says_the_same(old: Known, draft: Draft) -> bool:
    """Whether nothing that counts changed: of a row its fields, of an article title and text."""
    if draft.row_key is not None and old.entry_sha256 == draft.entry_sha256:
        return True
    return old.text_sha256 == draft.text_sha256 and _same_title(old, draft)


def _same_title(old: Known, draft: Draft) -> bool:
    """Whether the title came as it came before."""
    return old.entry_sha256[:TITLE_DIGITS] == draft.entry_sha256[:TITLE_DIGITS]


def _same_long_text(old: Known, draft: Draft) -> bool:
    """Whether the text is the same and long enough for that to mean something."""
    return old.text_sha256 == draft.text_sha256 and len(draft.text) - len(draft.title) >= _LONG_TEXT


def _repeats(key: str, keys: tuple[str, ...], text_sha256: str, draft: Draft) -> bool:
    """Whether a key met earlier in the poll means the same article; a title alone needs the same long text."""
    if not key.startswith("title:") or len(keys) == 1:
        return True
    return text_sha256 == draft.text_sha256 and len(draft.text) - len(draft.title) >= _LONG_TEXT


def _remember(batch: dict[str, tuple[ArticleId, str]], keys: tuple[str, ...], article: ArticleId, draft: Draft) -> None:
    """Let later drafts of the poll find this one; the first that carries a key keeps it."""
    for key in (*keys, f"article:{article}"):
        batch.setdefault(key, (article, draft.text_sha256))


def _bounded(text: str) -> str:
    """Text as it is while it is short, else its hash."""
    return text if len(text) <= _KEY_LIMIT else "sha256:" + _hash(text)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
