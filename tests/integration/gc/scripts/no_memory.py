"""Collects while CPython's allocators refuse single requests, and all from some on."""
import contextlib
import gc
import sys
import weakref

import _testcapi


class Node:
    def __init__(self):
        self.me = self


class Final(Node):
    def __del__(self):
        pass


def make_garbage():
    garbage = [Node() for _ in range(200)] + [Final()]
    return [weakref.ref(item, len) for item in garbage[:3]]


def collect_while_refusing(first, end):
    references = make_garbage()
    found = None
    with contextlib.suppress(MemoryError):
        _testcapi.set_nomemory(first, end)
        try:
            found = gc.collect()
        finally:
            _testcapi.remove_mem_hooks()
    gc.collect()
    assert all(reference() is None for reference in references)
    return found


gc.disable()
sys.unraisablehook = lambda _: None
kept = [[Node(), {i: str(i)}, (i, [i])] for i in range(3000)]
gc.collect()
for number in range(150):
    collect_while_refusing(number, number + 1)
for number in range(0, 90, 3):
    collect_while_refusing(number, 0)
print(len(kept), sum(len(item) for item in kept), gc.collect(), gc.garbage)
