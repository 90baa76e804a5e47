"""A full collection in a forked child leaves its memory shared with the parent."""
import gc
import os
import sys

import host


def private_dirty():
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Private_Dirty"))


gc.disable()
heap = [{"id": number, "tags": [number, str(number)], "place": {"x": [number]}} for number in range(250_000)]
gc.collect()
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        private_dirty()
        before = private_dirty()
        found = gc.collect()
        after = private_dirty()
        last = host.last_collection()
        good = after - before <= 1 << 20 and found == 0 and last["marked"] > 1_000_000
        os.write(2, b"" if good else f"{after - before} bytes unshared, {last}\n".encode())
        os._exit(0 if good else 1)
    status = os.waitpid(pid, 0)[1]
    if status != 0:
        sys.exit(1)
    gc.collect()
