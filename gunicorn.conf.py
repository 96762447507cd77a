"""How gunicorn serves REMESS: two processes of four threads; SQLite writes one at a time anyway."""

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
control_socket_disable = True
