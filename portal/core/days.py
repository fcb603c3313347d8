"""The days between which anything of ours begins or ends."""

from __future__ import annotations

from datetime import date

# A year such as 9999 is a slip.
EARLIEST, LATEST = date(1945, 9, 2), date(2100, 12, 31)
