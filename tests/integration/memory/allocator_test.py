"""The allocator inside CPython: its contract, and the faults that hosts of this kind are known for."""

import pathlib
import resource
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import PACKAGE_FOLDER, ProgramTestCase, exuvia_environment, run, stock_environment  # noqa: E402

SCRIPTS = HERE / "scripts"
ACTIVE = "import exuvia; print(exuvia.is_active())"
LATE = {"PYTHONPATH": str(PACKAGE_FOLDER)}


def limit_addresses(bytes_):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))


class Contract(ProgramTestCase):
    def test_domains_keep_their_promises(self):
        for python in self.for_each_python():
            self.assertEqual("", self.succeed([python, SCRIPTS / "domains.py"]))

    def test_domains_keep_their_promises_when_installed_late(self):
        for python in self.for_each_python():
            code = f"import exuvia; exuvia.install(); exec(open({str(SCRIPTS / 'domains.py')!r}).read())"
            ended = run([python, "-c", code], stock_environment(**LATE))
            self.assertEqual((0, "", ""), (ended.returncode, ended.stdout, ended.stderr))

    def test_allocated_blocks_are_counted(self):
        code = ("import sys; a = sys.getallocatedblocks(); x = [(i,) for i in range(10000)]; "
                "b = sys.getallocatedblocks(); del x; c = sys.getallocatedblocks(); "
                "print(a > 1000, b - a >= 10000, c - a < 1000, sys.getallocatedblocks.__doc__)")
        for python in self.for_each_python():
            self.assert_same([python, "-c", code])

    def test_statistics_on_request_show_the_heap_and_the_free_lists(self):
        for python in self.for_each_python():
            ended = run([python, "-c", "import sys; sys._debugmallocstats()"], exuvia_environment())
            self.assertEqual((0, ""), (ended.returncode, ended.stdout))
            self.assertIn("# arenas allocated current", ended.stderr)
            self.assertIn("free PyDictObjects", ended.stderr)

    def test_objects_die_in_the_last_moments(self):
        for python in self.for_each_python():
            self.assert_same([python, SCRIPTS / "end.py"])
            for _ in range(5):
                self.assertEqual("end\n", self.succeed([python, SCRIPTS / "end.py"]))

    def test_audit_events_reach_no_hook_of_ours_once_installed(self):
        code = ("import timeit, sys; seen = []; sys.addaudithook(lambda event, args: seen.append(event)); "
                "id(1); import json.tool; print('import' in seen)")
        for python in self.for_each_python():
            self.assert_same([python, "-c", code])


class Choice(ProgramTestCase):
    def test_chosen_allocators_are_respected(self):
        for python in self.for_each_python():
            for choice in "malloc", "malloc_debug", "pymalloc", "pymalloc_debug":
                self.assertEqual("False\n", self.succeed([python, "-c", ACTIVE], PYTHONMALLOC=choice))
            self.assertEqual("True\n", self.succeed([python, "-c", ACTIVE]))
            self.assertEqual("True\n", self.succeed([python, "-E", "-c", ACTIVE], PYTHONMALLOC="malloc"))

    def test_debug_hooks_stand_on_the_heap(self):
        code = "import exuvia; x = [(i,) for i in range(20000)]; print(exuvia.statistics()['blocks_in_use'] > 20000)"
        for python in self.for_each_python():
            self.assertEqual("True\n", self.succeed([python, "-X", "dev", "-c", code]))
            self.assertEqual("True\n", self.succeed([python, "-X", "tracemalloc", "-X", "dev", "-c", code]))
            for choice in "debug", "default":
                self.assertEqual("True\n", self.succeed([python, "-c", code], PYTHONMALLOC=choice))

    def test_everyday_work_under_debug_hooks(self):
        scripts = HERE.parent / "programs/scripts"
        for python in self.for_each_python():
            for script in "data_structures.py", "forks.py":
                self.assert_same([python, "-X", "dev", scripts / script])

    def test_the_reason_is_said_in_one_line_by_the_first_process(self):
        first = ["sh", "-c", 'EXUVIA_ROOT_PID=$$ exec "$@"', "sh"]
        for python in self.for_each_python():
            ended = run([*first, python, "-c", "pass"], exuvia_environment(PYTHONMALLOC="malloc"))
            self.assertEqual("exuvia: allocator not active: PYTHONMALLOC chose another\n", ended.stderr)
            self.assertEqual("", self.succeed([*first, python, "-c", ""], PYTHONMALLOC="malloc", EXUVIA_SUMMARY="none"))
            self.assertEqual("", self.succeed([python, "-c", ""], PYTHONMALLOC="malloc"))

    def test_stock_allocator_on_request(self):
        for python in self.for_each_python():
            self.assertEqual("False\n", self.succeed([python, "-c", ACTIVE], EXUVIA_ALLOCATOR="stock"))

    def test_debug_hooks_find_an_overrun_as_on_stock(self):
        overrun = ("import ctypes; f = ctypes.pythonapi.PyMem_Malloc; f.restype = ctypes.c_void_p; p = f(20); "
                   "ctypes.memset(p, 65, 21); ctypes.pythonapi.PyMem_Free(ctypes.c_void_p(p))")
        for python in self.for_each_python():
            ended = self.assert_same([python, "-X", "dev", "-c", overrun], expected_status=-6)
            self.assertIn("bad trailing pad byte", ended.stderr)

    def test_late_install_is_refused_where_another_was_chosen(self):
        for python in self.for_each_python():
            ended = run([python, "-c", "import exuvia; exuvia.install()"], stock_environment(PYTHONMALLOC="malloc", **LATE))
            self.assertEqual(1, ended.returncode)
            self.assertTrue(ended.stderr.endswith("PYTHONMALLOC chose another\n"), ended.stderr)


