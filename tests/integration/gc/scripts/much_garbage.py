"""So much garbage that it is disposed of in slices: sums, finalizers and weak references across them."""
import gc
import sys
import weakref


KEYS = ("collected", "uncollectable", "collections")


class Node:
    pass


class Final(Node):
    def __del__(self):
        finalized.append(self.number)


class Reaches(Node):
    """Frees garbage that is collected later, through a weak reference to it."""

    def __del__(self):
        for reference in targets:
            other = reference()
            if other is not None:
                other.other.other = None
                reached.append(1)


def pairs(kind, count):
    for number in range(count):
        one, other = kind(), kind()
        one.other, other.other = other, one
        one.number, other.number = 2 * number, 2 * number + 1
        yield one


def show(title, *more):
    before = gc.get_stats()[2]
    found = gc.collect()
    after = gc.get_stats()[2]
    print(title, found, [after[key] - before[key] for key in KEYS], *more, flush=True)


events, finalized, reached, targets = [], [], [], []
gc.disable()
gc.collect()
gc.callbacks.append(lambda phase, info: events.append((phase, [info[key] for key in KEYS[:2]])))

for _ in pairs(Node, 40_000):
    pass
show("plain:", events)
for _ in pairs(Final, 15_000):
    pass
show("finalizers:")
print(len(finalized), sorted(finalized) == list(range(30_000)))

called = []
references = [weakref.ref(one, called.append) for one in pairs(Node, 20_000)]
show("weak references:")
print(len(called), all(reference() is None for reference in references))

giant = [Node() for _ in range(50_000)]
for one, other in zip(giant, giant[1:] + giant[:1]):
    one.other = other
    one.all = giant
del giant, one, other
show("one component:")

targets.extend(weakref.ref(one) for one in pairs(Node, 30_000))
cutter = Reaches()
cutter.me = cutter
del cutter
show("freed on the way:")
print(all(reference() is None for reference in targets) or sum(reference() is not None for reference in targets))
targets.clear()
gc.callbacks.clear()
print(gc.collect(), gc.collect())
print(sys.getrefcount(None) > 1)
