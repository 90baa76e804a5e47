"""Interpreters with a lock of their own, all running at once."""

import sys
import threading

if sys.version_info >= (3, 13):
    import _interpreters as interpreters

    def run(interpreter, program):
        failure = interpreters.exec(interpreter, program)
        assert failure is None, failure
else:
    import _xxsubinterpreters as interpreters

    run = interpreters.run_string

PROGRAM = """
data = {}
for turn in range(40):
    for i in range(3000):
        data[i] = [str(i), (i, turn), {"k": i}]
        if i % 3 == 0:
            data.pop(i // 2, None)
assert len(data) > 1000
"""


def live(program):
    for _ in range(3):
        interpreter = interpreters.create()
        run(interpreter, program)
        interpreters.destroy(interpreter)


threads = [threading.Thread(target=live, args=(PROGRAM,)) for _ in range(6)]
for thread in threads:
    thread.start()
exec(PROGRAM)
for thread in threads:
    thread.join()
exec(PROGRAM)
print("lived")
