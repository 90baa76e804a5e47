"""Which files of CPython's test suite are run."""
import subprocess

# Those that look closest at memory: allocation, collection, weak references, finalization, processes, threads.
DEFAULT = """
test_gc test_weakref test_weakset test_finalization test_descr test_generators test_dict test_list test_set test_tuple
test_io test_threading test_multiprocessing_fork test_asyncio test_subprocess test_capi test_sys test_tracemalloc
test_pickle test_json test_ast test_exceptions
""".split()

# What a few minutes allow at each change.
FAST = """
test_gc test_weakref test_weakset test_finalization test_descr test_generators test_dict test_list test_set test_tuple
test_json test_exceptions test_coroutines
""".split()

# Cases that look at what Exuvia changes on purpose, and why they fail.
BY_DESIGN = {
    "test.test_cmd_line.CmdLineTest.test_xdev": "asks for the allocator's name; ours is none that CPython knows",
}


def everything(interpreter):
    """All that the interpreter's own runner lists."""
    answer = subprocess.run([interpreter, "-m", "test", "--list-tests"], capture_output=True, text=True, check=True)
    return answer.stdout.split()
