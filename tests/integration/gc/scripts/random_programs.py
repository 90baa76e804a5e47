"""Random programs: what one may compile, define, suspend and raise, in random graphs that are dropped and collected.

usage: random_programs.py SEED
"""
import collections
import gc
import random
import sys
import weakref

# Each defines `made`, which holds `held`. What it defines is compiled for it alone.
SOURCES = """
class Made:
    def __init__(self, value): self.value = value
made = Made(held)
---
class Made:
    __slots__ = ("a", "b", "__weakref__")
made = Made(); made.b = held
---
class Base:
    def __init__(self): self.held = held
    def method(self): return super().method
class Made(Base):
    extra = [held]
    def method(self): return self
made = Made().method
---
class Made(list): pass
made = Made([held]); made.append(made)
---
class Made(dict): __slots__ = ()
made = Made(a=held); made[NUMBER] = (made, NUMBER)
---
class Made(tuple): pass
made = Made((held, "NUMBER", NUMBER))
---
class Made(int): pass
made = Made(NUMBER); made.held = held
---
class Made(str):
    def __del__(self): log.append("str")
made = {Made("NUMBER"): held}
---
class Made(Exception): pass
def fail(depth):
    local = held
    if depth: fail(depth - 1)
    raise Made(local)
try: fail(NUMBER % 4)
except Made as error: made = error
---
import sys
def frame():
    local = [held]
    local.append(sys._getframe())
    return local[-1]
made = frame()
---
def generate():
    mine = held
    try: yield mine
    finally: log.append("generator")
made = generate(); next(made)
---
def generate():
    yield from (part for part in (held, made))
made = generate(); next(made)
---
async def wait():
    await Pause(held)
class Pause:
    def __init__(self, held): self.held = held
    def __await__(self): yield self
made = wait(); made.send(None)
---
async def generate():
    yield held
    yield held
made = generate()
try: made.asend(None).send(None)
except StopIteration: pass
---
def outer(value):
    count = NUMBER
    def inner(default=held):
        nonlocal count
        return value, inner, outer, count
    return inner
made = outer(held)
---
made = lambda first=held, *, second=[held]: (first, second)
---
import functools
@functools.lru_cache(maxsize=NUMBER % 3 or None)
def made(key): return key, held, made
made(1); made(2)
---
import functools
class Made:
    @functools.cached_property
    def attribute(self): return [self, held]
    @functools.lru_cache
    def method(self, number): return self
made = Made(); made.attribute; made.method(NUMBER)
---
import functools
made = functools.partial(max, held, key=lambda one: made)
---
import functools
@functools.singledispatch
def made(value): return held
@made.register
def _(value: int): return value
made(NUMBER)
---
import dataclasses, typing
@dataclasses.dataclass
class Made:
    held: typing.Any
    other: list = dataclasses.field(default_factory=list)
made = Made(held); made.other.append(made)
---
import dataclasses
@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    held: object
made = Made(held)
---
import enum
class Made(enum.Enum):
    ONE = 1
    TWO = NUMBER + 2
Made.held = held
made = Made.TWO
---
import enum
class Made(enum.Flag):
    A = 1
    B = 2
made = [Made.A | Made.B, held]
---
import typing
T = typing.TypeVar("T")
class Made(typing.Generic[T]):
    def __init__(self, held: T): self.held = held
made = Made[int](held)
---
import typing
class Made(typing.NamedTuple):
    a: object
    b: "list[int]" = None
made = Made(held)
---
import typing
class Made(typing.Protocol):
    def method(self) -> int: ...
made = [list[Made], Made | None, typing.Dict[str, Made], held]
---
import abc
class Made(abc.ABC):
    @abc.abstractmethod
    def method(self): pass
class Child(Made):
    def method(self): return held
    @property
    def value(self): return self.__dict__
made = Child(); made.me = made; isinstance(held, Made)
---
class Meta(type):
    def __del__(cls): log.append("class")
    def __call__(cls, *arguments): return super().__call__(*arguments)
class Made(metaclass=Meta):
    held = held
made = Made()
---
class Descriptor:
    def __set_name__(self, owner, name): self.owner = owner
    def __get__(self, one, kind): return self
    def __init__(self, value): self.value = value
class Made:
    here = Descriptor(held)
    def __init_subclass__(cls): cls.registered = [cls]
class Child(Made): pass
made = Child.here
---
class Made:
    def __del__(self):
        log.append("NUMBER"[-1:])
        if NUMBER % 5 == 0: saved.append(self)
made = Made(); made.held = held; made.me = made
---
import weakref
class Made: pass
made = Made(); made.held = held
made.reference = weakref.ref(made, lambda _: log.append("inner weak"))
references.append(weakref.ref(made, lambda _: log.append("weak")))
---
import weakref
class Made: pass
made = weakref.WeakValueDictionary(); key = Made(); key.held = held; made["a"] = key; key.table = made
---
import weakref
class Made: pass
key = Made(); made = weakref.WeakKeyDictionary({key: key}); made.key = [key, held]
---
import weakref
class Made: pass
made = Made(); made.held = held; weakref.finalize(made, log.append, "finalize").atexit = False
---
import itertools
made = itertools.chain([held], itertools.repeat(held), iter([held]))
next(made)
---
import itertools
made, other = itertools.tee(iter([held, held, held])); next(other); made = [made, other]; made.append(made)
---
import itertools
made = itertools.cycle([held, NUMBER]); next(made)
---
import itertools
made = itertools.groupby([held, held], key=id); next(made)
---
import itertools
made = [itertools.product([held], repeat=2), itertools.islice([held], 3), itertools.starmap(max, [held]),
        zip([held], [NUMBER]), map(lambda one: held, [held]), filter(None, [held]), enumerate([held])]
for one in made[-4:]: next(one, None)
---
import collections
made = collections.deque([held], maxlen=5); made.append(made); made.append(iter(made))
---
import collections
made = collections.OrderedDict(a=held, b=NUMBER); made["me"] = made; made.move_to_end("a")
---
import collections
made = collections.defaultdict(lambda: held); made["a"].__class__; made["me"] = made
---
import collections
made = [collections.ChainMap({"a": held}), collections.Counter("NUMBER"), collections.UserList([held])]
made[0]["me"] = made
---
import re
made = [re.compile("(NUMBER|b)").match("NUMBER"), re.compile("x").finditer("xx"), held]; made.append(made)
---
import json
decoder = json.JSONDecoder(object_hook=lambda table: (table, held))
decoder.held = decoder
made = decoder.decode('{"a": [NUMBER, {"b": null}]}')
---
import io
class Made(io.StringIO): pass
made = Made("NUMBER"); made.held = held
---
import io
class Made(io.RawIOBase):
    def readable(self): return True
made = io.BufferedReader(Made()); made.raw.held = [held, made.raw]
---
import types
made = types.SimpleNamespace(held=held); made.me = made
---
import types
made = types.ModuleType("made"); made.held = held; exec("def function(): return function", made.__dict__)
---
import types
class Made: held = held
made = [types.MappingProxyType({"a": held}), Made.__dict__, property(lambda self: held), staticmethod(Made),
        classmethod(lambda cls: held), super(Made, Made()), slice(held, None, NUMBER), types.MethodType(max, held)]
made.append(made)
---
table = {"a": held, 2: held}; members = {1, "NUMBER", NUMBER}
made = [table, iter(table), iter(table.items()), table.values(), reversed([held]), iter(members), iter(())]
for one in made[1:3]: next(one)
table["me"] = made
---
class Made: pass
made = Made(); made.held = held; made.__dict__["table"] = made.__dict__
---
class Made: pass
class Other: pass
made = Made(); made.held = held; made.a = 1; made.__class__ = Other; made.b = made
---
class Made: pass
made = [Made() for _ in range(40)]
for number, one in enumerate(made): setattr(one, f"name{number}", held); one.all = made
---
class Made:
    def __init__(self, **values): self.__dict__ = {**values, "held": held}
made = Made(a=NUMBER); made.me = made
---
class Made: pass
made = Made(); made.a = held; made.b = made; del made.a; made.__dict__.pop("none", None); made.c = held
---
import threading
made = threading.local(); made.held = held; made.me = made
---
import threading
made = [threading.Lock(), threading.Condition(), threading.Thread(target=lambda: held), held]; made.append(made)
---
import contextvars
variable = contextvars.ContextVar("NUMBER"); made = contextvars.copy_context(); made.run(variable.set, [held])
---
import contextlib
@contextlib.contextmanager
def manage(): yield held
made = manage(); made.__enter__()
---
import contextlib
made = contextlib.ExitStack(); made.callback(lambda: made); made.push(lambda *_: held)
---
import types
code = (lambda: held).__code__.replace(co_consts=((NUMBER, "NUMBER"), (NUMBER,), None))
made = types.FunctionType(code, {"held": held}, "NUMBER"); made.code = code; made.held = made
---
import types
def body():
    class Inner: here = [Inner2 := held]
    return Inner, [one for one in (Inner, held)], {one: held for one in (1, NUMBER)}
made = body()
---
import operator
made = [operator.attrgetter("a"), operator.itemgetter(held.__class__), operator.methodcaller("a", held)]; made.append(made)
---
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future(); future.held = [held]; future.add_done_callback(lambda _: future)
    task = loop.create_task(asyncio.sleep(0)); task.add_done_callback(lambda _: held)
    await task
    future.cancel()
    return [future, task]
made = asyncio.run(main())
---
import copy, pickle
class Made: pass
made = copy.deepcopy(Made()); made.held = held; made.copy = copy.copy(made)
---
import warnings
with warnings.catch_warnings(record=True) as made:
    warnings.warn("NUMBER"); made.append(held); made.append(made)
---
import string, textwrap, inspect
def made(a: int, *b: held, c: "str" = held) -> held: return a
made.signature = inspect.signature(made)
---
import ast
made = ast.parse("a = [NUMBER, b]"); made.held = held; made.me = made
---
import xml.etree.ElementTree as tree
made = tree.Element("a"); made.append(tree.Element("b")); made = [made, tree.fromstring("<a>NUMBER</a>"), held]; made.append(made)
---
import decimal, fractions, datetime, struct
made = [decimal.Decimal(NUMBER), fractions.Fraction(1, 3), datetime.datetime(2000, 1, 1), struct.Struct("i"), held]
made.append(made)
---
import ctypes
class Made(ctypes.Structure): _fields_ = [("a", ctypes.py_object), ("b", ctypes.c_int)]
made = [Made(held, NUMBER), ctypes.py_object(held), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: held or 1), Made * 2]
made.append(made)
---
import traceback
def fail(): local = held; raise ValueError(made)
made = []
try: fail()
except ValueError as error:
    try: raise KeyError(held) from error
    except KeyError as other: made += [other, other.__traceback__, other.__context__]
---
made = memoryview(bytearray(NUMBER % 100 + 1)); made = [made, made[1:], held]; made.append(made)
---
import array
made = [array.array("i", [NUMBER]), bytearray(b"NUMBER"), range(NUMBER), complex(NUMBER), iter(range(3)), held]; made.append(made)
"""

