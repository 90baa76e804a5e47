"""Parses and compiles files of the standard library, as a linter or an import of a large program does."""
import argparse
import ast
import asyncio.base_events
import inspect
import tarfile
import typing


def main():
    sources = [inspect.getsource(module) for module in (argparse, asyncio.base_events, inspect, tarfile, typing)]
    nodes = codes = 0
    for _ in range(5):
        for source in sources:
            tree = ast.parse(source)
            nodes += sum(1 for _ in ast.walk(tree))
            codes += len(compile(tree, "module", "exec").co_consts)
    print(nodes > 100_000, codes > 100)


if __name__ == "__main__":
    main()
