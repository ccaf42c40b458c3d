"""Files as they come: of every kind, under every name, broken, hostile. Nothing but one sentence and a code."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from conftest import DATA
from data.hostile import ROSTER, packed, parts, sheet_xml, text
from shuangbaodao_cli.errors import FileError
from shuangbaodao_cli.intake.files.sheet import BrokenCell
from shuangbaodao_cli.intake.files.workbook import expand_folders, read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Sbd

PERSON = [["姓名", "电话"], ["张三", "19900001234"]]
SHEETS = DATA / "sheets"


def rows_of(path: Path) -> list[list[object]]:
    [sheet] = read_workbook(path).sheets
    return sheet.rows


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        ("姓名,电话\r\n张三,19900001234\r\n".encode(), ""),
        ("姓名,电话\n张三,19900001234\n".encode("utf-8-sig"), "UTF-8"),
        ("姓名,电话\n张三,19900001234\n".encode("gb18030"), "GB18030"),
        ("姓名\t电话\n张三\t19900001234\n".encode("utf-16"), "UTF-16"),
        ("姓名,电话\r张三,19900001234\r".encode(), ""),
        ("姓名;电话\n张三;19900001234\n".encode(), ""),
        ("姓名，电话\n张三，19900001234\n".encode(), ""),
        ("sep=;\n姓名;电话\n张三;19900001234\n".encode(), ""),
        ('"姓名","电话"\n"张三","=""19900001234"""\n'.encode(), ""),
        ('姓名,电话\n张三,="19900001234"\n'.encode(), ""),
    ],
)
@pytest.mark.parametrize("name", ["名册.csv", "名册.xls", "名册"])
def test_a_table_of_text_is_read_in_any_encoding_and_under_any_name(
    tmp_path: Path, raw: bytes, note: str, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    book = read_workbook(file)
    assert book.sheets[0].rows == PERSON
    assert [note in said for said in book.notes] == ([True] if note else [])


def test_an_encoding_can_be_said(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("姓名,電話\n張三,19900001234\n".encode("big5"))
    assert read_workbook(file, encoding="big5").sheets[0].rows[1] == ["張三", "19900001234"]


def test_digits_of_text_stay_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("姓名,编号\nNA,00123\nnull,1e5\n", encoding="utf-8")
    assert rows_of(file) == [["姓名", "编号"], ["NA", "00123"], ["null", "1e5"]]


PAGE = """<html><head><meta charset="gb2312"></head><body><table>
<tr><td colspan=2>名册</td></tr><tr><th>姓名</th><th>单位</th></tr>
<tr><td>张三</td><td rowspan=2>承德<br>医学院</td></tr><tr><td>李&nbsp;四</td></tr></table></body></html>"""


def test_a_web_page_called_xls_is_the_table_in_it(tmp_path: Path) -> None:
    file = tmp_path / "名册.xls"
    file.write_bytes(PAGE.encode("gb2312"))
    [sheet] = read_workbook(file).sheets
    assert sheet.rows == [["名册", ""], ["姓名", "单位"], ["张三", "承德\n医学院"], ["李 四", ""]]
    assert sheet.merges == [(0, 0, 0, 1), (2, 1, 3, 1)]


@pytest.mark.parametrize("skipped", ["[Content_Types].xml", "_rels/.rels"])
def test_a_workbook_without_its_lists_of_parts_is_read(tmp_path: Path, skipped: str) -> None:
    held = parts(sheet_xml())
    del held[skipped]
    assert rows_of(packed(tmp_path / "a.xlsx", held)) == PERSON


@pytest.mark.parametrize(
    "dimension", ['<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>', '<dimension ref="garbage"/>']
)
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, dimension: str) -> None:
    assert rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml(before=dimension)))) == PERSON


def test_a_sheet_that_the_first_reader_cannot_read_is_read_by_the_second(tmp_path: Path) -> None:
    rows = ROSTER + f'<row r="3">{text("A3", "李四")}<c r="B3" t="e"><v>#SPILL!</v></c></row>'
    assert rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml(rows))))[2] == ["李四", "#SPILL!"]


