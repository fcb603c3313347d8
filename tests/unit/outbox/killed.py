"""A process that may be killed and begins anew at once: `python -m tests.unit.outbox.killed web|worker|gunicorn FILE`.

The application is made once and forked for each life, because starting it fifty times would take minutes. Every life
prints its process id; one that ends by itself with success is the last.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo

from portal import create_app, wiring
from portal.core import clock
from portal.core.db import unit_of_work
from portal.outbox import retries, smtp, worker
from portal.outbox.cli import worker_command
from portal.outbox.mail import send_later

MESSAGES = 300


def write(app: Flask, committed: Path) -> None:
    """Enqueue what isn't known to be committed, and write that down after each commit."""
    known = set(committed.read_text().splitlines()) if committed.exists() else set()
    with app.app_context(), committed.open("a") as file:
        for number in (number for number in range(MESSAGES) if str(number) not in known):
            if number % 10 == 0:
                with suppress(ZeroDivisionError), unit_of_work():
                    send_later("doomed@example.vn", "doomed", "x", key=f"doomed:{number}", now=clock.now())
                    raise ZeroDivisionError
            with unit_of_work():
                send_later("an@example.vn", str(number), "x", key=f"test:{number}", now=clock.now())
            file.write(f"{number}\n")
            file.flush()
            time.sleep(0.025)


def work(app: Flask, _: Path) -> None:
    """Run `portal worker`, impatient."""
    retries.DELAYS = (timedelta(seconds=0.2),)
    worker.POLL_SECONDS = 0.05
    smtp.STEP_SECONDS = 0.3
    worker_command.main([], obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


def serve(_: Flask, __: Path) -> None:
    """Run gunicorn as it is run: with its configuration, its master and its worker."""
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "wsgi:app"]
    run()


def main(role: str, path: Path) -> None:
    """Live again and again."""
    # gunicorn's workers find what was imported here.
    app: Flask = import_module("wsgi").app if role == "gunicorn" else create_app()
    wiring.register_commands(app)
    while True:
        pid = os.fork()
        if not pid:
            code = 1
            try:
                {"web": write, "worker": work, "gunicorn": serve}[role](app, path)
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                os._exit(code)
        # A group of its own, of which nothing outlives it: so does a service manager.
        os.setpgid(pid, pid)
        print(pid, flush=True)
        status = os.waitpid(pid, 0)[1]
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if status == 0:
            return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
