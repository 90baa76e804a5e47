"""Full collections of Python heaps, stock and Exuvia's alternating, each heap in a process of its own."""
import fnmatch
import json
import pathlib
import statistics
import subprocess
import tempfile

import document

TITLE = "Full collections of Python heaps"
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "python_gc"
SHAPES = ("records", "attributes", "slots", "tuples", "linked", "mixed")
LIVE = [shape + order for order in ("", "-shuffled") for shape in SHAPES]
TARGETS = {"one": 8, "two": 13}
GARBAGE_TARGETS = {0.01: 8, 0.2: 6}
# One full collection of a shuffled heap may take CPython as many seconds as it has million containers.
SLOW = 10_000_000


def measure(context, *options):
    """What bench/python_gc says of the heaps that its options name."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run([context.exuvia, "run", "-q", "--python", context.python, FOLDER, *options, "--json", file.name],
                       check=True)
        return json.load(file)


def cases(context):
    """(heap, containers, share of garbage) of each row."""
    counts = [int(float(count)) for count in context.objects.split(",")]
    yield from ((heap, count, 0) for count in counts for heap in LIVE)
    yield from ((heap, counts[0], share) for heap in ("records", "mixed") for share in GARBAGE_TARGETS)


def name_of(heap, count, share):
    return f"{heap}/{count / 1e6:g}M/{share:.0%}"


def effort(heap, count):
    if count > SLOW:
        return "--rounds", "1" if "shuffled" in heap else "2", "--unshared", "two"
    return "--rounds", "3" if "shuffled" in heap else "5"


def run(context):
    rows = {name_of(row["heap"].replace(" ", "-"), row["objects"], row["garbage"]): row
            for row in context.earlier.get("rows", [])}
    order = [name_of(*case) for case in cases(context)]
    for heap, count, share in cases(context):
        name = name_of(heap, count, share)
        if not fnmatch.fnmatch(name, context.only):
            continue
        [rows[name]] = measure(context, "--heaps", heap, "--objects", str(count), "--garbage", str(share),
                               *effort(heap, count))
        yield {"rows": [rows[name] for name in order if name in rows]}


def ratio(row, variant):
    ratios = row["ratios"][variant]
    return f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f})"


def side_share(row):
    return row["side_bytes"] / max(1, row["heap_bytes"])


def table_row(row):
    unshared = row["unshared"]
    stock = f"{unshared['stock'] / 2**20:,.0f} MiB" if "stock" in unshared else ""
    return (f"| {row['heap']} | {row['objects'] / 1e6:g} M | {row['garbage']:.0%} | {row['stock_ms']:,.0f} ms | "
            f"{ratio(row, 'one')} | {ratio(row, 'two')} | {row['heap_bytes'] / 2**30:.1f} GiB | {side_share(row):.1%} | "
            f"{stock} | {unshared['two'] / 2**20:.1f} MiB |")


def middle_of_medians(rows, variant):
    return statistics.median(statistics.median(row["ratios"][variant]) for row in rows)


def at_least(target, ratio):
    return f"≥ {target}", document.verdict(f"{ratio:.1f}", ratio >= target)


def figures(rows):
    """(what, target, measured) of what rows there are."""
    live = [row for row in rows if row["garbage"] == 0]
    threads = {"one": "one thread", "two": "two threads"}
    sizes = sorted({row["objects"] for row in live})
    groups = {f" of {size / 1e6:g} M": [row for row in live if row["objects"] == size] for size in sizes}
    for of_size, group in ({"": live} | groups if len(sizes) > 1 else groups).items():
        for variant, target in TARGETS.items():
            yield (f"{len(group)} live heaps{of_size}, median ratio, {threads[variant]}",
                   *at_least(target, middle_of_medians(group, variant)))
    for which, group, target in (("linked", [row for row in live if row["heap"].startswith("linked")], 3),
                                 ("live", live, 1)):
        if group:
            least = min(statistics.median(row["ratios"][variant]) for row in group for variant in TARGETS)
            yield f"least ratio of any {which} heap", *at_least(target, least)
    for share, target in GARBAGE_TARGETS.items():
        dying = [row for row in rows if row["garbage"] == share]
        for variant in TARGETS if dying else ():
            yield (f"{share:.0%} cyclic garbage, {threads[variant]}",
                   *at_least(target, middle_of_medians(dying, variant)))
    if rows:
        unshared = max(row["unshared"]["two"] for row in rows) / 2**20
        yield "unshared in a child", "≤ 1 MiB", document.verdict(f"{unshared:.1f} MiB", unshared <= 1)
        share = max(map(side_share, rows))
        yield "side memory", "≤ 3 %", document.verdict(f"{share:.1%}", share <= 0.03)


def markdown(result):
    rows = result["rows"]
    yield ("How many times as long CPython's own full collection took, median (least–most) of alternating rounds in one "
           "process; the process's memory, that of the tables beside it, and what one collection in a forked child turns "
           "private.")
    yield ""
    yield ("| heap | containers | garbage | stock | ÷ ours, 1 thread | 2 threads | memory | beside it | "
           "unshared, stock | ours |")
    yield "|---|---|---|---|---|---|---|---|---|---|"
    yield from map(table_row, rows)
    yield ""
    yield "| figure | target | measured |"
    yield "|---|---|---|"
    yield from (f"| {what} | {target} | {measured} |" for what, target, measured in figures(rows))
