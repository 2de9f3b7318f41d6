"""Chinese and Japanese names of firms, known by what they end or begin with: 公司, 集团, 株式会社.

Never knows whether such a firm exists; what says only which sort of firm is meant is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMED = re.compile(
    r"株式会社[\u30a0-\u30ff\u4e00-\u9fffA-Za-z]{2,14}"
    r"|(?:[\u30a0-\u30ff\u4e00-\u9fffA-Za-z0-9]{2,14})(?:株式会社|有限公司|股份公司|公司(?!债)|集团|集團)"
)
_MARKS = "公司", "集团", "集團", "株式会社"
_LEAD = re.compile(
    r".*(?:[与和及将由被向对就在为是的把给从因让]|宣布|收购|收購|关于|關於|列入|制裁|投资|出售|批准|签署|起诉|成立|设立|组建|签约"
    r"|携手|发行|合资|回购|变更|减持|增持|召开|担保|披露|亿元|万元|美国|中国|日本|韩国|德国|家|相关|外国|子)"
)
"""What stands before a name, not in it."""
_SORTS = (
    "矿业|礦業|锂业|鋰業|铜业|镍业|钴业|钨业|稀土|科技|材料|半导体|电池|汽车|石油|能源|新能源|航空|防务|军工|贸易|磁材|冶炼|回收"
    "|上市|合资|全资|控股|参股|母|孙|本|跨国|国有|民营|中资|日资|美资|大型|龙头|头部|部分"
)
_PLAIN = re.compile(rf"某.*|.*网传.*|(?:{_SORTS})?(?:有限公司|股份公司|公司|集团|集團|株式会社)")
"""A firm of which no name is said: 上市公司, 某防务公司."""


def cjk_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where such names stand."""
    if not any(mark in text for mark in _MARKS):
        return
    for match in _NAMED.finditer(text):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        if start < match.end() and not _PLAIN.fullmatch(text, start, match.end()):
            yield start, match.end()
