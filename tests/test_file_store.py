"""The folder or bucket that files are written to, and the sentences when it cannot be used."""

from __future__ import annotations

import logging
import os
import sys
import time
import typing as t

import fsspec
import pytest
from singer_sdk.exceptions import ConfigValidationError

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.errors import FileStoreError, SettingsError
from tap_economic.file_store import open_file_store
from tap_economic.report import Status
from tap_economic.tap import TapEconomic
from tests.support.catalogs import selecting
from tests.support.filing import FILES, PDF, Filed, check_rows, content_of, filing
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from economic_sandbox.apis.exchange import Exchange


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Filed]:
    with filing(tmp_path / "files") as filed:
        for number in range(1, 11):
            filed.books.book_invoice(number)
        yield filed


@pytest.fixture
def bucket() -> Iterator[str]:
    """A bucket in this process, of fsspec's own."""
    yield "memory://bucket/documents"
    fsspec.filesystem("memory").store.clear()


class TestABucket:
    @pytest.mark.parametrize("concurrency", [1, 8])
    def test_files_are_written_to_it_once(
        self, filed: Filed, bucket: str, concurrency: int
    ) -> None:
        first = filed.copy(documents_url=bucket, concurrency=concurrency)
        rows = first.records(PDF)
        store = fsspec.filesystem("memory")
        found = {path: store.cat_file(path) for path in store.find("bucket")}
        assert found == {
            f"/bucket/documents/1001/{PDF}/{n}.pdf": content_of(n) for n in range(1, 11)
        }
        assert rows[0]["location"] == f"memory:///bucket/documents/1001/{PDF}/1.pdf"
        filed.state = None
        assert filed.copy(documents_url=bucket).records(PDF) == rows
        assert filed.fetched() == []

    def test_an_upload_that_fails_leaves_no_row(
        self, filed: Filed, bucket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = fsspec.filesystem("memory")
        upload = type(files).pipe_file

        def fail(self: object, path: str, value: bytes, **options: t.Any) -> None:
            if path.endswith("/4.pdf"):
                message = "Credential=AKIA1234 denied"
                raise PermissionError(message)
            upload(self, path, value, **options)

        monkeypatch.setattr(type(files), "pipe_file", fail)
        run = filed.copy(documents_url=bucket)
        result = run.results[PDF]
        assert (run.exit_code, result.status) == (1, Status.FAILED)
        assert result.reason == (
            f"the file 1001/{PDF}/4.pdf cannot be written (PermissionError): "
            "check the setting documents_url"
        )
        assert [row["bookedInvoiceNumber"] for row in run.records(PDF)] == [1, 2, 3]


class TestAFolder:
    @pytest.mark.parametrize("form", ["{}", "file://{}", "local://{}"])
    def test_it_may_be_a_path_or_a_url(self, tmp_path: Path, form: str) -> None:
        store = open_file_store(form.format(tmp_path / "new folder"))
        store.write("1/x/1.pdf", b"%PDF-")
        assert (tmp_path / "new folder" / "1" / "x" / "1.pdf").read_bytes() == b"%PDF-"
        assert store.location("1/x/1.pdf") == f"file://{tmp_path}/new folder/1/x/1.pdf"

    def test_a_relative_path_is_that_of_the_working_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert open_file_store("files").url == f"file://{tmp_path}/files"

    def test_what_a_killed_run_was_writing_is_removed_and_what_another_run_writes_is_not(
        self, tmp_path: Path
    ) -> None:
        incoming = tmp_path / ".incoming"
        incoming.mkdir()
        for name, age in {"left": 120, "being written": 0}.items():
            (incoming / name).write_bytes(b"%PDF")
            os.utime(incoming / name, (time.time() - age,) * 2)
        open_file_store(str(tmp_path))
        assert [path.name for path in incoming.iterdir()] == ["being written"]

    def test_a_write_that_fails_leaves_the_file_that_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = open_file_store(str(tmp_path))
        store.write("1.pdf", b"before")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device: token-12345")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(FileStoreError) as caught:
            store.write("1.pdf", b"after")
        assert str(caught.value) == (
            "the file 1.pdf cannot be written (No space left on device): "
            "check the setting documents_url"
        )
        assert store.read("1.pdf") == b"before"

    def test_one_that_cannot_be_made_fails_the_stream(self, filed: Filed, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        run = filed.copy(documents_url=str(tmp_path / "file"))
        assert run.exit_code == 1
        assert "Not a directory" in run.results[PDF].reason


class TestSettings:
    @pytest.mark.parametrize("stream", [PDF, FILES])
    def test_a_missing_setting_is_named_before_anything_is_read(
        self, filed: Filed, stream: str
    ) -> None:
        with pytest.raises(SettingsError, match=r"^The setting documents_url is missing: a fold"):
            filed.read(stream)
        assert list(filed.sandbox.requests) == []

    def test_other_streams_need_no_store(self, filed: Filed) -> None:
        assert filed.read("invoices_booked").exit_code == 0

    @pytest.mark.parametrize(
        ("url", "package", "extra"),
        [
            ("s3://bucket/x", "s3fs", "documents-s3"),
            ("abfs://container/x", "adlfs", "documents-azure"),
            ("az://container/x", "adlfs", "documents-azure"),
            ("gs://bucket/x", "gcsfs", "documents-gcs"),
            ("files", "fsspec.core", "documents"),
        ],
    )
    def test_a_missing_package_is_named_before_anything_is_read(
        self, filed: Filed, monkeypatch: pytest.MonkeyPatch, url: str, package: str, extra: str
    ) -> None:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(SettingsError) as caught:
            filed.copy(documents_url=url)
        assert str(caught.value) == (
            "The setting documents_url needs a package that is not installed: "
            f"pip install 'tap-economic[{extra}]'"
        )
        assert list(filed.sandbox.requests) == []

    @pytest.mark.parametrize("url", ["https://host/x", "nope://x", "simplecache::s3://bucket/x"])
    def test_other_protocols_are_refused(self, url: str) -> None:
        with pytest.raises(SettingsError, match="is not supported"):
            open_file_store(url)

    @pytest.mark.parametrize(
        "url", ["s3://AKIA1234:secret-key@bucket/x", "abfs://container/x?sig=secret-key"]
    )
    def test_credentials_in_the_url_are_refused_and_not_quoted(self, url: str) -> None:
        with pytest.raises(ConfigValidationError) as caught:
            run_tap("http://127.0.0.1:1", PDF, documents_url=url)
        (error,) = caught.value.errors
        assert error.startswith("The setting documents_url must not contain credentials")
        assert "secret-key" not in error

    def test_the_container_and_account_of_a_url_are_no_credentials(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "adlfs", None)
        url = "abfs://container@account.dfs.core.windows.net/x"
        with pytest.raises(SettingsError, match="documents-azure"):
            run_tap("http://127.0.0.1:1", PDF, documents_url=url)

    def test_a_package_that_cannot_be_set_up_is_not_quoted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            message = "key AKIA1234 is wrong"
            raise ValueError(message)

        monkeypatch.setattr("fsspec.core.url_to_fs", refuse)
        with pytest.raises(SettingsError) as caught:
            open_file_store("memory://x")
        assert "AKIA1234" not in str(caught.value)
        assert "memory:// raises ValueError" in str(caught.value)

    def test_loggers_that_would_tell_credentials_are_quiet(self) -> None:
        open_file_store("memory://x")
        for name in ("botocore.auth", "azure.core.pipeline", "s3fs", "google.auth"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_agreements_have_a_folder_each(tmp_path: Path) -> None:
    companies = {f"grant-of-company-{seed}": generate_company(seed, 20) for seed in (1, 2, 3)}
    with Sandbox(agreements=companies) as sandbox:
        tokens = settings(sandbox)
        del tokens["agreement_grant_token"]
        run = run_tap(
            None,
            catalog=selecting(PDF, FILES),
            **tokens,
            agreements=[{"agreement_grant_token": token} for token in companies],
            documents_url=str(tmp_path),
            concurrency=8,
        )
    rows = [*run.records(PDF), *run.records(FILES)]
    check_rows(rows)
    assert len({row["location"] for row in rows}) == len(rows)
    for company in companies.values():
        folder = tmp_path / str(company.agreement_number)
        assert {int(path.stem) for path in (folder / PDF).iterdir()} == set(company.invoices)
        assert len(list((folder / FILES).iterdir())) == len(company.attached_documents)


def test_a_run_stays_within_the_call_budget(tmp_path: Path) -> None:
    """A budget of 30 files a second, of which there are more than twice as many."""
    with Sandbox(generate_company(1, 60), call_limit=390, call_window=1) as sandbox:
        run = run_tap(
            None,
            catalog=selecting(PDF),
            **settings(sandbox),
            documents_url=str(tmp_path),
            concurrency=8,
        )
        statuses = {request.status for request in sandbox.requests}
        assert len(run.records(PDF)) == len(sandbox.company.invoices) > 60
    assert run.exit_code == 0
    assert statuses == {200}


def test_a_try_out_reads_one_file_and_keeps_none(filed: Filed, tmp_path: Path) -> None:
    hits: list[Exchange] = []
    filed.sandbox.before_response(hits.append)
    tap = TapEconomic(
        config={**settings(filed.sandbox), "documents_url": str(tmp_path / "files")},
        catalog=selecting(PDF),
    )
    tap.test()
    assert [hit.path for hit in hits if hit.path.endswith("/pdf")] == [
        "/rest/invoices/booked/1/pdf"
    ]
    assert not (tmp_path / "files").exists()
