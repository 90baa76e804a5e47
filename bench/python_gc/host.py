"""The Exuvia host in this process: which collector performs full collections, and with how many threads."""
import ctypes
import sys


def library():
    """The host library that `exuvia run` loaded into this process."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            if "libexuvia-cpython-" in line:
                return ctypes.PyDLL(line.split(maxsplit=5)[5].strip())
    sys.exit("python_gc: no Exuvia host in this process: run it under `exuvia run`")


HOST = library()


def use(collector, threads=1):
    """Chooses who performs full collections from now on: "stock" or "exuvia"."""
    HOST.exuvia_host_set_collector(int(collector == "exuvia"))
    HOST.exuvia_host_set_gc_threads(threads)


def side_memory():
    """Bytes of side tables and stacks at the peak of the last full collection of ours."""
    HOST.exuvia_host_gc_side_memory.restype = ctypes.c_size_t
    return HOST.exuvia_host_gc_side_memory()
