"""The benchmark of the simulation measures each size apart."""

from bench import firm


def test_memory_that_is_not_measured_is_said_so():
    assert firm.show_memory(None) == "memory not measured on this system"
    assert firm.show_memory(1.234) == "1.23 GB at most"


def test_peak_memory_is_in_gigabytes():
    peak = firm.read_peak_memory()
    assert peak is None or 0.02 < peak < 64


def test_a_size_is_measured_in_a_process_of_its_own():
    found = firm.run_apart("size", 1)
    assert found["receipts"] >= 1
    assert len(found["simulated"]) == 2
