"""What the counts of allocations are after each step of a random program, and so when collections start."""
import gc
import random
import sys

random.seed(int(sys.argv[1]))
kept = []
counts = []


def step(number):
    choice = random.random()
    if choice < 0.3:
        kept.append({"number": number})
    elif choice < 0.4:
        kept.append([{} for _ in range(random.randrange(40))])
    elif choice < 0.5 and kept:
        kept.pop(random.randrange(len(kept)))
    elif choice < 0.55:
        cycle = []
        cycle.append(cycle)
    elif choice < 0.57:
        gc.collect(random.randrange(3))
    elif choice < 0.6:
        del kept[len(kept) // 2 :]
    else:
        kept.append([number])


for number in range(3000):
    step(number)
    counts.append(gc.get_count())
print(*counts, sep="\n")
print([sums["collections"] for sums in gc.get_stats()])
