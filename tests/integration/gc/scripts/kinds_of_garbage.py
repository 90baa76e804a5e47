"""Random garbage of every kind, plain and not: what is found, told, finalized, called back and left behind.

usage: kinds_of_garbage.py SEED
"""
import collections
import functools
import gc
import random
import sys
import types
import weakref

rng = random.Random(int(sys.argv[1]))
events, outside = [], []


class Attributes:
    pass


class Slots:
    __slots__ = ("a", "b", "c")


class Both(Slots):
    pass


class Listed(list):
    pass


class Tabled(dict):
    pass


class Tupled(tuple):
    pass


class Dying(Attributes):
    def __del__(self):
        events.append("finalized")


class QuietAtom(int):
    """Not a container, so garbage that alone holds one ends the program's object."""

    __slots__ = ()

    def __del__(self):
        events.append("atom")


Named = collections.namedtuple("Named", "a b")


def closure(value):
    return lambda: (value, closure)


def compiled(number, other):
    """A function whose code is its own, with constants of its own that are still tracked: code is no container."""
    constants = (None, (number, str(number)), (number,), frozenset((number,)) if number % 2 else 0)
    return types.FunctionType(describe.__code__.replace(co_consts=constants), {"other": other})


def holders(one, value):
    """What one may hold a value with, of kinds that are freed as they are."""
    yield from (value, (value, one), Tupled((value, 1)), Named(value, one), closure(value))
    if isinstance(value, (Attributes, Slots)):
        yield types.MethodType(describe, value)
        yield from ({value, 1, "a"}, frozenset((value, None)))


PLAIN = (Attributes, Slots, Both, Listed, Tabled, dict, list)


def atoms(number):
    return [number * 1_000_003, str(number) * 3, number / 7, bytes((number % 256,)) * 40, None, True, 1j * number,
            flat_tuples.pop() if flat_tuples and number % 7 == 0 else 0, {"x": number, number: "y"},
            Named(number, None), sys, len, Attributes]


def odd(number, other):
    """Something whose end is more than freeing its memory."""
    kind = rng.randrange(10)
    if kind == 0:
        one = Dying()
    elif kind == 1:
        one = Attributes()
        outside.append(weakref.ref(one, lambda _: events.append("weak")))
    elif kind == 2:
        return lambda: other
    elif kind == 3:
        return functools.partial(print, other)
    elif kind == 4:
        return {other} if other.__hash__ else frozenset((number,))
    elif kind == 5:
        return (item for item in (other, number))
    elif kind == 6:
        return QuietAtom(number)
    elif kind == 7:
        return compiled(number, other)
    elif kind == 8:
        one = type("Made", (Attributes,), {"other": other})()
    else:
        one = Attributes()
        one.__dict__["held"] = one.__dict__
    one.other = other
    return one


def link(one, value):
    if isinstance(one, list):
        one.append(rng.choice(list(holders(one, value))))
    elif isinstance(one, dict):
        one[rng.choice(("a", "b", 3, (4, 5)))] = value
    else:
        setattr(one, rng.choice("abc"), value)


def component(number, oddness):
    made = [rng.choice(PLAIN)() for _ in range(rng.randrange(1, 9))]
    for one, other in zip(made, made[1:] + made[:1]):
        link(one, other)
        link(one, rng.choice(made))
        link(one, rng.choice(atoms(number)))
    for _ in range(rng.randrange(3)):
        link(rng.choice(made), rng.choice(live))
    if rng.random() < oddness:
        value = odd(number, rng.choice(made))
        link(rng.choice(made), value)
    return made


def describe(thing):
    return (type(thing).__name__, len(thing) if hasattr(thing, "__len__") else len(gc.get_referents(thing)),
            sys.getrefcount(thing))


gc.disable()
flat_tuples = [(number, str(number)) for number in range(500)]
gc.collect()  # from here on they are untracked
live = [kind() for kind in PLAIN]
told = []
gc.callbacks.append(lambda phase, info: told.append((phase, info["collected"], info["uncollectable"])))
for step, oddness in enumerate((0, 0, 0.01, 0.3, 1, 0, 0.01)):
    size = rng.choice((10, 300, 9_000))
    made = [component(number, oddness) for number in range(size)]
    rng.shuffle(made)
    chain = rng.randrange(1, size) if rng.random() < 0.3 else 0
    for one, other in zip(made[:chain], made[1:chain]):
        link(one[0], other[0])
    kept = made[: 0 if chain else rng.randrange(5)]  # few: of many live objects, not all tuples of atoms are untracked
    del made
    one = other = None
    before = gc.get_stats()[2]
    counts = [sys.getrefcount(thing) for thing in (Attributes, Slots, len, sys)]
    found = gc.collect()
    after = gc.get_stats()[2]
    fallen = [old - sys.getrefcount(thing) for old, thing in zip(counts, (Attributes, Slots, len, sys))]
    figures = [found, *(after[key] - before[key] for key in ("collected", "uncollectable")), told[-1][1:]]
    # Of much garbage that is not plain, some may be freed on the way instead of found.
    print(step, after["collections"] - before["collections"], figures if oddness == 0 or size < 1000 else "", fallen,
          sorted(collections.Counter(events).items()), sum(reference() is not None for reference in outside),
          [describe(thing) for thing in live], gc.get_count()[1:], flush=True)
    events.clear()
    outside.clear()
del kept
print(gc.collect(), sorted(collections.Counter(events).items()))
