"""What a date is the date of: coming into force, expiry, a deadline, a hearing, a meeting; by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from watcher.core.facts.model import When
from watcher.core.facts.quantities import sentence_at
from watcher.core.text.plain import Span

_UNTIL = r"(?:on|at|in|by|until|through|to|till|bis|am|ab)"
_KINDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (kind, re.compile("|".join(before)), re.compile(after) if after else None)
    for kind, before, after in (
        (
            "comment_close",
            (
                (
                    r"(?:comments?|submissions?)(?:\s\w+){0,6}\s"
                    r"(?:by|on or before|until|through|before|no later than|due(?: by| on)?)\s\Z"
                ),
                r"comment period (?:closes|ends|runs)(?:\s\w+){0,2}\s\Z",
                (
                    r"\bcomments?\b(?:[^.;]|\.\w){0,120}\b(?:received|submitted|filed|lodged|postmarked|accepted|due)\s"
                    r"(?:by|on or before|until|through|before|no later than|on)\s\Z"
                ),
                r"\bdeadline for (?:\w+\s){0,3}comments?\b(?:[^.;]|\.\w){0,100}\sis\s\Z",
                r"\b(?:consultation|feedback period)\b(?:[^.;]|\.\w){0,60}\s(?:until|through|till|by|deadline is)\s\Z",
                r"征求意见\w{0,8}至\Z",
                r"意见反馈\w{0,8}\Z",
                r"(?:意見|パブリックコメント)\w{0,4}\Z",
            ),
            r"\A(?:まで|前)?(?:に)?(?:意見|パブリックコメント|反馈意见)|\A\s(?:können|sind)\s(?:\w+\s){0,3}stellungnahmen",
        ),
        (
            "expires",
            (
                (
                    rf"(?:expires?|expir(?:y|ing|ation)|ends?|runs? out|lapses?|valid|suspend(?:ed|s)\b[^.;]{{0,80}}|"
                    rf"extended|paused|läuft|ausgesetzt)(?:\s\w+){{0,4}}?\s{_UNTIL}\s\Z"
                ),
                r"(?<!\s(?:19|20)\d\d)(?<!\s(?:19|20)\d\d,)\s(?<!\bha[sd]\s)(?<!\bhave\s)(?:until|through|till)\s\Z",
                (
                    r"\b(?:exten[ds]\w*|prolong\w*|renew\w*)\b[^.;]{0,40}\b(?:suspension|pause|reprieve|waiver|truce|"
                    r"moratorium|exemption)\b(?:[^.;]|\bno\.){0,80}\s(?:until|to|through|till)\s\Z"
                ),
                r"\bno\.?\s?\d{1,4} of (?:19|20)\d\d,?\s(?:until|through|till)\s\Z",
                r"\b(?:suspension|pause|reprieve|waiver|truce|moratorium|exemption)\b[^.;]{0,50}\bruns? to\s\Z",
                r"(?:有效期|暂停)\w{0,12}至\Z",
                r"\bexp(?:iry|iration)(?: date)?\s?[:：]\s?\Z",
                r"至\Z",
            ),
            r"\A(?:まで|に失効|到期|届满|止)",
        ),
        (
            "effective",
            (
                (
                    r"(?:effective|t(?:akes?|ook) effect|came into (?:force|effect)|comes? into force|"
                    r"enters? into force|in force|"
                    r"in kraft|gilt|gelten|appl(?:y|ies)|starting|beginning|wirksam)"
                    r"(?:\s(?:on|from|as of|since|ab|am|seit|the|dem|zum))*\s\Z"
                ),
                r"\beffective(?: date)?\s?[:：]\s?\Z",
                r"自\Z",
            ),
            r"\A\s?(?:起(?:施行|实施|执行|生效)?|施行|[にか]ら?(?:施行|発効|適用|実施|始ま)|生效|부터 시행|in kraft)",
        ),
        (
            "hearing",
            (
                r"hearing(?:s)?(?:\s\w+){0,5}\s(?:(?:on|for)\s)?\Z",
                r"\bhearings? on (?:h\.\s?r|s)\.\s?\d{1,5}(?:, [^,;]{1,50},)?\s(?:on|for|to)\s\Z",
                r"\banhörung(?:\s\w+){0,3}\s(?:(?:am|für)\s)?\Z",
                r"听证会\w{0,6}\Z",
            ),
            r"\A[にの举]\w{0,6}(?:公聴会|听证会)",
        ),
        (
            "meeting",
            (
                r"(?:meeting|summit|conference|ministerial|session)(?:\s\w+){0,5}\s(?:on|for|in)\s\Z",
                r"\bat\s(?:the\s)?[a-z]\w+(?:\s[a-z]\w+){0,4}\s\(\Z",
            ),
            r"\A(?:['\u2019]s)?,?\s(?:[\w\u2019'-]+\s){0,8}(?:ministerial|summit)\b|\A['\u2019]s\s(?:[\w\u2019'-]+\s){0,4}(?:meeting|conference|session)\b",
        ),
        (
            "deadline",
            (
                (
                    r"(?:deadline|due|no later than|not later than|on or before|"
                    r"(?:must|shall|has to|have to|ordered|required?s?)\b[^.;]{0,60}\sby|by the end of|"
                    r"spätestens am|bis spätestens)(?:\s(?:of|on|is|for|by))*\s\Z"
                ),
                r"\b(?:have|has|had)\suntil\s\Z",
                r"截止(?:日期)?\w{0,4}\Z",
            ),
            r"\A(?:前|之前|期限)",
        ),
    )
)
"""What a date is the date of, by the words before it and behind it in small letters; the first that fits."""
_BEFORE = 90
_AT_A_TIME = re.compile(
    r"(?<=\s)(?:noon|midnight|\d{1,2}(?::\d\d)?(?:\s?[ap]\.?m\.?)?)"
    r"(?:,?\s(?:[A-Z]{2,4}|(?:\w+\s){1,2}[Tt]ime))?,?\son\s\Z"
)
"""A time of the day before its date: `by 5 p.m. ET on`. What the date is for is said before it."""
_NO_LONGER = re.compile(
    r"\b(?:was|were|had been) (?:(?:due|set|scheduled) )?to (?:end|expire|lapse|run out|close)(?: (?:on|in|by|at))? ?\Z"
)
"""What was to happen on a day does so no longer: the date that took its place is the one that counts."""
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s\Z")


def kinded(text: str, when: When, sentences: Sequence[Span]) -> When:
    """The date with what it is the date of, by the words around it in its sentence."""
    if when.kind:
        return when
    low, high = sentence_at(sentences, when.start, len(text))
    before = _WEEKDAY.sub("", text[max(low, when.start - _BEFORE) : when.start])
    if before.endswith(" on "):
        before = _AT_A_TIME.sub("", before)
    if _NO_LONGER.search(before):
        return when
    before, after = before.lower(), text[when.end : min(high, when.end + _BEFORE)].lower()
    for kind, leading, trailing in _KINDS:
        if leading.search(before) or (trailing is not None and trailing.match(after)):
            return replace(when, kind=kind)
    return when
