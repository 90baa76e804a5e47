"""Waits for a signal after it said so; argument: how it takes it."""

import signal
import sys
import time

rows = [[str(i)] for i in range(50000)]
if sys.argv[1] == "handler":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(len(rows) % 251))
try:
    print("ready", flush=True)
    while True:
        time.sleep(0.01)
        rows[:100] = [[str(i)] for i in range(100)]
finally:
    print("finally", flush=True)
