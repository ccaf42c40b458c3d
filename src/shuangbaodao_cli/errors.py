"""Errors that the user can put right: one class per exit code of the contract.

The message is one or more plain Chinese sentences: what is wrong, where, and what to do next.
Problems inside a file are not raised but collected (see ``problems``).
"""

from __future__ import annotations

import errno

_OS_ERROR_REASONS = {
    errno.EEXIST: "那里已经有一个同名的文件",
    errno.ENOENT: "文件夹不存在",
    errno.EISDIR: "那是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EFBIG: "文件太大",
    errno.ENAMETOOLONG: "文件名太长",
}


def os_error_reason(error: OSError) -> str:
    """The reason of a system error in Chinese; the system's own words where there is no translation."""
    return _OS_ERROR_REASONS.get(error.errno or 0, error.strerror or str(error))


class SbdError(Exception):
    """Something could not be done; the ledger is as it was."""

    exit_code = 1
    meaning = "没有做成"


class UsageError(SbdError):
    """The command was not understood: an option, a value or a field is not valid."""

    exit_code = 2
    meaning = "命令写得不对：选项、字段或填的值不合要求"


class DataProblem(SbdError):  # noqa: N818  # named for what the user sees
    """The data has problems: rows were rejected, or a check found something."""

    exit_code = 3
    meaning = "数据有问题：有的行没有收进来，或检查发现了问题"


class NotFound(SbdError):  # noqa: N818  # likewise
    """A name or number matches no record, or several."""

    exit_code = 4
    meaning = "找不到，或有几个同名的，请指明是哪一个"


class Ambiguous(NotFound):
    """Several records match the name; the message lists them with their numbers."""


class Refused(SbdError):  # noqa: N818  # likewise
    """A rule forbids it."""

    exit_code = 5
    meaning = "按规则不能这样做"


class FileError(SbdError):
    """A given file cannot be read, or a requested one cannot be written."""

    exit_code = 6
    meaning = "给的文件读不了"


class LedgerError(SbdError):
    """There is no ledger, it is not one of this program, it is newer than this program, or it is in use."""

    exit_code = 7
    meaning = "台账打不开：没有、不是本程序的、版本更新或正被占用"


class Busy(LedgerError):  # noqa: N818  # likewise
    """Another command is writing to the ledger and did not finish in time."""


ERRORS: tuple[type[SbdError], ...] = (
    SbdError,
    UsageError,
    DataProblem,
    NotFound,
    Refused,
    FileError,
    LedgerError,
)
"""Every class in the order of its exit code; the page of exit codes is generated from it."""
