"""How each case of ``hostile.csv`` is made: who sends what where.

Each is the sound request of the access tests with one thing spoiled. Files that are refused as evidence stand in
``documents/hostile.py``; some of them are sent here, too, so that pages and storage are looked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.documents.hostile import EXCEL, all_of_them, office
from tests.documents.test_workbooks import BOMBS, HEAD, SHEET, TAIL, entities, with_sheet
from tests.documents.workbook_edits import GOOD, edited, put, put_info, repacked, row_of, with_sheet_xml

PLANNER, MEMBER, OFFICER, ADMIN, ANYBODY = "head", "member_in_area", "officer_own", "admin", "anonymous"


@dataclass(frozen=True)
class Case:
    """``form``: what differs from the row's own request; ``None`` leaves a field out. ``raw``: another body."""

    name: str
    who: str
    endpoint: str
    form: Mapping[str, Any]
    row: str = ""
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    raw: tuple[bytes, str] | None = None


def scores() -> Iterator[Case]:
    def case(name: str, code: str, form: dict[str, Any]) -> Case:
        base = {"field": "value", "note": None}
        return Case(name, MEMBER, "answers.save", base | form, path={"code": code})

    for what, text in (
        ("NaN", "NaN"),
        ("infinity", "Infinity"),
        ("1e400", "1e400"),
        ("a negative number", "-5"),
        ("a number of 400 digits", "9" * 400),
        ("a formula", "=1+1"),
        ("Thai digits", "๑๒"),
        ("a lone surrogate", "\ud800"),
    ):
        yield case(f"numerator: {what}", "1.1.3", {"numerator": text, "denominator": "10"})
        yield case(f"points: {what}", "1.1.5", {"points": text, "reason": "Có lý do"})
        yield case(f"faults: {what}", "1.1.4", {"faults": text})
    yield case("points: three decimals", "1.1.5", {"points": "0,125", "reason": "x"})
    yield case("points: more than the most", "1.1.5", {"points": "99", "reason": "x"})
    yield case("ratio: nothing below something", "1.1.3", {"numerator": "5", "denominator": "0"})
    yield case("faults: half a fault", "1.1.4", {"faults": "1,5"})
    yield case("level: one there is not", "1.1.2", {"level": "99"})
    yield case("level: a negative one", "1.1.2", {"level": "-1"})
    yield case("yes: neither yes nor no", "1.1.1", {"yes": "maybe"})
    yield case("field: unknown", "1.1.1", {"field": "points; DROP TABLE"})
    yield case("side: unknown", "1.1.1", {"side": "theirs", "yes": "1"})
    yield case("op_id: no UUID", "1.1.1", {"op_id": "1", "yes": "1"})
    yield case("base_version: text", "1.1.1", {"base_version": "mới", "yes": "1"})
    yield case("note: a book", "1.1.1", {"field": "note", "note": "Đ" * 20_000})
    yield case("not applicable without why", "1.1.2", {"field": "not_applicable", "not_applicable": "1"})
    yield case("a criterion there is not", "9.9.9", {"yes": "1"})


def plans() -> Iterator[Case]:
    campaign = "campaigns.create"
    yield Case("campaign: no title", PLANNER, campaign, {"title": "\u200b "})
    yield Case("campaign: a title of a book", PLANNER, campaign, {"title": "K" * 5000})
    yield Case("campaign: year 1e400", PLANNER, campaign, {"year": "1e400"})
    yield Case("campaign: year 99999", PLANNER, campaign, {"year": "99999"})
    yield Case("campaign: a day that is not", PLANNER, campaign, {"period_from": "31/02/2022"})
    yield Case("campaign: ends before it begins", PLANNER, campaign, {"period_to": "01/01/2021"})
    yield Case("campaign: unknown kind", PLANNER, campaign, {"kind": "khac"})
    delegation = "delegations.edit"
    yield Case("delegation: nobody with this number", PLANNER, delegation, {"m1-user": "2147483647"})
    yield Case("delegation: a role of no delegation", PLANNER, delegation, {"m1-role": "admin"})
    yield Case("delegation: an area that is not", PLANNER, delegation, {"m1-areas": ["99"]})
    yield Case("delegation: no head", PLANNER, delegation, {"m0-role": "member", "m0-areas": ["1"]})
    yield Case("delegation: no name", PLANNER, delegation, {"name": "\x00"})
    visit = "inspections.create"
    yield Case("inspection: a unit that is not", PLANNER, visit, {"unit_ids": "2147483647"})
    yield Case("inspection: a draft checklist", PLANNER, visit, {"version_id": "{draft_version}"})
    yield Case("inspection: the day is text", PLANNER, visit, {"inspected_on": "hôm nay"})
    yield Case("inspection: unknown kind", PLANNER, visit, {"kind": "<script>"})
    yield Case("inspection: cancelled without why", PLANNER, "inspections.step", {"reason": ""}, row="cancel")
    yield Case(
        "inspection: a step there is not",
        PLANNER,
        "inspections.step",
        {},
        row="cancel",
        path={"state": "xoa"},
    )
    bonus = "adjustments.save"
    for text in ("NaN", "-1", "1e400", "999999", "0,001", "9" * 5000):
        yield Case(f"bonus: {text[:9]}", PLANNER, bonus, {"bonus": text})
    yield Case("bonus: without why", PLANNER, bonus, {"bonus_reason": " "})
    yield Case("bonus: a version of 5000 digits", PLANNER, bonus, {"version": "9" * 5000})


