"""Finalizers and callbacks of objects that died apart run in the order of the collector's lists, wherever they lie."""
import gc
import random
import weakref

told = []


class Teller:
    def __init__(self, number):
        self.number = number
        self.me = self

    def __del__(self):
        told.append(self.number)


def scatter(count):
    """Leaves free memory of the tellers' size in no order."""
    waiting = [Teller(-1) for _ in range(count)]
    random.Random(1).shuffle(waiting)
    while waiting:
        waiting.pop().me = None
    told.clear()


def report(what, collected):
    print(what, collected, len(told), told == sorted(told), told[:5], told[-5:])
    told.clear()


gc.disable()
live = [[number] for number in range(60_000)]
gc.collect()

scatter(30_000)
for number in range(2_000):
    live.extend([number, extra] for extra in range(30))
    Teller(number)
report("young", gc.collect())

scatter(30_000)
tellers = [Teller(number) for number in range(1_000)]
gc.collect()
gc.collect()
del tellers
report("old", gc.collect())

one = Teller(0)
gc.collect()
live.extend([number] for number in range(30_000))
another = Teller(1)
gc.collect(0)
live.extend([number] for number in range(30_000))
del one, another
Teller(2)
report("of each generation", gc.collect())

one = Teller(0)
gc.collect()
del one
Teller(1)
report("of two", gc.collect())

scatter(30_000)
for number in range(2_000):
    for _ in range(30):
        plain = []
        plain.append((plain, plain.append))
    Teller(number)
del plain
report("among others", gc.collect())

scatter(30_000)
watched = [weakref.ref(Teller(number), lambda _, number=number: told.append(number)) for number in range(2_000)]
report("watched", gc.collect())
