"""The language of a text, by its script and its commonest words; never more than a guess, never by a model.

Looks at the first `_LOOKED_AT` characters only, so that its cost does not grow with the text.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import Final

_ALL: Final = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io
    is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn
    mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se
    sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo
    wa wo xh yi yo za zh zu
"""
"""Source: ISO 639-1, all codes of two letters."""
_CODES: Final = frozenset(_ALL.split())
_LONG_CODE: Final = re.compile("[a-z]{3}")
UNKNOWN: Final = "und"
"""Source: BCP 47, the subtag of an undetermined language."""
_LOOKED_AT: Final = 600
_SHORT: Final = 40
"""Letters below which a text says less than its feed's own word."""

_STOP_WORDS: Final = {
    "en": "the of and to in is that for on with as by it are was from at has have be will its this which said not an",
    "de": "der die das und in den von zu an mit ist auf für im dem des ein eine nicht sich auch als bei nach wird",
    "fr": "le la les de des et en du un une est que pour dans sur par au aux avec qui plus pas ce cette sont ses été",
    "es": "el la los las de del y en un una que por para con es se su al como más pero sus este esta fue entre según",
    "pt": "o a os as de do da dos das e em um uma que por para com é não se no na ao mais como foi pelo pela são",
    "it": "il lo la i gli le di del della dei e in un una che per con è si da al nel non più sono alla dal anche",
    "nl": "de het een en van in is op te dat voor met zijn aan door bij ook naar niet wordt worden uit heeft om als",
    "sv": "och i att det som en på är av för med till den har de inte om ett var från kan ska vid efter också",
    "pl": "w i na z do się nie że jest to o po przez od dla za jak oraz są ze przy został będzie",
    "tr": "ve bir bu için ile da de olarak daha olan çok sonra kadar gibi ancak göre en yeni",
    "id": "yang dan di untuk dari pada ini dengan dalam akan tidak itu adalah ke oleh juga telah sebagai",
    "vi": "của và các là trong được cho với không có một những này đã từ người tại về",
}
_VOTES: Final[dict[str, list[str]]] = {}
for _code, _words in _STOP_WORDS.items():
    for _word in _words.split():
        if len(_word) > 1:  # one letter is an article here, a list mark or an initial there
            _VOTES.setdefault(_word, []).append(_code)
_AHEAD: Final = 2
"""Votes by which a language must lead: what is unknown is looked for in every language, what is mistaken in none."""
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_SCRIPTS: Final = (
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")),
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_WIDE: Final = re.compile("[\u0370-\u1dff\u2e80-\uffef]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_PERSIAN = re.compile("[پچژگ]")
_SHARE: Final = 0.25
"""Share of a script among the letters from which it names the language: a Latin name or two don't hide it."""
_KANA_SHARE: Final = 0.1
"""Share of Kana among Han from which a text is Japanese."""


CODES_OF_OURS: Final = "en, de, fr, ja, zh"
"""The languages that we have words in, as advice on how to write one."""


def is_language(code: str) -> bool:
    """Whether a language can have that code: one of ISO 639-1, or three small letters."""
    return code in _CODES or _LONG_CODE.fullmatch(code) is not None


def detect(text: str, hint: str | None = None) -> str:
    """The primary language subtag of a text (`en`, `ja` ...), or `und`.

    Args: `hint` is what the feed says of itself; it decides for short texts and where the words don't.
    """
    head = text[:_LOOKED_AT]
    said = primary(hint)
    script = None if head.isascii() else _by_script(head)
    if script is not None:
        return script
    words = head.lower().split()  # a sign on a word costs its vote, a pattern would cost eight times as much
    votes = Counter(chain.from_iterable(filter(None, map(_VOTES.get, words))))
    (first, most), (_, second) = ([*votes.most_common(2), ("", 0), ("", 0)])[:2]
    if most >= 3 and most * 10 >= len(words) and len(head) >= _SHORT:  # noqa: PLR2004 - one word in ten is common
        if votes[said] * 5 >= most * 4:
            return said
        return first if most - second >= _AHEAD else said or UNKNOWN
    return said or (first if most - second >= _AHEAD else UNKNOWN)


def primary(tag: str | None) -> str:
    """The primary subtag of a language tag in lower case (`zh-TW` gives `zh`), or nothing if it is none."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", tag or "")
    return found[1].lower() if found else ""


def _by_script(head: str) -> str | None:
    """The language that a script other than Latin names, or None."""
    if not _WIDE.search(head):
        return None
    latin = len(_LATIN.findall(head)) / 4  # four Latin letters say about as much as one sign of the others
    kana = len(_KANA.findall(head))
    han = len(_SCRIPTS[0][1].findall(head))
    if kana and kana >= _KANA_SHARE * (kana + han) and kana + han >= _SHARE * (latin + kana + han):
        return "ja"
    counts = {code: len(signs.findall(head)) for code, signs in _SCRIPTS}
    code = max(counts, key=lambda name: counts[name])
    if not counts[code] or counts[code] < _SHARE * (sum(counts.values()) + latin):
        return None
    if code == "ru" and _UKRAINIAN.search(head):
        return "uk"
    if code == "ar" and _PERSIAN.search(head):
        return "fa"
    return code