def findings() -> Iterator[Case]:
    create = "findings.create"
    yield Case("finding: no text", MEMBER, create, {"text": " \r\n "})
    yield Case("finding: a text of a book", MEMBER, create, {"text": "a" * 30_000})
    yield Case("finding: unknown kind", MEMBER, create, {"kind": "khac"})
    yield Case("finding: unknown severity", MEMBER, create, {"severity": "9"})
    yield Case("finding: the year 99999", MEMBER, create, {"due_on": "01/01/99999"})
    yield Case("finding: op_id is no UUID", MEMBER, create, {"op_id": "{}"})
    yield Case("finding: version of 400 digits", MEMBER, "findings.change", {"version": "9" * 400})
    yield Case("finding: a version long gone", MEMBER, "findings.change", {"version": "999"})
    yield Case("finding: a file for a text", MEMBER, create, {"text": (b"x", "a.txt")})
    yield Case("finding: JSON", MEMBER, create, {}, raw=(b'{"text": 1}', "application/json"))
    yield Case("finding: JSON without end", MEMBER, create, {}, raw=(b"[" * 90_000, "application/json"))
    yield Case("finding: of a criterion that is not", MEMBER, create, {}, query={"criterion": "9.9.9"})
    create = "recommendations.create"
    yield Case("recommendation: to nowhere", PLANNER, create, {"direction": "sideways"})
    yield Case("recommendation: only NUL", PLANNER, create, {"text": "\x00\x00"})
    yield Case("recommendation: no day", PLANNER, create, {"due_on": "2022-09-15T"})


def tasks() -> Iterator[Case]:
    create = "tasks.create"
    yield Case("task: no title", PLANNER, create, {"title": "\u00ad"})
    yield Case("task: a unit that is not", PLANNER, create, {"lead": "0"})
    yield Case("task: a unit of others", PLANNER, create, {"lead": "{neighbour}"})
    yield Case("task: the day is NaN", PLANNER, create, {"assigned_on": "NaN"})
    yield Case("task: due before it is given", PLANNER, create, {"due": "01/01/2001"})
    yield Case("task: a directive that is not", PLANNER, create, {"directive": "99999"})
    yield Case("task: cancelled without why", PLANNER, "tasks.step", {"text": ""}, row="cancel")
    yield Case("task: a version of text", PLANNER, "tasks.step", {"version": "mới"}, row="cancel")
    yield Case("task: an action that is not", PLANNER, "tasks.step", {}, path={"action": "xoa"})
    report = {"action": "bao-cao", "task_id": "{running_task}"}
    form = {
        "result": "Đã xong",
        "number": "1/BC",
        "issued_on": "01/09/2022",
        "link": "javascript:alert(1)",
        "version": "1",
    }
    yield Case("task: a link that is a script", OFFICER, "tasks.step", form, path=report)
    yield Case("directive: no title", PLANNER, "directives.create", {"title": ""})


