"""Random object graphs: what dies, in which collection, with which finalizers and weak references.

usage: random_graphs.py SEED
"""
import gc
import random
import sys
import weakref

rng = random.Random(int(sys.argv[1]))
log = []
saved = []


class Plain:
    pass


class Slots:
    __slots__ = ("a", "b", "number", "__weakref__")


class Listed(list):
    pass


class Tabled(dict):
    __slots__ = ("number", "__weakref__")
    __hash__ = object.__hash__


class Dying(Plain):
    def __del__(self):
        log.append(self.number)
        if self.number % 5 == 0:
            saved.append(self)


def make(number):
    kind = rng.choice((Plain, Slots, Listed, Tabled, Dying, Plain))
    made = kind()
    made.number = number
    return made


def link(one, other):
    if isinstance(one, Slots):
        setattr(one, rng.choice("ab"), other)
    elif isinstance(one, list):
        one.append(rng.choice((other, (other,), [other], {"x": other}, {other})) if other.__hash__ else other)
    elif isinstance(one, dict):
        one[rng.randrange(4)] = rng.choice((other, lambda: other, (other, 1)))
    else:
        setattr(one, rng.choice("abcdef"), other)


def live_numbers():
    kinds = (Plain, Slots, Listed, Tabled)
    return sorted(item.number for item in gc.get_objects() if isinstance(item, kinds))


gc.disable()
gc.collect()
serial = 0
roots = []
for step in range(30):
    made = [make(serial + offset) for offset in range(rng.randrange(1, 120))]
    serial += len(made)
    pool = made + roots
    for _ in range(2 * len(made)):
        link(rng.choice(pool), rng.choice(pool))
    references = [weakref.ref(item, lambda _, n=item.number: log.append(-n)) for item in made if rng.random() < 0.2]
    roots = [item for item in pool if rng.random() < 0.1]
    del made, pool
    generation = rng.choice((0, 1, 2, 2, 2))
    found = gc.collect(generation)
    print(step, generation, found, sorted(log), sorted(item.number for item in saved), live_numbers()[:50],
          sum(reference() is not None for reference in references), flush=True)
    log.clear()
    if rng.random() < 0.3:
        saved.clear()
del roots, references
saved.clear()
print(gc.collect(), sorted(log), live_numbers())
