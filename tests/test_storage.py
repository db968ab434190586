"""The storage keeps bytes once, durably, and gives back what it was given or says that it cannot."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import namedtuple
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app import storage
from app.config import WrongSetting, read_settings
from app.domain.refusals import Missing
from app.storage import Bucket, Folder, NoRoom, Store, Unreachable, open_store

CONTENT = b"noi dung" * 1000
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3-compatible server of our own, with one bucket."""
    names = {
        "AWS_ACCESS_KEY_ID": "soat",
        "AWS_SECRET_ACCESS_KEY": "soat",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="soat")
    yield address
    server.stop()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store("", tmp_path)
    address = request.getfixturevalue("s3")
    return open_store(f"s3://soat/{uuid4().hex}?endpoint={address}&region=us-east-1", tmp_path)


def copies(store: Store) -> list[str]:
    """The names under which anything is kept."""
    if isinstance(store, Folder):
        return [path.name for path in store.root.rglob("*") if path.is_file()]
    assert isinstance(store, Bucket)
    found = store._s3.list_objects_v2(Bucket=store.bucket, Prefix=store.prefix)
    return [one["Key"].rsplit("/", 1)[-1] for one in found.get("Contents", [])]


def spoil(store: Store, content: bytes | None) -> None:
    """The stored bytes become others, or go."""
    if isinstance(store, Folder):
        path = store.path(NAME)
        path.unlink() if content is None else path.write_bytes(content)
    elif isinstance(store, Bucket):
        if content is None:
            store._s3.delete_object(Bucket=store.bucket, Key=store.key(NAME))
        else:
            store._s3.put_object(Bucket=store.bucket, Key=store.key(NAME), Body=content)


# --- Both kinds


def test_what_was_put_is_got_by_its_hash(store):
    assert store.put(CONTENT) == NAME
    assert store.get(NAME) == CONTENT
    assert store.get(store.put(b"")) == b""


def test_the_same_content_is_stored_once(store):
    assert {store.put(CONTENT) for _ in range(3)} == {NAME}
    assert copies(store) == [NAME]


def test_many_who_bring_the_same_content_at_once_leave_one_sound_copy(store):
    with ThreadPoolExecutor(8) as people:
        assert set(people.map(lambda _: store.put(CONTENT), range(24))) == {NAME}
    assert copies(store) == [NAME]
    assert store.get(NAME) == CONTENT


def test_what_is_not_there_is_missing(store):
    with pytest.raises(Missing, match="kho lưu trữ"):
        store.get("0" * 64)


@pytest.mark.parametrize("content", [None, b"", CONTENT[:-1], b"x" + CONTENT[1:]])
def test_what_was_lost_or_changed_is_not_served(store, content):
    store.put(CONTENT)
    spoil(store, content)
    with pytest.raises(Missing):
        store.get(NAME)


@pytest.mark.parametrize("content", [None, b"", CONTENT[:-1]])
def test_what_was_lost_or_cut_is_whole_again_when_it_is_brought_again(store, content):
    store.put(CONTENT)
    spoil(store, content)
    store.put(CONTENT)
    assert store.get(NAME) == CONTENT


@pytest.mark.parametrize(
    "name", ["", "..", "../secret-key", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "\n", "/etc"]
)
def test_nothing_but_a_hash_is_a_name(store, name):
    with pytest.raises(ValueError):
        store.get(name)


# --- The folder: what a power cut leaves


def test_the_file_is_on_disk_before_it_has_its_name_and_the_name_before_put_returns(tmp_path, monkeypatch):
    """Write beside, fsync, rename, fsync of the folder; a crash between any two leaves no half file."""
    store, done = Folder(tmp_path / "files"), []
    (tmp_path / "files" / NAME[:2]).mkdir(parents=True)
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path.is_dir():
            done.append("folder on disk")
        else:
            assert path.read_bytes() == CONTENT
            assert path.name != NAME
            done.append("bytes on disk")
        fsync(handle)

    def noted_replace(old: Path, new: Path) -> Path:
        done.append("renamed")
        return replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    store.put(CONTENT)
    assert done == ["bytes on disk", "renamed", "folder on disk"]
    done.clear()
    store.put(CONTENT)
    assert done == ["folder on disk"], "whoever stored it first may not have come to this"


def test_a_new_folder_is_on_disk_too(tmp_path, monkeypatch):
    synced, fsync = [], os.fsync

    def noted_fsync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    Folder(tmp_path / "files").put(CONTENT)
    assert {tmp_path, tmp_path / "files", tmp_path / "files" / NAME[:2]} <= set(synced)


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_neither_the_file_nor_a_rest(tmp_path, monkeypatch, fails):
    store = Folder(tmp_path)

    def broken(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    store._make_folder(store.path(NAME).parent)
    monkeypatch.setattr(*((os, "fsync") if fails == "fsync" else (Path, "replace")), broken)
    with pytest.raises(OSError):
        store.put(CONTENT)
    monkeypatch.undo()
    assert copies(store) == []


def test_a_full_disk_says_so_before_anything_is_written(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 9, storage.ROOM_KEPT - 1))
    with pytest.raises(NoRoom, match="hết chỗ"):
        Folder(tmp_path).put(CONTENT)
    assert copies(Folder(tmp_path)) == []


def test_a_disk_that_fills_while_writing_says_so(tmp_path, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    store = Folder(tmp_path)
    store._make_folder(store.path(NAME).parent)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom):
        store.put(CONTENT)


# --- The bucket


def test_a_bucket_that_does_not_answer_says_so(s3, tmp_path):
    nobody = open_store("s3://soat?endpoint=http://127.0.0.1:9&region=us-east-1", tmp_path)
    no_bucket = open_store(f"s3://khong-co?endpoint={s3}&region=us-east-1", tmp_path)
    for store in (nobody, no_bucket):
        with pytest.raises(Unreachable, match="không trả lời"):
            store.put(CONTENT)
    with pytest.raises(Unreachable):
        nobody.get(NAME)


def test_keys_stand_under_the_prefix_of_the_setting(s3, tmp_path):
    store = open_store(f"s3://soat/hai-phong/2026?endpoint={s3}&region=us-east-1", tmp_path)
    assert isinstance(store, Bucket)
    store.put(CONTENT)
    assert store.key(NAME) == f"hai-phong/2026/{NAME[:2]}/{NAME}"
    found = store._s3.list_objects_v2(Bucket="soat", Prefix="hai-phong/2026/")
    assert [one["Key"] for one in found["Contents"]] == [store.key(NAME)]


# --- The setting


def test_without_a_setting_files_stand_beside_the_database(tmp_path):
    settings = read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"})
    assert isinstance(settings.storage, Folder)
    assert settings.storage.root == tmp_path / "files"
    assert settings.upload_mb == 15


@pytest.mark.parametrize("address", ["files", "/srv/files", "s3:", "s3://", "http://soat", "s3://soat?key=x"])
def test_a_storage_that_is_none_stops_the_start_with_a_sentence(tmp_path, address):
    with pytest.raises(WrongSetting, match="SOAT_STORAGE: phải để trống hoặc là s3://"):
        read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "STORAGE": address})


@pytest.mark.parametrize("most", ["0", "101", "nhiều", "1.5"])
def test_a_size_that_is_none_stops_the_start_with_a_sentence(tmp_path, most):
    with pytest.raises(WrongSetting, match="SOAT_UPLOAD_MB"):
        read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "UPLOAD_MB": most})
