"""browse: the records in a browser, by Datasette, where that is installed."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from shuangbaodao_cli.cli.options import LedgerOption, echo
from shuangbaodao_cli.errors import SbdError, UsageError
from shuangbaodao_cli.files import write_bytes
from shuangbaodao_cli.ledger.query import masked_copy
from shuangbaodao_cli.ledger.query.sql import open_read_only
from shuangbaodao_cli.output.formats import json_text
from shuangbaodao_cli.reports.datasette import metadata

HOST = "127.0.0.1"


def browse(
    *,
    metadata_path: Annotated[
        Path | None, typer.Option("--metadata", metavar="FILE.json", help="只写说明（Datasette 的 metadata），不打开")
    ] = None,
    copy_path: Annotated[
        Path | None, typer.Option("--copy", metavar="FILE.db", help="只写不含号码的副本，不打开")
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="用哪个端口", min=1, max=65535)] = 8001,
    session: LedgerOption,
) -> None:
    """在浏览器里看台账：各种记录、筛选、报表。要另装 Datasette。

    看的是一份只读的副本，里面没有证件号码、电话和走访对象的情况，用完就删；只有这台电脑打得开。
    """
    if metadata_path is not None and metadata_path.suffix.lower() != ".json":
        raise UsageError(f"说明只能写成 .json，请把“{metadata_path.name}”改成 .json 结尾。")
    if copy_path is not None and copy_path.suffix.lower() != ".db":
        raise UsageError(f"副本请写成 .db 结尾，例如 {copy_path.stem}.db。")
    path = session.path
    connection = open_read_only(path)
    try:
        if copy_path is not None:
            masked_copy.write(connection, copy_path)
        if metadata_path is not None:
            write_bytes(metadata_path, json_text(metadata(connection, (copy_path or path).stem)).encode())
        if copy_path is not None or metadata_path is not None:
            sys.stderr.write("".join(f"已写入 {file}\n" for file in (copy_path, metadata_path) if file))
            return
        program = _datasette_command()
        with tempfile.TemporaryDirectory(prefix="sbd-") as folder:
            copy, description = Path(folder) / f"{path.stem}.db", Path(folder) / "metadata.json"
            masked_copy.write(connection, copy)
            write_bytes(description, json_text(metadata(connection, path.stem)).encode())
            connection.close()
            _serve([*program, "serve", "-i", str(copy), "-m", str(description)], port)
    finally:
        connection.close()


def _datasette_command() -> list[str]:
    """The command that starts Datasette. Raises SbdError, saying how to install it, where it is missing."""
    if importlib.util.find_spec("datasette") is not None:
        return [sys.executable, "-P", "-m", "datasette"]
    program = shutil.which("datasette")
    if program is None:
        raise SbdError('没有装 Datasette。请先运行 pip install "shuangbaodao_cli[browse]"，再试一次。')
    return [program]


def _serve(command: list[str], port: int) -> None:
    """Run Datasette until the user stops it; a signal that ends us ends it too, and its copy is deleted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = [*command, "--host", HOST, "--port", str(port), "--setting", "allow_download", "off"]
    echo(f"在浏览器里打开 http://{HOST}:{port}/ ，按 Ctrl+C 停止。")
    sys.stdout.flush()
    with subprocess.Popen(words) as running:  # noqa: S603  # our own words, and two files of ours
        try:
            code = running.wait()
        except KeyboardInterrupt:
            running.terminate()
            running.wait()
            return
    if code:
        raise SbdError(f"Datasette 没有打开（上面是它说的）。端口 {port} 被占用的话，换一个：--port {port + 1}。")
