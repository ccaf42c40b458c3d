"""Which kind of thing a name that nobody knows yet is likely to be the name of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.text import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDINGS = {
    "branch": r"(?:党委|总支|支部|党小组|中心户)$",
    "team": r"(?:队|小组|志愿者团体)$",
    "org": r"(?:局|院|校|社|行|公司|所|中心|委|委员会|办|办公室|部|会|厂|站|集团|银行|口腔|医院|学校|幼儿园|队)$|.{5,}",
}


def likely(name: str, kinds: Sequence[str]) -> str:
    """Of the kinds that may be meant, the one a name looks like: 爱民路网格党支部 is a branch, 张三 a person."""
    for kind, ending in _ENDINGS.items():
        if kind in kinds and pattern(ending).search(name):
            return kind
    return "person" if "person" in kinds else kinds[0]
