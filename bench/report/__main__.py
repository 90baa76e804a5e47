"""Runs the benchmarks named (all of them without a name) and writes their parts of docs/benchmarks.md."""
import argparse
import dataclasses
import json
import pathlib
import shutil
import subprocess

import burst
import document
import engine
import gc_sizes
import heap
import object_types
import programs
import python_gc
import runtime

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = {"heap": heap, "gc": engine, "python_gc": python_gc, "gc_sizes": gc_sizes, "programs": programs, "burst": burst,
         "runtime": runtime, "types": object_types}


@dataclasses.dataclass
class Context:
    """What a benchmark may use: the build, the tool in it, the interpreter, how often to repeat, how large a heap, which
    of its rows to measure, and its last result, which holds the others."""

    build: pathlib.Path
    exuvia: pathlib.Path
    python: str
    rounds: int
    objects: str
    only: str
    earlier: dict = dataclasses.field(default_factory=dict)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {' '.join(PARTS)}")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help=argparse.SUPPRESS)
    parser.add_argument("--python", default=shutil.which("python3.11") or shutil.which("python3"))
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each program (default 9)")
    parser.add_argument("--objects", default="5e6,15e6", help="containers in a heap to collect (default 5e6,15e6)")
    parser.add_argument("--only", default="*", metavar="PATTERN",
                        help="of python_gc and gc_sizes, rows, of runtime, works to measure anew, e.g. 'mixed*'; the others are kept")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(PARTS)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return arguments


def ask(python, expression):
    command = [python, "-c", f"import platform, sys; print({expression})"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def last_result(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def main():
    arguments = parse_arguments()
    build = arguments.build.resolve()
    python = ask(arguments.python, "sys.executable")  # not a shell script that starts it
    context = Context(build, build / "bin/exuvia", python, arguments.rounds, arguments.objects, arguments.only)
    version = "CPython " + ask(python, "platform.python_version()")
    for name in arguments.names or PARTS:
        part = PARTS[name]
        print(f"{part.TITLE}:", flush=True)
        file = build / f"bench-{name}.json"
        text = ""
        for result in part.run(dataclasses.replace(context, earlier=last_result(file))):
            # As soon as there is something, since what follows may be interrupted.
            file.write_text(json.dumps(result, indent=1), encoding="utf-8")
            text = document.part(name, part.TITLE, version, part.markdown(result))
            document.write(ROOT / "docs/benchmarks.md", name, text)
        print(text)


if __name__ == "__main__":
    main()
