"""Starting the child, reading what it tells within limits, going on behind a cell that ended it."""

import contextlib
import json
import os
import queue
import secrets
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmlib.grading.containment.job import Job, Limits, Ran
from crmlib.grading.containment.tiers import Tier

SECONDS_TO_END = 1  # for what has said its last word; a container is taken away meanwhile
KINDS = ("begin", "done", "answer", "left", "seed", "memory", "end")


@dataclass
class Told:
    """What one start of the child has told: answers, names left over, cells that failed, how it ended."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    left: dict[str, list[Any]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    running: int = -1
    memory_mb: float = 0.0
    ended: bool = False


def run_job(job: Job, tier: Tier, firm: Path, limits: Limits) -> Ran:
    """Run a submission and return its answers; whatever it does, what it answered before stands.

    A cell that ends the program, or keeps it from ending, is left out at the next start.
    """
    ran, skip, left = Ran(), set[int](), dict[str, list[Any]]()
    started = time.monotonic()
    for _ in range(limits.starts):
        word = secrets.token_hex(8)
        output, why = _start_once(tier, firm, _describe(job, tier, limits, word, skip), limits)
        told = read_told(output, word)
        ran.answers |= told.answers
        left |= told.left
        ran.failed |= told.failed
        ran.memory_mb = max(ran.memory_mb, told.memory_mb)
        for remark in told.remarks:
            ran.note(remark)
        if told.ended or told.running < 0:
            if not told.ended:
                ran.note(f"the program ended before its first cell ({why or 'without a word'})")
            break
        skip.add(told.running)
        ending = why or "ended the program, or used up its time or memory"
        ran.note(f"cell {told.running + 1} {ending}; it was left out")
    ran.answers = {**left, **ran.answers}
    ran.seconds = time.monotonic() - started
    return ran


def _describe(job: Job, tier: Tier, limits: Limits, word: str, skip: set[int]) -> bytes:
    """Return the job as the child reads it."""
    return json.dumps(
        {
            "word": word,
            "stem": job.stem,
            "seed": job.seed,
            "cells": job.cells,
            "names": job.names,
            "opening": job.opening,
            "skip": sorted(skip),
            "cell_seconds": limits.cell_seconds,
            "limits": limits.of_system(),
            "path": [tier.course],
        }
    ).encode()


def _start_once(tier: Tier, firm: Path, job: bytes, limits: Limits) -> tuple[bytes, str]:
    """Run the child once; return what it told, and why it was ended if it was."""
    child = tier.start(firm, limits)
    assert child.stdin is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(job)
            child.stdin.close()
        heard, why = _listen(child, limits)
        if not why:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(SECONDS_TO_END)
        return heard, why
    finally:
        child.kill()
        child.wait()


def _listen(child: "subprocess.Popen[bytes]", limits: Limits) -> tuple[bytes, str]:
    """Read until the child closes its way out, talks too much or takes too long."""
    heard, most = bytearray(), limits.told_mb * 1_000_000
    end = time.monotonic() + limits.wall_seconds
    chunks: queue.Queue[bytes] = queue.Queue(maxsize=16)
    stopped = threading.Event()
    threading.Thread(target=_pass_on, args=(child, chunks, stopped), daemon=True).start()
    try:
        while (left := end - time.monotonic()) > 0:
            chunk = chunks.get(timeout=left)
            if not chunk:
                return bytes(heard), ""
            heard += chunk
            if len(heard) > most:
                return bytes(heard), f"told more than {limits.told_mb} MB"
    except queue.Empty:
        pass
    finally:
        stopped.set()
    return bytes(heard), f"did not end within {limits.wall_seconds:g} seconds"


def _pass_on(
    child: "subprocess.Popen[bytes]", chunks: "queue.Queue[bytes]", stopped: threading.Event
) -> None:
    """Hand on what a child tells, and an empty chunk at its end; never wait for a reader that has gone."""
    assert child.stdout is not None
    chunk = b"begin"
    with child.stdout as way_out:
        while chunk and not stopped.is_set():
            chunk = os.read(way_out.fileno(), 1 << 16)
            while not stopped.is_set():
                with contextlib.suppress(queue.Full):
                    chunks.put(chunk, timeout=0.2)
                    break


def read_told(output: bytes, word: str) -> Told:
    """Return what a child told; lines that do not begin with its word are left out."""
    told = Told()
    for line in output.split(b"\n"):
        entry = _read_line(line, word)
        if entry is None:
            if line.strip():
                _note(told, "wrote lines of its own among the answers; they were left out")
            continue
        _take(told, *entry)
    return told


def _read_line(line: bytes, word: str) -> tuple[str, int, str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match entry:
        case [said, str(kind), int(cell), str(key), value] if said == word and kind in KINDS:
            return kind, cell, key, value
    return None


def _take(told: Told, kind: str, cell: int, key: str, value: Any) -> None:
    """Add one line to what was told."""
    match kind, value:
        case "begin", _:
            told.running = cell
        case "done", _:
            told.failed.pop(cell, None)
            if value:
                told.failed[cell] = str(value)
            if told.failed.get(cell, "").startswith("TooSlow: "):
                _note(told, f"cell {cell + 1} was {told.failed[cell].removeprefix('TooSlow: ')[:60]}")
        case "answer", list():
            if told.answers.get(key, value) != value:
                _note(told, f"{key[:20]} was answered more than once; the last answer counts")
            told.answers[key] = value
        case "left", list():
            told.left[key] = value
        case "seed", _:
            _note(told, f"opened the firm of another number ({value}); the student's own firm was used")
        case "memory", int():
            told.memory_mb = value / 1_000
        case "end", _:
            told.ended = True


def _note(told: Told, remark: str) -> None:
    if remark not in told.remarks:
        told.remarks.append(remark)
