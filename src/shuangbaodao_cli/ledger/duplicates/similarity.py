"""Names of places and units that look alike: 文庙 ~ 文庙社区, 旅游分局 ~ 承德市公安局旅游分局, 承医 ~ 承德医学院.

Every way of being alike is looked up by a key, never by going through all names: ten thousand new
names beside ten thousand known ones take a second or two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KINDS = (
    *("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "村民委员会", "村委会", "行政村", "村"),
    *("街道办事处", "街道办", "街道", "镇政府", "镇", "乡", "网格", "小区"),
    *("党工委", "党委", "党组", "党总支", "总支", "党支部", "支部"),
    *("有限责任公司", "股份有限公司", "有限公司", "公司"),
    *("志愿服务队", "志愿者服务队", "服务队", "志愿队", "队"),
)
"""What says of which kind something is, not which one; the longer words first."""
_LEVEL = re.compile("社区|居|村|街|镇|乡|网格|小区")
"""水泉沟镇 and 水泉沟社区 are two places, 文庙 and 文庙社区居委会 are one."""
_GENERIC = re.compile(
    "(?:(?:市|区|县|镇|乡|街道)?(?:公安局|分局|派出所|局|医院|学校|小学|中学|幼儿园|银行|支行|委员会|办公室|机关|大队|"
    f"中心|集团|党校)|{'|'.join(_KINDS)})+"
)
"""Words that many names end in and that are no name by themselves."""
_GENERIC_END = re.compile(f"{_GENERIC.pattern}$")
STEM = 3
"""Characters that many units have in common (双桥区, 承德市): a name has to have more."""
_ORDINAL = re.compile("[0-9一二三四五六七八九十百甲乙丙丁东西南北中上下前后左右大小新老]")
"""In these a name differs from its neighbour's: 第一网格 and 第二网格, 东园 and 西园."""


class Alike:
    """Names known by the ways in which another name may look like them."""

    def __init__(self, names: Iterable[str] = (), *, short: bool = False) -> None:
        """``short``: abbreviations too, as units have them."""
        self.short = short
        self._names: dict[str, str] = {}
        self._ends: dict[str, list[str]] = {}
        self._cores: dict[str, list[str]] = {}
        self._gaps: dict[str, list[str]] = {}
        self._brief: dict[str, list[str]] = {}
        self._long: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        for name in names:
            self.add(name)

    def add(self, written: str) -> None:
        """Make a name findable."""
        name = fold(written)
        if not name or name in self._names:
            return
        self._names[name] = written
        for ending in _endings(name):
            self._ends.setdefault(ending, []).append(name)
        self._cores.setdefault(_core(name), []).append(name)
        for gap in _gaps(name):
            self._gaps.setdefault(gap, []).append(name)
        if self.short:
            self._stems.setdefault(_stem(name), []).append(name)
            (self._brief if len(name) < 4 else self._long).setdefault(name[0], []).append(name)

    def near(self, written: str) -> Iterator[tuple[str, str]]:
        """The known names that look like one, each once, with what makes them alike."""
        name = fold(written)
        seen = {name}
        for found, how in self._found(name):
            if found not in seen:
                seen.add(found)
                yield self._names[found], how

    def _found(self, name: str) -> Iterator[tuple[str, str]]:
        core, own = _core(name), _level(name)
        same = (one for one in self._cores.get(core, ()) if not own or _level(one) in {"", own})
        yield from ((one, "只差“社区”一类的字") for one in same)
        if not _GENERIC.fullmatch(name):
            yield from ((one, "后面的字相同") for one in self._ends.get(name, ()))
        yield from ((one, "后面的字相同") for one in _endings(name) if one in self._names)
        yield from (
            (one, "只差一个字") for gap in _gaps(name) for one in self._gaps.get(gap, ()) if _one_off(one, name)
        )
        if self.short and name:
            longer = self._stems.get(name, ()) if len(name) > STEM else ()
            shorter = [stem] if len(stem := _stem(name)) > STEM and stem in self._names else []
            yield from ((one, "只差“医院”一类的字") for one in (*longer, *shorter))
            others = (self._long if len(name) < 4 else self._brief).get(name[0], ())
            yield from ((one, "像是简称") for one in others if _abbreviates(*sorted((one, name), key=len)))


def _core(name: str) -> str:
    """A name without the words at its end that only say its kind; all of it where it is nothing else."""
    at = len(name)
    while (found := next((kind for kind in _KINDS if name.endswith(kind, 0, at)), None)) is not None:
        at -= len(found)
    return name[:at] if at > 1 else name


def _stem(name: str) -> str:
    """A unit's name without the words that say what it is: 名士口腔 of 名士口腔医院."""
    found = _GENERIC_END.search(name)
    return name[: found.start()] if found else name


def _level(name: str) -> str:
    """Of which level the words at the end of a name speak; empty where they do not."""
    found = _LEVEL.search(name, len(_core(name)))
    return found[0].replace("居", "社区") if found else ""


def _endings(name: str) -> Iterator[str]:
    """The parts at the end of a name that may be a name by themselves."""
    for at in range(1, len(name) - 2):
        if not _GENERIC.fullmatch(ending := name[at:]):
            yield ending


def _gaps(name: str) -> Iterator[str]:
    """A name of some length, whole and with each of its characters left out."""
    if len(name) > 4:
        yield name
        yield from {name[:at] + name[at + 1 :] for at in range(len(name))}


def _one_off(one: str, other: str) -> bool:
    """Whether two names differ in one character, and not in one that tells neighbours apart."""
    from rapidfuzz.distance import Levenshtein, Prefix  # noqa: PLC0415  # only where names look alike

    if Levenshtein.distance(one, other, score_cutoff=1) != 1:
        return False
    at, (short, long) = Prefix.similarity(one, other), sorted((one, other), key=len)
    differing = long[at] if len(short) < len(long) else one[at] + other[at]
    return not _ORDINAL.search(differing) and not (differing.isascii() and differing.isalnum())


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name of two or three characters is made of those of a long one, in their order."""
    if not 1 < len(short) < 4 or len(long) < 4 or short in long:
        return False
    rest = iter(long)
    return all(char in rest for char in short)
