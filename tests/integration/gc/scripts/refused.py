"""Each request that the collector makes of the system is refused once, in turn: the program must not notice."""
import gc
import os
import sys
import weakref


def switch():
    """refuse(number) of a checking build, whose result is the number of requests since it was last called."""
    try:
        import host
    except StopIteration:
        return None  # stock CPython
    try:
        refuse = host.HOST.exuvia_host_refuse
    except AttributeError:
        return None
    import ctypes

    refuse.argtypes, refuse.restype = [ctypes.c_uint64], ctypes.c_uint64
    return refuse


class Node:
    def __init__(self):
        self.me = self


class Final(Node):
    def __del__(self):
        events.append("finalized")


class Slotted:
    __slots__ = ("me", "payload")


def make_garbage():
    garbage = [Node() for _ in range(300)]
    garbage.append(Final())
    for _ in range(50):
        item = Slotted()
        item.me, item.payload = item, {"key": [item]}
        garbage.append(item)
    return [weakref.ref(item, lambda _: events.append("gone")) for item in garbage[:3]]


def collect(number):
    """What a collection does of which request `number` is refused."""
    events.clear()
    references = make_garbage()
    refuse(number)
    found = gc.collect()
    requests = refuse(2**64 - 1)
    return (found, sorted(events), [r() for r in references], gc.garbage, sum(len(k) for k in kept)), requests


def collect_in_child(number):
    child = os.fork()
    if child == 0:
        os._exit(0 if collect(number)[0] == expected else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


events = []
kept = [[Node(), {i: str(i)}, (i, [i])] for i in range(int(sys.argv[1]))]
refuse = switch() or (lambda number: 0)
gc.collect()
expected, requests = collect(2**64 - 1)
print(expected)
refused = range(requests + 5)
print({str(collect(number)[0]) for number in refused} == {str(expected)})
print({collect_in_child(number) for number in refused})
print(gc.collect(), len(gc.garbage), len(kept))
