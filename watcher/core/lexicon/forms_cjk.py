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

_TRADES = (
    "锂业|锂能|锂电|钨业|稀土|矿业|资源|股份|新材|材料|钴业|铜业|镍业"
    "|钼业|锡业|锑业|有色|永磁|磁材|高科|新能|科技|钛业|钒钛|锗业|石墨|国际|能源"
)
_NO_FIRM = (
    "中国|我国|全国|国内|国外|全球|海外|世界|美国|欧洲|日本|韩国|澳洲|越南|缅甸|刚果|印尼|智利|战略|关键|重要|新增|发现|首个|最大"
    "|轻重|废旧|有关|相关|部分|多家|两家|龙头"
)
_DOES = (
    "拟|[:：]|完成|获|收购|签|宣布|再|终止|出售|下属|旗下|全资|预计|净|公告|股价|涨|跌|将|与|和|上半年|前三季度|三季|一季|半年|年报"
    "|子公司|控股|增持|入股|投资|发布|启动|计划|募资|定增|中标|停|复产|携手|联手|供应|斥资|参股|转让|成立|上调|下调|取得|竞得"
    "|高管|董事|实控人|发行|20[0-9][0-9]"
)
_LISTED = re.compile(rf"(?!{_NO_FIRM})[\u4e00-\u9fff]{{2}}(?:{_TRADES})(?={_DOES})")
"""A firm of the exchanges of the mainland as headlines open with it: two signs of its own, its trade, what it does."""


def listed_span(title: str) -> Iterator[tuple[int, int]]:
    """Where such a name opens a title."""
    match = _LISTED.match(title)
    if match:
        yield match.span()


def cjk_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where such names stand."""
    if not any(mark in text for mark in _MARKS):
        return
    for match in _NAMED.finditer(text):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        if start < match.end() and not _PLAIN.fullmatch(text, start, match.end()):
            yield start, match.end()
