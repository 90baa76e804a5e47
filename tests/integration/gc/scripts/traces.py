"""Every tracked object of a process with much in it is traced as its type does it."""
import asyncio  # noqa: F401
import collections
import ctypes  # noqa: F401
import dataclasses
import decimal  # noqa: F401
import email.message  # noqa: F401
import enum
import http.client  # noqa: F401
import json  # noqa: F401
import typing
import unittest.mock

import host


class Plain:
    pass


class Slotted:
    __slots__ = ("a", "b")


class Mixed(Slotted):
    pass


class MixedSlots(Plain):
    __slots__ = ("c",)


class WithWeak:
    __slots__ = ("x", "__weakref__", "__dict__")


class MyList(list):
    __slots__ = ("extra",)


class MyTuple(tuple):
    pass


class MyDict(dict):
    pass


class MySet(set):
    pass


class MyInt(int):
    pass


class MyError(Exception):
    pass


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    pass


class Generic(typing.Generic[typing.TypeVar("T")]):
    pass


class Colour(enum.Enum):
    RED = []


@dataclasses.dataclass(slots=True)
class Data:
    one: list
    two: dict


KINDS = (Plain, Slotted, Mixed, MixedSlots, WithWeak, MyList, MyTuple, MyDict, MySet, MyInt, MyError, WithMeta, Generic)


def fill(item, depth):
    for name in ("a", "b", "c", "x", "extra", "other", *(f"field{n}" for n in range(depth))):
        try:
            setattr(item, name, [item])
        except AttributeError:
            pass
    return item


def generate(held):
    yield held
    yield held


made = [fill(kind(), depth) for kind in KINDS for depth in (0, 3, 40)]
for item in made[::2]:
    getattr(item, "__dict__", None)
for item in made[::3]:
    try:
        del item.a, item.c
        item.__dict__.update(z=[item], **{"q": made})
    except AttributeError:
        pass
made += [Data([1], {}), Colour.RED, collections.deque([made]), collections.OrderedDict(a=made),
         collections.defaultdict(list, a=made), collections.namedtuple("N", "a b")(made, made), unittest.mock.Mock()]
made += [{1: made, (2, 3): [made]}, {"a": made, 5: made}, {made[0]}, frozenset([Plain(), Plain()]), memoryview(b"x")]
made += [generate(made), (n for n in made), made[0].__init__, Plain.__dict__, iter(made), enumerate(made), slice(made)]
shrunk = set(map(Mixed.__call__, [()] * 0)) | {Plain() for _ in range(50)}
while len(shrunk) > 20:
    shrunk.pop()
made.append(shrunk)
holes = {n: [n] for n in range(50)}
for n in range(0, 50, 2):
    del holes[n]
made.append(holes)
next(made[-9]) if hasattr(made[-9], "send") else None
differences, kind = host.trace_differences()
assert differences == 0, f"{differences} objects, the first of type {kind}"
