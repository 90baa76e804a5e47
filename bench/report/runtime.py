"""The runtime beside what a C++ program would use instead: shared_ptr, new and delete, the Boehm collector, CPython."""
import fnmatch
import os
import pathlib
import re
import subprocess

import document

TITLE = "The runtime"
ROW = re.compile(r"  (?P<peer>.+?) +(?P<ns>[\d.]+|nan) ns  \[(?P<low>\S+) \.\. (?P<high>\S+)\]( +(?P<bytes>[\d.]+) B)?")

WORKS = ["tree", "gcbench", "cycles", "full", "full_large", "pause", "handle"]

# Of each target: the work, ours, the peer, and the most that ours ÷ the peer's may be.
TARGETS = [
    ("tree", "exuvia, parent a plain pointer", "shared_ptr + weak_ptr, mimalloc", 0.5),
    ("tree", "exuvia, parent a Ref (cycles)", "shared_ptr + weak_ptr, mimalloc", 0.5),
    ("gcbench", "exuvia", "Boehm collector", 1),
    ("gcbench", "exuvia", "shared_ptr, mimalloc", 1),
    ("gcbench", "exuvia", "new and delete, mimalloc", 1.3),
    ("gcbench", "exuvia", "CPython", 1),
    ("gcbench", "exuvia", "CPython 3.13", 1),
    ("cycles", "exuvia, automatic collections", "CPython, automatic collections", 1 / 8),
    ("cycles", "exuvia, automatic collections", "Boehm collector", 1),
    ("full, in order", "exuvia", "CPython", 1 / 10),
    ("full, in order", "exuvia", "Boehm collector", 1),
    ("full, shuffled", "exuvia", "CPython", 1 / 10),
    ("full, shuffled", "exuvia", "Boehm collector", 1),
    ("full_large, in order", "exuvia", "CPython", 1 / 10),
    ("full_large, in order", "exuvia", "Boehm collector", 1),
    ("full_large, shuffled", "exuvia", "CPython", 1 / 10),
    ("full_large, shuffled", "exuvia", "Boehm collector", 1),
    ("pause", "exuvia, incremental, 99 of 100 are shorter", "CPython, 99 of 100 are shorter", 1),
    ("pause", "exuvia, generational, longest", "CPython, longest", 1),
    ("handle", "exuvia::Ref", "shared_ptr", 1),
    ("handle", "exuvia::Ref", "shared_ptr after a thread", 1),
]

# Of each target without a peer: the work, ours, what of it, and the most that it may be.
BOUNDS = [
    ("tree", "exuvia, parent a plain pointer", "bytes", 64),
    ("tree", "exuvia, parent a Ref (cycles)", "bytes", 64),
    ("pause", "exuvia, incremental, 99 of 100 are shorter", "ns", 1e6),
    ("handle", "exuvia::Ref", "ns", 1),
]


def run(context):
    measured = {work["name"]: work for work in context.earlier.get("works", [])}
    path = [os.path.dirname(context.python), *newest_python("3.13"), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(path)}
    for name in fnmatch.filter(WORKS, context.only):
        command = [context.build / "bench/runtime_bench", "--rounds", str(min(context.rounds, 5)), name]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        measured |= {work["name"]: work for work in works(output)}
        yield {"works": sorted(measured.values(), key=lambda work: WORKS.index(work["name"].split(",")[0]))}


def newest_python(version):
    """The folder of an interpreter that pyenv keeps, in a list; an empty one where there is none."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    return [str(folder) for folder in sorted(root.glob(f"versions/{version}.*/bin"))[-1:]]


def works(output):
    for block in output.strip().split("\n\n"):
        title, *lines = block.splitlines()
        name, what = title.split(": ", 1)
        order = next((f", {order}" for order in ("in order", "shuffled") if order in what), "")
        rows = {match["peer"]: match.groupdict() for match in map(ROW.match, lines) if match and match["ns"] != "nan"}
        yield {"name": name + order, "what": what, "rows": rows}


def markdown(result):
    yield ("Medians of samples that run in processes of their own, peers in turn, in processor time; the middle half in "
           "brackets. `bench/runtime` is the whole of it.")
    for work in result["works"]:
        yield ""
        yield f"**{work['name']}**: {work['what']}"
        yield ""
        yield "| | ns | bytes an object |"
        yield "|---|---|---|"
        for peer, row in work["rows"].items():
            yield f"| {peer} | {row['ns']} ({row['low']}–{row['high']}) | {row['bytes'] or ''} |"
    yield ""
    yield from targets({work["name"]: work["rows"] for work in result["works"]})


def targets(rows):
    yield "| work | ours, or ours ÷ peer's | target | measured |"
    yield "|---|---|---|---|"
    for work, ours, unit, most in BOUNDS:
        if work in rows:
            yield f"| {work} | {ours}, {unit} | ≤ {most:,.0f} | {verdict(float(rows[work][ours][unit]), most, ',.2f')} |"
    for work, ours, peer, most in TARGETS:
        if work in rows and peer in rows[work]:
            ratio = float(rows[work][ours]["ns"]) / float(rows[work][peer]["ns"])
            yield f"| {work} | {ours} ÷ {peer} | ≤ {most:.3g} | {verdict(ratio, most, '.2f')} |"


def verdict(figure, most, form):
    return document.verdict(f"{figure:{form}}", figure <= most)
