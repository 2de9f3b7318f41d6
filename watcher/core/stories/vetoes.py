"""What keeps two articles apart however alike they read: another document, party, sum, day of one template, a denial.

Never speaks of articles that are proved to be one text: a copy is a copy, whatever its desk wrote above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from watcher.core.stories.acting import others_act, seats_in, state_of
from watcher.core.stories.model import Fresh, Kin, Newcomer, Traits, hashed
from watcher.core.stories.ordinary import COUNTRIES, stem
from watcher.core.stories.titles import WORD, likeness, marked, negated, numbers, other_end, swapped, swaps

_ONE_TEMPLATE = 70.0
_SAME_TITLE = 88.0
_SAME_NEWS_DAYS = 3
WINDOW_DAYS = 45
"""No two articles further apart are of one event."""
_TOLD_WORDS = 8
_FILLED_IN = 3
_REGISTER_DIGITS = 7
"""As many digits as an entry in a register has (SEC: 10); sums of money are seldom written out so long."""
_STOPPED, _STARTED = ({hashed(each)} for each in ("production_halt", "capacity_expansion"))
_CONTRARY = ((_STOPPED, _STARTED), (_STARTED, _STOPPED))
"""A mine that stops and starts again is two events, however alike they are told."""
_ONE_SIDED = frozenset(map(hashed, ("entity_listing", "export_control", "price_floor", "stockpile", "trade_measure")))
"""What each state does by itself, often in answer to another's; of a pact each side is told as who signs it."""
_LANDS = frozenset(map(hashed, COUNTRIES))
_OFFICES = frozenset(
    {"authorities", "cabinet", "commission", "council", "customs", "department", "government", "ministry"}
)
"""Words for who acts in a state's name. An authority writes of itself without the state; others name the state."""
_SHORT_NAMES = frozenset({"US", "UK", "EU", "UN"})


def veto(new: Fresh, old: Kin, theirs: Traits) -> str | None:
    """Why the two tell of different events, given the earlier one's traits; None where nothing says so."""
    return next((words for check in _CHECKS if (words := check(new, old, theirs)) is not None), None)


def _other_paper(new: Fresh, _: Kin, theirs: Traits) -> str | None:
    mine = new.traits
    return "another document's number" if _apart(mine.papers, theirs.papers) else None


def _apart(mine: frozenset[int], theirs: frozenset[int]) -> bool:
    """Whether both say something, and nothing the same."""
    return bool(mine and theirs) and not mine & theirs


def _other_register(new: Fresh, old: Kin, _: Traits) -> str | None:
    """Titles with the number of somebody's entry in a register: other entries are others' news, however alike."""
    mine, theirs = _entries(new.newcomer.title), _entries(old.title)
    return "another number of a register" if mine and theirs and not mine & theirs else None


def _entries(title: str) -> set[str]:
    return {each for each in numbers(title) if sum(map(str.isdigit, each)) >= _REGISTER_DIGITS}


def _other_thing(new: Fresh, old: Kin, _: Traits) -> str | None:
    return "the same headline about another thing" if other_end(old.title, new.newcomer.title) else None


def _template(new: Fresh, old: Kin, theirs: Traits) -> str | None:
    """One headline's pattern filled in anew: another name, another figure, another day."""
    if not new.newcomer.title or not old.title:
        return None
    alike = likeness(new.newcomer.title, old.title)
    if alike < _ONE_TEMPLATE:
        return None
    gap = _gap(new.traits, theirs)
    if alike >= _SAME_TITLE and gap > _SAME_NEWS_DAYS:
        return "the same headline at another time"
    here, there = marked(new.newcomer.title), marked(old.title)
    if here - there and there - here:
        return "another figure in the same headline"
    if negated(new.newcomer.title, old.title):
        return "one headline denies what the other says"
    return _other_name(new, old, theirs, same_day=gap == 0)


def _other_name(new: Fresh, old: Kin, theirs: Traits, *, same_day: bool) -> str | None:
    """A name in the place of another. Countries may change on one day: one act of an authority often names several.

    A bare headline does not tell whether it is one act.
    """
    told = min(len(new.traits.words), len(theirs.words)) >= _TOLD_WORDS
    for before, after in swaps(old.title, new.newcomer.title):
        if any(word[:1].isupper() for word in before) and any(word[:1].isupper() for word in after):
            countries = _countries(before) and _countries(after)
            if not countries and (same_day or told) and _own(after, new, theirs):
                continue
            if ((countries and same_day) or _state_and_office(before, after, new.traits, theirs)) and told:
                continue
            if countries or _strange(after, new, theirs):
                return f"{' '.join(after)} in the place of {' '.join(before)}"
    return None


