"""The types beside CPython's: the same operation through its C API."""
import json
import subprocess

import document

TITLE = "The types"
OURS, THEIRS = "/exuvia", "/cpython"


def run(context):
    command = [context.build / "bench/types_bench", "--benchmark_enable_random_interleaving=true",
               "--benchmark_min_time=0.05", f"--benchmark_repetitions={max(context.rounds, 3)}",
               "--benchmark_report_aggregates_only=true", "--benchmark_format=json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    medians = {row["run_name"]: row["cpu_time"] for row in report["benchmarks"] if row["aggregate_name"] == "median"}
    rows = [{"operation": name.removesuffix(OURS), "ours": ns, "theirs": medians[name.removesuffix(OURS) + THEIRS]}
            for name, ns in medians.items() if name.endswith(OURS)]
    yield {"python": report["context"]["python"].split()[0], "rows": sorted(rows, key=lambda row: row["operation"])}


def markdown(result):
    yield (f"Nanoseconds of processor time for one operation, medians of repetitions in random order in one process: ours "
           f"and, through its C API, that of CPython {result['python']} (Debian's shared library). What is made is "
           "dropped within the time. The target is to be ahead on each.")
    yield ""
    yield "| operation | CPython | Exuvia | ratio |"
    yield "|---|---|---|---|"
    for row in result["rows"]:
        ratio = row["ours"] / row["theirs"]
        yield (f"| {row['operation']} | {row['theirs']:.1f} | {row['ours']:.1f} | "
               f"{document.verdict(f'{ratio:.2f}', ratio < 1)} |")
