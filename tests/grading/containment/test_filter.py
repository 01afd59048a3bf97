"""The filter for the kernel, run here step by step as the kernel would."""

import struct

import pytest

from crmlib.grading.containment.filter import ALLOW, KILL, MACHINES, REFUSE, UNKNOWN, make_filter


def decide(machine: str, number: int, argument: int = 0, mark: int | None = None) -> int:
    """What the filter says to a system call."""
    program = list(struct.iter_unpack("HBBI", make_filter(machine) or b""))
    mark = MACHINES[machine][0] if mark is None else mark
    words, value, step = {0: number, 4: mark, 16: argument}, 0, 0
    while True:
        code, yes, no, constant = program[step]
        step += 1
        match code:
            case 0x20:
                value = words[constant]
            case 0x15:
                step += yes if value == constant else no
            case 0x45:
                step += yes if value & constant else no
            case 0x06:
                return constant


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_new_processes_are_refused_and_threads_are_not(machine):
    _, clone, refused = MACHINES[machine]
    assert decide(machine, clone, argument=17) == REFUSE
    assert decide(machine, clone, argument=0x3D0F00) == ALLOW
    assert decide(machine, 435) == UNKNOWN
    assert {decide(machine, number) for number in refused} == {REFUSE}


def test_what_programs_need_is_allowed():
    for number in (0, 1, 9, 59, 231, 257):  # read, write, mmap, execve, exit_group, openat
        assert decide("x86_64", number) == ALLOW
    assert {decide("x86_64", number) for number in (57, 58, 101, 165)} == {REFUSE}


def test_numbers_of_another_machine_and_of_another_set_do_not_pass():
    assert decide("x86_64", 1, mark=0x40000003) == KILL
    assert decide("x86_64", 0x40000000 | 57) == REFUSE


def test_there_is_no_filter_for_a_machine_that_it_was_not_written_for():
    assert make_filter("abacus") is None
