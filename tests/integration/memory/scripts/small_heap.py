"""Meets the limit of the heap (40 MiB) and goes on; large blocks are not bounded by it."""

kept = []
try:
    for count in range(10_000_000):
        kept.append((count,))
except MemoryError:
    kept.clear()
assert 100_000 < count < 900_000, count
large = [bytes(1 << 20) for _ in range(80)]
print("survived")
