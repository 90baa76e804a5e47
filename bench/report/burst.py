"""Memory that stays after a burst of small objects."""
import json
import pathlib
import statistics

import measure

TITLE = "Memory kept after a burst"
SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "burst.py"
KINDS = {"random": ("1 % survive at random", 0.5), "arena": ("one survivor a MiB", 0.2)}


def kept(command, rounds):
    runs = [json.loads(measure.run(command, {"PYTHONHASHSEED": "0"}).output) for _ in range(rounds)]
    return {field: statistics.median(run[field] for run in runs) for field in ("peak", "kept")}


def run(context):
    result = {}
    for kind in KINDS:
        stock = kept([context.python, SCRIPT, kind], 3)
        ours = kept([context.exuvia, "run", "-q", "--python", context.python, SCRIPT, kind], 3)
        result[kind] = {"stock": stock, "exuvia": ours}
        print(f"  {kind:8} stock keeps {stock['kept'] / 1e6:.0f} MB, Exuvia {ours['kept'] / 1e6:.0f} MB", flush=True)
    yield result


def markdown(result):
    yield "Resident memory above that of the started interpreter, half a second after all but the survivors were freed."
    yield ""
    yield "| survivors | peak, stock | kept, stock | kept, Exuvia | ratio | target |"
    yield "|---|---|---|---|---|---|"
    for kind, (text, target) in KINDS.items():
        stock, ours = result[kind]["stock"], result[kind]["exuvia"]
        yield (f"| {text} | {stock['peak'] / 1e6:.0f} MB | {stock['kept'] / 1e6:.0f} MB | {ours['kept'] / 1e6:.0f} MB | "
               f"{ours['kept'] / stock['kept']:.2f} | ≤ {target} |")
