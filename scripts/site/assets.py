"""Fetch the scripts that the theme would load from a CDN: python -m scripts.site.assets FOLDER.

They come from npm's registry, because PyPI has none, and are checked against its hashes
(``npm view <package>@<version> dist.integrity``).
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
import typing as t
from pathlib import Path

import requests


class Script(t.NamedTuple):
    """A script in a package of npm's registry.

    Attributes:
        name: The name of its file in the site.
        package: The package.
        version: The package's version.
        sha512: The package's hash, in base64.
        member: The script's path in the package.
    """

    name: str
    package: str
    version: str
    sha512: str
    member: str

    @property
    def url(self) -> str:
        """The address of the package."""
        base = "https://registry.npmjs.org"
        return f"{base}/{self.package}/-/{self.package}-{self.version}.tgz"

    def text_in(self, package: bytes) -> bytes:
        """Return the script in a package.

        Raises:
            ValueError: If the package is not the expected one.
        """
        if base64.b64encode(hashlib.sha512(package).digest()).decode() != self.sha512:
            msg = f"{self.url} does not have the expected hash"
            raise ValueError(msg)
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            return t.cast("t.IO[bytes]", archive.extractfile(f"package/{self.member}")).read()


# The theme supports version 11 of Mermaid.
MERMAID = Script(
    "mermaid.min.js",
    "mermaid",
    "11.17.2",
    "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
    "dist/mermaid.min.js",
)
# Lets the search work in pages that are opened as files.
IFRAME_WORKER = Script(
    "iframe-worker.js",
    "iframe-worker",
    "1.0.4",
    "roeaaI+Lg1LJNfgpCjoRe/+WzEjy9+Z08LoEvu85MCPbBjwm+qXz8Ag5U05lHa6V1CysZyGzE0SOkAtSUA5q7Q==",
    "shim/index.js",
)
SCRIPTS = (MERMAID, IFRAME_WORKER)


def main(folder: str) -> None:
    """Write the scripts to a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for script in SCRIPTS:
        response = requests.get(script.url, timeout=60)
        response.raise_for_status()
        Path(folder, script.name).write_bytes(script.text_in(response.content))


if __name__ == "__main__":
    main(*sys.argv[1:])
