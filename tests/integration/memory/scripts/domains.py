"""What the object and mem domains promise, asked of the C functions; prints nothing when all of it holds."""

import ctypes
import sys

PTR = ctypes.c_void_p
SIZE = ctypes.c_size_t


def function(name, result, *arguments):
    found = getattr(ctypes.pythonapi, name)
    found.restype, found.argtypes = result, arguments
    return found


for domain in "PyMem_", "PyObject_":
    malloc = function(domain + "Malloc", PTR, SIZE)
    calloc = function(domain + "Calloc", PTR, SIZE, SIZE)
    realloc = function(domain + "Realloc", PTR, PTR, SIZE)
    free = function(domain + "Free", None, PTR)

    nothings = [malloc(0) for _ in range(100)]
    assert None not in nothings and len(set(nothings)) == 100
    for p in nothings:
        free(p)
    free(None)

    for too_much in sys.maxsize + 1, 2 * sys.maxsize:
        assert malloc(too_much) is None and calloc(too_much, 1) is None
    assert calloc(sys.maxsize // 2, 3) is None and calloc(2**33, 2**33) is None

    for size in 1, 16, 17, 500, 512, 513, 5000:
        block = malloc(size)
        assert block % 16 == 0
        ctypes.memset(block, 0xAA, size)
        free(block)
        again = calloc(size, 1)
        assert ctypes.string_at(again, size) == bytes(size), "a recycled block must be zeroed"
        free(again)
    assert calloc(0, 5) is not None

    pattern = bytes(range(256)) * 40
    sizes = [1, 40, 48, 47, 36, 20, 500, 512, 513, 600, 512, 90, 9000, 300, 0, 17]
    block, known = realloc(None, 10), 0
    for size in sizes:
        block = realloc(block, size)
        known = min(known, size)
        assert ctypes.string_at(block, known) == pattern[:known]
        ctypes.memmove(block, pattern, size)
        known = size
    assert realloc(block, sys.maxsize + 1) is None
    assert ctypes.string_at(block, known) == pattern[:known]
    free(block)

    block = malloc(400)
    assert realloc(block, 350) == block, "a block that shrinks by less than a quarter stays"
    free(block)
