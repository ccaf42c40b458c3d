"""A real browser without a window, whose every request is written down, and what its picture shows."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


def program() -> str:
    """The browser of this machine; where there is none, the test is skipped and says so."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    return found


def opened(page: Path, folder: Path, *, size: str = "800,600") -> tuple[str, Path, list[str]]:
    """Open a page: the document as the browser understood it, its picture, and what it asked the network for.

    Nothing gets out: the browser is sent to a proxy that is not there. What it asks on its own account
    (the time, whether somebody is logged in) it writes down without an origin, and is not counted.
    """
    picture, log = folder / "page.png", folder / "net.json"
    flags = (
        *(*QUIET, "--proxy-server=127.0.0.1:1", "--proxy-bypass-list=<-loopback>", f"--log-net-log={log}"),
        *(f"--user-data-dir={folder / 'profile'}", f"--window-size={size}", f"--screenshot={picture}"),
    )
    command = [program(), *flags, "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    written = json.loads(log.read_text(encoding="utf-8"))
    start = written["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    begun = [event.get("params", {}) for event in written["events"] if event["type"] == start]
    asked = [said["url"] for said in begun if "url" in said and said.get("initiator") != "not an origin"]
    return done.stdout.decode(), picture, asked


def colours(picture: Path) -> Counter[bytes]:
    """How often each colour stands in a PNG of eight bits a channel (ISO/IEC 15948)."""
    raw = picture.read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high, depth, kind = struct.unpack(">IIBB", raw[16:26])
    assert depth == 8
    step = {2: 3, 6: 4}[kind]
    at, packed = 8, b""
    while at < len(raw):
        (length,) = struct.unpack(">I", raw[at : at + 4])
        if raw[at + 4 : at + 8] == b"IDAT":
            packed += raw[at + 8 : at + 8 + length]
        at += length + 12
    found: Counter[bytes] = Counter()
    lines, above, row = zlib.decompress(packed), bytes(wide * step), wide * step + 1
    for start in range(0, high * row, row):
        above = _line(lines[start], lines[start + 1 : start + row], above, step)
        found.update(above[one : one + 3] for one in range(0, len(above), step))
    return found


def _line(kind: int, packed: bytes, above: bytes, step: int) -> bytes:
    line = bytearray(packed)
    for at, value in enumerate(packed):
        left = line[at - step] if at >= step else 0
        upper, corner = above[at], above[at - step] if at >= step else 0
        guess = (0, left, upper, (left + upper) // 2, _nearest(left, upper, corner))[kind]
        line[at] = (value + guess) & 255
    return bytes(line)


def _nearest(left: int, upper: int, corner: int) -> int:
    """What Paeth guesses."""
    near = left + upper - corner
    return min((left, upper, corner), key=lambda one: abs(near - one))
