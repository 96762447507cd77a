"""Runs `make run` in a folder, signs in over HTTP, opens the home page and stops it again.

python tests/smoke.py FOLDER PORT
"""

import http.cookiejar
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode

LOGIN, PASSWORD = "equipe", "demo-remess-2018"
PATIENCE = 300  # seconds: the first start installs everything


def main(folder, port):
    server = subprocess.Popen(["make", "-C", folder, "run", f"PORT={port}"])
    try:
        wait_for(server, port)
        sign_in(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=60)
    if is_open(port):
        sys.exit(f"Something still listens on port {port} after make run ended.")


def wait_for(server, port):
    """Return once `server` listens on `port`; exit when it ended before, or took too long."""
    deadline = time.monotonic() + PATIENCE
    while not is_open(port):
        if server.poll() is not None:
            sys.exit(f"make run ended by itself, with status {server.returncode}.")
        if time.monotonic() > deadline:
            sys.exit(f"make run does not listen after {PATIENCE} s.")
        time.sleep(0.5)


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def sign_in(address):
    """Ask for the health, sign in, and read the home page with its styles."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    health = json.loads(read(browser, f"{address}/sante/"))
    if health != {"status": "ok", "database": "ok"}:
        sys.exit(f"/sante/ answered {health}")
    page = read(browser, f"{address}/connexion/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "login": LOGIN, "password": PASSWORD}
    home = read(browser, f"{address}/connexion/", data=urlencode(form).encode())
    if 'name="password"' in home or "sessionid" not in {cookie.name for cookie in jar}:
        sys.exit(f"{LOGIN} was not let in.")
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', home)
    for path in styles:
        read(browser, address + path)
    print(f"{LOGIN} signed in and saw the home page with its {len(styles)} style sheets.")


def read(browser, url, data=None):
    """The text at `url`; any answer but 200 ends the program."""
    try:
        with browser.open(url, data=data, timeout=30) as response:
            return response.read().decode()
    except urllib.error.HTTPError as answer:
        sys.exit(f"{url} answered {answer.code}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
