"""Names of places and organisations that look alike.

文庙 ~ 文庙社区, 旅游分局 ~ 承德市公安局旅游分局, 承医 ~ 承德医学院.

Every way of being alike is looked up by a key, never by going through all names: to compare ten thousand new
names with ten thousand known ones takes a second or two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KIND_SUFFIXES = (
    *("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "村民委员会", "村委会", "行政村", "村"),
    *("街道办事处", "街道办", "街道", "镇政府", "镇", "乡", "网格", "小区"),
    *("党工委", "党委", "党组", "党总支", "总支", "党支部", "支部"),
    *("有限责任公司", "股份有限公司", "有限公司", "公司"),
    *("志愿服务队", "志愿者服务队", "服务队", "志愿队", "队"),
)
"""Words at the end of a name that say its kind only; the longer ones first."""
_LEVEL = re.compile("社区|居|村|街|镇|乡|网格|小区")
"""水泉沟镇 and 水泉沟社区 are two places, 文庙 and 文庙社区居委会 are one."""
_GENERIC = re.compile(
    "(?:(?:市|区|县|镇|乡|街道)?(?:公安局|分局|派出所|局|医院|学校|小学|中学|幼儿园|银行|支行|委员会|办公室|机关|大队|"
    f"中心|集团|党校)|{'|'.join(_KIND_SUFFIXES)})+"
)
"""Words that many names end in and that are no name by themselves."""
_GENERIC_END = re.compile(f"{_GENERIC.pattern}$")
COMMON_STEM_LENGTH = 3
"""The number of characters that many organisations have in common (双桥区, 承德市): a stem has to have more."""
_ORDINAL = re.compile("[0-9一二三四五六七八九十百甲乙丙丁东西南北中上下前后左右大小新老]")
"""Characters in which a name differs from its neighbour's: 第一网格 and 第二网格, 东园 and 西园."""


class SimilarNames:
    """An index of names by the ways in which another name may look like them."""

    def __init__(self, names: Iterable[str] = (), *, abbreviations: bool = False) -> None:
        """``abbreviations``: find these too, as organisations have them."""
        self.abbreviations = abbreviations
        self._names: dict[str, str] = {}
        self._by_ending: dict[str, list[str]] = {}
        self._by_core: dict[str, list[str]] = {}
        self._by_deletion: dict[str, list[str]] = {}
        self._short_by_initial: dict[str, list[str]] = {}
        self._long_by_initial: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        for name in names:
            self.add(name)

    def add(self, raw: str) -> None:
        """Add a name to the index."""
        name = fold(raw)
        if not name or name in self._names:
            return
        self._names[name] = raw
        for ending in _endings(name):
            self._by_ending.setdefault(ending, []).append(name)
        self._by_core.setdefault(_core(name), []).append(name)
        for deletion in _deletions(name):
            self._by_deletion.setdefault(deletion, []).append(name)
        if self.abbreviations:
            self._by_stem.setdefault(_stem(name), []).append(name)
            (self._short_by_initial if len(name) < 4 else self._long_by_initial).setdefault(name[0], []).append(name)

    def find(self, raw: str) -> Iterator[tuple[str, str]]:
        """The names in the index that look like one, each once, with what makes them alike."""
        name = fold(raw)
        seen = {name}
        for other, likeness in self._candidates(name):
            if other not in seen:
                seen.add(other)
                yield self._names[other], likeness

    def _candidates(self, name: str) -> Iterator[tuple[str, str]]:
        core, level = _core(name), _level(name)
        same_core = (other for other in self._by_core.get(core, ()) if not level or _level(other) in {"", level})
        yield from ((other, "只差“社区”一类的字") for other in same_core)
        if not _GENERIC.fullmatch(name):
            yield from ((other, "后面的字相同") for other in self._by_ending.get(name, ()))
        yield from ((other, "后面的字相同") for other in _endings(name) if other in self._names)
        yield from (
            (other, "只差一个字")
            for deletion in _deletions(name)
            for other in self._by_deletion.get(deletion, ())
            if _is_one_character_off(other, name)
        )
        if self.abbreviations and name:
            longer = self._by_stem.get(name, ()) if len(name) > COMMON_STEM_LENGTH else ()
            shorter = [stem] if len(stem := _stem(name)) > COMMON_STEM_LENGTH and stem in self._names else []
            yield from ((other, "只差“医院”一类的字") for other in (*longer, *shorter))
            candidates = (self._long_by_initial if len(name) < 4 else self._short_by_initial).get(name[0], ())
            yield from (
                (other, "像是简称") for other in candidates if _is_abbreviation(*sorted((other, name), key=len))
            )


def _core(name: str) -> str:
    """A name without the words at its end that only say its kind; all of it where there is nothing else."""
    end = len(name)
    while (suffix := next((kind for kind in _KIND_SUFFIXES if name.endswith(kind, 0, end)), None)) is not None:
        end -= len(suffix)
    return name[:end] if end > 1 else name


def _stem(name: str) -> str:
    """The name of an organisation without the words that say what it is: 名士口腔 of 名士口腔医院."""
    match = _GENERIC_END.search(name)
    return name[: match.start()] if match else name


def _level(name: str) -> str:
    """The level that the words at the end of a name speak of; empty where they do not."""
    match = _LEVEL.search(name, len(_core(name)))
    return match[0].replace("居", "社区") if match else ""


def _endings(name: str) -> Iterator[str]:
    """The parts at the end of a name that may be a name by themselves."""
    for start in range(1, len(name) - 2):
        if not _GENERIC.fullmatch(ending := name[start:]):
            yield ending


def _deletions(name: str) -> Iterator[str]:
    """A name of some length, whole and with each of its characters left out."""
    if len(name) > 4:
        yield name
        yield from {name[:index] + name[index + 1 :] for index in range(len(name))}


def _is_one_character_off(first: str, second: str) -> bool:
    """Whether two names differ in one character, and not in one that tells neighbours apart (``_ORDINAL``)."""
    from rapidfuzz.distance import Levenshtein, Prefix  # only where names look alike

    if Levenshtein.distance(first, second, score_cutoff=1) != 1:
        return False
    index, (short, long) = Prefix.similarity(first, second), sorted((first, second), key=len)
    differing = long[index] if len(short) < len(long) else first[index] + second[index]
    return not _ORDINAL.search(differing) and not (differing.isascii() and differing.isalnum())


def _is_abbreviation(short: str, long: str) -> bool:
    """Whether a name of two or three characters is made of those of a long one, in their order."""
    if not 1 < len(short) < 4 or len(long) < 4 or short in long:
        return False
    remaining = iter(long)
    return all(character in remaining for character in short)
