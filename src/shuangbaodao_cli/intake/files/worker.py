"""The process in which a file is read, so that even a crash ends only this process.

``python -m shuangbaodao_cli.intake.files.worker READER [ENCODING]`` reads the file on standard input and
writes frames to standard output: four bytes of length, then a pickled tuple that begins with its kind.
"""

from __future__ import annotations

import gc
import pickle
import sys

from shuangbaodao_cli.intake.files.readers import READERS
from shuangbaodao_cli.problems import InvalidValue

MAX_MEMORY_BYTES = 1536 * 1024 * 1024
MAX_CPU_SECONDS = 40
"""Processor time; the whole command has to end within a minute."""


def main() -> None:
    """Read the file on standard input and write its frames to standard output."""
    _limit_resources()
    gc.disable()
    out = sys.stdout.buffer

    def send(*frame: object) -> None:
        data = pickle.dumps(frame, 5)
        out.write(len(data).to_bytes(4, "little"))
        out.write(data)

    try:
        reader, *encoding = sys.argv[1:]
        for frame in READERS[reader](sys.stdin.buffer.read(), *encoding):
            send(*frame)
        send("end")
    except BaseException as error:  # noqa: BLE001  # a panic of a reader is not even an Exception
        send("failed", error.message if isinstance(error, InvalidValue) else "")
    out.flush()


def _limit_resources() -> None:
    """Limit memory and time where the platform can; on Windows only the parent's timer does."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
