#!/usr/bin/env python3
"""Fails when an include points up the layers of ARCHITECTURE.md, or Python.h leaves hosts/cpython.

The table of ARCHITECTURE.md is the only statement of who may use whom: a row is a layer, its second cell the layers
it may use, and "all of the above but X" means every earlier row except X.
"""
import argparse
import pathlib
import re
import sys

SUFFIXES = {".c", ".cc", ".cpp", ".h", ".hpp"}
SCANNED = ("include", "src", "hosts", "tools", "tests", "bench", "fuzz", "examples")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
ROW = re.compile(r"^\|\s*`([a-z/_-]+)`\s*\|([^|]*)\|")
PYTHON_HEADERS = re.compile(r"^(Python\.h|internal/pycore_.*|cpython/.*)$")
PYTHON_ROOM = "hosts/cpython"


def read_table(text):
    """Returns {layer: set of layers it may use}, in the order of the table."""
    table = {}
    for line in text.splitlines():
        row = ROW.match(line)
        if row:
            table[row.group(1)] = parse_uses(row.group(2).strip(), list(table))
    return table


def parse_uses(cell, above):
    everything = re.match(r"all of the above(?: but (.*))?$", cell)
    if everything:
        left_out = split_names(everything.group(1) or "")
        return {name for name in above if name.split("/")[-1] not in left_out and name not in left_out}
    names = split_names(cell)
    unknown = names - set(above)
    if unknown:
        raise ValueError(f"ARCHITECTURE.md: not a layer above its use: {', '.join(sorted(unknown))}")
    return names


def split_names(cell):
    return {name.strip(" `") for name in cell.split(",")} - {"", "—", "-"}


def layer_of(path, table):
    """The layer that a path such as src/gc/marker.hpp belongs to, None outside every layer."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[:1] == ("src",) and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("include", "exuvia") and len(parts) > 3:
        return parts[2]
    room = "/".join(parts[:2])
    return room if room in table else None


def included_layer(name, directory, root, table):
    """The layer an include names: by the include roots, or relative to the including file."""
    if (directory / name).is_file():
        return layer_of((directory / name).resolve().relative_to(root).as_posix(), table)
    parts = name.split("/")
    if parts[0] == "exuvia" and len(parts) > 2:
        return parts[1]
    if parts[0] in table and len(parts) > 1:
        return parts[0]
    return layer_of(name, table)


def includes_of(path):
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1)


def check_file(path, root, table):
    relative = path.relative_to(root).as_posix()
    own = layer_of(relative, table)
    if own is not None and own not in table:
        return [f"{relative}: layer '{own}' is not in the table of ARCHITECTURE.md"]
    errors = []
    for number, name in includes_of(path):
        if PYTHON_HEADERS.match(name) and not relative.startswith(PYTHON_ROOM + "/"):
            errors.append(f"{relative}:{number}: {name} is included outside {PYTHON_ROOM}")
        used = included_layer(name, path.parent, root, table)
        if own and used in table and used != own and used not in table[own]:
            errors.append(f"{relative}:{number}: layer '{own}' may not use '{used}' ({name})")
    return errors


def sources(root):
    for room in SCANNED:
        yield from sorted(p for p in (root / room).rglob("*") if p.suffix in SUFFIXES and p.is_file())


def check_tree(root):
    table = read_table((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    if not table:
        return ["ARCHITECTURE.md: no table of layers found"], 0
    files = list(sources(root))
    return [error for path in files for error in check_file(path, root, table)], len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    root = parser.parse_args().root.resolve()
    errors, count = check_tree(root)
    for error in errors:
        print(error, file=sys.stderr)
    print(f"layers: {count} files, {len(errors)} errors")
    return 1 if errors or not count else 0


if __name__ == "__main__":
    sys.exit(main())
