"""The system calls that a contained program may not make, as a filter that bubblewrap hands to the kernel.

New processes are refused and threads are not, so nothing can fork without end. Tracing, mounting and
keyrings are refused as well. The filter is a program for the kernel: load a word, compare, jump.
"""

import platform
import struct

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE, UNKNOWN, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
CLONE_THREAD = 0x10000
# Machine → its mark, the number of clone, and the numbers of what is always refused: fork, vfork, ptrace,
# mount, umount2, pivot_root, keyctl, add_key, request_key, bpf, perf_event_open, userfaultfd, unshare, setns.
MACHINES = {
    "x86_64": (0xC000003E, 56, (57, 58, 101, 165, 166, 155, 250, 248, 249, 321, 298, 323, 272, 308)),
    "aarch64": (0xC00000B7, 220, (117, 40, 39, 41, 219, 217, 218, 280, 241, 282, 97, 268)),
}
CLONE3 = 435  # on both; the C library falls back to clone if it is unknown


def make_filter(machine: str = "") -> bytes | None:
    """Return the filter for a machine, this one unless named; None for one that it was not written for."""
    known = MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    mark, clone, refused = known
    program = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, mark), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    program += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN)]
    if mark == MACHINES["x86_64"][0]:  # the second set of numbers, for 32-bit pointers
        program += [(ANY_BIT, 0, 1, 0x40000000), (RETURN, 0, 0, REFUSE)]
    for number in refused:
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    program += [(EQUAL, 0, 3, clone), (LOAD, 0, 0, FIRST_ARGUMENT)]
    program += [(ANY_BIT, 1, 0, CLONE_THREAD), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in program)