# Python 3.12's syntax.
SOURCES_3_12 = """
---
def made[T](value: T = held) -> T: return made
---
class Made[T, *Ts]:
    held = held
    def method[U](self, other: U) -> T: return self
made = Made()
---
type Made[T] = list[T] | dict[str, Made]
made = [Made, held, Made.__type_params__]; made.append(made)
"""


def runs(source):
    try:
        define(source, 1, [])
    except ImportError:
        return False
    return True


def define(source, number, held):
    namespace = {"held": held, "log": log, "saved": saved, "references": references, "__name__": "program"}
    exec(source.replace("NUMBER", str(number)), namespace)
    made = namespace["made"]
    if number % 3 == 0:
        namespace.clear()
    return made


def tie(one, other):
    """Lets one thing hold another, if it can."""
    try:
        if isinstance(one, list):
            one.append(other)
        elif isinstance(one, dict):
            one[rng.choice("abcd")] = other
        else:
            setattr(one, rng.choice("abcd"), other)
    except (AttributeError, TypeError):
        hubs[rng.randrange(len(hubs))].append(one)


def census():
    kinds = ("Made", "Child", "Other", "Base", "Meta")
    return sorted(collections.Counter(type(one).__name__ for one in gc.get_objects() if type(one).__name__ in kinds).items())


