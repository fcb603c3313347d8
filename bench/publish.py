"""How long a publish takes to show on every worker."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench import load
from bench.options import Options
from bench.pages import GUIDE
from bench.report import heading, line
from bench.servers import Server, prepare, serve, settings_free_environment
from portal.config import ROOT

_WORKERS, _PUBLISHES = 2, 4
_PATIENCE = 20


def run(_options: Options) -> None:
    """Change a guide in another process, and ask every worker for it without pause."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder:
        environ = prepare(Path(folder))
        with serve("wsgi:app", environ, workers=_WORKERS) as server:
            clients = _one_for_each_worker(server)
            slowest = max(_seconds(clients, environ, f"Số {number} {os.getpid()}") for number in range(_PUBLISHES))
    heading(f"publish, {_WORKERS} workers, another process changes a guide {_PUBLISHES} times")
    line("until every worker shows it, the slowest", f"{slowest:.2f} s", "1 s", met=slowest < 1)


def _seconds(clients: list[load.Client], environ: dict[str, str], title: str) -> float:
    message, shown, done = load.request_bytes(GUIDE), [0.0] * len(clients), threading.Event()

    def watch(number: int) -> None:
        while not done.is_set():
            if title.encode() in clients[number].send(message).body:
                shown[number] = time.monotonic()
                return
            time.sleep(0.005)

    threads = [threading.Thread(target=watch, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    command = [sys.executable, "-m", "bench.publish", title]
    output = subprocess.run(
        command, cwd=ROOT, env={**settings_free_environment(), **environ}, check=True, capture_output=True, text=True
    ).stdout
    for thread in threads:
        thread.join(_PATIENCE)
    done.set()
    # The clock counts for all processes alike.
    return max(0.0, max(shown) - float(output)) if all(shown) else float("inf")


def _one_for_each_worker(server: Server) -> list[load.Client]:
    """Connections, each held by another worker."""
    found: dict[int, load.Client] = {}
    deadline = time.monotonic() + _PATIENCE
    while len(found) < _WORKERS and time.monotonic() < deadline:
        client = load.Client(server.port)
        client.send(load.request_bytes(GUIDE))
        for worker in server.workers:
            if _holds(worker, client.socket.getsockname()[1]) and worker not in found:
                found[worker] = client
    if len(found) < _WORKERS:
        raise RuntimeError("a worker never answered")
    return list(found.values())


def _holds(process: int, client_port: int) -> bool:
    """Whether a process has the other end of our connection open."""
    rows = (row.split() for row in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:])
    sockets = {f"socket:[{row[9]}]" for row in rows if int(row[2].rpartition(":")[2], 16) == client_port}
    files = Path(f"/proc/{process}/fd").iterdir()
    return any(str(file.readlink()) in sockets for file in files if file.is_symlink())


def _publish(title: str) -> None:
    """Give the guide another title, and print when that was committed."""
    from sqlalchemy import select

    from portal import create_app
    from portal.core.db import db, unit_of_work
    from portal.guides.models import Guide, GuideText

    with create_app().app_context(), unit_of_work():
        where = (Guide.slug == GUIDE.rpartition("/")[2], GuideText.locale == "vi")
        db.session.execute(select(GuideText).join(Guide).where(*where)).scalar_one().title = title
    print(time.monotonic())


if __name__ == "__main__":
    _publish(sys.argv[1])
