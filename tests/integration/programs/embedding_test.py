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


# Each life makes garbage, some of which outlives it.
LIVES = r"""
#include <Python.h>

static const char *program =
    "import gc, json, re\n"
    "class Node: pass\n"
    "def ring(number):\n"
    "    node = Node()\n"
    "    node.me, node.text = node, json.dumps({'a': [1, 2, {'b': re.sub('x', 'y', 'x' * number)}]})\n"
    "for number in range(2000): ring(number % 9)\n"
    "print(gc.collect() >= 0, len(gc.get_objects()) > 1000, flush=True)\n";

int main(void) {
  for (int life = 0; life < 4; ++life) {
    Py_Initialize();
    if (PyRun_SimpleString(program) != 0) return 1;
    if (Py_FinalizeEx() != 0) return 2;
  }
  return 0;
}
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
                source, program = pathlib.Path(scratch, "lives.c"), pathlib.Path(scratch, "lives")
                source.write_text(LIVES)
                subprocess.run([compiler, f"-I{include}", source, "-o", program, f"-L{folder}",
                                f"-l{library}", f"-Wl,-rpath,{folder}"], check=True)
                ended = self.assert_same(["env", f"PYTHONHOME={prefix}", program])
                self.assertEqual("True True\n" * 4, ended.stdout)


if __name__ == "__main__":
    unittest.main()
