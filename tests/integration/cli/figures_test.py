"""The figures as JSON."""

import json

from command import EXUVIA, PYTHONS, CommandTestCase

PROCESS = {
    "pid": int, "parent_pid": int, "root": bool, "program": str, "interpreter": str, "allocator": str, "collector": str,
    "note": str, "finished": bool, "wall_ns": int, "cpu_ns": int,
    "heap": {name: int for name in ("peak_bytes", "held_bytes", "arenas", "live_bytes", "free_block_bytes",
                                    "empty_pool_bytes", "metadata_bytes", "foreign_bytes")},
    "resident": {"peak_bytes": int, "final_bytes": int},
    "collections": [{"generation": int, "collections": int, "by_exuvia": int, "collected": int, "uncollectable": int,
                     "candidates": int, "pauses": {name: int for name in ("count", "total_ns", "median_ns", "p99_ns",
                                                                          "max_ns")}}],
}
RUN = {"format": str, "version": int, "processes": [PROCESS], "unrecorded_processes": int}
SERIES = {"median": int, "lowest": int, "highest": int, "values": [int]}
COMPARISON = {
    "format": str, "version": int, "program": [str], "exuvia": dict, "runs": int, "same_output": bool,
    "same_status": bool, "steady_on_stock": bool,
    "figures": [{"name": str, "unit": str, "stock": SERIES, "exuvia": SERIES, "ratio": (float, type(None))}],
}
FORK = "import gc, os\nif os.fork(): os.wait()\ngc.collect(0)\ngc.collect()"


class FiguresTestCase(CommandTestCase):
    def assert_shape(self, shape, value, where="$"):
        if isinstance(shape, dict):
            self.assertEqual(list(shape), list(value), where)
            for name, part in shape.items():
                self.assert_shape(part, value[name], f"{where}.{name}")
        elif isinstance(shape, list):
            for index, part in enumerate(value):
                self.assert_shape(shape[0], part, f"{where}[{index}]")
        else:
            self.assertIsInstance(value, shape, where)

    def read(self, name="out.json"):
        return json.loads((self.folder / name).read_text())


