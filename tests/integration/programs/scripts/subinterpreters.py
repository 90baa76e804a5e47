import sys

import _xxsubinterpreters as interpreters

PROGRAM = """
import json, gc, re
rows = [{"id": i, "name": "n%d" % i, "tags": [str(i)] * 3} for i in range(3000)]
text = json.dumps(rows)
assert json.loads(text) == rows
cycle = []
cycle.append(cycle)
del cycle, rows
gc.collect()
print(len(text), len(re.findall("n[0-9]+", text)), flush=True)
"""

for turn in range(5):
    interpreter = interpreters.create()
    interpreters.run_string(interpreter, PROGRAM)
    interpreters.destroy(interpreter)
kept = [interpreters.create() for _ in range(4)]
for interpreter in kept:
    interpreters.run_string(interpreter, PROGRAM)
print(len(interpreters.list_all()))
for interpreter in kept:
    interpreters.destroy(interpreter)
exec(PROGRAM)
