"""Fetch Mermaid for the site, from the npm registry: python -m scripts.site.mermaid FILE."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
import typing as t
import urllib.request
from pathlib import Path

# The theme supports Mermaid 11. The hash is the registry's: npm view mermaid@VERSION dist.integrity
VERSION = "11.17.2"
SHA512 = "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg=="
URL = f"https://registry.npmjs.org/mermaid/-/mermaid-{VERSION}.tgz"
_MEMBER = "package/dist/mermaid.min.js"


def script_in(package: bytes, sha512: str = SHA512) -> bytes:
    """Return the script in a package.

    Args:
        package: The package, a compressed archive.
        sha512: Its expected hash in base64.

    Raises:
        ValueError: If the package has another hash.
    """
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != sha512:
        msg = f"{URL} does not have the expected hash"
        raise ValueError(msg)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        return t.cast("t.IO[bytes]", archive.extractfile(_MEMBER)).read()


def main(path: str) -> None:
    """Write the script to a file."""
    with urllib.request.urlopen(URL, timeout=60) as response:
        Path(path).write_bytes(script_in(response.read()))


if __name__ == "__main__":
    main(*sys.argv[1:])
