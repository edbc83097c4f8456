"""Builds the site from the pages, and checks every link: `python .docs/build_site.py FOLDER`.

The README is its first page; what the program knows of itself comes from reference.py. Whatever is
wrong with the pages, or with a link, ends the build.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import reference
from selectolax.lexbor import LexborHTMLParser

HERE = Path(__file__).parent
ROOT = HERE.parent
# Pages that stand elsewhere in the repository, by their names on the site.
SOURCES = {
    "index.md": ROOT / "README.md",
    "security.md": ROOT / ".github" / "SECURITY.md",
    "contributing.md": ROOT / ".github" / "CONTRIBUTING.md",
    "changelog.md": ROOT / "CHANGELOG.md",
    **{page.name: page for page in sorted(HERE.glob("*.md"))},
}
PICTURES = {picture.name: picture for picture in (ROOT / ".github" / "readme").glob("*.svg")}
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


def write_pages(folder: Path) -> None:
    """Write all pages of the site, as they are before it is built."""
    folder.mkdir(parents=True)
    for name, source in SOURCES.items():
        text = source.read_text(encoding="utf-8")
        if name == "settings.md":
            text += f"\n## All settings\n\n{reference.write_settings()}\n"
        (folder / name).write_text(lead_to_pages(text, source), encoding="utf-8")
    for name, write in reference.PAGES.items():
        (folder / name).write_text(write(), encoding="utf-8")
    shutil.copy(HERE / "site.css", folder)
    for name, picture in PICTURES.items():
        shutil.copy(picture, folder / name)


def lead_to_pages(text: str, source: Path) -> str:
    """Links of a page of the repository, as they are on the site.

    What is not on the site is named without a link.
    """
    names = {path: name for name, path in {**SOURCES, **PICTURES}.items()}

    def replace(link: re.Match[str]) -> str:
        words, (path, mark, anchor) = link[1], link[2].partition("#")
        if not path or re.match(r"https?:", link[2]) or path in reference.PAGES:
            return link[0]
        target = Path(os.path.normpath(source.parent / path))
        return f"[{words}]({names[target]}{mark}{anchor})" if target in names else words

    return _LINK.sub(replace, text)


def find_broken_links(site: Path) -> list[str]:
    """What on the site leads nowhere, and what would be loaded from elsewhere; a line each."""
    pages = {
        page: LexborHTMLParser(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")
    }
    anchors = {
        page: {node.attributes["id"] for node in tree.css("[id]")} for page, tree in pages.items()
    }
    broken = []
    for page, tree in pages.items():
        if page.name == "404.html":
            continue
        for node in tree.css("a[href], link[href], img[src], script[src]"):
            target = node.attributes.get("href") or node.attributes.get("src") or ""
            place = f"{page.relative_to(site)}: {target}"
            if re.match(r"[a-z]+:|//", target):
                if node.tag != "a":
                    broken.append(f"{place} is loaded from elsewhere")
                continue
            path, _, anchor = target.partition("#")
            found = Path(os.path.normpath(page.parent / path)) if path else page
            found = found / "index.html" if found.is_dir() else found
            if not found.exists() or (anchor and anchor not in anchors.get(found, {anchor})):
                broken.append(place)
    return broken


def main() -> None:
    """Build the site."""
    folder = Path(sys.argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    write_pages(folder / "pages")
    shutil.copy(HERE / "zensical.toml", folder)
    zensical = shutil.which("zensical") or sys.exit("site: zensical is not installed: make site")
    subprocess.run([zensical, "build", "--strict"], cwd=folder, check=True)
    if broken := find_broken_links(folder / "site"):
        sys.exit("\n".join(["site: links that lead nowhere:", *broken]))
    print(f"{len(list((folder / 'site').rglob('*.html')))} pages in {folder / 'site'}")


if __name__ == "__main__":
    main()