def dossiers() -> Iterator[Case]:
    save = "dossiers.save"
    for text in ("-4", "1.5", "1e400", "NaN", "9" * 30, "=SUM(A1)"):
        yield Case(f"dossiers: {text[:9]}", OFFICER, save, {"total-received_total": text})
    yield Case("dossiers: a note of a book", OFFICER, save, {"note": "a" * 50_000})
    yield Case("dossiers: a version long gone", OFFICER, save, {"version": "999"})
    yield Case(
        "dossiers: the same period twice",
        OFFICER,
        "dossiers.create",
        {"period_from": "01/01/2022", "period_to": "15/09/2022"},
    )
    yield Case("dossiers: ends before it begins", OFFICER, "dossiers.create", {"period_to": "01/01/2019"})
    yield Case("dossiers: of another unit", OFFICER, "dossiers.create", {"unit": "{neighbour}"})
    yield Case("dossiers: given back without why", PLANNER, "dossiers.give_back", {"reason": ""})


def minutes() -> Iterator[Case]:
    edit = "minutes.edit"
    yield Case("minutes: 1e400 copies", PLANNER, edit, {"copies": "1e400"})
    yield Case("minutes: -1 copies", PLANNER, edit, {"copies": "-1"})
    yield Case("minutes: a day that is not", PLANNER, edit, {"day": "30/02/2022"})
    yield Case("minutes: an hour that is not", PLANNER, edit, {"started": "25:61"})
    yield Case("minutes: a text of a book", PLANNER, edit, {"strengths": "a" * 60_000})
    yield Case("minutes: a version long gone", PLANNER, edit, {"version": "77"})
    yield Case(
        "minutes: an opinion of a book",
        OFFICER,
        "minutes.opinion",
        {"opinion": "a" * 60_000},
        row="published",
    )
    yield Case("minutes: signed as they are not", PLANNER, "minutes.sign", {"sha256": "0" * 64})


def accounts() -> Iterator[Case]:
    new = "users.new"
    yield Case("user: a name with blanks", ADMIN, new, {"name": "a b"})
    yield Case("user: a name of Cyrillic letters", ADMIN, new, {"name": "аdmin"})
    yield Case("user: a role of no account", ADMIN, new, {"role": "deputy"})
    yield Case("user: an officer of no unit", ADMIN, new, {"role": "officer"})
    yield Case("user: a unit that is not", ADMIN, new, {"unit": "2147483648"})
    yield Case("user: a name that is taken", ADMIN, new, {}, row="taken")
    yield Case("unit: no name", ADMIN, "units.new", {"name": ""})
    yield Case("unit: under itself or nothing", ADMIN, "units.new", {"parent": "99999"})
    yield Case("unit: from no day", ADMIN, "units.new", {"valid_from": "0/0/0"})
    yield Case("unit: becomes itself", ADMIN, "units.succession", {"successor": "{spare}"})
    change = "me.change_password"
    yield Case("password: too short", MEMBER, change, {"new": "ngan", "again": "ngan"})
    yield Case("password: easy to guess", MEMBER, change, {"new": "matkhau12345", "again": "matkhau12345"})
    yield Case("password: not the old one", MEMBER, change, {"old": "sai"})
    yield Case("password: of 5000 letters", MEMBER, change, {"new": "x" * 5000, "again": "x" * 5000})
    sign_in = "login.sign_in"
    yield Case("log-in: a name of NUL", ANYBODY, sign_in, {"name": "\x00"})
    yield Case("log-in: a password of 100 000 letters", ANYBODY, sign_in, {"password": "x" * 100_000})
    yield Case("log-in: SQL", ANYBODY, sign_in, {"name": "' OR 1=1 --"})
    yield Case("log-in: a name of surrogates", ANYBODY, sign_in, {"name": "\ud800x"})
    yield Case(
        "log-in: JSON",
        ANYBODY,
        sign_in,
        {},
        raw=(b'{"name": "x", "password": {"$ne": 1}}', "application/json"),
    )


# --- workbooks ----------------------------------------------------------------------------------------


def workbooks() -> Iterator[Case]:
    for name, content in books().items():
        yield Case(f"checklist: {name}", ADMIN, "checklists.take_file", {"file": (content, "bo.xlsx")})


# The rest of them is measured in documents/test_workbooks.py.
SENT_AS_WORKBOOKS = ("outside file", "shared formula", "string index", "merged")


