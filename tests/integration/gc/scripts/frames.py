"""Objects that only executing frames hold."""
import functools
import gc
import sys
import threading


class Node:
    def __init__(self, number):
        self.number = number
        self.me = self


def load(count=300):
    return [Node(number) for number in range(count)]


def count_nodes():
    return sum(type(item) is Node for item in gc.get_objects())


def collect(*_):
    found.append(gc.collect())
    return count_nodes()


found = []
gc.disable()
gc.collect()

for node in load():
    if node.number in (0, 1, 150, 299):
        print("loop:", collect())
print("argument:", max(len(load()), collect()), (lambda a, b, *c, d=None: (len(a), b, len(c)))(load(), collect(), load()))
print("nested:", [len(load(n)) + collect() + len(load(2)) for n in (1, 2)])
print("attribute:", Node(load()).number[collect() - collect()].number)
print("binary:", len(load(3) + [collect()] + load(4)), f"{len(load())} {collect()} {len(load())}")
print("dict:", len({"a": load(), "b": collect(), "c": load(), **{"d": collect()}}))
print("compare:", len(load()) < collect() < 10_000 < len(load(10_001)))
print("chained:", sorted(load(20), key=lambda n: (collect() if n.number % 10 == 0 else 0, -n.number))[0].number)
print("reduce:", functools.reduce(lambda sum_, n: sum_ + n.number + (collect() if n.number == 7 else 0), load(9), 0))
print("map:", sum(map(lambda n: collect() if n.number % 100 == 0 else 0, load())))
print("unpack:", (lambda *a, **k: (len(a), sorted(k), collect()))(*load(5), **{str(n.number): n for n in load(3)}))


def generate():
    for item in load():
        yield item
        item.me = None


def delegate():
    yield from generate()


for index, node in enumerate(delegate()):
    if index % 100 == 0:
        print("generator:", collect())


class Context:
    def __init__(self):
        self.heap = load()

    def __enter__(self):
        return collect()

    def __exit__(self, *_):
        print("exit:", collect(), len(self.heap))
        return True


with Context() as entered:
    print("with:", entered, collect())
    raise KeyError(load())
try:
    try:
        raise ValueError(load())
    except ValueError as error:
        print("except:", collect(), len(error.args[0]))
        raise TypeError(load(10)) from error
    finally:
        print("finally:", collect())
except TypeError as error:
    print("chained:", collect(), len(error.__cause__.args[0]))


class Descriptor:
    def __get__(self, instance, owner):
        return collect() if instance is not None else self

    def __set__(self, instance, value):
        print("set:", collect(), len(value))


class Described:
    value = Descriptor()

    def __del__(self):
        print("del:", collect(), len(self.held))


described = Described()
described.held = load(50)
described.value = load(60)
print("get:", described.value)
del described


def recurse(depth):
    held = load(2)
    return recurse(depth - 1) + len(held) if depth else collect()


print("deep:", recurse(200))


def through_c(depth):
    held = load(2)
    return max([depth], key=lambda d: through_c(d - 1) + len(held) if d else collect())


print("through C:", through_c(30))


def trace(frame, event, argument):
    if event == "return" and frame.f_code.co_name == "traced":
        print("traced:", collect())
    return trace


def traced():
    held = load(5)
    return len(held) + len(load(6))


sys.settrace(trace)
traced()
sys.settrace(None)

ready, go = threading.Event(), threading.Event()


def elsewhere():
    for node in load(40):
        if node.number == 20:
            ready.set()
            go.wait()


thread = threading.Thread(target=elsewhere)
thread.start()
ready.wait()
print("thread:", collect())
go.set()
thread.join()

found.clear()
print("nothing left:", collect(), gc.collect())


async def work():
    for node in load(10):
        if node.number == 5:
            await asyncio.sleep(0)
            print("task:", collect())


import asyncio  # noqa: E402

asyncio.run(work())
for frame in [sys._getframe()]:
    print("frame object:", collect(), frame.f_lineno > 0)
del frame


# A frame that is being torn down releases its variables one after the other.
class Late:
    def __del__(self):
        print("torn down:", collect())


def tear():
    first = load(3)
    late = Late()
    last = load(4)
    return len(first) + len(last) + (late is None)


tear()
tear()
print("done:", collect())
