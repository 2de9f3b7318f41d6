"""The words that tell of a date more than the day: an if, a perhaps, a change, a time of the day, an end that nears.

Never decides what follows from them.
"""

from __future__ import annotations

import re

CONDITION = re.compile(
    r"\bif\s(?:it|they|approved|passed|signed|enacted|adopted|confirmed|ratified|agreed|no|talks|the\s(?:bill|deal|house|"
    r"senate|commission|council|president|court|government|measure|proposal|plan|agreement|talks))\b|"
    r"\b(?:provided that|contingent on|assuming|pending (?:approval|ratification|review|a|the)|sofern|vorbehaltlich|"
    r"subject to (?:approval|ratification|final|shareholder|regulatory|parliamentary|congressional)|sous réserve|"
    r"should the|once (?:it is |the bill is )?(?:approved|signed|enacted|passed|adopted|ratified))\b|如果|若|もし",
    re.IGNORECASE,
)
"""What a date depends on. Not every `if`: exporters need a licence from a day on if their goods hold a share of ore."""
PERHAPS = re.compile(
    r"\b(?:might|could|expected|expects?|likely|possibl[ey]|reportedly|tentative(?:ly)?|provisional(?:ly)?|unconfirmed|"
    r"hopes?|aims?|targets?|targeting|voraussichtlich|könnte|dürfte|pourrait|devrait|podría)\b|\bmay\s(?=[a-z])|"
    r"预计|或将|可能|有望|据悉|見通し|見込み|可能性"
)
"""`may` with a small letter and a verb behind it; the month is none."""
MOVED = re.compile(
    r"\b(?:exten(?:d|ds|ded|ding|sion)|prolong\w*|postpon\w*|delay(?:s|ed|ing)?|defer(?:s|red|ral|ring)?|"
    r"reschedul\w*|renew(?:s|ed|al|ing)?|pushe[sd] back|push(?:ing)? back|put(?:s|ting)? off|moved (?:to|from|up|back)|"
    r"brought forward|shorten(?:s|ed)?|revised schedule|verlänger\w*|verschob\w*|verschieb\w*|reporté\w*|"
    r"now (?:runs|lasts|ends|expires)|to run (?:to|until)|aplaz\w*|prorrog\w*)\b|"
    r"延长|延期|推迟|延后|延長|先送り|연장|연기",
    re.IGNORECASE,
)
DUTY = re.compile(
    r"\b(?:must|shall|ha[sv]e? to|requir\w+|order(?:s|ed)?|direct(?:s|ed)|mandat\w+|oblig\w+|call(?:s|ed) on|"
    r"compl(?:y|ies)|to (?:submit|respond|report|decide|issue)|deadline|due|muss|müssen|doit|doivent|debe[n]?)\b|"
    r"应当|必须|须|しなければ",
    re.IGNORECASE,
)
"""What makes `within ten days` a duty to be met, and no measure of how fast something went."""
ENDING = (
    *("reprieve", "suspension", "pause", "truce", "waiver", "exemption", "moratorium", "grace period", "window"),
    *("deadline", "comment period", "licence", "license", "arrangement", "aussetzung", "frist", "ausnahme"),
)
ENDING_ELSEWHERE = ("暂停", "宽限期", "豁免", "期限", "措施", "猶予", "停止")
"""One of these stands in every passage that `NEARS` finds; those of the second row in a text that is not ASCII."""
_THING = (
    r"(?:reprieve|suspension|pause|truce|waiver|exemption|moratorium|grace period|window|deadline|comment period|"
    r"licen[cs]e|arrangement)"
)
_NEARS = (
    r"(?:near(?:s|ing)(?: (?:its|the|an))? end|run(?:s|ning) out|about to (?:expire|lapse|end|run out)|"
    r"expir(?:es|ing) soon|(?:set|due|scheduled) to (?:expire|lapse|end|run out)|approach(?:es|ing)|"
    r"loom(?:s|ing)|wind(?:s|ing) down|draw(?:s|ing) to a close|time-bound|soon (?:expires?|lapses?|ends?))"
)
NEARS = re.compile(
    rf"\b{_THING}s?\b[^.;!?]{{0,140}}?\b{_NEARS}\b|"
    rf"\b(?:one|two|three|six|nine|twelve|\d{{1,3}})[- ](?:year|month|week|day) {_THING}\b|"
    r"(?:暂停|宽限期|豁免|期限|措施)[^。；]{0,40}(?:即将到期|将到期|临近|即将结束)|(?:猶予|停止|期限)[^。]{0,40}(?:迫る|迫って|間もなく)|"
    r"\b(?:Aussetzung|Frist|Schonfrist|Ausnahme)\b[^.;!?]{0,80}\b(?:läuft bald aus|endet bald|naht)\b",
    re.IGNORECASE,
)
"""A thing with an end that is spoken of as near, without its day; or a reprieve that is called by its length."""
TYPE_WORDS = {
    "export_control": re.compile(
        r"\b(?:export|licensing)\s(?:\w+\s)?(?:control|restriction|curb|ban|licen[cs])|出口管制|輸出(?:管理|規制)|Exportkontroll|"
        r"Ausfuhr",
        re.IGNORECASE,
    ),
    "trade_measure": re.compile(r"\b(?:tariffs?|dut(?:y|ies)|Section 301|Zölle?)\b|关税|関税", re.IGNORECASE),
    "rulemaking_notice": re.compile(r"\bcomment(?:s| period)\b|征求意见", re.IGNORECASE),
}
"""What a reprieve is of, where its sentence reports no event."""
CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\.?)?(?:,?\s(?P<zone>[A-Z]{2,4}|Eastern|Beijing|"
    r"Brussels|Tokyo)(?:\s(?:[Ss]tandard\s|[Dd]aylight\s)?[Tt]ime)?)?(?![\w:])"
)
ZONES = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "Eastern": "America/New_York",
    "PT": "America/Los_Angeles",
    "CET": "Europe/Brussels",
    "CEST": "Europe/Brussels",
    "Brussels": "Europe/Brussels",
    "GMT": "UTC",
    "UTC": "UTC",
    "BST": "Europe/London",
    "Beijing": "Asia/Shanghai",
    "JST": "Asia/Tokyo",
    "Tokyo": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
"""What publishers write for a zone. `CST` is left out: Chicago and China both use it."""
SETTLING = {
    "expired": ("expires", "comment_close", "deadline"),
    "lapsed": ("expires", "deadline"),
    "extended": ("expires", "comment_close", "deadline"),
    "continued": ("expires",),
    "postponed": ("effective", "hearing", "meeting", "deadline", "comment_close"),
    "delayed": ("effective", "hearing", "meeting", "deadline"),
    "in_force": ("effective",),
    "revoked": ("expires", "effective", "deadline"),
    "eased": ("effective",),
    "removed": ("expires", "effective"),
    "suspended": ("effective",),
    "withdrawn": ("effective", "hearing", "comment_close", "deadline"),
    "terminated": ("expires",),
    "repealed": ("expires", "effective"),
    "vacated": ("effective",),
    "abandoned": ("effective", "deadline"),
    "rejected": ("effective",),
}
"""By an event's status: the kinds of entries that it settles, if it was reported as fact."""
EXTENDED = re.compile(
    r"\b(?:extend(?:s|ed|ing)?|extension of|prolong(?:s|ed|ing)?|renew(?:s|ed|ing|al of)?)\b[^.;,]{0,40}?"
    r"\b(?:suspension|pause|reprieve|waiver|truce|moratorium|exemption)\b|延长[^。；]{0,12}(?:暂停|豁免|宽限)",
    re.IGNORECASE,
)
"""What is extended is itself a suspension: then that is the news, whatever the act is called by."""
AFTER_THE_DAY = frozenset({"expired", "lapsed"})
"""What cannot be said of a day that is still to come."""
