"""What the collector cannot reach from its roots must be examined exactly: that must be a small part of any heap."""
import gc

import host


class Node:
    def __init__(self, number):
        self.number = number
        self.peer = [number]


def load(count=50_000):
    return [Node(number) for number in range(count)]


def check(what):
    gc.collect()
    last = host.last_collection()
    assert last["marked"] > 90_000, (what, last)
    assert last["candidates"] < 400, (what, last)


def call(held, check_now, *more):
    check_now("arguments")


gc.disable()
gc.collect()
for node in load():
    if node.number in (0, 25_000):
        check("a loop's iterator")
call(load(), check)
[load(), check("a list being built")]
max(load(), key=lambda node: 1 if node.number == 7 and check("an argument of a function in C") else 0)
next(iter(map(lambda node: check("a map's iterator"), load())))


def generate():
    for node in load():
        yield node


for node in generate():
    if node.number == 10:
        check("a generator's stack")
try:
    raise ValueError(load())
except ValueError:
    check("the exception being handled")
