"""Jobs in the user's crontab: a line each, tagged as ours. All other lines stay as they are, byte for byte.

A line depends on nothing outside it, because cron has neither PATH nor LANG nor our variables: the Python, the
ledger, the folder and the file of the passphrase stand in it, each by its whole path.
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
"""How many bytes long a command may be in every cron."""
_PYTHON_ARGUMENTS = ("-P", "-X", "utf8", "-m", "shuangbaodao_cli")
"""No module is taken from the folder that cron runs in, and text is UTF-8 whatever LANG says."""


class Job(NamedTuple):
    """One line of ours: its number, when it runs (five fields of cron), and the words behind its ``sbd``."""

    number: int
    schedule: str
    arguments: tuple[str, ...]
    key_file: str = ""
    """The file of the ledger's passphrase; empty where it has none."""

    def option(self, name: str) -> str:
        """The value of an option of its command; empty where the command does not have the option."""
        return self.arguments[self.arguments.index(name) + 1] if name in self.arguments else ""


def command(arguments: Sequence[str]) -> list[str]:
    """The whole command for ``sbd`` with these words; it needs nothing of its environment."""
    return [sys.executable, *_PYTHON_ARGUMENTS, *arguments]


def line(job: Job) -> str:
    """The line of the crontab for a job. Raises UsageError where cron could not read it."""
    from crontab import CronItem  # 20 ms, for those who schedule

    text = shlex.join(command(job.arguments))
    if job.key_file:
        text = f"{_KEY_FILE_PREFIX}{shlex.quote(job.key_file)} {text}"
    if re.search(r"[\n\r\\]| #", text):
        raise UsageError("路径和地点里不能有换行、反斜线，也不能有空格后面跟着 #，定时任务认不出来，请换一个名字。")
    if len(text.encode()) > _MAX_COMMAND_BYTES:
        raise UsageError("路径太长，定时任务的一行写不下，请换一个短一点的文件夹。")
    item = CronItem(command=text, comment=f"sbd:{job.number}")
    item.setall(job.schedule)
    # python-crontab writes @daily for midnight, which not every cron knows
    return str(item.slices.clean_render() + item.render().removeprefix(item.slices.render()))


def jobs() -> list[Job]:
    """Our jobs in the crontab. Raises SbdError where there is no crontab or it cannot be read."""
    return [job for text in _read_lines() if (job := _parse_job(text))]


def add(schedule: str, arguments: Sequence[str], key_file: str = "") -> tuple[Job, Job | None]:
    """Put a job into the crontab. It takes the place of one of the same words at another time or with another key.

    Returns the job and the one whose place it took; both are equal where nothing was changed.
    """
    lines = _read_lines()
    stored = [job for text in lines if (job := _parse_job(text))]
    previous = next((job for job in stored if job.arguments == tuple(arguments)), None)
    number = previous.number if previous else max((job.number for job in stored), default=0) + 1
    job = Job(number, schedule, tuple(arguments), key_file)
    if previous != job:
        _write_lines([*(text for text in lines if _job_number(text) != number), line(job)])
    return job, previous


def remove(number: int) -> Job:
    """Take a job out of the crontab and return it. Raises NotFound where there is none of that number."""
    lines = _read_lines()
    removed = next((job for text in lines if (job := _parse_job(text)) and job.number == number), None)
    if removed is None:
        raise NotFound(f"没有编号是 {number} 的定时任务。有哪些见 sbd schedule list。")
    _write_lines([text for text in lines if _job_number(text) != number])
    return removed


def is_available() -> bool:
    """Whether this machine has a crontab."""
    return shutil.which("crontab") is not None


def manual_entry(job: Job) -> str:
    """The line to put into another scheduler by hand, where there is no crontab."""
    return subprocess.list2cmdline(command(job.arguments)) if os.name == "nt" else line(job)


def _job_number(text: str) -> int | None:
    match = _TAG.search(text)
    return int(match[1]) if match and not text.lstrip().startswith("#") else None


def _parse_job(text: str) -> Job | None:
    """A line of the crontab as a job; None where it is not ours, or somebody made another command of it."""
    number = _job_number(text)
    if number is None:
        return None
    from crontab import CronTab  # as above

    for item in CronTab(tab=f"{text}\n"):
        words = shlex.split(item.command)
        if item.is_enabled() and "shuangbaodao_cli" in words:
            key_file = words[0].removeprefix(_KEY_FILE_PREFIX) if words[0].startswith(_KEY_FILE_PREFIX) else ""
            arguments = tuple(words[words.index("shuangbaodao_cli") + 1 :])
            return Job(number, str(item.slices.clean_render()), arguments, key_file)
    return None


def _read_lines() -> list[str]:
    done = _run_crontab(["-l"])
    if done.returncode and b"no crontab" not in done.stderr:
        raise SbdError(f"定时任务读不出来：{done.stderr.decode(errors='replace').strip()}")
    text = done.stdout.decode(errors="surrogateescape") if not done.returncode else ""
    return text.removesuffix("\n").split("\n") if text else []


def _write_lines(lines: Sequence[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    done = _run_crontab(["-"], text.encode(errors="surrogateescape"))
    if done.returncode:
        raise SbdError(f"定时任务写不进去，原来的都在：{done.stderr.decode(errors='replace').strip()}")


def _run_crontab(arguments: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("crontab")
    if program is None:
        raise SbdError("这台机器上没有 crontab（Windows 和容器里常见），没有定时任务可看。")
    environment: dict[str, Any] = os.environ | {"LC_ALL": "C"}  # so that “no crontab” comes in English
    return subprocess.run([program, *arguments], input=stdin, capture_output=True, check=False, env=environment)  # noqa: S603  # the user's own crontab
