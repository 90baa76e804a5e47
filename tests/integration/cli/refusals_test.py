"""What is wrong on the command line is said in one line, and nothing runs."""

from command import EXUVIA, PYTHONS, CommandTestCase

RUN_USAGE = "exuvia run [options] [--] (SCRIPT | -m MODULE | -c CODE | - | PROGRAM) [argument..]"


class Usage(CommandTestCase):
    def test_no_command(self):
        self.assert_refuses(2, "no command; try 'exuvia run SCRIPT' or 'exuvia --help'")

    def test_an_unknown_command(self):
        self.assert_refuses(2, "no command 'app.py'; try 'exuvia run app.py' or 'exuvia --help'", "app.py")

    def test_an_option_in_place_of_the_command(self):
        self.assert_refuses(2, "no option -q here; options follow the command, as in 'exuvia run -q ..'; try 'exuvia --help'",
                            "-q", "run", "app.py")

    def test_no_program(self):
        for words in ((), ("-q",), ("--",), ("--gc-threads", "2")):
            self.assert_refuses(2, f"run: no program; usage: {RUN_USAGE}", "run", *words)

    def test_an_unknown_option(self):
        self.assert_refuses(2, "run: no option -X; options of Python go to a python of your own ('exuvia run -- python3 "
                               "-X ..'), 'exuvia run --help' lists ours", "run", "-X", "dev", "app.py")
        self.assert_refuses(2, "info: no option -X; 'exuvia info --help' lists ours", "info", "-X")

    def test_an_option_without_its_value(self):
        for option in ("--python", "--json", "--collector"):
            self.assert_refuses(2, f"run: {option} needs a value", "run", option)

    def test_values_that_make_no_sense(self):
        self.assert_refuses(2, "run: --collector: 'ours' is neither stock nor exuvia; see 'exuvia run --help'",
                            "run", "--collector", "ours", "-c", "")
        self.assert_refuses(2, "run: --gc-threads: '65' is not a number from 1 to 64; see 'exuvia run --help'",
                            "run", "--gc-threads=65", "-c", "")
        for size in ("big", "-1", "0", "1X", "99999999999G", "1.5G", ""):
            self.assert_refuses(2, f"run: --heap-limit: '{size}' is not a size such as 512M or 2G; see 'exuvia run --help'",
                                "run", "--heap-limit", size, "-c", "")
        for size in ("1", "1K", "4095K"):
            self.assert_refuses(2, f"run: --heap-limit: '{size}' is less than the 4M with which Python starts; see "
                                   "'exuvia run --help'", "run", "--heap-limit", size, "-c", "")
        for option in ("--json", "--python"):
            self.assert_refuses(2, f"run: {option}: the value is empty; see 'exuvia run --help'", "run", option, "", "-c", "")
        self.assert_refuses(2, "compare: --runs: '0' is not a number from 1 to 10000; see 'exuvia compare --help'",
                            "compare", "-n", "0", "-c", "")

    def test_python_forms_without_their_word(self):
        self.assert_refuses(2, "-m needs the name of a module after it", "run", "-m")
        self.assert_refuses(2, "-c needs a line of code after it", "run", "-q", "-c")

    def test_an_interpreter_for_what_is_no_script(self):
        self.assert_refuses(2, "--python: sh is not a Python script, so it has no interpreter to choose; leave --python out",
                            "run", "--python", PYTHONS[0], "sh")

    def test_words_after_info(self):
        self.assert_refuses(2, "info: 'more' is one word too many; usage: exuvia info [--python PYTHON] [--json]",
                            "info", "more")


class Programs(CommandTestCase):
    def test_that_do_not_exist(self):
        self.assert_refuses(127, "none.py: no such file; check its name and the current directory", "run", "none.py")
        self.assert_refuses(127, "./none: no such file; check its name and the current directory", "run", "./none")
        self.assert_refuses(127, "none: no such script here and no such program on PATH", "run", "none")
        self.assert_refuses(127, "the name of the program is empty", "run", "")

    def test_that_compare_does_not_find(self):
        self.assert_refuses(127, "none: no such script here and no such program on PATH", "compare", "none")

    def test_that_are_not_executable(self):
        self.write("script", "#!/bin/sh\n")
        self.assert_refuses(126, "script: not executable; chmod +x makes it so", "run", "script")
        (self.folder / "empty").mkdir()
        self.assert_refuses(126, "empty: a directory without a __main__.py; name the script in it", "run", "empty")

    def test_whose_first_line_names_nothing(self):
        tool = self.write("bin/tool", "#!/no/such/interpreter\n", executable=True)
        for command in ("run", "compare"):
            self.assert_refuses(127, f"{tool}: No such file or directory", command, "tool")

    def test_without_an_interpreter(self):
        self.assert_refuses(127, "no python3 on PATH; name an interpreter with --python", "run", "-c", "",
                            env={**self.environment, "PATH": str(self.folder)})
        self.assert_refuses(127, "--python python9: no such program on PATH", "run", "--python", "python9", "-c", "")
        self.assert_refuses(127, "--python ./python: no such file", "run", "--python", "./python", "-c", "")
        self.assert_refuses(126, "--python /: a directory; name the interpreter in it", "run", "--python", "/", "-c", "")
        self.assert_refuses(126, "--python ls: it does not answer as a Python", "run", "--python", "ls", "-c", "")
        self.write("python", "")
        self.assert_refuses(126, "--python ./python: not executable", "run", "--python", "./python", "-c", "")


class Output(CommandTestCase):
    def test_that_cannot_be_printed(self):
        for words in ("--version", "--help", "info", "info --json", "run --help", "compare -q -n1 -c ''"):
            for destination, reason in (("/dev/full", "No space left on device"), ("&-", "Bad file descriptor")):
                with self.subTest(words=words, destination=destination):
                    ended = self.run_words("sh", "-c", f"'{EXUVIA}' {words} >{destination}")
                    self.assertEqual((ended.returncode, ended.stderr),
                                     (125, f"exuvia: cannot print: standard output: {reason}\n"))

    def test_that_cannot_be_printed_leaves_the_file(self):
        ended = self.run_words("sh", "-c", f"'{EXUVIA}' compare -q -n1 --json out.json -c '' >/dev/full")
        self.assertEqual(ended.returncode, 125)
        self.assertIn("exuvia-compare", (self.folder / "out.json").read_text())


class JsonFiles(CommandTestCase):
    def test_that_exist(self):
        self.write("out.json", "precious")
        for command in ("run", "compare"):
            self.assert_refuses(2, "--json out.json: the file exists; -f replaces it", command, "--json", "out.json",
                                "-c", "")
        self.assertEqual((self.folder / "out.json").read_text(), "precious")

    def test_that_cannot_be_written(self):
        self.assert_refuses(2, "--json no/out.json: cannot be written: No such file or directory",
                            "run", "--json", "no/out.json", "-c", "")
        self.assert_refuses(2, "--json bin: is a directory", "run", "--json", "bin", "-c", "")
