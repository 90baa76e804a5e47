"""Full collections of live Python heaps: CPython's collector and Exuvia's, in one process, alternating.

Run under the tool: exuvia run -q bench/python_gc [--objects N,...] [--heaps NAME,...] [--json FILE]
"""
import argparse
import gc
import json
import os
import statistics
import time

import heaps
import host

VARIANTS = {"stock": ("stock", 1), "one": ("exuvia", 1), "two": ("exuvia", 2)}


def pause(variant, litter):
    """Seconds that one full collection takes with this much garbage about."""
    host.use(*VARIANTS[variant])
    heaps.garbage(litter)
    start = time.perf_counter()
    gc.collect()
    return time.perf_counter() - start


def alternate(rounds, litter):
    """{variant: [seconds of each round]}, the variants in turning order; the first round is not counted."""
    seconds = {name: [] for name in VARIANTS}
    names = list(VARIANTS)
    for turn in range(rounds + 1):
        for name in names[turn % 3:] + names[: turn % 3]:
            elapsed = pause(name, litter)
            if turn:
                seconds[name].append(elapsed)
    return seconds


def ratios(seconds, variant):
    """Of each round, how many times as long stock took."""
    return sorted(stock / ours for stock, ours in zip(seconds["stock"], seconds[variant]))


def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def private_dirty():
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Private_Dirty"))


def unshared_by_collection(variant):
    """Bytes that one full collection in a forked child turns private there."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        host.use(*VARIANTS[variant])
        private_dirty()
        before = private_dirty()
        gc.collect()
        os.write(writer, str(private_dirty() - before).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="ascii") as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return int(text)


def on_the_stack(heap, rounds, litter):
    """As alternate, with a heap that only the running function's value stack holds."""
    return [heap.pop(), alternate(rounds, litter)][1]


def measure(name, build, count, rounds, litter, held):
    gc.disable()
    heap = build(count)
    host.use("stock")
    gc.collect()
    size = resident()  # of the process: growth says nothing when memory of the heap before is used again
    if held == "frozen":
        gc.freeze()
    if held == "stack":
        boxed = [heap]
        del heap
        seconds = on_the_stack(boxed, rounds, int(count * litter))
        heap = []
    else:
        seconds = alternate(rounds, int(count * litter))
    gc.unfreeze()
    result = {"heap": name, "objects": count, "garbage": litter, "heap_bytes": size,
              "stock_ms": statistics.median(seconds["stock"]) * 1e3, "side_bytes": host.side_memory(),
              "ratios": {variant: ratios(seconds, variant) for variant in ("one", "two")},
              "unshared": {variant: unshared_by_collection(variant) for variant in ("stock", "two")}}
    heaps.drop_links(heap)
    return result


def line(result):
    one, two = (result["ratios"][variant] for variant in ("one", "two"))
    return (f"{result['heap']:20} {result['objects'] / 1e6:6.2f} M {result['garbage']:4.0%} "
            f"{result['stock_ms']:9.1f} ms {statistics.median(one):6.2f} ({one[0]:.2f}–{one[-1]:.2f}) "
            f"{statistics.median(two):6.2f} ({two[0]:.2f}–{two[-1]:.2f}) "
            f"{result['side_bytes'] / max(1, result['heap_bytes']):6.1%} "
            f"{result['unshared']['stock'] / 2**20:8.1f} {result['unshared']['two'] / 2**20:7.2f}")


HEADER = (f"{'heap':20} {'objects':>8} {'dead':>4} {'stock':>12} {'1 thread: ratio (min–max)':>19} {'2 threads':>12} "
          f"{'side':>6} {'MiB unshared: stock':>8} {'ours':>7}")


def cases(names, counts, litter):
    for count in counts:
        for order, builders in (("", heaps.ORDERED), (" shuffled", heaps.SHUFFLED)):
            for name, build in builders.items():
                if not names or name + order.replace(" ", "-") in names:
                    for share in litter:
                        yield name + order, build, count, share


def numbers(kind):
    return lambda text: [kind(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=numbers(lambda text: int(float(text))), default=[1_000_000])
    parser.add_argument("--heaps", type=lambda text: text.split(","), help="e.g. records,records-shuffled")
    parser.add_argument("--garbage", type=numbers(float), default=[0.0], help="cyclic garbage, share of the objects")
    parser.add_argument("--held", choices=("variable", "stack", "frozen"), default="variable",
                        help="where the heap hangs from: a variable, the running frame's value stack, or gc.freeze()")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    results = []
    print(HEADER, flush=True)
    for name, build, count, share in cases(arguments.heaps, arguments.objects, arguments.garbage):
        results.append(measure(name, build, count, arguments.rounds, share, arguments.held))
        print(line(results[-1]), flush=True)
    for variant, label in (("one", "1 thread"), ("two", "2 threads")):
        print(f"median ratio, {label}: "
              f"{statistics.median(statistics.median(r['ratios'][variant]) for r in results):.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
