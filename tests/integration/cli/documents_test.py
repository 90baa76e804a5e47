"""Help, manual and completions agree with each other."""

import re
import shutil

from command import SOURCES, CommandTestCase

COMMANDS = ("run", "compare", "info")


class Documents(CommandTestCase):
    def options(self, command):
        """The long options that the help of a command lists."""
        return set(re.findall(r"(--[a-z-]+)", self.exuvia(command, "--help").stdout.partition("Options:")[2]))

    def test_help_is_printed_for_every_command(self):
        self.assertTrue(self.exuvia("--help").stdout.startswith("usage: exuvia COMMAND"))
        for command in COMMANDS:
            ended = self.exuvia(command, "--help")
            self.assertIn(f"usage: exuvia {command} ", ended.stdout)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertEqual(self.exuvia("help", command).stdout, ended.stdout)
            self.assertLessEqual({"--help", "--python"}, self.options(command))

    def test_help_fits_a_terminal_of_120_columns(self):
        for words in (["--help"], *([command, "--help"] for command in COMMANDS)):
            self.assertLessEqual(max(map(len, self.exuvia(*words).stdout.splitlines())), 120)

    def test_help_after_the_program_is_the_program_s(self):
        ended = self.exuvia("run", "-q", "-c", "import sys; print(sys.argv[1])", "--help")
        self.assertEqual(ended.stdout, "--help\n")

    def test_the_version_is_printed(self):
        self.assertRegex(self.exuvia("--version").stdout, r"^exuvia \d+\.\d+\.\d+\n$")

    def test_the_manual_describes_every_option(self):
        manual = (SOURCES / "docs/man/exuvia.1").read_text().replace("\\&-", "-")
        described = {"-" + option for option in re.findall(r"^\.It.*?Fl (-[a-z-]+)", manual, re.M)}
        described |= {"-" + option for option in re.findall(r"^\.It.* , Fl (-[a-z-]+)", manual, re.M)}
        listed = set().union(*map(self.options, COMMANDS))
        self.assertEqual(described, listed)

    def test_the_manual_has_no_faults(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        checked = self.run_words("mandoc", "-Tlint", SOURCES / "docs/man/exuvia.1")
        faults = [line for line in checked.stdout.splitlines() if "referenced manual not found" not in line]
        self.assertEqual(faults, [], "what else is installed here is no fault of the manual")

    def test_completions_offer_every_option(self):
        for name in ("exuvia.bash", "_exuvia", "exuvia.fish"):
            text = (SOURCES / "completions" / name).read_text()
            offered = set(re.findall(r"(--[a-z][a-z-]+)", text)) | {"--" + word for word in re.findall(r" -l ([a-z-]+)", text)}
            for command in COMMANDS:
                self.assertLessEqual(self.options(command), offered, name)

    def complete(self, *words):
        script = ('source "$1"; shift; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _exuvia; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return self.run_words("bash", "-c", script, "bash", SOURCES / "completions/exuvia.bash", *words).stdout.split()

    def test_completion_in_bash(self):
        self.write("app.py", "")
        self.assertEqual(self.complete("exuvia", "co"), ["compare"])
        self.assertEqual(self.complete("exuvia", "run", "--col"), ["--collector"])
        self.assertEqual(self.complete("exuvia", "run", "--collector", ""), ["exuvia", "stock"])
        self.assertEqual(self.complete("exuvia", "compare", "-n", "3", "app."), ["app.py"])
        self.assertEqual(self.complete("exuvia", "run", "app.py", "--col"), [])
        self.assertEqual(self.complete("exuvia", "info", "--j"), ["--json"])
