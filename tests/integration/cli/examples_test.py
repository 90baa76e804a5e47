"""The examples print the same in every run, on stock Python and on Exuvia."""

import re

from command import PYTHONS, SOURCES, CommandTestCase

SMALL = {
    "leaky_service.py": ["--products", "2000", "--requests", "4000", "--sessions", "100"],
    "prefork_server.py": ["--places", "5000", "--requests", "200"],
    "burst_job.py": ["--orders", "5000", "--rounds", "5"],
}


class Examples(CommandTestCase):
    def test_all_are_known_here(self):
        self.assertEqual({path.name for path in (SOURCES / "examples").glob("*.py")}, set(SMALL))

    def test_print_the_same_on_every_interpreter(self):
        for name, options in SMALL.items():
            expected = self.run_words("python3", SOURCES / "examples" / name, *options)
            self.assertEqual((expected.returncode, expected.stderr), (0, ""))
            for python in PYTHONS:
                with self.subTest(name=name, python=python):
                    ended = self.exuvia("run", "-q", "--python", python, SOURCES / "examples" / name, *options)
                    self.assertEqual((ended.stdout, ended.stderr, ended.returncode), (expected.stdout, "", 0))

    def test_commands_of_their_readme_run(self):
        text = (SOURCES / "examples/README.md").read_text()
        commands = re.findall(r"^\$ exuvia (.+)$", text, re.M)
        self.assertGreaterEqual(len(commands), len(SMALL))
        for command in commands:
            with self.subTest(command=command):
                ended = self.exuvia(*command.split(), cwd=SOURCES)
                self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_can_be_compared(self):
        for name, options in SMALL.items():
            with self.subTest(name=name):
                ended = self.exuvia("compare", "-n1", SOURCES / "examples" / name, *options)
                self.assertIn("  Same output and exit status in every run.\n", ended.stdout)
                self.assertEqual((ended.stderr, ended.returncode), ("", 0))