@cache
def books() -> dict[str, bytes]:
    first = row_of("1.1.1")

    def merge(book: Any) -> None:
        book["Tiêu chí"].merge_cells(f"A{first}:D{first + 2}")

    def without(title: str) -> Callable[[Any], None]:
        return lambda book: book.remove(book[title])

    def cell(number: str) -> bytes:
        return with_sheet(HEAD + f'<row r="2"><c r="A2"><v>{number}</v></c></row>' + TAIL)

    binary = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

    def typed(kind: str) -> bytes:
        return repacked(lambda _name, content: content.replace(plain, kind.encode()))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of what is meant
        twice = repacked(lambda _name, content: content, [(SHEET, b"<x/>")])
    return {
        "nothing": b"",
        "HTML called xlsx": b"<html><table><tr><td>1.1</td></tr></table>",
        "CSV called xlsx": "Mã;Nội dung\n1;Lĩnh vực".encode(),
        "the old format, or a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000),
        "a text document": office(),
        "another workbook": office(EXCEL),
        "macros": typed(macro),
        "xlsb called xlsx": typed(binary),
        "a macro beside it": repacked(lambda _n, content: content, [("xl/vbaProject.bin", b"x")]),
        "cut in the middle": GOOD[: len(GOOD) // 2],
        "a member twice": twice,
        "a member outside": repacked(lambda _n, content: content, [("../../app/config.py", b"x")]),
        "a hundred members": repacked(lambda _n, c: c, [(f"xl/media/{n}.bin", b"") for n in range(100)]),
        "8 MB of zeros": repacked(lambda _n, content: content, [("xl/media/a.bin", bytes(8_000_000))]),
        "a sheet of 4 000 000 rows": with_sheet(HEAD + "<row/>" * 4_000_000 + TAIL),
        "a billion laughs": with_sheet(entities(10)),
        "a number NaN": cell("NaN"),
        "a number 1e400": cell("1e400"),
        "a number -INF": cell("-INF"),
        "a string of 33 000 letters": edited(put(f"C{first}", "Đ" * 33_000)),
        "a code of control signs": edited(put(f"A{first}", "1.1.1\u202e")),
        "a formula that starts a program": edited(put(f"C{first}", "=cmd|' /C calc'!A0")),
        "a formula elsewhere": edited(put(f"D{first}", "='[khac.xlsx]Sheet1'!A1")),
        "points below nothing": edited(put(f"D{first}", -1)),
        "points of a thousand thousand": edited(put(f"D{first}", 1e15)),
        "points of three decimals": edited(put(f"D{first}", 0.125)),
        "no sheet of criteria": edited(without("Tiêu chí")),
        "no sheet of information": edited(without("Thông tin")),
        "no name": edited(put_info("B1", None)),
        "a unit level that is not": edited(put_info("B3", "<script>alert(1)</script>")),
        "merged cells": edited(merge),
        "a code twice": edited(put(f"A{first + 1}", "1.1.1")),
        "no way of scoring": edited(put(f"E{first}", "tuy_y")),
        "no columns": with_sheet_xml(lambda xml: xml.replace("Nội dung", "Noi dung")),
        **{f"bomb: {name}": make() for name, make in BOMBS.items() if name in SENT_AS_WORKBOOKS},
    }


# --- evidence -----------------------------------------------------------------------------------------

SENT_AS_EVIDENCE = (
    "svg called png",
    "html called jpg",
    "heic of an iPhone",
    "jpeg called exe behind jpg",
    "jpeg that is a zip, too",
    "pdf with JavaScript",
    "pdf that starts a program",
    "docx with macros",
    "xlsm called xlsx",
    "docx that unpacks to 130 MB",
    "docx with a password",
    "nothing",
)


def evidence() -> Iterator[Case]:
    files = all_of_them()
    for name in SENT_AS_EVIDENCE:
        file = files[name]
        form = {"file": (file.content, file.name)}
        yield Case(f"evidence: {name}", MEMBER, "attachments.add_to_criterion", form)
    form = {"caption": "a" * 5000}
    yield Case("evidence: a caption of a book", MEMBER, "attachments.add_to_criterion", form)
    form = {"op_id": "x"}
    yield Case("evidence: op_id is no UUID", MEMBER, "attachments.add_to_criterion", form)


def every_case() -> list[Case]:
    groups = (scores, plans, findings, tasks, dossiers, minutes, accounts, workbooks, evidence)
    return [case for group in groups for case in group()]
