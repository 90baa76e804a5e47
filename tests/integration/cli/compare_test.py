"""exuvia compare, as a person sees it."""

import json
import os
import pathlib
import signal
import subprocess
import time

from command import EXUVIA, CommandTestCase

ON_EXUVIA = "import os; on_exuvia = os.environ['EXUVIA_ALLOCATOR'] == 'exuvia'\n"


class Table(CommandTestCase):
    def compare(self, *words, **options):
        return self.exuvia("compare", "-n", "1", *words, **options)

    def test_follows_the_output_of_one_run(self):
        ended = self.compare("-c", "print('hello')")
        self.assertRegex(ended.stdout, r"(?s)^hello\nexuvia: -c print\('hello'\) on CPython 3\..*: 1 run of each, after "
                                       r"one to warm up\n.*\n  wall time .*\n  CPU time .*\n  peak resident .*"
                                       r"\n  full collections .*\n  Same output and exit status in every run\.\n$")
        self.assertEqual((ended.stderr, ended.returncode), ("", 0))

    def test_stands_alone_when_quiet(self):
        ended = self.compare("-q", "-c", "import sys; print('hello'); print('there', file=sys.stderr)")
        self.assertRegex(ended.stdout, "^exuvia: ")
        self.assertEqual(ended.stderr, "")

    def test_shows_standard_error_once(self):
        self.assertEqual(self.compare("-c", "import sys; print('once', file=sys.stderr)").stderr, "once\n")

    def test_says_when_the_output_differs(self):
        ended = self.compare("-c", ON_EXUVIA + "print('a\\nb'); print(on_exuvia)")
        self.assertIn("\n  Not the same: the output differs from line 3 on.\n", ended.stdout)
        self.assertEqual(ended.returncode, 1)

    def test_says_when_the_output_always_differs(self):
        ended = self.compare("-c", "import time; print(time.time_ns())")
        self.assertIn("\n  Output differs from run to run, on stock Python as well.\n", ended.stdout)
        self.assertEqual(ended.returncode, 0)

    def test_says_when_the_exit_status_differs(self):
        code = ON_EXUVIA + "import sys; print('reason', file=sys.stderr) if on_exuvia else 0; sys.exit(3 * on_exuvia)"
        ended = self.compare("-q", "-c", code)
        self.assertIn("\n  Not the same: on stock Python it exited with status 0, on Exuvia it exited with status 3.\n"
                      "  On Exuvia it wrote to standard error:\nreason\n", ended.stdout)
        self.assertEqual(ended.returncode, 1)

    def test_says_when_the_output_differs_on_stock_python_alone(self):
        self.write("n", "0")  # the first run is the warm-up
        code = "n = int(open('n').read()) + 1; open('n', 'w').write(str(n)); print(n == 2)"
        ended = self.compare("-q", "-c", code)
        self.assertIn("\n  Output differs from run to run, on stock Python as well.\n", ended.stdout)
        self.assertEqual(ended.returncode, 0)

    def test_says_when_the_exit_status_always_differs(self):
        self.write("n", "0")
        code = "n = int(open('n').read()) + 1; open('n', 'w').write(str(n)); raise SystemExit(n)"
        ended = self.compare("-q", "-c", code)
        self.assertIn("\n  The exit status differs from run to run, on stock Python as well.\n", ended.stdout)
        self.assertEqual(ended.returncode, 0)

    def test_says_when_a_signal_ends_it_on_one_side(self):
        ended = self.compare("-q", "-c", ON_EXUVIA + "os.kill(os.getpid(), 9 * on_exuvia)")
        self.assertIn("on stock Python it exited with status 0, on Exuvia it was ended by signal 9.\n", ended.stdout)

    def test_knows_the_memory_of_a_program_that_a_signal_ends(self):
        ended = self.compare("-q", "--json", "out.json", "-c", "import os; os.kill(os.getpid(), 9)")
        figures = {figure["name"]: figure for figure in json.loads((self.folder / "out.json").read_text())["figures"]}
        self.assertGreater(figures["resident_peak"]["exuvia"]["lowest"], 1 << 20, ended.stdout)
        self.assertNotIn("resident_final", figures)

    def test_says_with_which_status_both_end(self):
        ended = self.compare("-c", "raise SystemExit(4)")
        self.assertIn("\n  On both sides it exited with status 4.\n", ended.stdout)
        self.assertEqual(ended.returncode, 0)

    def test_says_when_nothing_was_recorded(self):
        ended = self.compare("true")
        self.assertIn("\n  Nothing was recorded: ", ended.stdout)
        self.assertEqual(ended.returncode, 0)

    def test_shows_what_children_unshare(self):
        code = "import os\nx = bytearray(30 << 20)\nif os.fork() == 0: x[::4096] = x[::4096]\nelse: os.wait()"
        self.assertRegex(self.compare("-c", code).stdout, r"\n  unshared by children +3\d(\.\d)? MiB +3\d(\.\d)? MiB ")

    def test_a_daemon_that_keeps_the_output_open_does_not_hold_it_up(self):
        start = time.monotonic()
        code = "import os, time\nif os.fork() == 0:\n  time.sleep(30)\nelse: print('parent')"
        ended = self.compare("-c", code, stdin=subprocess.DEVNULL, input=None)
        self.assertEqual(ended.returncode, 0)
        self.assertLess(time.monotonic() - start, 25)

    def test_large_outputs_are_compared_whole(self):
        code = ON_EXUVIA + "print('x' * (40 << 20), on_exuvia)"
        ended = self.compare("-q", "-c", code)
        self.assertIn("\n  Not the same: the output differs, far into it.\n", ended.stdout)


