"""Spark on two workers finds the same when one of them is killed in the middle: `make engines`, on Linux."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from crmlib.customers.summary import summarise_purchases

if not os.environ.get("CRM_SPARK") or not Path("/proc").exists():
    pytest.skip("Two workers of Spark need Linux, Java and pyspark: make engines", allow_module_level=True)
from tests.customers.test_by_spark import assert_same, start

pytestmark = pytest.mark.filterwarnings("ignore")


def list_executors(driver):
    """The processes of workers that compute, all started by this test."""
    table = subprocess.run(
        ["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(maxsplit=2) for line in table.splitlines()[1:]]
    ours = {driver}
    for _ in range(5):
        ours |= {int(pid) for pid, parent, _ in rows if int(parent) in ours}
    return [
        int(pid) for pid, _, words in rows if int(pid) in ours and "CoarseGrainedExecutorBackend" in words
    ]


def test_two_workers_of_which_one_is_killed_in_the_middle_find_the_same():
    cluster = start("local-cluster[2,1,1024]", **{"spark.executor.memory": "900m"})
    try:
        rows = cluster.range(0, 3_000_000, numPartitions=48).selectExpr(
            "id % 40000 customer_id",
            "timestamp_ntz'2025-01-01' + make_dt_interval(id % 300, id % 24, id % 60) purchased_at",
            "(id % 1000) / 4.0D + length(sha2(repeat(cast(id as string), 20), 512)) amount_cny",
        )
        wanted = summarise_purchases(rows, as_of="2025-12-31")
        before = list_executors(os.getpid())
        assert cluster.sparkContext.master.startswith("local-cluster") and len(before) == 2
        found, status = [], cluster.sparkContext.statusTracker()
        thread = threading.Thread(target=lambda: found.append(summarise_purchases(rows, as_of="2025-12-31")))
        thread.start()
        while thread.is_alive():
            stages = [status.getStageInfo(stage) for stage in status.getActiveStageIds()]
            if any(stage and 0 < stage.numCompletedTasks < stage.numTasks for stage in stages):
                os.kill(before[0], signal.SIGKILL)
                break
            time.sleep(0.01)
        assert thread.is_alive()
        thread.join(timeout=180)
        assert_same(found[0], wanted)
        assert before[0] not in list_executors(os.getpid())
    finally:
        cluster.stop()
