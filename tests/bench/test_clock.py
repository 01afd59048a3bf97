"""The clock of the benchmarks counts from its last reading, and shows both times."""

from bench.clock import Clock, Seconds


def test_clock_counts_from_its_last_reading(monkeypatch):
    wall, cpu = iter([10.0, 12.0, 12.5]), iter([1.0, 1.75, 1.75])
    monkeypatch.setattr("time.perf_counter", lambda: next(wall))
    monkeypatch.setattr("time.process_time", lambda: next(cpu))
    clock = Clock()
    assert (clock.read(), clock.read()) == (Seconds(2.0, 0.75), Seconds(0.5, 0.0))


def test_seconds_show_both_times():
    assert str(Seconds(2.04, 1.0)) == "2.0 s (1.0 of processor)"
