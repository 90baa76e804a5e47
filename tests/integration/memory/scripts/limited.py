"""Uses up the memory it may have, several times, and goes on."""

import itertools


def fill(make):
    kept = []
    try:
        for count in itertools.count():
            kept.append(make(count))
    except MemoryError:
        kept.clear()  # before anything that needs memory
    return count


for turn in range(3):
    assert fill(lambda i: [str(i), {i: i}]) > 10000
    assert fill(lambda i: bytes(100_000)) > 10
numbers = {i: str(i) for i in range(50000)}
assert len(set(numbers.values())) == 50000
print("survived")
