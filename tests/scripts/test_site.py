"""The site: links as they must be in it, addresses, and the scripts that it has with it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
import tarfile

import pytest

from scripts.site.assets import SCRIPTS, Script
from scripts.site.links import PAGES, with_links
from tests.support.programs import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = "https://example.org/blob/main"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SANDBOX = tomllib.loads((ROOT / "sandbox" / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("install.md", "state.md#with-meltano", "state.md#with-meltano"),
        ("install.md", "streams/README.md", "streams/README.md"),
        ("install.md", "../transform/README.md#marts", "books.md#marts"),
        ("install.md", "../meltano.yml", f"{FILES}/meltano.yml"),
        ("install.md", "https://example.com/a.md", "https://example.com/a.md"),
        ("install.md", "#pip", "#pip"),
        ("streams/sales.md", "../tables.md", "../tables.md"),
        ("streams/sales.md", "../../CONTRIBUTING.md", "../contributing.md"),
        ("contributing.md", "docs/contract.md", "contract.md"),
        ("contributing.md", "transform/README.md", "books.md"),
        ("contributing.md", "LICENSE", f"{FILES}/LICENSE"),
        ("books.md", "../docs/using-the-data.md", "using-the-data.md"),
    ],
)
def test_a_link_leads_to_the_page_in_the_site_or_else_to_the_repository(
    page: str, link: str, expected: str
) -> None:
    assert with_links(f"a [b]({link}) c", page, FILES) == f"a [b]({expected}) c"


def test_code_is_left_as_it_is() -> None:
    text = "[a](../LICENSE)\n\n```sh\n[b](../LICENSE)\n```\n\n[c](../LICENSE)\n"
    expected = text.replace("[a](..", f"[a]({FILES}").replace("[c](..", f"[c]({FILES}")
    assert with_links(text, "install.md", FILES) == expected


def test_every_page_outside_docs_exists_and_hides_no_page_of_docs() -> None:
    for source, page in PAGES.items():
        assert (ROOT / source).exists()
        assert not (ROOT / "docs" / page).exists()


def test_every_address_of_the_project_is_that_of_pyproject() -> None:
    urls = PROJECT["urls"]
    texts = [
        ROOT / "pyproject.toml",
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("hub/*"),
        *ROOT.glob("orchestrate/*.md"),
        *ROOT.glob("sandbox/*.md"),
        *ROOT.glob("transform/*.md"),
    ]
    found = {
        address
        for path in texts
        for address in re.findall(
            r"https://github\.com/[\w-]+/tap-economic\b|https://[\w-]+\.github\.io/[\w-]+/",
            path.read_text("utf-8"),
        )
    }
    assert found == {urls["Repository"], urls["Documentation"]}
    owned = [*urls.values(), *SANDBOX["urls"].values()]
    assert {url for url in owned if not url.startswith(tuple(found))} == set()
    assert SANDBOX["urls"].keys() == urls.keys()


def package(text: bytes) -> tuple[Script, bytes]:
    """A script, and a package that has it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/dist/a.js")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    content = file.getvalue()
    sha512 = base64.b64encode(hashlib.sha512(content).digest()).decode()
    return Script("a.js", "a", "1.0.0", sha512, "dist/a.js"), content


def test_a_script_is_taken_from_the_package_with_the_expected_hash_only() -> None:
    script, content = package(b"code")
    assert script.text_in(content) == b"code"
    _, other = package(b"other code")
    with pytest.raises(ValueError, match=r"a-1\.0\.0\.tgz does not have the expected hash"):
        script.text_in(other)


def test_each_script_has_a_hash_and_an_address() -> None:
    for script in SCRIPTS:
        assert len(base64.b64decode(script.sha512)) == 64
        assert script.url.startswith("https://registry.npmjs.org/")
