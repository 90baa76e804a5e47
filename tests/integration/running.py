"""Runs programs on stock CPython and on Exuvia, for the integration tests.

The build tells through the environment where its host libraries are (EXUVIA_HOSTDIR) and for which interpreters it
was made (EXUVIA_PYTHONS).
"""

import os
import pathlib
import subprocess
import unittest

HOSTDIR = pathlib.Path(os.environ["EXUVIA_HOSTDIR"])
PRELOAD = HOSTDIR / "libexuvia-preload.so"
# What a sanitizing build needs to be in the process first, if it is one (EXUVIA_SANITIZER).
PRELOADS = ":".join(filter(None, [os.environ.get("EXUVIA_SANITIZER"), str(PRELOAD)]))
PACKAGE_FOLDER = HOSTDIR / "python"
PYTHONS = [python for python in os.environ["EXUVIA_PYTHONS"].split(os.pathsep) if python]
PATIENCE_S = 300


def stock_environment(**more):
    """The caller's environment without Exuvia, and without what would change how a Python starts."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EXUVIA_", "PYTHON", "LD_PRELOAD"))}
    return {**kept, **more}


def exuvia_environment(**more):
    return stock_environment(LD_PRELOAD=PRELOADS, **more)


def run(arguments, environment, **options):
    options.setdefault("timeout", PATIENCE_S)
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([str(a) for a in arguments], env=environment, capture_output=True, text=True, **options)


def has_module(python, module):
    return run([python, "-c", "import " + module], stock_environment()).returncode == 0


def minor(python):
    return int(run([python, "-c", "import sys; print(sys.version_info[1])"], stock_environment()).stdout)


class ProgramTestCase(unittest.TestCase):
    """Compares a program's behaviour on stock with that on Exuvia, on every interpreter of the build."""

    maxDiff = None
    settings = {}  # of Exuvia, for assert_same

    def for_each_python(self, minimum=11, maximum=99, needs=None):
        """Yields the interpreters that can run the test, each in a subtest; says which cannot."""
        ran = False
        for python in PYTHONS:
            with self.subTest(python=python):
                if not minimum <= minor(python) <= maximum:
                    print(f"{self.id()}: not for {python}", flush=True)
                elif needs and not has_module(python, needs):
                    print(f"{self.id()}: skipped on {python}: has no {needs}", flush=True)
                else:
                    ran = True
                    yield python
        if not ran:
            self.skipTest("no interpreter can run it")

    def succeed(self, arguments, **environment):
        """Runs a program on Exuvia that must end with 0 and say nothing on stderr. Returns its stdout."""
        ended = run(arguments, exuvia_environment(**environment))
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)
        return ended.stdout

    def assert_same(self, arguments, expected_status=0, **options):
        """The program writes the same to stdout and ends in the same way. Returns how it ended on Exuvia."""
        stock = run(arguments, stock_environment(), **options)
        ours = run(arguments, exuvia_environment(**self.settings), **options)
        self.assertEqual(expected_status, stock.returncode, stock.stderr)
        self.assertEqual((stock.returncode, stock.stdout), (ours.returncode, ours.stdout), ours.stderr)
        return ours
