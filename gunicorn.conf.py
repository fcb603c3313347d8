"""gunicorn, from the same settings as the application."""

import os
import sys

import gunicorn.http.message

from portal.config import Config, ConfigurationError
from portal.core.allocator import collect_rarely, keep_memory_together
from portal.core.profile import load_profile
from portal.core.server_logs import keep_requests_out_of

try:
    portal_settings = Config.from_env(os.environ)
    load_profile(portal_settings.profile)
except ConfigurationError as error:
    sys.exit(str(error))

keep_memory_together()

# What this process keeps is nobody else's business on this machine.
os.umask(0o077)
bind = f"{portal_settings.host}:{portal_settings.port}"
workers = portal_settings.web_workers
threads = portal_settings.web_threads
worker_class = "gthread"
# gunicorn would answer a long address with a bare English line; up to this size our own error page answers.
limit_request_line = gunicorn.http.message.MAX_REQUEST_LINE = 65_536
# A socket for remote control that nothing here needs.
control_socket_disable = True
# Even a proxy on this machine may not say where the application is mounted: that is the language's place.
forwarder_headers = ""
max_requests = 0
graceful_timeout = 20
keepalive = 5
loglevel = "warning"
# It would write down who sent a request that it can't read, and what they typed.
keep_requests_out_of("gunicorn.error")


# Not gunicorn's own `pidfile`: it refuses to start where another process has by chance got the number in an old file.
pid_file = portal_settings.data_dir / "web.pid"


def when_ready(server):
    pid_file.write_text(f"{server.pid}\n")
    print(f"\n  Gần Dân: {portal_settings.site_url}/\n", flush=True)


def post_worker_init(worker):
    collect_rarely()


def on_exit(server):
    pid_file.unlink(missing_ok=True)
