"""Runs the command that the build has made, for its tests.

The build says where it is (EXUVIA) and which interpreters it has hosts for (EXUVIA_PYTHONS).
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

EXUVIA = os.environ["EXUVIA"]
PYTHONS = [python for python in os.environ["EXUVIA_PYTHONS"].split(":") if python]
SOURCES = pathlib.Path(__file__).resolve().parents[3]
PATIENCE_S = 300


def clean_environment():
    return {k: v for k, v in os.environ.items() if not k.startswith(("EXUVIA", "PYTHON", "LD_PRELOAD"))}


class CommandTestCase(unittest.TestCase):
    """Each test has a folder of its own, in which programs run; its bin/ comes first on PATH and its python3 is the
    first interpreter of the build."""

    maxDiff = None

    def setUp(self):
        if not PYTHONS:
            self.skipTest("built without a Python")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="exuvia-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "python3").symlink_to(PYTHONS[0])
        self.environment = {**clean_environment(), "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}

    def write(self, name, text, executable=False):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if executable:
            path.chmod(0o755)
        return path

    def run_words(self, *words, **options):
        options.setdefault("input", "")
        options.setdefault("env", self.environment)
        options.setdefault("cwd", self.folder)
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=PATIENCE_S, **options)

    def exuvia(self, *words, **options):
        return self.run_words(EXUVIA, *words, **options)

    def assert_refuses(self, status, message, *words, **options):
        """The command prints exactly this line, after "exuvia: ", and runs nothing."""
        ended = self.exuvia(*words, **options)
        self.assertEqual((ended.stdout, ended.stderr, ended.returncode), ("", f"exuvia: {message}\n", status))
