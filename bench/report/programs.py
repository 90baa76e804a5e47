"""Whole programs: stock CPython, Exuvia's allocator alone, and allocator and collector."""
import pathlib
import statistics

import document
import measure

TITLE = "Programs"
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "programs"
VARIANTS = {"allocator": ["--collector", "stock"], "both": []}


def commands(context, program):
    run = [context.exuvia, "run", "-q", "--python", context.python]
    variants = {"stock": [context.python, program]}
    for name, options in VARIANTS.items():
        variants[name] = [*run, *options, program]
    return variants


def measure_program(context, program):
    runs = measure.alternate(commands(context, program), context.rounds, {"PYTHONHASHSEED": "0"})
    stock = runs.pop("stock")
    row = {"program": program.stem, "seconds": statistics.median(usage.wall for usage in stock)}
    for name, usages in runs.items():
        row[name] = {field: measure.paired_ratios(usages, stock, field) for field in ("wall", "cpu", "peak")}
    return row


def peak_of_nothing(context):
    """Peak bytes of an empty program, by variant."""
    runs = {name: [*command[:-1], "-c", "pass"] for name, command in commands(context, "").items()}
    measured = measure.alternate(runs, context.rounds)
    return {name: statistics.median(usage.peak for usage in usages) for name, usages in measured.items()}


def run(context):
    rows = []
    for program in sorted(FOLDER.glob("*.py")):
        rows.append(measure_program(context, program))
        print("  " + text_row(rows[-1]), flush=True)
    yield {"rounds": context.rounds, "rows": rows, "nothing": peak_of_nothing(context)}


def middle(row, variant, field):
    return statistics.median(row[variant][field])


def text_row(row):
    cells = [f"{middle(row, variant, field):.2f}" for variant in VARIANTS for field in ("wall", "cpu", "peak")]
    return f"{row['program']:20} {row['seconds']:5.2f} s   " + "  ".join(cells)


def geometric_mean(rows, variant, field):
    return statistics.geometric_mean(middle(row, variant, field) for row in rows)


def worst(rows, variant, field):
    return max(middle(row, variant, field) for row in rows)


# What is asked of the programs as a whole: its name, how it is told from them, of which field, the most that it may be,
# and the digits to show.
FIGURES = [("time, geometric mean", geometric_mean, "wall", 0.95, 3),
           ("CPU time, geometric mean", geometric_mean, "cpu", 0.95, 3),
           ("slowest program", worst, "wall", 1.02, 2),
           ("peak RSS, geometric mean", geometric_mean, "peak", 1.02, 3)]


def markdown(result):
    rows = result["rows"]
    yield (f"Each program of `bench/programs` as Exuvia ÷ stock: the median of {result['rounds']} rounds in which the "
           "variants take turns (below 1 is better), with the middle half of the rounds in brackets. *Allocator* "
           "leaves the collector to CPython; *both* is plain `exuvia run`.")
    nothing = {name: peak / 1e6 for name, peak in result["nothing"].items()}
    yield (f"An empty program peaks at {nothing['stock']:.1f} MB, and under Exuvia at {nothing['both']:.1f} MB: the host's "
           "own code and tables, which small programs show most.")
    yield ""
    yield "| program | stock | allocator: time | CPU | peak RSS | both: time | CPU | peak RSS |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        cells = []
        for variant in VARIANTS:
            cells.append(f"{middle(row, variant, 'wall'):.2f} ({measure.spread(row[variant]['wall'])})")
            cells += [f"{middle(row, variant, field):.2f}" for field in ("cpu", "peak")]
        yield f"| {row['program']} | {row['seconds']:.2f} s | " + " | ".join(cells) + " |"
    for name, summary in (("**geometric mean**", geometric_mean), ("**worst**", worst)):
        cells = [f"**{summary(rows, variant, field):.2f}**" for variant in VARIANTS for field in ("wall", "cpu", "peak")]
        yield f"| {name} | | " + " | ".join(cells) + " |"
    yield ""
    yield "| figure | target | measured |"
    yield "|---|---|---|"
    for variant in VARIANTS:
        for what, summary, field, most, digits in FIGURES:
            figure = summary(rows, variant, field)
            yield f"| {what}, {variant} | ≤ {most} | {document.verdict(f'{figure:.{digits}f}', figure <= most)} |"
