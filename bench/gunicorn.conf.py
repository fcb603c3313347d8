"""One worker, as the bars of the bench say."""

workers = 1
threads = 2
worker_class = "gthread"
control_socket_disable = True
loglevel = "error"
