"""What collections return, count and announce."""
import gc
import inspect


class Node:
    def __init__(self):
        self.me = self


def litter(count):
    for _ in range(count):
        Node()


def told(figures):
    """What does not depend on time, nor on objects of the host. From 3.15 on, those other figures must be sensible."""
    assert figures.get("duration", 0) >= 0
    return {key: value for key, value in figures.items() if key not in ("candidates", "duration")}


def changes(work):
    before = gc.get_stats()
    result = work()
    after = gc.get_stats()
    differences = [{key: new[key] - old[key] for key in old} for old, new in zip(before, after)]
    check_candidates(differences[2])
    return result, [told(figures) for figures in differences]


def check_candidates(full):
    if full["collections"] == 1 and "candidates" in full:
        assert abs(full["candidates"] - len(gc.get_objects())) < 100, full


gc.disable()
gc.collect()
print("nothing:", changes(gc.collect))
litter(10)
print("ten:", changes(gc.collect))
litter(10)
print("young only:", changes(lambda: gc.collect(0)), changes(gc.collect))
keep = Node()
keep.list = [keep]
print("live:", changes(gc.collect))
litter(5)
print("keyword:", changes(lambda: gc.collect(generation=2)))
for wrong in (3, -1):
    try:
        gc.collect(wrong)
    except ValueError as error:
        print("wrong:", error)
try:
    gc.collect("2")
except TypeError as error:
    print("wrong:", error)
print(gc.collect.__name__, gc.collect.__module__, inspect.signature(gc.collect), gc.collect.__doc__[:20])

litter(3)
gc.collect(1)
print("counts:", gc.get_count()[1:], gc.get_threshold())

# Callbacks.
events = []


def listen(phase, info):
    events.append((phase, told(info)))


def fail(phase, info):
    raise RuntimeError("from a callback")


def leave(phase, info):
    gc.callbacks.remove(leave)
    events.append("left")


print("callbacks:", gc.callbacks, type(gc.callbacks))
gc.callbacks.append(listen)
litter(4)
gc.collect()
gc.collect(0)
gc.callbacks.append(leave)
gc.callbacks.append(listen)
gc.collect()
import sys  # noqa: E402

sys.unraisablehook = lambda told: events.append(
    (told.exc_type.__name__, told.object is fail, (told.err_msg or "").partition("<")[0]))
gc.callbacks.insert(0, fail)
gc.collect()
gc.callbacks.clear()
gc.collect()
print("\n".join(map(str, events)))

# A callback that collects, and one that makes garbage.
gc.callbacks.append(lambda phase, info: print(phase, "nested", gc.collect()))
litter(2)
print("outer:", gc.collect())
gc.callbacks.clear()
gc.callbacks.append(lambda phase, info: litter(3))
print("made while announced:", gc.collect())
gc.callbacks.clear()
print("after:", gc.collect())

# Freezing.
gc.collect()
live = [[] for _ in range(100)]
gc.freeze()
frozen = gc.get_freeze_count()
print("frozen:", frozen > 100, [len(gc.get_objects(generation)) for generation in range(3)])
litter(7)
print("beside frozen:", gc.collect())
cycle = Node()
gc.freeze()
del cycle
print("frozen garbage:", gc.collect())
gc.unfreeze()
print("thawed:", gc.get_freeze_count(), gc.collect())

# Debugging.
gc.set_debug(gc.DEBUG_SAVEALL)
litter(2)
print("saved:", gc.collect(), [type(item).__name__ for item in gc.garbage if isinstance(item, Node)])
gc.set_debug(0)
gc.garbage.clear()
print("dropped:", gc.collect())

# Automatic collections.
events.clear()
gc.callbacks.append(lambda phase, info: events.append(info["generation"]) if phase == "stop" else None)
gc.set_threshold(100, 2, 2)
gc.enable()
held = [[n] for n in range(3000)]
gc.disable()
gc.callbacks.clear()
print("automatic:", len(events) > 20, 2 in events, events.count(0) > events.count(1) > events.count(2))

# What is tracked.
young = ((1, 2), {"a": 1}, [1], (1, [2]), {"b": [3]})
gc.collect()
print("tracked:", [gc.is_tracked(item) for item in young])
