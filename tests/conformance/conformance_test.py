#!/usr/bin/env python3
"""The conformance run must notice a failure, a crash, and a hang, and forgive what passes when it is run again."""
import pathlib
import stat
import tempfile
import unittest

import suite

# Stands for an interpreter: writes the report it is told to, then does as its name says.
FAKE = """#!/bin/bash
while [[ $1 != --junit-xml ]]; do shift; done
cat > "$2" <<'EOF'
<testsuites><testsuite>
<testcase name="a"/><testcase name="b">{inside}</testcase><testcase name="c"><skipped>no</skipped></testcase>
</testsuite></testsuites>
EOF
{then}
"""


class SuiteRun(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def outcome(self, inside="", then="", timeout=30):
        script = self.folder / "python"
        script.write_text(FAKE.format(inside=inside, then=then), encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return suite.run([str(script)], "test_fake", timeout, {})

    def test_a_clean_run_has_nothing_bad(self):
        outcome = self.outcome()
        self.assertEqual((outcome.state, outcome.bad(), outcome.skipped, outcome.cases), ("ok", set(), ["c"], 3))

    def test_a_failing_case_is_named(self):
        outcome = self.outcome(inside="<failure>x</failure>", then="exit 2")
        self.assertEqual((outcome.state, outcome.bad()), ("failed", {"b"}))

    def test_a_crash_counts_though_no_case_failed(self):
        self.assertEqual(self.outcome(then="kill -SEGV $$").bad(), {"(crashed -11)"})

    def test_a_failure_outside_every_case_counts(self):
        self.assertEqual(self.outcome(then="echo 'test_fake failed (env changed)'; exit 2").bad(), {"test_fake failed (env changed)"})

    def test_a_hang_ends_at_the_timeout(self):
        self.assertEqual(self.outcome(then="sleep 60", timeout=0.5).bad(), {"(timeout)"})


if __name__ == "__main__":
    unittest.main()
