"""Where the bytes of attachments are kept: by their SHA-256, in a local folder or an S3-compatible bucket.

The same content is stored once. ``put`` returns only when the bytes would survive a power cut: written
beside their place, fsync, renamed, fsync of the folder. A database row may then name them. Bytes that were there
already count as new from then on, so that a sweep leaves them alone until a row had time to name them.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from .domain.refusals import Missing, Refused, sentence

try:  # only where S3 is used: pip install 'soat[s3]'
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # pragma: no cover
    boto3 = None

log = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{64}")
# What a put that died left behind, beside the place it was for.
_LEFTOVER = re.compile(r"new-[a-z0-9_]{4,40}")
# An object of a bucket cannot be made new without sending it again: only when it is older than this.
_NEW_FOR = timedelta(hours=1)
# Below this the disk belongs to the database: answers must still be saved when no picture fits any more.
ROOM_KEPT = 500 * 2**20


class NoRoom(Refused):
    """The disk is full, or nearly (507)."""

    status = 507


class Unreachable(Refused):
    """The bucket does not answer (503)."""

    status = 503


class Kept(NamedTuple):
    """One file of the store: its SHA-256 (empty for what a put left behind), its place, size and age."""

    sha256: str
    place: str
    size: int
    changed_at: datetime


class Store(Protocol):
    """What a place for bytes can do."""

    def put(self, content: bytes) -> str:
        """Keeps the bytes, durably; gives their SHA-256."""

    def get(self, sha256: str) -> bytes:
        """The bytes, checked; :class:`Missing` when they are gone or not what they were."""

    def changed_at(self, sha256: str) -> datetime | None:
        """When the bytes were last put; ``None`` when they are not there."""

    def kept(self) -> Iterator[Kept]:
        """All that is there and was made by ``put``; what others left in the same place is not told."""

    def remove(self, one: Kept) -> None:
        """Lets a file go; nothing happens when it is gone already."""


class Folder:
    """A local folder: ``ab/abcd…`` for each content."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / _known(sha256)[:2] / sha256

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            self._make_folder(path.parent)
            if not _holds_as_new(path, sha256):
                self._write(path, content)
            # Also when the file was there: who renamed it may not have come to this line.
            _sync_folder(path.parent)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise _no_room() from error
            raise
        return sha256

    def get(self, sha256: str) -> bytes:
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise _lost(sha256) from None
        return _checked(content, sha256)

    def changed_at(self, sha256: str) -> datetime | None:
        try:
            return datetime.fromtimestamp(self.path(sha256).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def kept(self) -> Iterator[Kept]:
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            ours = _NAME.fullmatch(path.name) and path.name[:2] == path.parent.name
            if not (ours or _LEFTOVER.fullmatch(path.name)):
                continue
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # taken away or renamed meanwhile
            moment = datetime.fromtimestamp(found.st_mtime, UTC)
            place = f"{path.parent.name}/{path.name}"
            yield Kept(path.name if ours else "", place, found.st_size, moment)

    def remove(self, one: Kept) -> None:
        (self.root / one.place).unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if shutil.disk_usage(_existing(folder)).free < ROOM_KEPT:
            raise _no_room()
        folder.mkdir(parents=True, exist_ok=True)
        for parent in (folder.parent, folder.parent.parent):
            _sync_folder(parent)

    def _write(self, path: Path, content: bytes) -> None:
        if shutil.disk_usage(path.parent).free < ROOM_KEPT + len(content):
            raise _no_room()
        handle, name = tempfile.mkstemp(prefix="new-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


class Bucket:
    """An S3-compatible bucket; keys are ``prefix/ab/abcd…``. Credentials come from the AWS_* variables."""

    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        if boto3 is None:
            raise RuntimeError("SOAT_STORAGE: hãy cài thư viện S3: pip install 'soat[s3]'.")
        self.bucket, self.prefix = bucket, prefix
        self._s3: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
                # Servers that are only compatible do not all know the newer trailing checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def key(self, sha256: str) -> str:
        return "/".join(part for part in (self.prefix, _known(sha256)[:2], sha256) if part)

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        key = self.key(sha256)
        try:
            if not self._is_new(key, len(content)):
                self._s3.put_object(Bucket=self.bucket, Key=key, Body=content, ContentLength=len(content))
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            content = self._s3.get_object(Bucket=self.bucket, Key=self.key(sha256))["Body"].read()
        except ClientError as error:
            if _is_missing(error):
                raise _lost(sha256) from None
            raise _unreachable(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error
        return _checked(content, sha256)

    def changed_at(self, sha256: str) -> datetime | None:
        try:
            found = self._head(self.key(sha256))
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error
        return None if found is None else found["LastModified"].astimezone(UTC)

    def kept(self) -> Iterator[Kept]:
        start = f"{self.prefix}/" if self.prefix else ""
        try:
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start):
                for one in page.get("Contents", []):
                    folder, _slash, name = one["Key"].removeprefix(start).partition("/")
                    if _NAME.fullmatch(name) and name[:2] == folder:
                        yield Kept(name, one["Key"], one["Size"], one["LastModified"].astimezone(UTC))
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error

    def remove(self, one: Kept) -> None:
        try:
            self._s3.delete_object(Bucket=self.bucket, Key=one.place)
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error

    def _is_new(self, key: str, size: int) -> bool:
        """Whether it is there, whole, and so new that no sweep will look at it before it has a row."""
        found = self._head(key)
        return (
            found is not None
            and found["ContentLength"] == size
            and datetime.now(UTC) - found["LastModified"] < _NEW_FOR
        )

    def _head(self, key: str) -> Any:
        try:
            return self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return None
            raise


def open_store(address: str, data_dir: Path) -> Store:
    """The store of a setting: «» is the folder ``files`` beside the database, ``s3://bucket/prefix`` a bucket.

    ``?endpoint=https://…&region=…`` may follow for servers other than Amazon's. Raises ``ValueError`` with a
    sentence for anything else.
    """
    if not address:
        return Folder(data_dir / "files")
    parts = urlsplit(address)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or given.keys() - {"endpoint", "region"}:
        raise ValueError("phải để trống hoặc là s3://bucket/thư-mục?endpoint=https://…&region=….")
    if boto3 is None:
        raise ValueError("cần thư viện S3: pip install 'soat[s3]'.")
    return Bucket(parts.netloc, parts.path.strip("/"), given.get("endpoint", ""), given.get("region", ""))


def _known(sha256: str) -> str:
    """The name, if it is one: nothing else may become part of a path."""
    if not _NAME.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return sha256


def _holds_as_new(path: Path, sha256: str) -> bool:
    """Whether this content is there and sound, and from now on new; a damaged copy is written anew."""
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _checked(content: bytes, sha256: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != sha256:
        log.error("The stored content %s is damaged.", sha256)
        raise _lost(sha256)
    return content


def _sync_folder(folder: Path) -> None:
    """What was renamed in a folder is on disk only after this (Windows has no such call)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _is_missing(error: Any) -> bool:
    return error.response.get("Error", {}).get("Code") in {"404", "NoSuchKey", "NotFound"}


def _lost(sha256: str) -> Missing:
    log.error("The stored content %s is missing or damaged.", sha256)
    return Missing(sentence("Nội dung của tệp này không còn trong kho lưu trữ. Hãy báo quản trị."))


def _no_room() -> NoRoom:
    log.error("No room for attachments.")
    return NoRoom(sentence("Máy chủ hết chỗ chứa tệp, tệp chưa được lưu. Hãy báo quản trị."))


def _unreachable(error: Exception) -> Unreachable:
    log.error("The bucket of attachments does not answer.", exc_info=error)
    return Unreachable(sentence("Kho lưu trữ tệp không trả lời, hãy thử lại sau ít phút."))
