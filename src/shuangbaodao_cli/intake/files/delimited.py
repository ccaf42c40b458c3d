"""CSV and TSV, in the encodings and with the delimiters that office programs write."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from shuangbaodao_cli.problems import InvalidValue

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODING_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "unicode": "utf-16"}
"""Name of an encoding → the one that programs really write under this name."""
_DELIMITERS = ",\t;，|"
_ENCODING_LABELS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GBK（GB18030）"}
_PRIVATE_USE = re.compile("[\ue000-\ue7c6]")
"""The user-defined area of GB18030; the few characters for names beyond it are real ones."""
_QUOTED = re.compile(r'"[^"]*"')
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_MIN_MULTIBYTE_EXCESS = 6
"""Bytes minus characters from which a line is UTF-8 by no accident: 联通 in GBK reaches 2."""
csv.field_size_limit(1 << 20)


def read_text(content: bytes, encoding: str | None = None) -> tuple[list[list[str]], str]:
    """The rows of a text file, every cell as text, and a note on how it was read.

    Raises InvalidValue where it is no table or its encoding cannot be detected.
    """
    text, used_encoding = decode(content, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidValue("value_invalid", f"不是表格，或第 {line} 行有损坏的内容（空字符），请重新导出一份")
    delimiter, text = _detect_delimiter(text)
    rows: list[list[str]] = []
    reader, record_line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    try:
        for row in reader:
            rows.append([_TEXT_FORMULA.sub(r"\1", cell) if cell.startswith('="') else cell for cell in row])
            record_line = reader.line_num + 1
    except csv.Error:
        raise InvalidValue(
            "value_invalid", f"从第 {record_line} 行起有引号没有配对，看不出格子的边界，请改好后重新导出"
        ) from None
    return rows, "" if used_encoding == "utf-8" else f"按 {_ENCODING_LABELS.get(used_encoding, used_encoding)} 编码读取"


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and its encoding, by its byte order mark or by trying; InvalidValue where none fits."""
    marked_encoding = next(
        (name for byte_order_mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(byte_order_mark)), None
    )
    chosen_encoding = encoding and _ENCODING_ALIASES.get(encoding.lower(), encoding)
    line = 1
    for name in (
        [marked_encoding] if marked_encoding else [chosen_encoding] if chosen_encoding else ["utf-8", "gb18030"]
    ):
        try:
            text = content.decode(name)
        except LookupError:
            raise InvalidValue("value_invalid", f"没有“{name}”这种编码，可以用 utf-8、gb18030、big5、utf-16") from None
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            continue
        if name == "gb18030" and not encoding:
            _check_gb18030_guess(content, text)
        return text, name
    raise InvalidValue("value_invalid", f"第 {line} 行的文字读不出来，可能混了两种编码，请另存为 .xlsx 再导入")


def _check_gb18030_guess(content: bytes, text: str) -> None:
    """Reject a text that GB18030, which decodes nearly everything, decodes to garbage. Raises InvalidValue."""
    if _PRIVATE_USE.search(text):
        raise InvalidValue(
            "value_invalid", "文字的编码认不出（可能是繁体的 Big5），请另存为 .xlsx，或用 --encoding 指明"
        )
    for number, line in enumerate(content.splitlines(), 1):
        try:
            other = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if len(line) - len(other) >= _MIN_MULTIBYTE_EXCESS:
            raise InvalidValue(
                "value_invalid", f"第 {number} 行与别的行编码不同，读出来会是乱码，请另存为 .xlsx 再导入"
            )


def _detect_delimiter(text: str) -> tuple[str, str]:
    """The delimiter, and the text without a ``sep=`` line."""
    first, _, rest = text.partition("\n")
    if match := re.fullmatch(r"sep=(.)\r?", first):
        return match[1], rest
    lines = [_QUOTED.sub("", line) for line in text[:20_000].splitlines()[:30] if line.strip()]
    frequencies = {
        delimiter: Counter(line.count(delimiter) for line in lines if delimiter in line) for delimiter in _DELIMITERS
    }
    best = max(
        _DELIMITERS,
        key=lambda delimiter: max(((times, count) for count, times in frequencies[delimiter].items()), default=(0, 0)),
    )
    return best, text