class LateInstall(ProgramTestCase):
    def test_tracing_started_before_or_after_can_be_stopped(self):
        for python in self.for_each_python():
            for order in "tracing-first", "exuvia-first":
                ended = run([python, SCRIPTS / "tracing.py", order], stock_environment(**LATE))
                self.assertEqual((0, "done\n", ""), (ended.returncode, ended.stdout, ended.stderr))

    def test_foreign_blocks_go_back_and_installing_twice_does_nothing(self):
        code = ("import json; old = [{i: str(i)} for i in range(50000)]; import exuvia; exuvia.install(); "
                "exuvia.install(); new = json.loads(json.dumps(old)); del old[::2]; old.extend(new[:9]); "
                "print(exuvia.is_active(), len(old), exuvia.statistics()['blocks_in_use'] > 50000)")
        for python in self.for_each_python():
            ended = run([python, "-c", code], stock_environment(**LATE))
            self.assertEqual((0, "True 25009 True\n", ""), (ended.returncode, ended.stdout, ended.stderr))

    def test_everyday_work_after_it(self):
        script = HERE.parent / "programs/scripts/data_structures.py"
        code = f"import exuvia, runpy; exuvia.install(); runpy.run_path({str(script)!r}, run_name='__main__')"
        for python in self.for_each_python():
            stock = run([python, script], stock_environment())
            ended = run([python, "-c", code], stock_environment(**LATE))
            self.assertEqual((0, stock.stdout, ""), (ended.returncode, ended.stdout, ended.stderr))


class Limits(ProgramTestCase):
    def test_program_survives_the_end_of_its_address_space(self):
        for python in self.for_each_python():
            options = {"preexec_fn": limit_addresses(600 << 20)}
            self.assert_same([python, SCRIPTS / "limited.py"], **options)

    def test_reservation_may_be_refused(self):
        script = HERE.parent / "programs/scripts/data_structures.py"
        for python in self.for_each_python():
            self.assert_same([python, script], preexec_fn=limit_addresses(2 << 30))

    def test_program_may_limit_its_own_addresses(self):
        limit = ("import resource, runpy; limit = (100 << 20, resource.RLIM_INFINITY); {}; "
                 f"runpy.run_path({str(SCRIPTS / 'limited.py')!r})")
        for python in self.for_each_python():
            for call in "setrlimit(resource.RLIMIT_AS, limit)", "prlimit(0, resource.RLIMIT_AS, limit)":
                self.assert_same([python, "-c", limit.format(f"resource.{call}")])

    def test_limit_of_the_heap_raises_memory_error(self):
        for python in self.for_each_python():
            self.assertEqual("survived\n", self.succeed([python, SCRIPTS / "small_heap.py"], EXUVIA_HEAP_LIMIT=str(40 << 20)))


class Package(ProgramTestCase):
    def test_program_under_run_can_import_it(self):
        code = ("import exuvia; s = exuvia.statistics(); "
                "print(sorted(exuvia.__all__), s['arenas'] > 0, s['blocks_in_use'] > 1000, exuvia.trim() >= 0)")
        for python in self.for_each_python():
            self.assertEqual("['install', 'is_active', 'statistics', 'trim'] True True True\n",
                             self.succeed([python, "-c", code]))

    def test_module_of_the_programs_own_comes_first(self):
        for python in self.for_each_python():
            own = "import sys, types; sys.modules['exuvia'] = types.ModuleType('own'); import exuvia; print(exuvia.__name__)"
            self.assertEqual("own\n", self.succeed([python, "-c", own]))

    def test_trim_gives_memory_back(self):
        code = ("import exuvia; x = [(i, i) for i in range(300000)]; keep = x[::300]; del x; "
                "exuvia.trim(); s = exuvia.statistics(); print(s['bytes_resident'] < 12 << 20)")
        for python in self.for_each_python():
            self.assertEqual("True\n", self.succeed([python, "-c", code]))


class Sawteeth(ProgramTestCase):
    """A load that rises and falls does not pay for its memory at every turn."""

    def faults(self, python, **environment):
        ended = run([python, SCRIPTS / "faults.py"], exuvia_environment(**environment))
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        return [int(faults) for faults in ended.stdout.split()]

    def test_crossing_the_end_of_a_stack_chunk_maps_nothing(self):
        for python in self.for_each_python():
            self.assertLess(self.faults(python)[0], 250)

    def test_large_blocks_are_kept_between_turns(self):
        for python in self.for_each_python():
            self.assertLess(self.faults(python)[1], 4000)

    def test_settings_of_malloc_are_respected(self):
        for python in self.for_each_python():
            faults = self.faults(python, MALLOC_TRIM_THRESHOLD_=str(128 << 10))
            self.assertGreater(faults[1], 10000)


class Bursts(ProgramTestCase):
    """Memory goes back by itself: nobody calls trim."""

    def kept(self, python, survivors, environment):
        ended = run([python, SCRIPTS / "burst.py", survivors], environment)
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        return int(ended.stdout)

    def assert_keeps_less(self, survivors, ratio):
        for python in self.for_each_python():
            stock = self.kept(python, survivors, stock_environment())
            ours = self.kept(python, survivors, exuvia_environment())
            self.assertLessEqual(ours, ratio * stock, f"{ours >> 20} MiB, stock {stock >> 20} MiB")

    def test_one_survivor_in_a_hundred(self):
        self.assert_keeps_less("scattered", 0.5)

    def test_one_survivor_an_arena(self):
        self.assert_keeps_less("arena", 0.2)


if __name__ == "__main__":
    unittest.main()
