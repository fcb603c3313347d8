"""What a visitor downloads, as a browser that takes brotli and has nothing yet."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from bench import load
from bench.options import Options
from bench.pages import GUIDE
from bench.report import heading, info, line
from bench.servers import served_starter

_BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}
# What a page has the browser fetch; `data-htmx` waits until somebody goes into the search box.
_FILE = re.compile(rb'(?:href|src|data-htmx)="(/static/[^"#?]+)')
_JOURNEY = ("/", f"/tim-kiem?q={quote('đăng ký khai sinh')}", GUIDE)
# From the third time on the page cache sends a page as small as brotli can make it.
_OFTEN = 5


def run(_options: Options) -> None:
    """Measure a first visit to a guide, and the journey from home by the search to a guide."""
    with served_starter() as server:
        heading("first visit, bytes as they travel (brotli)")
        for name, times in (("asked for the first time", 1), (f"asked for {_OFTEN} times", _OFTEN)):
            for _ in range(times):
                page = load.get(server.port, GUIDE, _BROTLI)
            _first_visit(server.port, page, name)
        _journey(server.port)


def _first_visit(port: int, page: load.Answer, name: str) -> None:
    sizes = {"html": len(page.body)}
    for address in _files(port, GUIDE):
        sizes[Path(address).name.split(".")[0] + Path(address).suffix] = _size(port, address)
    # The browser's tab has its own time for its picture, and htmx comes when the search box is used.
    before = sum(size for file, size in sizes.items() if file.endswith((".css", ".js", "html")) and "htmx" not in file)
    total = sum(sizes.values())
    line(f"guide {name}, before htmx", f"{before:,}", "14,336", met=before < 14_336)
    line(f"guide {name}, in all", f"{total:,}", "23,000", met=total < 23_000)
    info("  of which", ", ".join(f"{file} {size:,}" for file, size in sizes.items()))
    if name.startswith("asked for the first"):
        line("requests", str(len(sizes)), "5", met=len(sizes) <= 5)


def _journey(port: int) -> None:
    pages = {path: len(load.get(port, path, _BROTLI).body) for path in _JOURNEY}
    files = {address: _size(port, address) for path in _JOURNEY for address in _files(port, path)}
    total = sum(pages.values()) + sum(files.values())
    line("journey from home by the search to a guide, files and all", f"{total:,}", "100,000", met=total < 100_000)
    info("  of which pages", ", ".join(f"{size:,}" for size in pages.values()))
    info("  of which files", ", ".join(f"{Path(file).name.split('.')[0]} {size:,}" for file, size in files.items()))


def _files(port: int, path: str) -> list[str]:
    """The addresses of files that a page names, each once."""
    html = load.get(port, path).body
    return list(dict.fromkeys(match.decode() for match in _FILE.findall(html)))


def _size(port: int, address: str) -> int:
    answer = load.get(port, address, _BROTLI)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return len(answer.body)
