"""People and codes that do not exist, yet pass every check a real one passes.

Ids take serials from 900 up, which are hardly ever issued; the organisation code in a unit's code
begins with XX; phones begin with 1980000 or 1990000.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

Strangers = Iterator[tuple[str, str, str]]
AREAS = {"130802": 60, "130821": 14, "130803": 9, "130825": 8, "130824": 6, "610881": 3}
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁"
    "沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷"
)
GIVEN = {
    "男": "建国志军海明德永春树文斌立涛宏凯磊鹏飞宇浩泽峰亮庆山福成贵洪波东旭阳晨林松柏岩",
    "女": "淑桂秀玉丽红霞敏静芳燕兰梅英华娟婷雪莉琴慧颖晶洁佳萍凤云珍艳欣怡琳倩月春荣素晓彤",
}


def strangers(rng: Random) -> Strangers:
    """Name, sex and mobile, one person after another; no name and no number comes twice."""
    seen: set[str] = set()
    for number in rng.sample(range(20000), 20000):
        name = ""
        while not name or name in seen:
            sex = rng.choice("男女")
            given = rng.sample(GIVEN[sex], rng.choices((1, 2), (1, 6))[0])
            name = rng.choices(SURNAMES, range(len(SURNAMES), 0, -1))[0] + "".join(given)
        seen.add(name)
        yield name, sex, f"1{98 + number // 10000}0000{number % 10000:04d}"


def between(rng: Random, first: date, last: date) -> date:
    """A day from first to last."""
    return first + timedelta(rng.randint(0, (last - first).days))


def id_number(rng: Random, sex: str, born: date) -> str:
    """An id with the check of GB 11643."""
    area = rng.choices(list(AREAS), list(AREAS.values()))[0]
    first17 = f"{area}{born:%Y%m%d}{rng.randrange(900, 996, 2) + (sex == '男')}"
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


def uscc(rng: Random, prefix: str, area: str) -> str:
    """A unit's code with the check of GB 32100, around an organisation code by GB 11714."""
    body = f"XX{rng.randrange(10**6):06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    inner = sum(int(char, 36) * weight for char, weight in zip(body, weights, strict=True))
    first17 = f"{prefix}{area}{body}{'0X987654321'[inner % 11]}"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * pow(3, i, 31) for i, char in enumerate(first17))
    return first17 + alphabet[-total % 31]
