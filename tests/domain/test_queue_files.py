"""Queue files are read with distrust: what is not ours is refused with a sentence, never with a failure."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from app.domain.queue_files import MOST_OPERATIONS, path_of, read_queue
from app.domain.refusals import Invalid
from app.domain.seals import seal, seal_key
from tests.domain.test_seals import OPERATION

SECRET = "a secret of the tests"


def queue(*operations, **rest) -> bytes:
    return json.dumps({"format": 1, "operations": list(operations), **rest}).encode()


def sealed(**change):
    row = OPERATION | {"format": 1} | change
    return row | {"seal": seal(seal_key(SECRET, row["account"]), row)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"format": 2, "operations": []}',
        b'{"format": [], "operations": []}',
        b'{"format": 1, "operations": {}}',
        b'{"format": 1, "operations": [NaN]}',
        b'{"format": 1, "operations": [1e999]}',
        b'{"format": 1, "operations": [' + b"9" * 5000 + b"]}",
        b"[" * 100_000,
        queue(*[None] * (MOST_OPERATIONS + 1)),
        b"PK\x03\x04 a workbook",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_file_that_is_no_queue_is_refused_as_a_whole(content):
    with pytest.raises(Invalid):
        read_queue(content, SECRET)


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        "text",
        {},
        OPERATION,
        OPERATION | {"seal": "0" * 64},
        sealed() | {"fields": {"note": "bịa"}},
        sealed() | {"account": 5},
        {"id": ["x"], "url": {"a": 1}, "kind": None, "at": 3, "account": 10**400, "seal": "\ud800"},
    ],
    ids=repr,
)
def test_what_is_not_sealed_is_refused_one_by_one(row):
    good, bad = read_queue(queue(sealed(), row), SECRET)
    assert not good.fault
    assert "dấu niêm" in bad.fault


def test_kinds_and_formats_of_another_version_are_not_tried():
    rows = read_queue(queue(sealed(kind="sign"), sealed(id="no uuid"), sealed() | {"format": 9}), SECRET)
    assert all("loại" in row.fault for row in rows)


def test_a_photo_travels_with_the_bytes_that_were_sealed():
    content = b"%PDF-1.7 a file"
    row = sealed(kind="photo", sha256=hashlib.sha256(content).hexdigest())
    file = {"name": "anh.jpg", "type": "image/jpeg", "base64": base64.b64encode(content).decode()}
    other = file | {"base64": base64.b64encode(b"another").decode()}
    right, wrong, none, broken = read_queue(
        queue(row | {"file": file}, row | {"file": other}, row, row | {"file": {"base64": "%%%"}}), SECRET
    )
    assert right.file.content == content
    assert not right.fault
    assert all("không khớp" in one.fault for one in (wrong, none, broken))


def test_bytes_that_were_not_sealed_are_not_taken_along():
    file = {"name": "a", "type": "b", "base64": base64.b64encode(b"smuggled").decode()}
    (row,) = read_queue(queue(sealed(kind="photo") | {"file": file}), SECRET)
    assert "không khớp" in row.fault


@pytest.mark.parametrize("url", ["https://a.example/x", "//a.example/x", "x", "javascript:1", "http://[", ""])
def test_only_paths_of_ours_are_addresses(url):
    assert path_of(url) is None


def test_a_query_is_no_part_of_the_place():
    assert (
        path_of("/inspections/1/answers/3.4.1/attachments?side=verified")
        == "/inspections/1/answers/3.4.1/attachments"
    )
