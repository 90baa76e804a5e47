"""Collects, with a heap that only a running frame's value stack holds, where the kernel kills whoever looks into memory
by a call that sandboxes forbid."""
import ctypes
import gc
import os
import struct

NUMBERS = {"x86_64": (310, 311, 101), "aarch64": (270, 271, 117)}  # process_vm_readv, process_vm_writev, ptrace
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
KILL, ALLOW = 0x80000000, 0x7FFF0000


def forbid(numbers):
    tests = [struct.pack("HBBI", JUMP_IF_EQUAL, len(numbers) - i, 0, number) for i, number in enumerate(numbers)]
    ends = [struct.pack("HBBI", RETURN, 0, 0, action) for action in (ALLOW, KILL)]
    code = struct.pack("HBBI", LOAD_NUMBER, 0, 0, 0) + b"".join(tests + ends)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(instructions))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) == 0, os.strerror(ctypes.get_errno())


class Node:
    def __init__(self):
        self.me = self


forbid(NUMBERS[os.uname().machine])
gc.collect()
for turn, node in enumerate([Node() for _ in range(500)]):
    if turn % 100 == 0:
        print(max(turn, gc.collect()), type(node).__name__)
node = None
print(gc.collect(), len(gc.get_objects()) > 1000)
