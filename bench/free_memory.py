"""Memory that the machine has. A hypervisor may take what has been free for a while, and who touches it next waits for
it: so that this falls to no variant, each one's turn begins with memory that is there."""
import mmap
import time

_fetched = float("-inf")


def fetch(every=0.0, size=512 * 2**20):
    """Sees to it that free memory is there, unless that was done less than `every` seconds ago."""
    global _fetched
    if time.monotonic() - _fetched < every:
        return
    with mmap.mmap(-1, size) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        memory[:: mmap.PAGESIZE] = bytes(size // mmap.PAGESIZE)
    _fetched = time.monotonic()
