"""exuvia info tells what works with an interpreter."""

import json

from command import PYTHONS, CommandTestCase


class Info(CommandTestCase):
    def info(self, *words):
        ended = self.exuvia("info", *words)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout

    def test_shows_the_interpreter_at_hand(self):
        self.assertRegex(self.info(), r"^exuvia \d\S+, \S+ build\n  hosts for    CPython 3\.[\d., ]+\n  interpreter  /.+\n"
                                      r"(  which runs   /.+\n)?  version      CPython 3\.\d+\.\d+\n  allocator    .+\n  collector    .+\n")

    def test_works_for_every_interpreter_of_the_build(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                info = json.loads(self.info("--json", "--python", python))
                self.assertEqual(list(info), ["format", "version", "exuvia", "build", "hosts", "interpreter", "allocator",
                                              "collector", "note"])
                self.assertEqual(info["interpreter"]["path"], python)
                self.assertEqual(info["allocator"], "exuvia")
                self.assertIn(info["interpreter"]["version"].rpartition(".")[0], info["hosts"])

    def test_names_the_interpreter_that_a_script_starts(self):
        shim = self.write("bin/python3.9", f'#!/bin/sh\nexec {PYTHONS[0]} "$@"\n', executable=True)
        self.assertIn(f"  interpreter  {shim}\n  which runs   {PYTHONS[0]}\n", self.info("--python", "python3.9"))
        interpreter = json.loads(self.info("--json", "--python", "python3.9"))["interpreter"]
        self.assertEqual((interpreter["path"], interpreter["executable"]), (str(shim), PYTHONS[0]))

    def test_says_what_is_no_python(self):
        text = self.info("--python", "cat")
        self.assertIn("  allocator    its own: it does not answer as a Python\n", text)

    def test_shows_why_something_is_not_active(self):
        self.environment["PYTHONMALLOC"] = "malloc"
        info = json.loads(self.info("--json"))
        self.assertEqual(info["allocator"], "stock")
        self.assertIn("PYTHONMALLOC", info["note"])
