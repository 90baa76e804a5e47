"""A program that embeds the interpreter, and starts it again after it has ended."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from running import ProgramTestCase, run, stock_environment  # noqa: E402

FACTS = """
import json, sys, sysconfig
get = sysconfig.get_config_var
print(json.dumps([sysconfig.get_path("include"), get("LIBDIR"), "python" + get("LDVERSION"), bool(get("Py_ENABLE_SHARED")),
                  sys.base_prefix]))
"""


class Embedding(ProgramTestCase):
    settings = {"EXUVIA_GC_FLOOR": "0"}

    def test_interpreter_may_live_several_times(self):
        compiler = shutil.which("cc")
        if not compiler:
            self.skipTest("there is no C compiler")
        for python in self.for_each_python():
            include, folder, library, is_shared, prefix = json.loads(run([python, "-c", FACTS], stock_environment()).stdout)
            if not is_shared and not list(pathlib.Path("/usr/lib").glob(f"*/lib{library}.so")):
                print(f"{self.id()}: skipped for {python}: it has no shared library", flush=True)
                continue
            with tempfile.TemporaryDirectory() as scratch:
                program = pathlib.Path(scratch, "lives")
                subprocess.run([compiler, f"-I{include}", HERE / "scripts/lives.c", "-o", program, f"-L{folder}",
                                f"-l{library}", f"-Wl,-rpath,{folder}"], check=True)
                ended = self.assert_same(["env", f"PYTHONHOME={prefix}", program])
                self.assertEqual("True True\n" * 4, ended.stdout)


if __name__ == "__main__":
    unittest.main()
