"""A burst of small objects of which few survive: prints the resident bytes at the peak and what stays, as JSON.

usage: burst.py random|arena   1 % survive at random, or one object in each MiB of addresses
"""
import gc
import json
import random
import sys
import time

PEAK_BYTES = 310_000_000


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * 4096


def burst(rng):
    objects, size = [], 0
    while size < PEAK_BYTES:
        objects.append(bytes(rng.randrange(1, 440)))
        size += sys.getsizeof(objects[-1])
    return objects


def random_survivors(objects, rng):
    return rng.sample(objects, len(objects) // 100)


def arena_survivors(objects):
    return list({id(item) >> 20: item for item in objects}.values())


def main():
    rng = random.Random(6)
    start = resident()
    objects = burst(rng)
    peak = resident()
    survivors = random_survivors(objects, rng) if sys.argv[1] == "random" else arena_survivors(objects)
    rng.shuffle(objects)
    objects.clear()
    gc.collect()
    time.sleep(0.5)
    gc.collect()
    print(json.dumps({"peak": peak - start, "kept": resident() - start, "survivors": len(survivors)}))


if __name__ == "__main__":
    main()
