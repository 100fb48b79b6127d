"""The hook of mkdocs: addresses from pyproject.toml, pages outside docs/, links and diagrams."""

from __future__ import annotations

import re
import sys
import typing as t
from pathlib import Path

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from scripts.site.assets import IFRAME_WORKER, MERMAID, SCRIPTS
from scripts.site.links import PAGES, source_of, with_links

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if t.TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
_BRANCH = "main"
# The heading of a domain's page, below "Streams" in the navigation.
_STREAMS = re.compile(r"# Streams: (.+)")
_SCRIPTS = "assets/javascripts"


def on_config(config: MkDocsConfig) -> None:
    """Take the addresses and the description from pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    urls = project["urls"]
    config.site_url = urls["Documentation"]
    config.site_description = project["description"]
    config.repo_url = urls["Repository"]
    config.repo_name = "/".join(urls["Repository"].split("/")[-2:])
    config.edit_uri = f"edit/{_BRANCH}/docs/"
    config.extra["polyfills"] = [f"{_SCRIPTS}/{IFRAME_WORKER.name}"]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages outside docs/, and the scripts that the theme would load from a CDN."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=text))
    for script in SCRIPTS:
        path = str(ROOT / ".venv-site" / "assets" / script.name)
        files.append(File.generated(config, f"{_SCRIPTS}/{script.name}", abs_src_path=path))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let the links lead to pages of the site where they can, else to the repository."""
    del files
    source = source_of(page.file.src_uri)
    if title := _STREAMS.match(markdown):
        page.title = title[1].capitalize()
    page.edit_url = f"{config.repo_url}/edit/{_BRANCH}/{source}"
    files_url = f"{config.repo_url}/blob/{_BRANCH}"
    return with_links(markdown, page.file.src_uri, files_url)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Load Mermaid on the pages with diagrams, before the theme looks for it."""
    del config
    if 'class="mermaid"' not in output:
        return output
    url = get_relative_url(f"{_SCRIPTS}/{MERMAID.name}", page.url)
    script = f'<script src="{url}"></script>'
    before, tag, after = output.rpartition("</head>")
    return f"{before}{script}{tag}{after}"
