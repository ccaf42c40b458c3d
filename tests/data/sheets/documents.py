"""Documents of Word, written and read part by part: no library stands between them and our own code.

python-docx brings lxml, and where that is installed openpyxl writes other bytes than users get.
"""

from __future__ import annotations

import base64
import zipfile
from typing import TYPE_CHECKING, Any

from defusedxml.ElementTree import fromstring
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_W = f'xmlns:w="{MAIN}" xmlns:r="{_OFFICE}"'
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_KINDS = {"settings": "settings", "styles": "styles", "header": "header1", "footer": "footer1"}
_DRESS = '<w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="24"/></w:rPr>'


def document(path: Path, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """A document with a header, a footer, a picture beside it; ``parts`` are changes: the end of a name → old→new."""
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for kind, part in _KINDS.items()
    )
    relations = "".join(
        f'<Relationship Id="{part}" Type="{_OFFICE}/{kind}" Target="{part}.xml"/>' for kind, part in _KINDS.items()
    )
    section = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
    held = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<w:document {_W}>'
        f"<w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/settings.xml": f'<w:settings {_W}><w:zoom w:percent="100"/></w:settings>',
        "word/styles.xml": f"<w:styles {_W}/>",
        "word/header1.xml": f"<w:hdr {_W}>{paragraph('石洞子沟街道党工委')}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {_W}>{paragraph('第 1 页')}</w:ftr>",
    }
    for end, (old, new) in ((end, change.split("→")) for end, change in (parts or {}).items()):
        held = {name: said.replace(old, new) if name.endswith(end) else said for name, said in held.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, said in held.items():
            file.writestr(name, said)
        file.writestr("word/media/image1.png", _PICTURE)
    return path


def paragraph(text: str) -> str:
    """A paragraph, its words split over two runs as Word likes to do."""
    half = len(text) // 2
    runs = (f"<w:r>{_DRESS}<w:t>{piece}</w:t></w:r>" for piece in (text[:half], text[half:]) if piece)
    return f"<w:p>{''.join(runs)}</w:p>" if text else "<w:p/>"


def drawn(rows: Sequence[Sequence[Any]], merges: Sequence[str] = ()) -> str:
    """A table, its cells merged as those of a sheet are, its formulas as fields."""
    wide = max(map(len, rows))
    boxes = [tuple(map(coordinate_to_tuple, merge.split(":"))) for merge in merges]
    lines = []
    for at, cells in enumerate(rows, 1):
        line = ""
        for column in range(1, wide + 1):
            value = cells[column - 1] if column <= len(cells) else ""
            box = next((b for b in boxes if b[0][0] <= at <= b[1][0] and b[0][1] <= column <= b[1][1]), None)
            if box is None or column == box[0][1]:
                line += _cell(str(value), at, box)
        lines.append(f"<w:tr>{line}</w:tr>")
    columns = '<w:gridCol w:w="1500"/>' * wide
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "bottom", "insideH", "insideV"))
    properties = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


def _cell(value: str, row: int, box: Any) -> str:
    (top, left), (bottom, right) = box or ((row, 0), (row, 0))
    across = f'<w:gridSpan w:val="{right - left + 1}"/>' if right > left else ""
    down = "" if bottom == top else '<w:vMerge w:val="restart"/>' if row == top else "<w:vMerge/>"
    inner = paragraph(value)
    if value.startswith("="):
        inner = '<w:p><w:fldSimple w:instr=" =SUM(ABOVE) "><w:r><w:t>0</w:t></w:r></w:fldSimple></w:p>'
        inner = inner if value[1:4] == "SUM" else paragraph(value)
    return f"<w:tc><w:tcPr>{across}{down}</w:tcPr>{inner}</w:tc>"


def cells(path: Path, number: int = 0) -> dict[str, str]:
    """Every cell of a table in which something stands, by the name it would have in a sheet."""
    w = f"{{{MAIN}}}"
    with zipfile.ZipFile(path) as file:
        table = list(fromstring(file.read("word/document.xml")).iter(f"{w}tbl"))[number]
    found = {}
    for at, row in enumerate(table.findall(f"{w}tr"), 1):
        column = 1
        for cell in row.findall(f"{w}tc"):
            said = "".join(text.text or "" for text in cell.findall(f"{w}p/{w}r/{w}t")).strip()
            span = cell.find(f"{w}tcPr/{w}gridSpan")
            if said:
                found[f"{get_column_letter(column)}{at}"] = said
            column += 1 if span is None else int(span.get(f"{w}val", "1"))
    return found