class RunFigures(FiguresTestCase):
    def figures(self, *words, **options):
        ended = self.exuvia("run", "-q", "--json", "out.json", *words, **options)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return self.read()

    def test_have_the_documented_shape(self):
        self.assert_shape(RUN, self.figures("-c", FORK))

    def test_are_of_every_process(self):
        parent, child = self.figures("-c", FORK)["processes"]
        self.assertEqual((parent["root"], child["root"]), (True, False))
        self.assertEqual(child["parent_pid"], parent["pid"])
        for process in (parent, child):
            self.assertTrue(process["finished"])
            self.assertTrue(process["interpreter"].startswith("CPython 3."))
            self.assertGreaterEqual(process["collections"][2]["collections"], 1)
            self.assertGreater(process["resident"]["peak_bytes"], 1 << 20)

    def test_are_of_every_interpreter_of_the_build(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                version = self.run_words(python, "-c", "import platform as p; print(p.python_version())").stdout.strip()
                process, = self.figures("-f", "--python", python, "-c", "pass")["processes"]
                self.assertEqual(process["interpreter"], f"CPython {version}")

    def test_tell_of_killed_children(self):
        code = "import gc, os\nif os.fork(): os.wait()\nelse:\n gc.collect()\n os.kill(os.getpid(), 9)"
        parent, child = self.figures("-c", code)["processes"]
        self.assertEqual((parent["finished"], child["finished"]), (True, False))
        self.assertGreaterEqual(child["collections"][2]["collections"], 1)

    def test_tell_what_was_switched_off(self):
        process, = self.figures("--allocator", "stock", "--collector", "stock", "-c", "pass")["processes"]
        self.assertEqual((process["allocator"], process["collector"]), ("stock", "stock"))

    def test_explain_what_is_resident(self):
        process, = self.figures("-c", "x = [bytes(2000) for _ in range(20_000)]; y = [(i,) for i in range(200_000)]")["processes"]
        heap = process["heap"]
        self.assertGreater(heap["foreign_bytes"], 40_000_000)
        self.assertGreater(heap["live_bytes"], 9_600_000)
        self.assertGreater(heap["metadata_bytes"], 1000)
        self.assertLess(heap["held_bytes"] + heap["metadata_bytes"] + heap["foreign_bytes"],
                        process["resident"]["final_bytes"] + (4 << 20))

    def test_do_not_count_what_was_given_back(self):
        code = "x = [(i, i) for i in range(600_000)]; keep = x[::3000]; del x; import exuvia; exuvia.trim()"
        process, = self.figures("-c", code)["processes"]
        heap = process["heap"]
        self.assertGreater(heap["peak_bytes"], 40_000_000)
        self.assertLess(heap["held_bytes"], 20_000_000)
        parts = heap["live_bytes"] + heap["free_block_bytes"] + heap["empty_pool_bytes"]
        self.assertEqual(heap["held_bytes"], parts)

    def test_quote_what_must_be_quoted(self):
        process, = self.figures("-c", "'\"\\\\ \t ä'")["processes"]
        self.assertEqual(process["program"], "-c '\"\\\\   ä'")

    def test_hold_text_that_is_no_unicode(self):
        words = [EXUVIA, "run", "-q", "--json", "out.json", "-c", "pass", b"\xff\xe4".decode(errors="surrogateescape")]
        self.assertEqual(self.run_words(*words).returncode, 0)
        self.assertEqual(self.read()["processes"][0]["program"], "-c pass \ufffd\ufffd")

    def test_go_where_the_run_started(self):
        self.figures("-c", "import os; os.chdir('/')")

    def test_replace_a_file_when_told_to(self):
        self.write("out.json", "x" * 100_000)
        self.figures("-f", "-c", "pass")

    def test_leave_no_file_when_the_program_is_no_python(self):
        self.assertIn("no figures", self.exuvia("run", "--json", "out.json", "true").stderr)
        self.assertFalse((self.folder / "out.json").exists())

    def test_that_cannot_be_written_in_the_end_are_missed_in_one_line(self):
        (self.folder / "there").mkdir()
        ended = self.exuvia("run", "-q", "--json", "there/out.json", "-c", "import os; os.rmdir('there')")
        path = self.folder / "there" / "out.json"
        self.assertEqual(ended.stderr, f"exuvia: {path}: cannot write the figures: No such file or directory\n")
        self.assertEqual(ended.returncode, 0)


class ComparisonFigures(FiguresTestCase):
    def figures(self, *words):
        ended = self.exuvia("compare", "-q", "-n", "2", "--json", "out.json", *words)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return self.read()

    def test_have_the_documented_shape(self):
        self.assert_shape({**COMPARISON, "exuvia": {"interpreter": str, "allocator": str, "collector": str, "note": str}},
                          self.figures("-c", FORK))

    def test_have_as_many_values_as_there_were_runs(self):
        comparison = self.figures("-c", FORK)
        self.assertEqual(comparison["runs"], 2)
        names = [figure["name"] for figure in comparison["figures"]]
        self.assertEqual(names, ["wall_time", "cpu_time", "resident_peak", "resident_final", "full_collections",
                                 "full_pause_median", "full_pause_longest", "full_pause_total", "young_collections",
                                 "young_pause_longest", "young_pause_total", "unshared"])
        for figure in comparison["figures"]:
            self.assertEqual((len(figure["stock"]["values"]), len(figure["exuvia"]["values"])), (2, 2), figure)

    def test_are_few_for_what_is_no_python(self):
        comparison = self.figures("true")
        self.assertIsNone(comparison["exuvia"])
        self.assertEqual([figure["name"] for figure in comparison["figures"]], ["wall_time", "cpu_time", "resident_peak"])
