"""Encodes and decodes a list of nested records several times, as an API server does."""
import json
import random


def record(rng, number):
    return {
        "id": number,
        "name": f"customer-{number}",
        "active": rng.random() < 0.5,
        "balance": rng.randrange(10**6) / 100,
        "tags": [f"tag{rng.randrange(50)}" for _ in range(4)],
        "address": {"street": f"{rng.randrange(999)} Main St", "city": f"city-{rng.randrange(100)}", "geo": [rng.random(), rng.random()]},
    }


def main():
    rng = random.Random(1)
    records = [record(rng, number) for number in range(6000)]
    total = 0
    for _ in range(24):
        text = json.dumps(records)
        records = json.loads(text)
        total += len(text)
    print(total, sum(len(r["tags"]) for r in records))


if __name__ == "__main__":
    main()
