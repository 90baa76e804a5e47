"""Runs CPython's own test suite on stock CPython and on Exuvia: the same cases fail, and no other.

Every full collection is Exuvia's, however small the heap. A difference is run again, alone, before it counts.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import signal
import sys

import interpreters
import selection
import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
RETRIES = 2


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev conformance", description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--fast", action="store_true", help="the part that runs at each change")
    extent.add_argument("--all", action="store_true", help="the whole suite")
    parser.add_argument("tests", nargs="*", help="these test files only, such as test_gc")
    parser.add_argument("--python", action="append", help="an interpreter (default: every supported one found)")
    parser.add_argument("--exuvia", type=pathlib.Path, default=ROOT / "build/release/bin/exuvia", help="the tool")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build/conformance", help="folder of the results")
    parser.add_argument("--reuse-stock", action="store_true", help="take the stock side from the last results")
    parser.add_argument("--jobs", "-j", type=int, default=2)
    parser.add_argument("--timeout", type=int, default=600, help="seconds a test file may take")
    return parser.parse_args()


class Comparison:
    """One interpreter's test files on both sides."""

    def __init__(self, interpreter, arguments):
        self.interpreter = interpreter
        self.timeout = arguments.timeout
        self.commands = {
            "stock": [interpreter.path],
            "exuvia": [str(arguments.exuvia.resolve()), "run", "-q", "--python", interpreter.path],
        }
        self.stock_file = arguments.results / f"stock-{interpreter.version}.json"
        self.stock = self.load_stock() if arguments.reuse_stock else {}

    def load_stock(self):
        if not self.stock_file.exists():
            return {}
        saved = json.loads(self.stock_file.read_text(encoding="utf-8"))
        return {test: suite.Outcome(**outcome) for test, outcome in saved.items()}

    def save_stock(self):
        saved = {test: dataclasses.asdict(outcome) for test, outcome in sorted(self.stock.items())}
        self.stock_file.write_text(json.dumps(saved, indent=1), encoding="utf-8")

    def run(self, side, test):
        return suite.run(self.commands[side], test, self.timeout, {"EXUVIA_GC_FLOOR": "0"})

    def both(self, test):
        """The outcomes of one test file: (stock, exuvia)."""
        if test not in self.stock:
            self.stock[test] = self.run("stock", test)
        return self.stock[test], self.run("exuvia", test)

    def confirmed(self, test, stock, ours):
        """What fails only on Exuvia, and did again in every retry while stock passed it."""
        extra = ours.bad() - stock.bad() - selection.BY_DESIGN.keys()
        for _ in range(RETRIES):
            if not extra:
                break
            extra &= self.run("exuvia", test).bad()
            extra -= self.run("stock", test).bad()
        return sorted(extra)


def check(interpreter, tests, arguments):
    """Runs the tests on both sides; returns {test: result row}."""
    comparison = Comparison(interpreter, arguments)
    rows = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        futures = {pool.submit(comparison.both, test): test for test in tests}
        for future in concurrent.futures.as_completed(futures):
            test = futures[future]
            rows[test] = row_of(*future.result())
            print(f"  {len(rows):3}/{len(tests)} {test:32} {text_of(rows[test])}", flush=True)
            comparison.save_stock()
    for test in sorted(test for test, row in rows.items() if row["only_exuvia"]):
        row = rows[test]
        row["confirmed"] = comparison.confirmed(test, *(suite.Outcome(**row[side]) for side in ("stock", "exuvia")))
        print(f"  again  {test}: {', '.join(row['confirmed']) or 'passed: it was a chance failure'}", flush=True)
    return rows


def row_of(stock, ours):
    return {
        "stock": dataclasses.asdict(stock),
        "exuvia": dataclasses.asdict(ours),
        "only_exuvia": sorted(ours.bad() - stock.bad() - selection.BY_DESIGN.keys()),
        "by_design": sorted((ours.bad() - stock.bad()) & selection.BY_DESIGN.keys()),
        "only_stock": sorted(stock.bad() - ours.bad()),
        "skipped_only_by_exuvia": sorted(set(ours.skipped) - set(stock.skipped)),
        "confirmed": [],
    }


def runs_on_stock(row):
    """False for a test file that this interpreter does not have, or that fails before its first case."""
    return row["stock"]["cases"] > 0 or row["stock"]["state"] in ("ok", "skipped")


def text_of(row):
    ours = row["exuvia"]
    text = f"{ours['state']:8} {ours['cases']:5} cases, {len(ours['failing'])} fail, {len(row['stock']['failing'])} on stock"
    if not runs_on_stock(row):
        text += "  (stock does not run it)"
    for case in row["by_design"]:
        text += f"  (by design: {case} {selection.BY_DESIGN[case]})"
    if row["only_exuvia"]:
        text += f"  DIFFERS: {', '.join(row['only_exuvia'][:3])}"
    if row["only_stock"]:
        text += f"  (only on stock: {', '.join(row['only_stock'][:3])})"
    return text


def tests_for(interpreter, arguments):
    if arguments.tests:
        return arguments.tests
    if arguments.all:
        return selection.everything(interpreter.path)
    return selection.FAST if arguments.fast else selection.DEFAULT


def chosen_interpreters(arguments):
    if not arguments.python:
        return interpreters.find()
    found = [interpreters.probe(python) for python in arguments.python]
    if None in found:
        sys.exit(f"not a Python interpreter: {arguments.python[found.index(None)]}")
    return found


def main():
    arguments = parse_arguments()
    # A job in the background ignores interrupts, and its children with it: some cases send themselves one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments.results.mkdir(parents=True, exist_ok=True)
    different = checked = without_stock = 0
    for interpreter in chosen_interpreters(arguments):
        print(f"CPython {interpreter.version} ({interpreter.path})", flush=True)
        if not interpreter.has_suite:
            print("  SKIPPED: it has no test suite (the package is libpython3.X-testsuite)", flush=True)
            continue
        rows = check(interpreter, tests_for(interpreter, arguments), arguments)
        (arguments.results / f"{interpreter.version}.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        checked += len(rows)
        different += sum(1 for row in rows.values() if row["confirmed"])
        without_stock += sum(1 for row in rows.values() if not row["confirmed"] and not runs_on_stock(row))
    if not checked:
        sys.exit("SKIPPED: no supported interpreter with CPython's test suite was found")
    passed = checked - different - without_stock
    print(f"conformance: {passed} passed, {different} failed, {without_stock} that stock does not run")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
