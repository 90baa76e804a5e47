"""The Exuvia host in this process."""
import ctypes

with open("/proc/self/maps", encoding="utf-8") as maps:
    PATH = next(line.split(maxsplit=5)[5].strip() for line in maps if "libexuvia-cpython-" in line)
HOST = ctypes.PyDLL(PATH)
Figures = ctypes.c_size_t * 6
NAMES = ("marked", "candidates", "unreachable", "slices", "side_bytes", "marked_by_helpers")


def last_collection():
    """Of the last full collection that was ours."""
    figures = Figures()
    HOST.exuvia_host_last_collection(figures)
    return dict(zip(NAMES, figures))


def set_floor(objects):
    HOST.exuvia_host_set_gc_floor(ctypes.c_size_t(objects))


def trace_differences():
    """(number, a type) of tracked objects that are not traced as their type's tp_traverse does."""
    name = ctypes.create_string_buffer(200)
    HOST.exuvia_host_count_trace_differences.restype = ctypes.c_size_t
    return HOST.exuvia_host_count_trace_differences(name, ctypes.c_size_t(len(name))), name.value.decode()
