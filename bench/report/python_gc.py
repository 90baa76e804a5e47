"""Full collections of live Python heaps, stock and Exuvia's alternating in one process."""
import json
import pathlib
import statistics
import subprocess
import tempfile

TITLE = "Full collections of Python heaps"
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "python_gc"
PARTS = {"live": ["--garbage", "0"], "garbage": ["--garbage", "0.01,0.2", "--heaps", "mixed,records"]}
TARGETS = {"one": 8, "two": 13}


def run_part(context, options):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run([context.exuvia, "run", "-q", "--python", context.python, FOLDER, "--objects", context.objects,
                        *options, "--json", file.name], check=True)
        return json.load(file)


def run(context):
    return {name: run_part(context, options) for name, options in PARTS.items()}


def ratio(row, variant):
    ratios = row["ratios"][variant]
    return f"{statistics.median(ratios):.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f})"


def table_row(row):
    side = row["side_bytes"] / max(1, row["heap_bytes"])
    unshared = row["unshared"]
    return (f"| {row['heap']} | {row['objects'] / 1e6:g} M | {row['garbage']:.0%} | {row['stock_ms']:,.0f} ms | "
            f"{ratio(row, 'one')} | {ratio(row, 'two')} | {side:.1%} | {unshared['stock'] / 2**20:,.0f} MiB | "
            f"{unshared['two'] / 2**20:.1f} MiB |")


def middle_of_medians(rows, variant):
    return statistics.median(statistics.median(row["ratios"][variant]) for row in rows)


def markdown(result):
    yield ("How many times as long CPython's own full collection took, median (least–most) of alternating rounds in one "
           "process; the memory beside the heap; and what one collection in a forked child turns private.")
    yield ""
    yield "| heap | containers | garbage | stock | ÷ ours, 1 thread | 2 threads | side memory | unshared, stock | ours |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from (table_row(row) for rows in result.values() for row in rows)
    yield ""
    yield "| figure | target | measured |"
    yield "|---|---|---|"
    for variant, target in TARGETS.items():
        yield f"| live heaps, median ratio, {variant} thread{'s' * (variant != 'one')} | ≥ {target} | {middle_of_medians(result['live'], variant):.1f} |"
    least = min(min(statistics.median(row["ratios"][v]) for v in TARGETS) for row in result["live"])
    yield f"| least ratio of any live heap | ≥ 1 | {least:.1f} |"
    for share, target in ((0.01, 8), (0.2, 6)):
        rows = [row for row in result["garbage"] if row["garbage"] == share]
        yield f"| {share:.0%} cyclic garbage, 2 threads | ≥ {target} | {middle_of_medians(rows, 'two'):.1f} |"
    unshared = max(row["unshared"]["two"] for row in result["live"]) / 2**20
    yield f"| unshared in a child | ≤ 1 MiB | {unshared:.1f} MiB |"
    yield f"| side memory | ≤ 3 % | {max(row['side_bytes'] / max(1, row['heap_bytes']) for row in result['live']):.1%} |"
