"""The heap beside other allocators: nanoseconds for an allocation and its release."""
import json
import subprocess
import tempfile

TITLE = "Allocation"
NO_WORSE = "churn 1,000,000"


def run(context):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run([context.build / "bench/heap_bench", "--geometries", "--json", file.name], check=True)
        yield json.load(file)


def by_workload(result):
    rows = {}
    for row in result["results"]:
        rows.setdefault(row["workload"], {})[row["allocator"]] = row
    return rows


def markdown(result):
    rows = by_workload(result)
    names = list(next(iter(rows.values())))
    samples = result["results"][0]["samples"]
    yield (f"Blocks of 16 to 512 bytes, one thread; nanoseconds for a malloc and its free, the median of {samples} samples "
           "taken in turns (least to most, as a share of it, in brackets). *Inlined* is what a C++ program gets that "
           "uses the heap directly; all others are called through a pointer. 4 and 64 KiB are pools of other sizes.")
    yield ""
    yield "| work | " + " | ".join(names) + " | best other ÷ exuvia | target |"
    yield "|---" * (len(names) + 3) + "|"
    for workload, row in rows.items():
        cells = [f"{row[name]['ns']:.1f} (±{row[name]['spread'] / 2:.0%})" for name in names]
        best = min(row[name]["ns"] for name in names if not name.startswith("exuvia"))
        target = "≥ 1" if workload == NO_WORSE else "> 1"
        yield f"| {workload} | " + " | ".join(cells) + f" | **{best / row['exuvia']['ns']:.2f}** | {target} |"
