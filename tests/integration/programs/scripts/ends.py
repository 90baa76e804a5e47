"""Ends in the way its argument says."""

import atexit
import faulthandler
import os
import sys


class Noisy:
    def __del__(self):
        print("finalized", flush=True)


noisy = Noisy()
noisy.itself = noisy
atexit.register(print, "atexit")
WAYS = {
    "return": lambda: None,
    "exit-0": lambda: sys.exit(0),
    "exit-3": lambda: sys.exit(3),
    "exit-text": lambda: sys.exit("a message"),
    "_exit": lambda: os._exit(5),
    "raise": lambda: 1 / 0,
    "interrupt": lambda: os.kill(os.getpid(), 2) or [None for _ in iter(int, 1)],
    "abort": os.abort,
    "segfault": lambda: faulthandler._sigsegv(),
    "recursion": lambda: (lambda f: f(f))(lambda f: f(f)),
}
WAYS[sys.argv[1]]()
