"""The collector behaves as CPython's own: every full collection is ours, whatever the heap's size."""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import ProgramTestCase, exuvia_environment, run, stock_environment  # noqa: E402

SCRIPTS = HERE / "scripts"


class Collector(ProgramTestCase):
    def assert_collects_alike(self, name, *arguments, threads=2, searches=(True, False), **pythons):
        """`searches`: whether we search for garbage among whatever was not marked, or leave that to CPython."""
        settings = {"EXUVIA_GC_FLOOR": "0", "EXUVIA_GC_THREADS": str(threads)}
        for python in self.for_each_python(**pythons):
            command = [python, SCRIPTS / name, *arguments]
            stock = run(command, stock_environment())
            self.assertEqual((stock.returncode, stock.stderr), (0, ""))
            for search in searches:
                settings["EXUVIA_GC_SEARCH_FROM"] = "0" if search else str(10**9)
                ours = run(command, exuvia_environment(**settings))
                self.assertEqual((0, stock.stdout, ""), (ours.returncode, ours.stdout, ours.stderr), f"{search=}")

    def test_results_statistics_and_callbacks(self):
        self.assert_collects_alike("figures.py")

    def test_weak_references_finalizers_and_resurrection(self):
        self.assert_collects_alike("endings.py")

    def test_what_executing_frames_hold(self):
        self.assert_collects_alike("frames.py")

    def test_where_the_kernel_kills_for_looking_into_memory(self):
        self.assert_collects_alike("sandboxed.py", searches=[True])

    def test_where_the_system_refuses_a_request(self):
        self.assert_collects_alike("refused.py", 3000)

    def test_where_cpython_refuses_memory(self):
        for python in self.for_each_python(needs="_testcapi"):
            stock = run([python, SCRIPTS / "no_memory.py"], stock_environment())
            ours = run([python, SCRIPTS / "no_memory.py"], exuvia_environment(EXUVIA_GC_FLOOR="0"))
            self.assertEqual((0, stock.stdout), (ours.returncode, ours.stdout), ours.stderr)

    def test_much_garbage(self):
        self.assert_collects_alike("much_garbage.py")

    def test_garbage_of_every_kind(self):
        for seed in range(4):
            with self.subTest(seed=seed):
                self.assert_collects_alike("kinds_of_garbage.py", seed)

    def test_garbage_whose_end_runs_code_where_nobody_expects_it(self):
        self.assert_collects_alike("unexpected_ends.py")

    def test_order_in_which_finalizers_and_callbacks_run(self):
        self.assert_collects_alike("order_of_finalizers.py")

    def test_counts_of_allocations(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                self.assert_collects_alike("counts.py", seed, searches=[True], maximum=13)

    def test_callbacks_that_keep_what_they_are_given(self):
        self.assert_collects_alike("one_shot_callbacks.py", searches=[True])

    def test_threads(self):
        self.assert_collects_alike("threads.py", searches=[True])

    def test_random_graphs(self):
        for seed in range(8):
            with self.subTest(seed=seed):
                self.assert_collects_alike("random_graphs.py", seed, threads=1 + seed % 2, searches=[seed % 4 < 2])

    def test_random_programs(self):
        for seed in range(4):
            with self.subTest(seed=seed):
                self.assert_collects_alike("random_programs.py", seed, threads=1 + seed % 2, searches=[seed < 2])


class FirstLook(ProgramTestCase):
    def test_a_program_sees_nothing_of_the_installation(self):
        for python in self.for_each_python(maximum=13):
            for settings in ({}, {"EXUVIA_GC_FLOOR": "0"}):
                stock = run([python, SCRIPTS / "first_look.py"], stock_environment())
                ours = run([python, SCRIPTS / "first_look.py"], exuvia_environment(**settings))
                self.assertEqual((0, stock.stdout, ""), (ours.returncode, ours.stdout, ours.stderr), settings)


class Inside(ProgramTestCase):
    """Looks at the host from within, through what it exports for tests."""

    def assert_succeeds(self, name, **environment):
        for python in self.for_each_python():
            ended = run([python, SCRIPTS / name], exuvia_environment(EXUVIA_GC_FLOOR="0", **environment))
            self.assertEqual((0, ""), (ended.returncode, ended.stderr), ended.stdout)

    def test_objects_are_traced_as_their_types_do(self):
        self.assert_succeeds("traces.py")

    def test_few_live_objects_are_candidates(self):
        self.assert_succeeds("candidates.py")

    def test_helper_threads_mark_their_part_of_a_wide_heap(self):
        self.assert_succeeds("helpers.py", EXUVIA_GC_THREADS="2")

    @unittest.skipIf("tsan" in os.environ.get("EXUVIA_SANITIZER", ""), "a sanitizer's notes on what is read are unshared")
    def test_a_collection_in_a_forked_child_leaves_memory_shared(self):
        self.assert_succeeds("unshared.py")

    def test_small_and_frozen_heaps_are_left_to_cpython(self):
        self.assert_succeeds("decisions.py")


if __name__ == "__main__":
    unittest.main()
