"""A run changes neither how a program ends nor what it meets in its process."""

import os
import pathlib
import signal
import subprocess
import time

from command import EXUVIA, PYTHONS, CommandTestCase


class Ends(CommandTestCase):
    def assert_same_end(self, code):
        stock = self.run_words("python3", "-c", code)
        ours = self.exuvia("run", "-q", "-c", code)
        self.assertEqual((ours.returncode, ours.stdout, ours.stderr), (stock.returncode, stock.stdout, stock.stderr))
        return ours.returncode

    def test_with_every_kind_of_status(self):
        for status in (0, 1, 2, 77, 125, 126, 127, 255, 256, -1):
            with self.subTest(status=status):
                self.assertEqual(self.assert_same_end(f"import sys; sys.exit({status})"), status % 256)

    def test_with_a_message(self):
        self.assertEqual(self.assert_same_end("import sys; sys.exit('a message')"), 1)

    def test_with_an_exception(self):
        self.assertEqual(self.assert_same_end("def f(): raise ValueError('bad')\nf()"), 1)

    def test_with_a_syntax_error(self):
        self.assertEqual(self.assert_same_end("x ="), 1)

    def test_without_finalization(self):
        self.assertEqual(self.assert_same_end("import os; print('x', flush=True); os._exit(9)"), 9)

    def test_with_a_signal(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGINT):
            with self.subTest(signal=number.name):
                code = f"import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.kill(os.getpid(), {number})"
                self.assertEqual(self.assert_same_end(code), -number)

    def test_with_a_keyboard_interrupt(self):
        self.assertEqual(self.assert_same_end("import os, signal; os.kill(os.getpid(), signal.SIGINT)"), -signal.SIGINT)

    def test_in_the_middle_of_an_allocation(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                script = pathlib.Path(__file__).parent / "scripts/sudden_ends.py"
                ended = self.exuvia("run", "-q", "--python", python, script)
                self.assertEqual((ended.stdout, ended.returncode), ("{14}\n", 0), ended.stderr)

    def test_with_output_that_nobody_reads(self):
        for command in (["python3"], [EXUVIA, "run", "-q"]):
            with subprocess.Popen([*command, "-c", "while True: print('x' * 1000)"], env=self.environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
                program.stdout.close()
                self.assertIn(b"BrokenPipeError", program.stderr.read())
                self.assertEqual(program.wait(), 1)


class Process(CommandTestCase):
    def test_the_program_is_the_process_that_was_started(self):
        with subprocess.Popen([EXUVIA, "run", "-q", "-c", "import os; print(os.getpid(), os.getppid())"],
                              env=self.environment, stdout=subprocess.PIPE) as program:
            self.assertEqual(program.stdout.read().decode(), f"{program.pid} {os.getpid()}\n")

    def test_no_descriptor_stays_open(self):
        code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
        self.assertEqual(self.exuvia("run", "-q", "-c", code).stdout, self.run_words("python3", "-c", code).stdout)

    def test_signal_dispositions_are_the_shell_s(self):
        code = "print(*(line for line in open('/proc/self/status') if line[:6] in ('SigBlk', 'SigIgn', 'SigCgt')))"
        self.assertEqual(self.exuvia("run", "-q", "-c", code).stdout, self.run_words("python3", "-c", code).stdout)

    def test_the_environment_differs_in_its_own_variables_only(self):
        code = "import os; print({k: v for k, v in os.environ.items() if k[:6] != 'EXUVIA' and k != 'LD_PRELOAD'})"
        environment = {**self.environment, "ODD": "a=b\nc", "PYTHONHASHSEED": "7", "EMPTY": ""}
        self.assertEqual(self.exuvia("run", "-q", "-c", code, env=environment).stdout,
                         self.run_words("python3", "-c", code, env=environment).stdout)

    def test_a_preload_of_the_user_s_stays_in_front(self):
        library = "libm.so.6"
        code = "import os; print(os.environ['LD_PRELOAD'])"
        ended = self.exuvia("run", "-q", "-c", code, env={**self.environment, "LD_PRELOAD": library})
        self.assertRegex(ended.stdout, rf"^{library}:/\S+/libexuvia-preload\.so\n$")

    def test_a_run_in_a_run_preloads_once_and_reports_itself(self):
        code = "import os; print(os.environ['LD_PRELOAD'].count('preload'))"
        ended = self.exuvia("run", "-q", EXUVIA, "run", "-c", code)
        self.assertEqual(ended.stdout, "1\n")
        self.assertEqual(ended.stderr.count("exuvia: "), 1)

    def test_a_run_in_a_run_has_no_options_of_the_enclosing_one(self):
        code = "import os; print(sorted(name for name in os.environ if name.startswith('EXUVIA_')))"
        inner = [EXUVIA, "run", "-q", "-c", code]
        alone = self.run_words(*inner)
        options = ["--gc-threads", "1", "--heap-limit", "1G", "--collector", "stock", "--allocator", "stock"]
        inside = self.exuvia("run", "-q", *options, "--", *inner)
        self.assertEqual((inside.stdout, inside.stderr, inside.returncode), (alone.stdout, "", 0))

    def test_closed_standard_streams_do_no_harm(self):
        for closed in ("2>&-", "0<&- 2>&-", "0<&- 1>&- 2>&-"):
            with self.subTest(closed=closed):
                self.write("app.py", "import os; os.write(os.open('out', os.O_WRONLY | os.O_CREAT), b'done')")
                ended = self.run_words("sh", "-c", f"exec '{EXUVIA}' run app.py {closed}")
                self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
                self.assertTrue((self.folder / "out").read_text().startswith("done"))


class Summary(CommandTestCase):
    def test_is_on_standard_error_and_nothing_is_added_to_standard_output(self):
        ended = self.exuvia("run", "-c", "print('hello')")
        self.assertEqual(ended.stdout, "hello\n")
        self.assertRegex(ended.stderr, r"(?s)^exuvia: -c print\('hello'\) on CPython 3\.\d+\.\d+, .*\n  active .*"
                                       r"\n  resident +peak \d.*, now \d.*\n  collections ")

    def test_is_printed_at_os_exit(self):
        ended = self.exuvia("run", "-c", "import os; os._exit(3)")
        self.assertEqual(ended.returncode, 3)
        self.assertRegex(ended.stderr, r"^exuvia: .*\n  active ")

    def test_is_printed_after_an_interrupt(self):
        ended = self.exuvia("run", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGINT)")
        self.assertEqual(ended.returncode, -signal.SIGINT)
        self.assertRegex(ended.stderr, r"(?s)\nKeyboardInterrupt\nexuvia: .*\n  active ")

    def test_names_a_long_program_in_short(self):
        ended = self.exuvia("run", "-c", "pass\n" * 100)
        self.assertRegex(ended.stderr, r"^exuvia: -c (pass )+\.\. on ")

    def test_comes_after_what_the_program_prints_last(self):
        ended = self.exuvia("run", "-c", "raise SystemExit('the last word')")
        self.assertRegex(ended.stderr, "^the last word\nexuvia: ")

    def test_counts_collections(self):
        ended = self.exuvia("run", "-c", "import gc; gc.disable(); [gc.collect() for _ in range(7)]")
        self.assertRegex(ended.stderr, r"\n    generation 2 +7 ")

    def test_describes_the_program_and_not_the_interpreter_s_end(self):
        self.write("app.py", "import gc; gc.freeze(); x = [str(i) for i in range(300_000)]")
        ended = self.exuvia("run", "app.py")
        self.assertRegex(ended.stderr, r"\n +1\d\.\d MiB live")
        self.assertNotIn("generation 2", ended.stderr)

    def test_tells_of_children(self):
        code = "import os, gc\nif os.fork() == 0: gc.collect()\nelse: os.wait()"
        self.assertRegex(self.exuvia("run", "-c", code).stderr, r"\n  children +1 process, ")

    def test_says_once_that_several_interpreters_are_left_to_cpython(self):
        code = ("try: import _interpreters as i\nexcept ImportError: import _xxsubinterpreters as i\n"
                "import gc; other = i.create(); gc.collect(); gc.collect(); i.destroy(other)")
        ended = self.exuvia("run", "-c", code)
        self.assertEqual(ended.stderr.count("full collections beside other interpreters are CPython's"), 1)

    def test_is_missed_where_files_may_not_be_long(self):
        ended = self.run_words("sh", "-c", "ulimit -f 100; exec \"$@\"", "sh", EXUVIA, "run", "-c", "print(1)")
        self.assertEqual((ended.returncode, ended.stdout), (0, "1\n"))
        self.assertRegex(ended.stderr, r"\Aexuvia: no figures: [^\n]*\n\Z")

    def test_says_that_a_shell_is_no_cpython(self):
        ended = self.exuvia("run", "sh", "-c", "python3 -c 'print(1)'; true")
        self.assertEqual((ended.returncode, ended.stdout), (0, "1\n"))
        self.assertRegex(ended.stderr, r"\Aexuvia: not active: no CPython ran in this process, [^\n]*\n\Z")

    def test_quiet_is_silent(self):
        ended = self.exuvia("run", "-q", "-c", "print('hello')")
        self.assertEqual((ended.stdout, ended.stderr), ("hello\n", ""))


class Ledgers(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.environment["XDG_RUNTIME_DIR"] = str(self.folder)

    def ledgers(self):
        return list(self.folder.glob("*.ledger"))

    def test_none_is_left_behind(self):
        self.exuvia("run", "-q", "-c", "pass")
        self.exuvia("compare", "-q", "-n1", "-c", "pass")
        self.exuvia("info")
        self.assertEqual(self.ledgers(), [])

    def test_none_is_left_when_the_program_cannot_be_executed(self):
        self.write("bin/tool", "#!/no/such/interpreter\n", executable=True)
        self.assertEqual(self.exuvia("run", "tool").returncode, 127)
        self.assertEqual(self.ledgers(), [])

    def test_that_of_a_killed_run_goes_with_the_next(self):
        self.exuvia("run", "-c", "import os; os.kill(os.getpid(), 9)")
        self.assertEqual(len(self.ledgers()), 1)
        self.exuvia("run", "-q", "-c", "pass")
        self.assertEqual(self.ledgers(), [])

    def test_none_is_made_when_nobody_would_read_it(self):
        code = "import os, pathlib; print(len(list(pathlib.Path(os.environ['XDG_RUNTIME_DIR']).glob('*.ledger'))))"
        for options, ledgers in ((["-q"], "0\n"), (["-q", "--json", "out.json"], "1\n"), ([], "1\n")):
            with self.subTest(options):
                self.assertEqual(self.exuvia("run", *options, "-c", code).stdout, ledgers)

    def test_that_of_a_living_run_stays(self):
        code = "import pathlib, time; pathlib.Path('started').touch(); time.sleep(60)"
        with subprocess.Popen([EXUVIA, "run", "-c", code], env=self.environment, cwd=self.folder) as program:
            while not pathlib.Path(self.folder, "started").exists():
                time.sleep(0.01)
            self.exuvia("run", "-q", "-c", "pass")
            self.assertEqual(len(self.ledgers()), 1)
            program.kill()
