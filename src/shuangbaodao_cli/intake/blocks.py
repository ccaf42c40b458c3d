"""Blocks side by side: a list that goes on at the top of the right half of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shuangbaodao_cli.vocabulary.text import fold_header

if TYPE_CHECKING:
    from shuangbaodao_cli.intake.headers import Header
    from shuangbaodao_cli.intake.headings import Parts


def side_by_side(header: Header, parts: dict[int, Parts]) -> Header:
    """The header with the further blocks that repeat its headings, these no longer among ``twice``.

    A block begins where the first heading of the table is repeated, and is one if it repeats what
    every row must have.
    """
    said = {at: fold_header("".join(one))[0] for at, one in parts.items()}
    needed = [at for at, one in header.columns.items() if one.required]
    if not said or not needed:
        return header
    repeated = [at for at in header.twice if said[at] == said[min(needed)]]
    lead = min(at for at in said)
    if not repeated or min(needed) < lead:
        return header
    starts = [_start(at, min(needed) - lead, said, lead) for at in repeated]
    ends = [*starts[1:], max(said) + 1]
    first = [at for at in said if at < starts[0]]
    blocks = []
    for start, end in zip(starts, ends, strict=True):
        there = {said[at]: at for at in sorted(said, reverse=True) if start <= at < end}
        block = {at: there[said[at]] for at in first if said[at] in there}
        if all(at in block for at in needed):
            blocks.append(block)
    if not blocks:
        return header
    return replace(
        header,
        columns={at: one for at, one in header.columns.items() if at < starts[0]},
        unknown={at: one for at, one in header.unknown.items() if at < starts[0]},
        twice={at: one for at, one in header.twice.items() if at < starts[0]},
        blocks=tuple(blocks),
    )


def _start(at: int, lead: int, said: dict[int, str], first: int) -> int:
    """Where a block begins: as many columns before its required heading as in the first one, if alike."""
    return at - lead if said.get(at - lead) == said[first] else at
