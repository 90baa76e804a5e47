"""Small heaps, and heaps most of which is frozen, are left to CPython."""
import gc

import host


def is_ours():
    host.HOST.exuvia_host_is_last_ours.restype = int
    gc.collect()
    return bool(host.HOST.exuvia_host_is_last_ours())


gc.collect()
assert is_ours(), "with a floor of 0 every collection is ours"
host.set_floor(100_000)
assert not is_ours(), "a small heap"
heap = [[number, [number]] for number in range(100_000)]
gc.collect()
assert is_ours(), "a large heap"
gc.freeze()
gc.collect()
assert not is_ours(), "all of it frozen"
more = [[] for _ in range(20_000)]
assert not is_ours(), "most of it frozen"
gc.unfreeze()
gc.collect()
assert is_ours(), "thawed"
gc.set_debug(gc.DEBUG_SAVEALL)
assert not is_ours(), "debug flags"


def suspended(held):
    yield held


def litter(count):
    """Cycles that CPython has to dispose of, since generators are closed."""
    for _ in range(count):
        held = []
        held.append(suspended(held))
        next(held[0])


gc.set_debug(0)
del heap, more
gc.disable()
gc.collect()
host.set_floor(1)
live = [[number] for number in range(30_000)]
litter(110_000)
assert is_ours(), "nothing is known of the garbage, and some is alive"
assert not any(is_ours() for _ in range(4)), "nearly all of it was CPython's affair"
assert is_ours(), "it may be different by now"
assert is_ours(), "it was"
del live
gc.collect()
litter(100_000)
assert not is_ours(), "so much of it is CPython's affair that the little that is alive may be examined too"
assert not any(is_ours() for _ in range(4)), "it may be so again"
assert is_ours(), "it may be different by now"
