"""Full collections of Python heaps: CPython's collector and Exuvia's, in one process, alternating.

Run under the tool: exuvia run -q bench/python_gc [--objects N,...] [--heaps NAME,...] [--json FILE]
"""
import argparse
import gc
import json
import os
import pathlib
import statistics
import sys
import time

import heaps
import host

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import free_memory

VARIANTS = {"stock": ("stock", 1), "one": ("exuvia", 1), "two": ("exuvia", 2)}
# Collections of heaps from here on take so long that free memory may be taken meanwhile; with smaller ones, to fetch it
# before each would only empty the processor's caches.
FRESH_FROM = 2_000_000
FRESH_BYTES = 128 * 2**20  # more than the tables beside any heap here


def pause(variant, litter, fresh):
    """Seconds that one full collection takes with this garbage about."""
    host.use(*VARIANTS[variant])
    heaps.litter(*litter)
    if fresh:
        free_memory.fetch(FRESH_BYTES)
    start = time.perf_counter()
    gc.collect()
    return time.perf_counter() - start


def alternate(rounds, seconds, litter, fresh):
    """{variant: [seconds of each round]}, the variants in turning order, for so many rounds and seconds at least; one
    that is not counted comes first, unless there is but one."""
    pauses = {name: [] for name in VARIANTS}
    names = list(VARIANTS)
    start = time.perf_counter()
    turn = int(rounds == 1)
    free_memory.fetch(FRESH_BYTES)
    while turn <= rounds or time.perf_counter() - start < seconds:
        for name in names[turn % 3:] + names[: turn % 3]:
            elapsed = pause(name, litter, fresh)
            if turn:
                pauses[name].append(elapsed)
        turn += 1
    return pauses


def ratios(seconds, variant):
    """Of each round, how many times as long stock took."""
    return sorted(stock / ours for stock, ours in zip(seconds["stock"], seconds[variant]))


def status(key):
    """Bytes, of the process."""
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":"))


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


def on_the_stack(heap, *arguments):
    """As alternate, with a heap that only the running function's value stack holds."""
    return [heap.pop(), alternate(*arguments)][1]


def measure(name, build, count, share, options):
    gc.disable()
    dead = int(count * share)
    litter = (options.dead if options.dead != "same" else name.split()[0], dead)
    live = count - dead if options.dead == "same" else count
    heap = build(live) if live else []
    host.use("stock")
    gc.collect()
    size = status("VmRSS")  # of the process: growth says nothing when memory of the heap before is used again
    if options.held == "frozen":
        gc.freeze()
    if options.held == "stack":
        boxed = [heap]
        del heap
        seconds = on_the_stack(boxed, options.rounds, options.seconds, litter, count >= FRESH_FROM)
        heap = []
    else:
        seconds = alternate(options.rounds, options.seconds, litter, count >= FRESH_FROM)
    gc.unfreeze()
    result = {"heap": name, "objects": count, "garbage": share, "heap_bytes": size,
              "stock_ms": statistics.median(seconds["stock"]) * 1e3, "side_bytes": host.side_memory(),
              "ratios": {variant: ratios(seconds, variant) for variant in ("one", "two")},
              "unshared": {variant: unshared_by_collection(variant) for variant in options.unshared},
              "peak_bytes": status("VmHWM")}
    heaps.drop_links(heap)
    return result


def line(result):
    one, two = (result["ratios"][variant] for variant in ("one", "two"))
    unshared = [f"{result['unshared'][name] / 2**20:8.2f}" for name in ("stock", "two") if name in result["unshared"]]
    return (f"{result['heap']:20} {result['objects']:10,} {result['garbage']:5.0%} "
            f"{result['stock_ms']:9.2f} ms {statistics.median(one):6.2f} ({one[0]:.2f}–{one[-1]:.2f}) "
            f"{statistics.median(two):6.2f} ({two[0]:.2f}–{two[-1]:.2f}) "
            f"{result['side_bytes'] / max(1, result['heap_bytes']):6.1%} {' '.join(unshared)}")


HEADER = (f"{'heap':20} {'objects':>10} {'dead':>5} {'stock':>12} {'1 thread: ratio (min–max)':>19} {'2 threads':>12} "
          f"{'side':>6} {'MiB unshared: stock, ours':>8}")


def cases(options):
    for count in options.objects:
        for order, builders in (("", heaps.ORDERED), (" shuffled", heaps.SHUFFLED)):
            for name, build in builders.items():
                if name + order.replace(" ", "-") in options.heaps or not options.heaps:
                    for share in options.garbage:
                        yield name + order, build, count, share


def numbers(kind):
    return lambda text: [kind(part) for part in text.split(",")]


def names(text):
    return text.split(",") if text else []


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=numbers(lambda text: int(float(text))), default=[1_000_000])
    parser.add_argument("--heaps", type=names, default=[], help="e.g. records,records-shuffled")
    parser.add_argument("--garbage", type=numbers(float), default=[0.0], help="cyclic garbage, share of the objects")
    parser.add_argument("--dead", choices=("same", *heaps.GARBAGE), default="dicts",
                        help="of what kind the garbage is; same: as the heap, which is smaller by as much")
    parser.add_argument("--held", choices=("variable", "stack", "frozen"), default="variable",
                        help="where the heap hangs from: a variable, the running frame's value stack, or gc.freeze()")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0, help="more rounds, if they take less than that")
    parser.add_argument("--unshared", type=names, default=["stock", "two"],
                        help="of whose collections in a forked child to look at the memory")
    parser.add_argument("--json")
    return parser.parse_args()


def main():
    options = parse_arguments()
    results = []
    print(HEADER, flush=True)
    for case in cases(options):
        results.append(measure(*case, options))
        print(line(results[-1]), flush=True)
    for variant, label in (("one", "1 thread"), ("two", "2 threads")):
        print(f"median ratio, {label}: "
              f"{statistics.median(statistics.median(r['ratios'][variant]) for r in results):.2f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
