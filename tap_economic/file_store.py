"""The store of files: a folder, or a bucket that fsspec can write to.

A file is under its name only once it is whole. In a folder it is written under a temporary name,
and renamed; a bucket makes an object visible when its upload is complete.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
import typing as t
import uuid
from pathlib import Path

from typing_extensions import override

from tap_economic.errors import FileStoreError, SettingsError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    from collections.abc import Generator

_INCOMING = ".incoming"
"""The folder of files that are being written."""
_STALE_AFTER = 60.0
"""Seconds after which such a file was left behind: it is written in one go."""
_LOCAL = ("file", "local")
_EXTRAS = {
    "s3": "documents-s3",
    "s3a": "documents-s3",
    "abfs": "documents-azure",
    "abfss": "documents-azure",
    "az": "documents-azure",
    "gs": "documents-gcs",
    "gcs": "documents-gcs",
    "memory": "documents",  # of this process, for tests
}
"""The buckets whose uploads are known to be atomic, and the extra that each needs."""
_LOGGERS = (
    "adlfs", "aiobotocore", "aiohttp", "azure", "boto3", "botocore", "fsspec", "gcsfs", "google",
    "msal", "s3fs",
)  # fmt: skip
"""Loggers that would write request headers, which contain credentials, at DEBUG."""


class FileStore:
    """Files by their name, a path of plain segments below the store's URL.

    Attributes:
        url: The URL of the store, without credentials.
    """

    def __init__(self, files: t.Any, root: str) -> None:  # noqa: ANN401 - fsspec has no types
        """Wrap a file system.

        Args:
            files: The file system (``fsspec.AbstractFileSystem``).
            root: The folder in it.
        """
        self._files = files
        self._root = root.rstrip("/")
        self.url: str = files.unstrip_protocol(self._root)

    def location(self, name: str) -> str:
        """Return the URL of a file."""
        return f"{self.url}/{name}"

    def has(self, name: str) -> bool:
        """Return whether there is a file that is not empty.

        Raises:
            FileStoreError: If the store cannot be read.
        """
        with _in_sentences(f"{name} cannot be looked up"):
            try:
                return bool(self._files.info(self._path(name))["size"])
            except FileNotFoundError:
                return False

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None if there is none.

        Raises:
            FileStoreError: If the store cannot be read.
        """
        with _in_sentences(f"{name} cannot be read"):
            try:
                return t.cast("bytes", self._files.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file, in place of any other.

        Raises:
            FileStoreError: If the store cannot be written to.
        """
        with _in_sentences(f"{name} cannot be written"):
            self._write(self._path(name), content)

    def _write(self, path: str, content: bytes) -> None:
        self._files.pipe_file(path, content)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


class LocalFileStore(FileStore):
    """A store in a folder of this machine."""

    @override
    def _write(self, path: str, content: bytes) -> None:
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming = Path(self._root, _INCOMING)
        incoming.mkdir(exist_ok=True)
        temporary = incoming / uuid.uuid4().hex
        with temporary.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())  # else the name might outlive the content in a power cut
        temporary.replace(target)

    def remove_leftovers(self) -> None:
        """Remove files that a killed run was writing."""
        incoming = Path(self._root, _INCOMING)
        for leftover in incoming.glob("*") if incoming.is_dir() else ():
            with contextlib.suppress(OSError):  # another run may do the same
                if time.time() - leftover.stat().st_mtime > _STALE_AFTER:
                    leftover.unlink()


def open_file_store(url: str) -> FileStore:
    """Open the store at a URL, without any request.

    Args:
        url: A folder, or a URL such as ``s3://bucket/folder``.

    Raises:
        SettingsError: If a package is missing, or the URL cannot be used.
    """
    try:
        from fsspec.core import split_protocol, url_to_fs  # noqa: PLC0415 - an optional package
    except ImportError:
        raise _missing_package() from None
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    protocol = split_protocol(url)[0] or "file"
    if protocol not in {*_EXTRAS, *_LOCAL}:
        msg = (
            f"The setting documents_url must be a folder, or begin with {', '.join(_SHOWN)}: "
            f"{plain(protocol, 60)}:// is not supported"
        )
        raise SettingsError(msg)
    try:
        files, root = url_to_fs(url, use_listings_cache=False)
    except ImportError:
        raise _missing_package(_EXTRAS.get(protocol)) from None
    except Exception as exc:  # whatever the package raises for missing credentials
        msg = (
            "The setting documents_url cannot be used: the package of "
            f"{protocol}:// raises {type(exc).__name__}; check its credentials and configuration"
        )
        raise SettingsError(msg) from exc
    if protocol not in _LOCAL:
        return FileStore(files, root)
    store = LocalFileStore(files, root)
    store.remove_leftovers()
    return store


_SHOWN = ("s3://", "abfs://", "gs://")


def _missing_package(extra: str | None = None) -> SettingsError:
    msg = (
        "The setting documents_url needs a package that is not installed: "
        f"pip install 'tap-economic[{extra or 'documents'}]'"
    )
    return SettingsError(msg)


@contextlib.contextmanager
def _in_sentences(failure: str) -> Generator[None, None, None]:
    """Raise errors of a store without their message, which may contain credentials."""
    try:
        yield
    except Exception as exc:
        number = exc.errno if isinstance(exc, OSError) else None
        reason = os.strerror(number) if number else type(exc).__name__
        msg = f"the file {failure} ({reason}): check the setting documents_url"
        raise FileStoreError(msg) from exc
