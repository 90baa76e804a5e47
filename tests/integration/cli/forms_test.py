"""The program finds itself as it would in plain Python, in whatever form it is named."""

import zipfile

from command import PYTHONS, CommandTestCase

REPORT = """\
import os, sys
print(__name__, sys.argv, sys.path[0], sys.executable, sys.orig_argv, sys.flags, sys.stdin.read(), sep='\\n')
"""
ARGUMENTS = ("-q", "--json", "a b", "", "--", "-m", "--help", "*")


class Forms(CommandTestCase):
    def assert_same(self, plain, ours, **options):
        """`ours` follows "exuvia run", `plain` is what a shell would be given without it."""
        stock = self.run_words(*plain, *ARGUMENTS, input="typed", **options)
        exuvia = self.exuvia("run", "-q", *ours, *ARGUMENTS, input="typed", **options)
        self.assertEqual(stock.returncode, 0, stock.stderr)
        self.assertEqual((exuvia.stdout, exuvia.stderr, exuvia.returncode), (stock.stdout, stock.stderr, 0))
        self.assertIn("typed", stock.stdout)

    def test_a_script_here(self):
        self.write("app.py", REPORT)
        self.assert_same(["python3", "app.py"], ["app.py"])

    def test_a_script_after_a_double_dash(self):
        self.write("app.py", REPORT)
        self.assert_same(["python3", "app.py"], ["--", "app.py"])

    def test_a_script_elsewhere(self):
        self.write("deep/down/app.py", REPORT)
        self.assert_same(["python3", "deep/down/app.py"], ["deep/down/app.py"])
        self.assert_same(["python3", self.folder / "deep/down/app.py"], [self.folder / "deep/down/app.py"])
        self.assert_same(["python3", "../app.py"], ["../app.py"], cwd=self.write("deep/app.py", REPORT).parent / "down")

    def test_a_script_through_a_symbolic_link(self):
        (self.folder / "link.py").symlink_to(self.write("real/app.py", REPORT))
        self.assert_same(["python3", "link.py"], ["link.py"])

    def test_a_script_without_an_ending(self):
        self.write("app", REPORT)
        self.assert_same(["python3", "app"], ["app"])

    def test_an_executable_script_called_py_runs_on_the_default_interpreter(self):
        self.write("app.py", "#!/bin/false\n" + REPORT, executable=True)
        self.assert_same(["python3", "app.py"], ["app.py"])

    def test_an_executable_script_runs_as_its_first_line_says(self):
        self.write("app", f"#!{PYTHONS[-1]} -I\n" + REPORT, executable=True)
        self.assert_same(["./app"], ["./app"])

    def test_a_module(self):
        self.write("package/part.py", REPORT)
        self.assert_same(["python3", "-m", "package.part"], ["-m", "package.part"])
        self.assert_same(["python3", "-mpackage.part"], ["-mpackage.part"])

    def test_a_package(self):
        self.write("package/__main__.py", REPORT)
        self.assert_same(["python3", "-m", "package"], ["-m", "package"])

    def test_a_line_of_code(self):
        self.assert_same(["python3", "-c", REPORT], ["-c", REPORT])

    def test_a_folder(self):
        self.write("application/__main__.py", REPORT)
        self.assert_same(["python3", "application"], ["application"])
        self.assert_same(["python3", "application/"], ["application/"])

    def test_a_zip_file(self):
        with zipfile.ZipFile(self.folder / "app.zip", "w") as file:
            file.writestr("__main__.py", REPORT)
        self.assert_same(["python3", "app.zip"], ["app.zip"])

    def test_a_script_from_standard_input(self):
        stock = self.run_words("python3", "-", *ARGUMENTS, input="import sys; print(sys.argv, sys.path[0])")
        ours = self.exuvia("run", "-q", "-", *ARGUMENTS, input="import sys; print(sys.argv, sys.path[0])")
        self.assertEqual((ours.stdout, ours.stderr, ours.returncode), (stock.stdout, stock.stderr, 0))

    def test_python_itself_with_options(self):
        self.write("app.py", REPORT)
        self.assert_same(["python3", "-X", "dev", "-O", "app.py"], ["python3", "-X", "dev", "-O", "app.py"])

    def test_a_command_on_path(self):
        for number, first_line in enumerate((f"#!{PYTHONS[0]}", "#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -s",
                                             f"#!/bin/sh\n'''exec' \"{PYTHONS[0]}\" \"$0\" \"$@\"\n' '''")):
            self.write(f"bin/tool{number}", f"{first_line}\n{REPORT}", executable=True)
            self.assert_same([f"tool{number}"], [f"tool{number}"])

    def test_a_command_on_path_with_another_python(self):
        self.write("bin/tool", "#!/bin/nowhere/python3 -s\n" + REPORT, executable=True)
        self.assert_same([PYTHONS[-1], "-s", self.folder / "bin/tool"], ["--python", PYTHONS[-1], "tool"])

    def test_a_command_in_an_environment_of_its_own_finds_its_packages(self):
        self.assertEqual(self.run_words("python3", "-m", "venv", "--without-pip", "env").returncode, 0)
        self.write("env/bin/tool", f"#!{self.folder}/env/bin/python3\nimport sys; print(sys.prefix)\n", executable=True)
        ours = self.exuvia("run", "-q", "env/bin/tool")
        self.assertEqual((ours.stdout, ours.stderr), (f"{self.folder}/env\n", ""))

    def test_a_folder_of_the_name_of_a_command_does_not_hide_it(self):
        self.write("tool/data.txt", "")
        self.write("bin/tool", "#!/usr/bin/env python3\nprint('found')\n", executable=True)
        self.assertEqual(self.exuvia("run", "-q", "tool").stdout, "found\n")

    def test_every_interpreter_of_the_build(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                self.assert_same([python, "-c", REPORT], ["--python", python, "-c", REPORT])

    def test_a_program_that_is_no_python(self):
        ended = self.exuvia("run", "-q", "sh", "-c", "echo $0 $1; cat; exit 5", "zero", "-q", input="typed")
        self.assertEqual((ended.stdout, ended.stderr, ended.returncode), ("zero -q\ntyped", "", 5))

    def test_a_python_that_a_shell_starts(self):
        ended = self.exuvia("run", "sh", "-c", "python3 -c 'print(3)' && exec python3 -c 'print(4)'")
        self.assertEqual((ended.stdout, ended.returncode), ("3\n4\n", 0))
        self.assertEqual(ended.stderr.count("exuvia: "), 1)
