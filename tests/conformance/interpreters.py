"""Finds the interpreters that Exuvia supports and that have CPython's own test suite with them."""
import dataclasses
import glob
import os
import pathlib
import shutil
import subprocess

SUPPORTED = ("3.11", "3.12", "3.13", "3.14", "3.15")
PROBE = """
import importlib.util, platform, sys
print(sys.executable, platform.python_version(), importlib.util.find_spec("test.test_gc") is not None, sep="\\n")
"""


@dataclasses.dataclass(frozen=True)
class Interpreter:
    path: str
    version: str
    has_suite: bool


def probe(command):
    """What an interpreter says of itself, or None when it does not start."""
    try:
        answer = subprocess.run([command, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    path, version, has_suite = answer.stdout.splitlines()
    return Interpreter(os.path.realpath(path), version, has_suite == "True")


def candidates():
    """Commands that may be interpreters: on the PATH, in /usr/bin, and those a version manager keeps."""
    root = os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv"
    for minor in SUPPORTED:
        yield f"/usr/bin/python{minor}"
        yield shutil.which(f"python{minor}")
        yield from sorted(glob.glob(f"{root}/versions/{minor}.*/bin/python{minor}"))


def find():
    """Every supported interpreter once, by its real path."""
    found = {}
    for command in candidates():
        interpreter = probe(command) if command and os.path.exists(command) else None
        if interpreter and interpreter.version.startswith(SUPPORTED):
            found.setdefault(interpreter.path, interpreter)
    return list(found.values())
