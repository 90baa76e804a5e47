"""Runs a command and says what it used; pairs runs of several variants so that a noisy machine cancels out."""
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import free_memory


@dataclasses.dataclass
class Usage:
    """What one run used: seconds of wall and processor time, peak resident bytes, and what it printed."""

    wall: float
    cpu: float
    peak: int
    output: str


def run(command, env=None):
    """Runs a command to its end. A failure stops the benchmark: its figures would mean nothing."""
    free_memory.fetch()
    with tempfile.NamedTemporaryFile("r") as peak:
        # A small program starts it: until it executes, a child has the peak of who started it.
        small = ["time", "--quiet", "--format=%M", f"--output={peak.name}"]
        start = time.perf_counter()
        child = subprocess.Popen([*small, *command], stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"exit status {child.returncode}: {' '.join(map(str, command))}")
        return Usage(wall, usage.ru_utime + usage.ru_stime, int(peak.read()) * 1024, output)


def alternate(variants, rounds, env=None):
    """Runs each {name: command} once a round, in turning order. Returns {name: [Usage of each round]}."""
    runs = {name: [] for name in variants}
    names = list(variants)
    for turn in range(rounds):
        for name in names[turn % len(names):] + names[: turn % len(names)]:
            runs[name].append(run(variants[name], env))
    outputs = {usage.output for usages in runs.values() for usage in usages}
    if len(outputs) != 1:
        sys.exit(f"the variants printed different things: {variants}")
    return runs


def paired_ratios(ours, theirs, field):
    """The ratio of each round, sorted: its middle is the figure, its ends the spread."""
    return sorted(getattr(a, field) / getattr(b, field) for a, b in zip(ours, theirs))


def median_ratio(ours, theirs, field):
    return statistics.median(paired_ratios(ours, theirs, field))


def spread(ratios):
    """The middle half of sorted ratios, as text."""
    quarter = len(ratios) // 4
    return f"{ratios[quarter]:.2f}–{ratios[-1 - quarter]:.2f}"
