import gc

from greenlet import GreenletExit, getcurrent, greenlet


def consume(total=0):
    parent = getcurrent().parent
    while True:
        item = parent.switch(total)
        if item is None:
            return total
        total += item["number"] + len(item["parts"])


consumers = [greenlet(consume) for _ in range(50)]
for each in consumers:
    each.switch()
for i in range(20000):
    consumers[i % 50].switch({"number": i, "parts": ["x"] * (i % 4)})
    if i % 5000 == 0:
        gc.collect()
print(sum(each.switch(None) for each in consumers))


def recurse(depth):
    local = {"depth": depth, "text": "y" * depth}
    if depth == 0:
        getcurrent().parent.switch("deep")
        return 0
    return recurse(depth - 1) + len(local["text"])


deep = [greenlet(recurse) for _ in range(100)]
print({each.switch(60) for each in deep})
gc.collect()
print({each.switch() for each in deep})


def killed():
    try:
        getcurrent().parent.switch()
    except GreenletExit:
        events.append("killed")
        raise


class Ring:
    def __init__(self):
        self.ring = self


heap = [[number] for number in range(50_000)]
gc.disable()
suspended = greenlet(recurse)
rings = [Ring() for _ in range(1000)]
gc.collect()
suspended.switch(3)
del rings
print(gc.collect(), "garbage behind a suspended one")

events = []
for _ in range(500):
    abandoned = greenlet(killed)
    abandoned.switch()
del abandoned
gc.collect()
print(len(events))
