"""import --rejects: the refused rows of all files of a command as one workbook."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.intake.roster import Roster
from shuangbaodao_cli.intake.workbook import Workbook
from shuangbaodao_cli.output.files import write_bytes
from shuangbaodao_cli.output.visible import visible

if TYPE_CHECKING:
    from shuangbaodao_cli.output.rejects import Block


class Rejects:
    """Gathers what the files of a command refused; nothing where no file was asked for."""

    def __init__(self, path: Path | None, files: Sequence[Path]) -> None:
        """Refuse, before any work is done, a file that could not be written or is one of those read."""
        if path is not None and path.suffix.lower() != ".xlsx":
            raise UsageError(f"退回的行只能存成 .xlsx，请把“{path.name}”改成 .xlsx 结尾。")
        if path is not None and path.resolve() in {file.resolve() for file in files}:
            raise UsageError(f"“{path}”正是要导入的文件，退回的行请存到别的文件里。")
        self.path = path
        self.blocks: list[tuple[str, Block]] = []

    def add(self, book: Workbook, rosters: Sequence[Roster]) -> None:
        """Gather the refused rows of one file."""
        if self.path is None or not any(roster.rejected for roster in rosters):
            return
        from shuangbaodao_cli.intake.refusals import refused  # noqa: PLC0415  # openpyxl, where there is something

        self.blocks += [(book.file, block) for block in refused(book, rosters)]

    def write(self) -> str | None:
        """Write the file, and say so; its path, or None where nothing was refused or asked for."""
        if self.path is None:
            return None
        if not self.blocks:
            sys.stderr.write(f"没有退回的行，没有写“{visible(str(self.path))}”。\n")
            return None
        from shuangbaodao_cli.output.rejects import workbook  # noqa: PLC0415  # likewise

        several = len({file for file, _ in self.blocks}) > 1
        titled = [(f"{Path(file).stem} {one.sheet}" if several else one.sheet, one) for file, one in self.blocks]
        write_bytes(self.path, workbook(titled), private=True)
        rows = sum(len(block.rows) for _, block in self.blocks)
        sys.stderr.write(f"退回的 {rows} 行已另存到 {visible(str(self.path))}\n")
        return str(self.path)
