"""Jobs in the user's crontab: a line each, tagged as ours. All other lines stay as they are, byte for byte.

A line says everything itself, because cron knows no PATH, no LANG and no variable of ours: which Python,
which ledger, which folder, where the passphrase is kept, each by its whole path.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import NotFound, SbdError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAG = re.compile(r"# sbd:(\d+)$")
_KEY_FILE_PREFIX = "SBD_KEY_FILE="
_MAX_COMMAND_BYTES = 900
"""Bytes of a command that every cron takes."""
_PYTHON_ARGUMENTS = ("-P", "-X", "utf8", "-m", "shuangbaodao_cli")
"""No module from the folder cron happens to stand in, and UTF-8 whatever LANG says."""


class Job(NamedTuple):
    """One line of ours: its number, when it runs (five fields of cron), and the words of its ``sbd``."""

    number: int
    schedule: str
    arguments: tuple[str, ...]
    key_file: str = ""
    """Where the passphrase of the ledger is kept; empty where it has none."""

    def option(self, name: str) -> str:
        """The value of an option of its command; empty where it has none."""
        return self.arguments[self.arguments.index(name) + 1] if name in self.arguments else ""


def command(arguments: Sequence[str]) -> list[str]:
    """The whole command for ``sbd`` and these words: it runs in a bare environment."""
    return [sys.executable, *_PYTHON_ARGUMENTS, *arguments]


def line(job: Job) -> str:
    """The line of the crontab for a job. Raises UsageError where cron could not take it."""
    from crontab import CronItem  # only who schedules pays for it

    said = shlex.join(command(job.arguments))
    if job.key_file:
        said = f"{_KEY_FILE_PREFIX}{shlex.quote(job.key_file)} {said}"
    if re.search(r"[\n\r\\]| #", said):
        raise UsageError("路径和地点里不能有换行、反斜线，也不能有空格后面跟着 #，定时任务认不出来，请换一个名字。")
    if len(said.encode()) > _MAX_COMMAND_BYTES:
        raise UsageError("路径太长，定时任务的一行写不下，请换一个短一点的文件夹。")
    item = CronItem(command=said, comment=f"sbd:{job.number}")
    item.setall(job.schedule)
    # @daily, which it prefers for midnight, is no word of every cron
    return str(item.slices.clean_render() + item.render().removeprefix(item.slices.render()))


def jobs() -> list[Job]:
    """The jobs of ours. Raises SbdError where there is no crontab or it cannot be read."""
    return [job for text in _read_lines() if (job := _parse_job(text))]


def add(schedule: str, arguments: Sequence[str], key_file: str = "") -> tuple[Job, Job | None]:
    """Put a job in, in place of one that does the same at another time or without the key; that one is told too."""
    lines = _read_lines()
    known = [job for text in lines if (job := _parse_job(text))]
    same = next((job for job in known if job.arguments == tuple(arguments)), None)
    number = same.number if same else max((job.number for job in known), default=0) + 1
    job = Job(number, schedule, tuple(arguments), key_file)
    if same != job:
        _write_lines([*(text for text in lines if _job_number(text) != number), line(job)])
    return job, same


def remove(number: int) -> Job:
    """Take a job out. Raises NotFound where there is none of that number."""
    lines = _read_lines()
    found = next((job for text in lines if (job := _parse_job(text)) and job.number == number), None)
    if found is None:
        raise NotFound(f"没有编号是 {number} 的定时任务。有哪些见 sbd schedule list。")
    _write_lines([text for text in lines if _job_number(text) != number])
    return found


def is_available() -> bool:
    """Whether this machine has a crontab."""
    return shutil.which("crontab") is not None


def manual_entry(job: Job) -> str:
    """What to put into another scheduler where there is no crontab."""
    return subprocess.list2cmdline(command(job.arguments)) if os.name == "nt" else line(job)


def _job_number(text: str) -> int | None:
    match = _TAG.search(text)
    return int(match[1]) if match and not text.lstrip().startswith("#") else None


def _parse_job(text: str) -> Job | None:
    """A line of the crontab as a job; None where it is not ours, or somebody made it something else."""
    number = _job_number(text)
    if number is None:
        return None
    from crontab import CronTab  # likewise

    for item in CronTab(tab=f"{text}\n"):
        words = shlex.split(item.command)
        if item.is_enabled() and "shuangbaodao_cli" in words:
            key_file = words[0].removeprefix(_KEY_FILE_PREFIX) if words[0].startswith(_KEY_FILE_PREFIX) else ""
            said = tuple(words[words.index("shuangbaodao_cli") + 1 :])
            return Job(number, str(item.slices.clean_render()), said, key_file)
    return None


def _read_lines() -> list[str]:
    done = _run_crontab(["-l"])
    if done.returncode and b"no crontab" not in done.stderr:
        raise SbdError(f"定时任务读不出来：{done.stderr.decode(errors='replace').strip()}")
    text = done.stdout.decode(errors="surrogateescape") if not done.returncode else ""
    return text.removesuffix("\n").split("\n") if text else []


def _write_lines(lines: Sequence[str]) -> None:
    text = "".join(f"{one}\n" for one in lines)
    done = _run_crontab(["-"], text.encode(errors="surrogateescape"))
    if done.returncode:
        raise SbdError(f"定时任务写不进去，原来的都在：{done.stderr.decode(errors='replace').strip()}")


def _run_crontab(arguments: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("crontab")
    if program is None:
        raise SbdError("这台机器上没有 crontab（Windows 和容器里常见），没有定时任务可看。")
    environment: dict[str, Any] = os.environ | {"LC_ALL": "C"}  # what it says is looked at
    return subprocess.run([program, *arguments], input=stdin, capture_output=True, check=False, env=environment)  # noqa: S603  # the user's own crontab
