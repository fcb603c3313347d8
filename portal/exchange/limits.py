"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on one file; sizes in bytes. The defaults hold the national data forty times over."""

    file_size: int = 64 * MEGABYTE
    unpacked: int = 256 * MEGABYTE  # of a gzip, read as a stream
    workbook_unpacked: int = 100 * MEGABYTE  # of an XLSX, which its reader holds in memory
    workbook_ratio: int = 100  # unpacked to packed, looked at beyond 10 MB only: small sheets compress well
    workbook_entries: int = 1000
    workbook_cells: int = 2_000_000  # rows × columns up to the last used cell, which its reader allocates at once
    line: int = MEGABYTE
    rows: int = 200_000
