"""Live objects and garbage of the kinds that the host treats apart, few enough for a run under valgrind."""
import gc

import host


class Node:
    def __init__(self):
        self.me = [self]


class Final(Node):
    def __del__(self):
        finalized.append(1)


def suspended(held):
    yield held


def litter(count):
    for _ in range(count):
        Node()
        Final()
        held = [{1, "a", suspended}]
        held.append(lambda held=held: held)
        held.append(suspended(held))
        next(held[-1])


gc.disable()
gc.collect()
finalized = []
live = [[Node(), {"a": [number]}, (number, [number])] for number in range(1000)]
for _ in range(3):
    litter(200)
    found = gc.collect()
    assert found >= 1600, found
    assert host.last_collection()["unreachable"] >= found, host.last_collection()
assert len(finalized) == 600