def test_a_sheet_in_utf_16_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    sheet = sheet_xml().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")
    assert rows_of(packed(tmp_path / "a.xlsx", parts(sheet))) == PERSON


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B3" t="e"><v>#N/A</v></c>',
        "<c t='e' r='B3'><f>VLOOKUP(A1,B1:C2,2)</f><v>#N/A</v></c>",
        '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="B3" t="e"><x:v>#N/A</x:v></x:c>',
    ],
)
def test_an_error_in_a_cell_is_no_empty_cell(tmp_path: Path, cell: str) -> None:
    rows = ROSTER + f'<row r="3">{text("A3", "李四")}{cell}</row>'
    value = rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml(rows))))[2][1]
    assert (value, type(value)) == ("#N/A", BrokenCell)


@pytest.mark.parametrize("formula", ["<f>1+1</f>", "<f>1+1</f><v></v>", "<f>1+1</f><v/>"])
def test_a_formula_that_was_never_computed_is_no_empty_cell(tmp_path: Path, formula: str) -> None:
    rows = ROSTER + f'<row r="3">{text("A3", "李四")}<c r="B3">{formula}</c></row>'
    value = rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml(rows))))[2][1]
    assert (value, type(value)) == ("=1+1", BrokenCell)


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    rows = ROSTER + f'<row r="3" hidden="1">{text("A3", "李四")}{text("B3", "")}</row>'
    book = read_workbook(packed(tmp_path / "a.xlsx", parts(sheet_xml(rows))))
    assert book.sheets[0].hidden_row_count == 1


def test_a_million_formatted_rows_without_a_word_are_no_rows(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{index}"><c r="A{index}" s="1"/></row>' for index in range(3, 1_048_577))
    assert rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml(ROSTER + empty)))) == PERSON


def far_away(ref: str, row: int) -> Callable[[Path], Path]:
    rows = ROSTER + f'<row r="{row}">{text(ref, "x")}</row>'
    return lambda path: packed(path, parts(sheet_xml(rows)))


def bomb(path: Path) -> Path:
    return packed(path, parts(sheet_xml()) | {"xl/sharedStrings.xml": b"A" * (300 << 20)})


def many_cells(path: Path) -> Path:
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 500}</row>" for _ in range(10_400))
    return packed(path, parts(sheet_xml(rows)))


def twice(path: Path) -> Path:
    return packed(path, parts(sheet_xml()) | {"XL/Worksheets/SHEET1.XML": sheet_xml()})


def many_parts(path: Path) -> Path:
    return packed(path, parts(sheet_xml()) | {f"xl/media/{index}.png": b"" for index in range(1_100)})


def changed(path: Path) -> Path:
    content = bytearray(packed(path, parts(sheet_xml())).read_bytes())
    content[content.index(b"xl/worksheets/sheet1.xml") + 40] ^= 0xFF
    path.write_bytes(content)
    return path


def halved(path: Path) -> Path:
    content = packed(path, parts(sheet_xml())).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def laughing(path: Path) -> Path:
    lines = "".join(f'<!ENTITY l{index} "{f"&l{index - 1};" * 10}">' for index in range(1, 10))
    sheet = sheet_xml(f'<row r="1">{text("A1", "&l9;")}</row>').replace(
        "?>", f'?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>'
    )
    return packed(path, parts(sheet))