class Input(CommandTestCase):
    CODE = "import sys; print(len(sys.stdin.read()))"

    def test_a_file_is_given_to_every_run(self):
        with open(self.write("in.txt", "skipped" + "x" * 1000)) as file:
            os.lseek(file.fileno(), 7, os.SEEK_SET)
            ended = self.exuvia("compare", "-n1", "-c", self.CODE, stdin=file, input=None)
        self.assertTrue(ended.stdout.startswith("1000\n"), ended.stdout)
        self.assertIn("  Same output", ended.stdout)

    def test_a_closed_one_is_empty(self):
        self.write("app.py", self.CODE)
        ended = self.run_words("sh", "-c", f"exec '{EXUVIA}' compare -n1 app.py <&-")
        self.assertTrue(ended.stdout.startswith("0\n"), ended.stdout)

    def test_a_pipe_is_given_to_none(self):
        ended = self.exuvia("compare", "-n1", "-c", self.CODE, input="typed")
        self.assertTrue(ended.stdout.startswith("0\n"), ended.stdout)
        self.assertEqual(ended.stderr, "exuvia: the program was given no input, since only a file can be read again; "
                                       "use < FILE\n")


class Interrupts(CommandTestCase):
    """Each run of the program leaves a mark and, from a certain one on, waits to be interrupted."""

    CODE = """\
import pathlib, signal, sys, time
pathlib.Path('runs').open('a').write('.')
if len(pathlib.Path('runs').read_text()) > {free}:
    {reaction}
    pathlib.Path('waiting').touch()
    time.sleep(120)
print('done')
"""

    def interrupt(self, free, reaction="pass", times=1):
        self.write("app.py", self.CODE.format(free=free, reaction=reaction))
        with subprocess.Popen([EXUVIA, "compare", "-q", "-n", "3", "app.py"], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
            while not pathlib.Path(self.folder, "waiting").exists():
                time.sleep(0.01)
            for _ in range(times):
                command.send_signal(signal.SIGINT)
                time.sleep(0.2)
            output, errors = command.communicate(timeout=60)
        return output, errors, command.returncode

    def test_print_what_was_gathered(self):
        output, errors, status = self.interrupt(free=4)
        self.assertIn(": 2 runs of each, medians, after one to warm up\n", output.replace("1 run of each,", "2 runs of each, medians,"))
        self.assertEqual(errors, "exuvia: interrupted: the figures are of the runs that had ended\n")
        self.assertEqual(status, 130)

    def test_before_there_is_anything_to_print_say_so(self):
        output, errors, status = self.interrupt(free=0)
        self.assertEqual((output, errors, status), ("", "exuvia: interrupted before both sides had run once\n", 130))

    def test_kill_a_program_that_ignores_the_first(self):
        output, errors, status = self.interrupt(free=0, reaction="signal.signal(signal.SIGINT, signal.SIG_IGN)", times=2)
        self.assertEqual((output, status), ("", 130))