log, saved, references, live = [], [], [], []
rng = random.Random(int(sys.argv[1]))
sources = (SOURCES + (SOURCES_3_12 if sys.version_info >= (3, 12) else "")).split("\n---\n")
sources = [source for source in sources if runs(source)]
del log[:], saved[:], references[:]
gc.collect()
if rng.random() < 0.7:
    gc.set_threshold(*rng.choice(((50, 2, 1), (700, 3, 1), (100, 100, 1))))
else:
    gc.disable()
sys.unraisablehook = lambda unraisable: log.append("unraisable")
for step in range(6):
    favourites = rng.choices(sources, k=rng.randrange(1, 20))
    hubs = [[] for _ in range(rng.randrange(1, 8))]
    made = list(hubs)
    for number in range(rng.choice((20, 100, 200))):
        made.append(define(rng.choice(favourites), rng.randrange(1000), rng.choice(made)))
        tie(rng.choice(made), made[-1])
    for _ in range(rng.randrange(2 * len(made))):
        tie(rng.choice(made), rng.choice(made))
    if rng.random() < 0.3:
        gc.freeze()
    live = rng.sample(made, k=rng.randrange(3))
    del made, hubs
    hubs = [[]]
    gc.collect()
    print(step, sorted(collections.Counter(log).items()), len(saved), [type(one).__name__ for one in live],
          sum(reference() is not None for reference in references), census(), flush=True)
    if rng.random() < 0.5:
        gc.unfreeze()
    del log[:]
    if rng.random() < 0.5:
        del saved[:]
gc.unfreeze()
live.clear()
saved.clear()
gc.collect()
gc.collect()
print(sorted(collections.Counter(log).items()), census())
