"""Runs a program as a whole process on a given number of cores and measures it. Standard library only: a small
parent keeps the floor of the memory figures low, since Linux counts the parent's pages at the moment of the start."""

import os
import platform
import statistics
import tempfile
import time

THREAD_VARIABLES = [
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "R_DATATABLE_NUM_THREADS",
]


def cores(threads):
    available = sorted(os.sched_getaffinity(0))
    if len(available) < threads:
        raise SystemExit(f"{threads} threads asked for, {len(available)} cores here")
    return set(available[-threads:])


def environment(threads):
    """The surroundings of a run: thread counts fixed, no colour, no stray Python files."""
    changed = {name: str(threads) for name in THREAD_VARIABLES}
    return {**os.environ, **changed, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command, threads, output=os.devnull):
    """Wall seconds, processor seconds and peak resident MiB of one run; standard output goes to `output`, and
    standard error is shown if the run fails."""
    with tempfile.NamedTemporaryFile("r") as errors:
        status, result = spawn(command, threads, output, errors.name)
        if status != 0:
            raise SystemExit(f"{' '.join(command)} ended with {status}\n{errors.read()}")
    return result


def spawn(command, threads, output, errors):
    before = os.sched_getaffinity(0)
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, writing, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, errors, writing, 0o644),
    ]
    os.sched_setaffinity(0, cores(threads))  # the child inherits it
    try:
        start = time.perf_counter()
        child = os.posix_spawnp(command[0], command, environment(threads), file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
    finally:
        os.sched_setaffinity(0, before)
    result = {"wall": wall, "processor": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}
    return os.waitstatus_to_exitcode(status), result


def summary(runs):
    """Medians over the runs of one contestant, and the spread of the wall time."""
    walls = [r["wall"] for r in runs]
    return {
        "wallSeconds": statistics.median(walls),
        "wallSecondsMin": min(walls),
        "wallSecondsMax": max(walls),
        "processorSeconds": statistics.median(r["processor"] for r in runs),
        "peakMiB": max(r["memory"] for r in runs),
        "runs": len(runs),
    }


def machine():
    """What the figures were measured on."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "system": name,
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }
