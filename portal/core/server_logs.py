"""gunicorn's own log lines without what people typed and where they are."""

from __future__ import annotations

import logging
import traceback

# How gunicorn's lines about one request begin; an address, a request line or a header may follow.
_ABOUT_A_REQUEST = (
    "Invalid request",
    "Error handling request",
    "Error handling HTTP/2 request",
    "Ignored premature client disconnection",
    "Closing connection",
)


class WithoutRequests(logging.Filter):
    """Leaves of a line about a request what happened, and of an exception its kind and place but not its words."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record; none is left out."""
        message = record.getMessage()
        for beginning in _ABOUT_A_REQUEST:
            if message.startswith(beginning):
                record.msg, record.args = beginning, ()
                _forget_words(record)
        return True


def keep_requests_out_of(logger: str) -> None:
    """Put the filter on a logger, once however often this is called."""
    logging.getLogger(logger).filters[:] = [WithoutRequests()]


def _forget_words(record: logging.LogRecord) -> None:
    if record.exc_info:
        kind, _, place = record.exc_info
        # Formatters take a text that is there already.
        record.exc_text = "".join(traceback.format_tb(place)) + (kind.__name__ if kind else "")
        record.exc_info = None
