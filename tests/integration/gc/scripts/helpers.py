"""A wide heap is marked by helper threads too, a chain by the calling thread alone; and fork is no obstacle."""
import gc
import os

import host


class Node:
    __slots__ = ("next", "number")

    def __init__(self, following, number=0):
        self.next = following
        self.number = number


def marked_by_helpers():
    gc.collect()
    return host.last_collection()["marked_by_helpers"]


def helpers_take_part():
    """In some collection of many: on a busy machine a helper may come when the work is done."""
    return any(marked_by_helpers() > 0 for _ in range(200))


gc.disable()
alone = marked_by_helpers()
chain = None
for _ in range(100_000):
    chain = Node(chain)
assert marked_by_helpers() == alone == 0
wide = [Node(chain, number) for number in range(200_000)]
assert helpers_take_part(), host.last_collection()

child = os.fork()
if child == 0:
    os._exit(0 if helpers_take_part() else 1)
assert os.waitpid(child, 0)[1] == 0
del wide
while chain is not None:
    chain = chain.next
