"""Full collections of heaps from a thousand objects upward, of every shape, with and without garbage: none may be
slower than CPython's."""
import fnmatch
import statistics

import python_gc

TITLE = "Full collections by the heap's size"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
SHARES = (0, 0.01, 0.2, 1)
SHAPES = (*python_gc.SHAPES, "generators", "functions")
HEAPS = [shape + order for order in ("", "-shuffled") for shape in SHAPES]
# What medians of equal collections were seen to differ by.
NOISE = 0.07
OPTIONS = ("--objects", ",".join(map(str, SIZES)), "--garbage", ",".join(map(str, SHARES)), "--dead", "same",
           "--unshared", "", "--rounds", "3", "--seconds", "0.15")


def run(context):
    heaps = context.earlier.get("heaps", {})
    for heap in HEAPS:
        if fnmatch.fnmatch(heap, context.only):
            heaps[heap] = python_gc.measure(context, "--heaps", heap, *OPTIONS)
            yield {"heaps": {name: heaps[name] for name in HEAPS if name in heaps}}


def worse(row):
    """The lesser of the ratios with one thread and with two."""
    return min(statistics.median(row["ratios"][variant]) for variant in ("one", "two"))


def table_rows(heap, rows):
    for share in SHARES:
        cells = {row["objects"]: f"{worse(row):.2f}" for row in rows if row["garbage"] == share}
        yield f"| {heap.replace('-', ' ')} | {share:.0%} | " + " | ".join(cells[size] for size in SIZES) + " |"


def markdown(result):
    yield ("How many times as long CPython's own full collection took, the median of alternating rounds in one process "
           "and the lesser of that with one thread and with two. *Garbage*: this share of the heap's objects is of "
           "cycles that died. Heaps of up to 30,000 are below the floor, so both collections are CPython's: by as much as "
           "their cells differ from 1, the others may.")
    yield ""
    yield "| heap | garbage | " + " | ".join(f"{size:,}" for size in SIZES) + " |"
    yield "|---|---|" + "---|" * len(SIZES)
    for heap, rows in result["heaps"].items():
        yield from table_rows(heap, rows)
    every = [worse(row) for rows in result["heaps"].values() for row in rows]
    yield ""
    yield "| figure | target | measured |"
    yield "|---|---|---|"
    yield f"| least of all | ≥ 1, less noise | {min(every):.2f} |"
    yield f"| below {1 - NOISE:.2f} | none | {sum(ratio < 1 - NOISE for ratio in every)} of {len(every)} |"
