"""Memory that the machine has. A hypervisor may take what has been free for a while, and who touches it next waits for
it: so that this falls to no variant, each one's turn begins with memory that is there."""
import mmap


def fetch(size=512 * 2**20):
    """Sees to it that so much free memory is there for whoever needs some next."""
    with mmap.mmap(-1, size) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        memory[:: mmap.PAGESIZE] = bytes(size // mmap.PAGESIZE)
