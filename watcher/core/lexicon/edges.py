"""Where words end in folded text, and in which texts a name is sought at all.

Never knows a name.
"""

from __future__ import annotations

from itertools import pairwise

from watcher.core.lexicon.claims import MAYBE
from watcher.core.text.plain import CJK

_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})


def holds(text: str, word: str) -> bool:
    """Whether a word or its plural stands in the text, in its own edges."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        end += text[end : end + 1] == "s"
        if not (at and in_word(text[at - 1])) and not (end < len(text) and in_word(text[end])):
            return True
        at = text.find(word, at + 1)
    return False


def in_word(character: str) -> bool:
    """Whether a letter or digit beside it would part no word: Han, kana and Hangul have edges of their own."""
    return character.isalnum() and not (character > "\u10ff" and CJK.match(character))


def sought_in(only: str, language: str | None) -> bool:
    """Whether a name listed for that language (see `Claim.only`) is sought in a text of this one."""
    if not only:
        return True
    if only[0] == MAYBE:
        return language is None or only[1:] == language
    if only in _CJK_LANGUAGES:
        return language == only or language not in _CJK_LANGUAGES
    return language == only


def question_marks_as_breaks(text: str) -> str:
    """A question mark between two letters stands for a lost dash."""
    parts = text.split("?")
    joined = [parts[0]]
    for before, after in pairwise(parts):
        between = before[-1:].isalpha() and after[:1].isalpha()
        joined += (" " if between else "?", after)
    return "".join(joined)
