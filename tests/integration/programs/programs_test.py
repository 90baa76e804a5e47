"""Programs behave on Exuvia as on stock CPython: what they print and how they end."""

import pathlib
import signal
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import PATIENCE_S, ProgramTestCase, exuvia_environment, stock_environment  # noqa: E402

SCRIPTS = HERE / "scripts"


class Programs(ProgramTestCase):
    settings = {"EXUVIA_GC_FLOOR": "0", "EXUVIA_GC_THREADS": "2"}  # every full collection is ours

    def assert_script_same(self, name, *arguments, minimum=11, maximum=99, needs=None, **expected):
        for python in self.for_each_python(minimum, maximum, needs):
            self.assert_same([python, SCRIPTS / name, *arguments], **expected)

    def test_everyday_work(self):
        self.assert_script_same("data_structures.py")

    def test_asyncio(self):
        self.assert_script_same("asyncio_tasks.py")

    def test_threads(self):
        self.assert_script_same("threads.py")

    def test_multiprocessing(self):
        for method in "fork", "spawn", "forkserver":
            with self.subTest(method=method):
                self.assert_script_same("processes.py", method)

    def test_fork_and_exec(self):
        self.assert_script_same("forks.py")

    def test_numpy(self):
        self.assert_script_same("numpy_arrays.py", needs="numpy")

    def test_greenlet(self):
        self.assert_script_same("greenlets.py", needs="greenlet")

    def test_subinterpreters_that_share_a_lock(self):
        self.assert_script_same("subinterpreters.py", maximum=12)

    def test_subinterpreters_with_locks_of_their_own(self):
        self.assert_script_same("own_locks.py", minimum=12)

    def test_ways_to_end(self):
        statuses = {
            "return": 0, "exit-0": 0, "exit-3": 3, "exit-text": 1, "_exit": 5, "raise": 1,
            "interrupt": -signal.SIGINT, "abort": -signal.SIGABRT, "segfault": -signal.SIGSEGV, "recursion": 1,
        }  # fmt: skip
        for way, status in statuses.items():
            with self.subTest(way=way):
                self.assert_script_same("ends.py", way, expected_status=status)

    def test_faulthandler_still_reports_a_crash(self):
        for python in self.for_each_python():
            ended = self.assert_same([python, "-X", "faulthandler", SCRIPTS / "ends.py", "segfault"], -signal.SIGSEGV)
            self.assertIn("Fatal Python error: Segmentation fault", ended.stderr)

    def test_missing_script(self):
        for python in self.for_each_python():
            self.assert_same([python, SCRIPTS / "no_such_script.py"], expected_status=2)

    def test_program_read_from_standard_input(self):
        for python in self.for_each_python():
            with open(SCRIPTS / "threads.py") as program:
                first = subprocess.run([python, "-"], env=stock_environment(), stdin=program, capture_output=True)
                program.seek(0)
                second = subprocess.run([python, "-"], env=exuvia_environment(), stdin=program, capture_output=True)
            self.assertEqual((first.returncode, first.stdout), (second.returncode, second.stdout))


class Signals(ProgramTestCase):
    def end_by(self, number, how, environment, python):
        """Sends the signal once the program says that it is ready."""
        with subprocess.Popen([python, str(SCRIPTS / "signals.py"), how], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            first = program.stdout.readline()
            program.send_signal(number)
            rest, _ = program.communicate(timeout=PATIENCE_S)
        return program.returncode, first + rest

    def assert_ends_alike(self, number, how, expected_status):
        for python in self.for_each_python():
            stock = self.end_by(number, how, stock_environment(), python)
            self.assertEqual(expected_status, stock[0])
            self.assertEqual(stock, self.end_by(number, how, exuvia_environment(), python))

    def test_interrupt_raises_keyboard_interrupt(self):
        self.assert_ends_alike(signal.SIGINT, "default", -signal.SIGINT)

    def test_termination_kills(self):
        self.assert_ends_alike(signal.SIGTERM, "default", -signal.SIGTERM)

    def test_handler_runs(self):
        self.assert_ends_alike(signal.SIGTERM, "handler", 50000 % 251)

    def test_kill(self):
        self.assert_ends_alike(signal.SIGKILL, "default", -signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
