"""Running submissions on many machines, through a Dask scheduler: they run there, and are decided on here.

Each machine needs the course in the same state and a containment of its own. Right answers stay here. What a
machine had not finished when it was lost is run by another.
"""

from collections.abc import Iterator, Mapping

from crmlib.datasets.storage import find_firm
from crmlib.grading.containment.job import Job, Limits, Ran
from crmlib.grading.containment.tiers import choose_tier
from crmlib.grading.containment.watch import run_job
from crmlib.grading.marking.firms import make_firm
from crmlib.grading.marking.keys import describe_keys

SECONDS_TO_ANSWER = 20


def run_spread(
    jobs: Mapping[str, Job], scheduler: str, limits: Limits, *, allow_uncontained: bool = False
) -> Iterator[tuple[str, Ran, str]]:
    """Run jobs on the machines of a scheduler; yield a job's name, what came of it and its tier, as it comes.

    Raises ValueError if the package is missing, nobody answers, or a machine has another state of the course.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise ValueError(
            "More machines need the package distributed. Run `python tools/prepare.py grading`."
        ) from error
    try:
        client = Client(scheduler, timeout=SECONDS_TO_ANSWER)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"No scheduler answers at {scheduler!r}. Start one with `dask scheduler`, and on each machine "
            "`dask worker ADDRESS`; the address looks like tcp://10.0.0.5:8786."
        ) from error
    with client:
        waiting = {
            client.submit(
                run_there, job, limits, describe_keys(job.stem), allow_uncontained, pure=False
            ): name
            for name, job in jobs.items()
        }
        for done in as_completed(list(waiting)):
            yield waiting[done], *done.result()


def run_there(job: Job, limits: Limits, state: str, allow_uncontained: bool) -> tuple[Ran, str]:
    """Run a job on the machine that this is called on; return what came of it, and the tier."""
    if describe_keys(job.stem) != state:
        raise ValueError("A machine has another state of the course. Bring all to the same one.")
    tier = choose_tier(allow_uncontained=allow_uncontained)
    if job.seed is not None:
        make_firm(job.seed)
    return run_job(job, tier, find_firm(job.seed), limits), tier.name
