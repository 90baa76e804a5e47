"""docs/benchmarks.md: one part a benchmark; a run replaces its own part and leaves the others."""
import os
import pathlib
import platform
import re

HEAD = """# Benchmarks

Every figure is written here by `./dev bench`; `./dev bench NAME` measures one part anew. Peers run beside Exuvia in the
same run, because a figure from another machine or another hour compares nothing.
"""


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = ".".join(platform.release().split(".")[:2])
    return f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} CPUs, {memory:.0f} GiB, Linux {kernel}"


def verdict(measured, is_met):
    """What was measured, as a table says it beside its target."""
    return measured if is_met else f"{measured} (missed)"


def part(name, title, python_version, lines):
    text = "\n".join(lines)
    return (f"<!-- {name} -->\n## {title}\n\nReproduce: `./dev bench {name}`. Measured on: {machine()}; "
            f"{python_version}.\n\n{text}\n<!-- end {name} -->\n")


def replace(document, name, text):
    """The document with one part replaced, or added at the end."""
    old = re.compile(rf"<!-- {name} -->\n.*?<!-- end {name} -->\n", re.DOTALL)
    if old.search(document):
        return old.sub(lambda _: text, document)
    return document.rstrip("\n") + "\n\n" + text


def write(path, name, text):
    document = path.read_text(encoding="utf-8") if path.exists() else HEAD
    path.write_text(replace(document, name, text), encoding="utf-8")
