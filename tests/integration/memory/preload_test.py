"""The preload library enters every process of a run: it must not be noticed where it has nothing to do."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import PRELOAD, ProgramTestCase, exuvia_environment, run, stock_environment  # noqa: E402


class Preload(ProgramTestCase):
    def test_programs_that_are_no_python_run_as_ever(self):
        for command in (["true"], ["false"], ["sh", "-c", "echo $0 text; exit 7"], ["ls", "/"], ["cat", __file__],
                        ["sh", "-c", "kill -TERM $$"], ["env", "-i", "echo", "clean"]):
            with self.subTest(command=command):
                stock, ours = run(command, stock_environment()), run(command, exuvia_environment())
                self.assertEqual((stock.returncode, stock.stdout, stock.stderr),
                                 (ours.returncode, ours.stdout, ours.stderr))

    def test_needs_no_library(self):
        if not shutil.which("readelf"):
            self.skipTest("there is no readelf")
        self.assertNotIn("NEEDED", run(["readelf", "-d", PRELOAD], stock_environment()).stdout)

    def test_static_program_runs(self):
        compiler = shutil.which("cc")
        if not compiler:
            self.skipTest("there is no C compiler")
        with tempfile.TemporaryDirectory() as folder:
            source, program = pathlib.Path(folder, "static.c"), pathlib.Path(folder, "static")
            source.write_text("int main(void) { return 9; }\n")
            subprocess.run([compiler, "-static", "-o", program, source], check=True)
            self.assertEqual((9, ""), (run([program], exuvia_environment()).returncode,
                                       run([program], exuvia_environment()).stderr))

    def test_children_of_python_inherit_it(self):
        code = ("import subprocess, sys; print(subprocess.run([sys.executable, '-c', "
                "'import exuvia; print(exuvia.is_active())'], capture_output=True, text=True).stdout)")
        for python in self.for_each_python():
            self.assertEqual("True\n\n", self.succeed([python, "-c", code]))

    def test_first_process_alone_says_why_it_is_not_active(self):
        """Interpreters of other kinds, played by a library that exports what tells one."""
        compiler = shutil.which("cc")
        if not compiler:
            self.skipTest("there is no C compiler")
        main = "; int main(void) { return 4; }\n"
        for exports, line in (
                ('const char *Py_GetVersion(void) { return "3.9"; }', "CPython before 3.11 is not supported"),
                ("const unsigned long Py_Version = 0x036300F0", "CPython 3.99.0 is not supported by this build"),
                ("const unsigned long Py_Version = 0x030B00C1", "CPython 3.11.0 is a pre-release, which is not supported"),
                ("const unsigned long Py_Version = 0x030B00F0; int _Py_NegativeRefcount",
                 "CPython 3.11.0 is a debug build, which is not supported")):
            with self.subTest(line=line), tempfile.TemporaryDirectory() as folder:
                source, program = pathlib.Path(folder, "other.c"), pathlib.Path(folder, "other")
                source.write_text(exports + main)
                subprocess.run([compiler, "-rdynamic", "-o", program, source], check=True)
                self.assert_one_line(program, f"exuvia: not active: {line}\n")

    def assert_one_line(self, program, line):
        first = ["sh", "-c", f"EXUVIA_ROOT_PID=$$ exec {program}"]
        child = ["sh", "-c", f"EXUVIA_ROOT_PID=$$; export EXUVIA_ROOT_PID; {program}; exit $?"]
        for command, expected in (first, line), (child, ""):
            ended = run(command, exuvia_environment())
            self.assertEqual((4, "", expected), (ended.returncode, ended.stdout, ended.stderr))
        quiet = run(first, exuvia_environment(EXUVIA_SUMMARY="none"))
        self.assertEqual((4, ""), (quiet.returncode, quiet.stderr))


if __name__ == "__main__":
    unittest.main()