def zipped(member: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as book:
            book.writestr(member, "x")
        return path

    return write


def of_bytes(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    # cells that stand as far away as they can take a quarter of a minute each: faults/test_files.py
    "a cell beyond every sheet": (far_away("ZZZZZZZ1", 3), "太大或已损坏"),
    "a bomb": (bomb, "大得不正常"),
    "five million cells": (many_cells, "大得不正常"),
    "a workbook laid out otherwise": (zipped("elsewhere/workbook.xml"), "放得和平常不一样"),
    "a part twice": (twice, "重复"),
    "a thousand parts": (many_parts, "大得不正常"),
    "a bit changed": (changed, "已损坏"),
    "half a file": (halved, "没有拷贝完整"),
    "entities in entities": (laughing, "已损坏"),
    "a zip of something": (zipped("a.txt"), "压缩包"),
    "a document": (zipped("word/document.xml"), "Word"),
    "a PDF": (of_bytes(b"%PDF-1.4 \xff\xfe"), "PDF"),
    "a picture": (of_bytes(b"\x89PNG\r\n\x1a\n"), "图片"),
    "nothing": (of_bytes(b""), "空的"),
    "zeroes": (of_bytes(bytes(3000)), "空的"),
    "noise": (of_bytes(bytes(range(256)) * 20), "不是电子表格"),
    "an old workbook cut short": (of_bytes(OLE + bytes(2000)), "已损坏"),
    "a password": (of_bytes(OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le")), "密码"),
    "a NUL in text": (of_bytes("姓名,电话\n张三,1990\0001234\n".encode()), "第 2 行"),
    "a quote left open": (of_bytes('姓名,电话\n"张三,1\n李四,2\n'.encode()), "引号"),
    "Big5": (of_bytes("姓名,電話,單位\n張三,1,環境\n".encode("big5")), "--encoding"),
    "two encodings": (of_bytes("姓名,电话\n张三,1\n".encode() + "李四,2\n".encode("gbk")), "编码不同"),
    "a page without a table": (of_bytes(b"<html><body>404</body></html>"), "没有表格"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_read_is_told_in_one_sentence_and_changes_nothing(
    sbd: Sbd, tmp_path: Path, own_ledger: Path, what: str
) -> None:
    sbd("add", "place", "name=文庙社区")
    before = own_ledger.read_bytes()
    write, said = BAD[what]
    done = sbd("import", write(tmp_path / "名册.xlsx"))
    assert (done.code, done.out) == (6, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert own_ledger.read_bytes() == before


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\x1b", "\x07"])
def test_a_name_that_steers_the_screen_is_refused(sbd: Sbd, tmp_path: Path, char: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"姓名,电话\n张{char}三,19900001234\n李四,19900001235\n", encoding="utf-8")
    done = sbd("import", file, "--format", "json")
    assert done.code == 3
    [sheet] = done.json()["files"][0]["sheets"]
    assert (sheet["created"], sheet["rejected"]) == (1, 1)


def test_a_folder_means_the_tables_in_it(tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.csv", "~$b.xlsx", ".~b.xlsx", ".hidden.xlsx", "说明.docx", "照片.jpg"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "下级").mkdir()
    (tmp_path / "下级" / "c.et").write_text("x", encoding="utf-8")
    files, left = expand_folders([tmp_path])
    assert [file.name for file in files] == ["a.csv", "b.xlsx", "c.et"]
    assert sorted(file.name for file in left) == ["照片.jpg", "说明.docx"]


def test_the_file_of_an_open_workbook_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "~$名册.xlsx"
    file.write_bytes(b"x" * 165)
    with pytest.raises(FileError, match="关闭"):
        read_workbook(file)


def test_modules_beside_the_user_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert rows_of(packed(tmp_path / "a.xlsx", parts(sheet_xml()))) == PERSON


def test_a_part_that_unpacks_to_more_than_it_says_is_not_opened(sbd: Sbd, tmp_path: Path) -> None:
    """The list of parts says ten bytes; 300 MB are behind them."""
    file = bomb(tmp_path / "a.xlsx")
    with zipfile.ZipFile(file) as book:
        size = book.getinfo("xl/sharedStrings.xml").file_size.to_bytes(4, "little")
    file.write_bytes(file.read_bytes().replace(size, (10).to_bytes(4, "little")))
    done = sbd("import", file)
    assert done.code == 6
    assert "大得不正常" in done.err


def test_of_several_sheets_one_in_utf_16_is_not_lost(tmp_path: Path) -> None:
    other = sheet_xml().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")
    held = parts(sheet_xml()) | {"xl/worksheets/sheet2.xml": other}
    held["xl/workbook.xml"] = str(held["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="Sheet2" sheetId="2" r:id="rId2"/></sheets>'
    )
    held["xl/_rels/workbook.xml.rels"] = str(held["xl/_rels/workbook.xml.rels"]).replace(
        "</Relationships>",
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet2.xml"/></Relationships>',
    )
    held["[Content_Types].xml"] = str(held["[Content_Types].xml"]).replace(
        "</Types>",
        '<Override PartName="/xl/worksheets/sheet2.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    )
    assert [sheet.rows for sheet in read_workbook(packed(tmp_path / "a.xlsx", held)).sheets] == [PERSON, PERSON]


def test_hidden_sheets_comments_and_hidden_rows_of_an_xml_workbook_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.xls"
    file.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<Worksheet ss:Name="名册"><Table><Row><Cell><Data ss:Type="String">姓名</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">张三</Data><Comment><Data>核对</Data></Comment></Cell></Row>'
        '</Table></Worksheet><Worksheet ss:Name="数据源"><Table/><x:WorksheetOptions>'
        "<x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>",
        encoding="utf-8",
    )
    book = read_workbook(file)
    [sheet] = book.sheets
    assert (sheet.comments, sheet.hidden_row_count, book.hidden_sheets) == ({(1, 0): "核对"}, 1, ["数据源"])
