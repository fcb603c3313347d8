"""One worker, as the bars of the bench say, unless the command line asks for more."""

from portal.core.allocator import collect_rarely, keep_memory_together

keep_memory_together()

workers = 1
threads = 2
worker_class = "gthread"
control_socket_disable = True
loglevel = "error"


def post_worker_init(worker):
    collect_rarely()
