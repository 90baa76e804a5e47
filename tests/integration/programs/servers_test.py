"""Web servers with forked workers serve a Django site alike on stock CPython and on Exuvia."""

import contextlib
import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import PATIENCE_S, exuvia_environment, has_module, stock_environment  # noqa: E402

PATHS = ["/table/5", "/table/500", "/data", "/database", "/visits", "/collect", "/fail", "/no-such-page"]
SYSTEM_PYTHON = "/usr/bin/python3"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def get(listening_at, path):
    with contextlib.closing(UnixConnection(listening_at)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


@contextlib.contextmanager
def serving(command, environment, listening_at):
    """The server, once it accepts connections. It is stopped, with all its workers, whatever happens."""
    server = subprocess.Popen(command, env=environment, cwd=HERE / "site", stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                get(listening_at, "/visits")
                break
            except (OSError, http.client.HTTPException):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} does not serve") from None
                time.sleep(0.05)
        yield server
    except BaseException:
        server.terminate()
        print(server.communicate(timeout=PATIENCE_S)[1], file=sys.stderr)
        raise
    finally:
        if server.poll() is None:
            server.terminate()
            server.communicate(timeout=PATIENCE_S)


class Servers(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not has_module(SYSTEM_PYTHON, "django"):
            self.skipTest(f"{SYSTEM_PYTHON} has no django")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def visit(self, command, environment, name):
        """Starts the server, asks for every page several times, stops it. Returns answers and exit status."""
        listening_at = pathlib.Path(self.folder.name, name)
        with serving(command(listening_at), environment, listening_at) as server:
            answers = [get(listening_at, path) for _ in range(6) for path in PATHS]
            inside = [json.loads(get(listening_at, "/inside")[1]) for _ in range(20)]
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=PATIENCE_S)
        return answers, server.returncode, inside

    def assert_serves_alike(self, command):
        answers, status, _ = self.visit(command, stock_environment(), "stock")
        ours, our_status, inside = self.visit(command, exuvia_environment(EXUVIA_GC_FLOOR="0"), "exuvia")
        self.assertEqual({200, 404, 500}, {code for code, _ in answers})
        self.assertEqual((answers, status), (ours, our_status))
        self.assertTrue(all(each["collects"] for each in inside), inside)

    def test_gunicorn_with_preloaded_application(self):
        if not has_module(SYSTEM_PYTHON, "gunicorn"):
            self.skipTest(f"{SYSTEM_PYTHON} has no gunicorn")
        self.assert_serves_alike(lambda at: [
            SYSTEM_PYTHON, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", f"unix:{at}", "pages"])

    def test_uwsgi_whose_plugin_brings_the_interpreter(self):
        if not shutil.which("uwsgi"):
            self.skipTest("there is no uwsgi")
        self.assert_serves_alike(lambda at: [
            "uwsgi", "--plugin", "python3", "--master", "--processes", "2", "--die-on-term", "--need-app",
            "--http-socket", str(at), "--module", "pages"])

    def test_uwsgi_with_an_application_a_worker_and_threads(self):
        if not shutil.which("uwsgi"):
            self.skipTest("there is no uwsgi")
        self.assert_serves_alike(lambda at: [
            "uwsgi", "--plugin", "python3", "--master", "--processes", "2", "--lazy-apps", "--enable-threads",
            "--threads", "3", "--max-requests", "30", "--die-on-term", "--need-app",
            "--http-socket", str(at), "--module", "pages"])


if __name__ == "__main__":
    unittest.main()
