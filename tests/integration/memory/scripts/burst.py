"""Makes a burst of small objects, keeps some, and prints the bytes that stay resident.

Argument: which survive, "scattered" (one in a hundred, at random) or "arena" (one in each MiB of addresses).
"""

import random
import sys


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


chance = random.Random(4)
start = resident()
objects = [bytes(chance.randrange(1, 440)) for _ in range(600_000)]
if sys.argv[1] == "scattered":
    survivors = chance.sample(objects, len(objects) // 100)
else:
    survivors = list({id(each) >> 20: each for each in objects}.values())
chance.shuffle(objects)
objects.clear()
print(resident() - start)
