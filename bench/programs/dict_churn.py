"""Inserts, updates, and evicts small tuples in dictionaries, as a cache or an aggregation does."""
import random


def main():
    rng = random.Random(2)
    cache = {}
    groups = {}
    for step in range(700_000):
        key = (rng.randrange(40_000), step % 7)
        cache[key] = [step, str(step)]
        if len(cache) > 50_000:
            cache.popitem()
        groups.setdefault(key[0] % 1000, {}).setdefault(key[1], []).append(step)
    print(len(cache), sum(len(times) for group in groups.values() for times in group.values()))


if __name__ == "__main__":
    main()
