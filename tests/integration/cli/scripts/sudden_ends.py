"""Children that a signal handler written in C ends at any moment, in the middle of an allocation too."""

import ctypes
import os
import signal
import sys
import threading
import time

CHILDREN = 40
PATIENCE_S = 60
PROGRAM = """
kept = [None] * 5000
for turn in range(10**9):
    kept[turn % 5000] = [str(turn), {"turn": turn}]
"""


def start_second_interpreter():
    if sys.version_info >= (3, 13):
        import _interpreters

        threading.Thread(target=_interpreters.exec, args=(_interpreters.create(), PROGRAM), daemon=True).start()
    elif sys.version_info >= (3, 12):
        import _xxsubinterpreters

        threading.Thread(target=_xxsubinterpreters.run_string, args=(_xxsubinterpreters.create(), PROGRAM), daemon=True).start()


def live(number):
    libc = ctypes.CDLL(None)
    libc.signal(signal.SIGALRM, ctypes.cast(libc._exit, ctypes.c_void_p))
    start_second_interpreter()
    signal.setitimer(signal.ITIMER_REAL, 0.02 + number * 0.0007)
    exec(PROGRAM)


def status_of(child):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def run(number):
    child = os.fork()
    if child == 0:
        live(number)
    return status_of(child)


print({run(number) for number in range(CHILDREN)})
