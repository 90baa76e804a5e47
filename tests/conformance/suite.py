"""Runs one file of CPython's test suite in a process of its own and says which of its cases failed."""
import dataclasses
import os
import pathlib
import signal
import subprocess
import tempfile
import xml.etree.ElementTree


@dataclasses.dataclass
class Outcome:
    """How one test file ended: "ok", "failed", "skipped", "timeout" or "crashed N"; and its cases."""

    state: str
    failing: list
    skipped: list
    cases: int

    def bad(self):
        """What is wrong with this run, as names that two runs can be compared by."""
        ended = [] if self.state in ("ok", "failed", "skipped") else [f"({self.state})"]
        return set(self.failing) | set(ended)


def run(command, test, timeout, env):
    """Runs `command -m test TEST`, where command starts an interpreter with or without Exuvia."""
    with tempfile.TemporaryDirectory(prefix="exuvia-conformance-") as scratch:
        report = pathlib.Path(scratch) / "report.xml"
        log = pathlib.Path(scratch) / "log"
        arguments = [*command, "-m", "test", "--junit-xml", str(report), "--tempdir", scratch, test]
        status = run_limited(arguments, timeout, {**os.environ, **env}, scratch, log)
        return read_outcome(status, report, log.read_text(encoding="utf-8", errors="replace"))


def run_limited(arguments, timeout, env, folder, log):
    """The exit status, or None after a timeout, with the process and all its children gone."""
    with open(log, "wb") as output:
        child = subprocess.Popen(arguments, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.STDOUT, start_new_session=True)
        try:
            return child.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end_group(child)


def end_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def read_outcome(status, report, log):
    failing, skipped, cases = read_report(report) if report.exists() else ([], [], 0)
    if status is None:
        return Outcome("timeout", failing, skipped, cases)
    if status < 0 or (status and not report.exists() and not log_names_a_skip(log)):
        return Outcome(f"crashed {status}", failing, skipped, cases)
    if failing or status in (1, 2):
        return Outcome("failed", failing or [failure_named_in(log)], skipped, cases)
    return Outcome("ok" if cases else "skipped", failing, skipped, cases)


def log_names_a_skip(log):
    return "skipped" in log and "No tests ran" not in log


def failure_named_in(log):
    """A failure that no case reports: an import that failed, a leftover file, a changed environment."""
    for line in reversed(log.splitlines()):
        if "crashed" in line or "failed" in line or "Error" in line:
            return line.strip()[:120]
    return "failed without a case"


def read_report(path):
    failing, skipped, cases = [], [], 0
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        cases += 1
        if case.find("failure") is not None or case.find("error") is not None:
            failing.append(case.get("name"))
        elif case.find("skipped") is not None:
            skipped.append(case.get("name"))
    return sorted(failing), sorted(skipped), cases