def _state_and_office(before: Sequence[str], after: Sequence[str], mine: Traits, theirs: Traits) -> bool:
    """Whether a state stands in the place of an office, and neither article speaks of other countries."""
    if _apart(mine.lands, theirs.lands):
        return False
    return any(
        _countries(one) and not _OFFICES.isdisjoint(map(str.casefold, other))
        for one, other in ((before, after), (after, before))
    )


def _own(words: Iterable[str], new: Fresh, theirs: Traits) -> bool:
    """Whether these words call the state whose act both tell, or its office."""
    own = _states_words(new, theirs)
    return bool(own) and all(hashed(stem(word.lower())) in own for word in words if word[:1].isupper())


def _states_words(new: Fresh, theirs: Traits) -> frozenset[int]:
    """How the article calls the state that acts in it and in an earlier one; nothing where others act."""
    states = new.traits.states & theirs.states
    if not states or not new.traits.types & theirs.types or others_act(new.traits, theirs):
        return frozenset()
    own = [each for each in new.newcomer.named if hashed(state_of(each)) in states]
    spans = {(each.start, each.end) for each in own} | set(seats_in(new.newcomer, states))
    words = {hashed(stem(word)) for start, end in spans for word in WORD.findall(new.newcomer.text[start:end].lower())}
    return frozenset(words.union(hashed(f"{each.sort}:{each.id}") for each in own))


def _countries(words: Iterable[str]) -> bool:
    return any(word in _SHORT_NAMES or stem(word.lower()) in COUNTRIES for word in words)


def _strange(words: Iterable[str], new: Fresh, old: Traits) -> bool:
    """Whether one of these words is a name that the other article does not know."""
    return any(
        new.spelt.get(each, "").lower() in {word.lower() for word in words}
        for each in new.traits.names - old.words.keys()
    )


def _same_form(new: Fresh, old: Kin, theirs: Traits) -> str | None:
    """A text filled in anew: nearly the same words, with another name, or under another headline of one publisher."""
    mine = new.traits
    added, left = mine.words.keys() - theirs.words.keys(), theirs.words.keys() - mine.words.keys()
    if max(len(added), len(left)) > _FILLED_IN:
        return None
    own = _states_words(new, theirs)
    lands = _LANDS | mine.lands | theirs.lands if own else _LANDS
    if added & mine.names - lands - own and left & theirs.names - lands:
        return "another name in the same text"
    if _one_publisher(new.newcomer, old) and swapped(new.newcomer.title, old.title, names=False):
        return "one publisher's text under another headline"
    return None


def _one_publisher(new: Newcomer, old: Kin) -> bool:
    hosts = {urlsplit(link).netloc for link in (new.link_key, old.link_key) if link is not None}
    return new.source == old.source or (len(hosts) == 1 and None not in {new.link_key, old.link_key})


def _other_type(new: Fresh, _: Kin, theirs: Traits) -> str | None:
    mine = new.traits
    if not _apart(mine.types, theirs.types):
        return None
    if any(mine.types <= one and theirs.types <= other for one, other in _CONTRARY):
        return "one stopped what the other starts"
    apart = _apart(mine.actors or mine.states, theirs.actors or theirs.states)
    return "another event by another actor" if apart else None


def _other_event(new: Fresh, _: Kin, theirs: Traits) -> str | None:
    mine = new.traits
    if mine.types & theirs.types:
        if mine.types & theirs.types & _ONE_SIDED and _apart(mine.states, theirs.states):
            return "another state's act"
        if _apart(mine.parties, theirs.parties):
            return "another party"
        if _apart(mine.things, theirs.things):
            return "another material"
        if mine.denied != theirs.denied:
            return "one denies what the other says"
    return None


def _gap(one: Traits, two: Traits) -> int:
    return abs(one.day - two.day) if one.day is not None and two.day is not None else 0


def _long_ago(new: Fresh, _: Kin, theirs: Traits) -> str | None:
    return "too far apart in time" if _gap(new.traits, theirs) > WINDOW_DAYS else None


_CHECKS: tuple[Callable[[Fresh, Kin, Traits], str | None], ...] = (
    _long_ago,
    _other_paper,
    _other_register,
    _other_thing,
    _template,
    _same_form,
    _other_type,
    _other_event,
)
