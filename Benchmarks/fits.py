"""Fits side by side with SciPy and NumPy: the Gaussian by gradients from moments, with missing cells, and Mardia's tests. Answers must agree
before anything is timed; contestants take turns, each in a process of its own.

    python3 Benchmarks/fits.py                           all but the case `wide` (about 10 minutes, 0.2 GB of data)
    python3 Benchmarks/fits.py --cases wide              many columns: one run of minutes, 0.8 GB more
    python3 Benchmarks/fits.py --quick                   small cases, one round: whether all works
    python3 Benchmarks/fits.py --help                    the other options
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import fit_report
import measure
from bench import CACHE, ROOT, peers_python
from cases import HERE
from derivatives import commit
from fit_cases import CASES, quick

MEMORIES = [10, 20]  # pairs that SciPy's L-BFGS-B keeps; the faster number counts
GRADIENT = 1e-8  # where a search ends, of the gradient at the start
DISTANCE = 5e-6  # of the search from the closed form, relative to the largest entry of the covariance
ROUNDING = 1e-12  # of a log-likelihood, relative
PROBABILITY = 1e-8


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [c.name for c in CASES]
    usual = [name for name in names if name != "wide"]
    parser.add_argument("--cases", nargs="*", default=usual, choices=names, metavar="CASE", help=", ".join(names))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], help="thread counts of whole processes (default: 1 2)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant (default: 5)")
    parser.add_argument("--quick", action="store_true", help="small cases in their place and one round: figures mean nothing")
    parser.add_argument("--data", default=os.path.join(CACHE, "data"), help="where the data are or shall be")
    parser.add_argument("--venv", default=os.path.join(CACHE, "venv-fits"), help="the Python environment of the peers")
    build = os.path.join(ROOT, ".build")
    parser.add_argument("--statcli", default=os.path.join(build, "release", "statcli"), help="the program to compare")
    program = os.path.join(build, "benchmarks", "release", "Fits")
    parser.add_argument("--program", default=program, help="the program of Fits/")
    parser.add_argument("--name", default="fits", help="name of the result files (default: fits)")
    return parser.parse_args()


def output(command, threads=1):
    """Standard output of a run on so many cores."""
    with tempfile.NamedTemporaryFile("r") as file:
        measure.run(command, threads, file.name)
        return file.read()


def answer(command, threads=1):
    return json.loads(output(command, threads))


def peers(options, *words):
    return [options.python, os.path.join(HERE, "fit_peers.py"), *words]


# The fit from moments: one thread on one core.

def gradient(case, options):
    directory = case.path(options.data)
    part = str(GRADIENT)
    distance = {"scipy": 0.0, "toolkit": 0.0}
    for memory in map(str, MEMORIES):
        output([options.program, "answer", directory, part])
        output(peers(options, "answer", directory, memory, part))
        for name, found in answer(peers(options, "distance", directory, *distance)).items():
            if not found <= DISTANCE:
                raise SystemExit(f"{case.title}: {name} with memory {memory} ends {found:.1e} of the largest entry from the closed form")
            distance[name] = max(distance[name], found)
    contestants = {("toolkit", 10): [options.program, "time", directory, part]}
    for memory in MEMORIES:
        contestants["scipy", memory] = peers(options, "search", directory, str(memory), part)
    runs = {contestant: [] for contestant in contestants}
    for _ in range(options.rounds):
        for contestant, command in contestants.items():
            runs[contestant].append(answer(command))
    rows = []
    for (name, memory), found in runs.items():
        for told in found:
            if not told["reached"]:
                raise SystemExit(f"{case.title}: {name} with memory {memory} ends with a larger gradient than was asked for")
        row = {"case": case.name, "title": case.title, "contestant": name, "memory": memory, "distance": distance[name]}
        for key in ("parameters", "iterations", "evaluations"):
            row[key] = found[0][key]
        row["search"] = {
            "processor": statistics.median(run["search"]["processor"] for run in found),
            "wall": statistics.median(run["search"]["wall"] for run in found),
            "processorRounds": [run["search"]["processor"] for run in found],
        }
        rows.append(row)
    return rows


# Whole processes.

def figures(case, commands, options):
    """One row per contestant and number of threads. Of one whose name ends in "alone" the times are those that it tells: of the work in
    memory, without start and reading."""
    rows = []
    for threads in options.threads:
        runs = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                words = command + (["--threads", str(threads)] if name.startswith("statcli") else [])
                with tempfile.NamedTemporaryFile("r") as file:
                    told = name.endswith("alone")
                    run = measure.run(words, threads, file.name if told else os.devnull)
                    runs[name].append({**run, **json.load(file)} if told else run)
        for name in commands:
            row = {"case": case.name, "title": case.title, "threads": threads, "program": name}
            rows.append({**row, **measure.summary(runs[name])})
    return rows


def judged(verb, path, statcli, options):
    """What the peers' Python says of statcli's JSON, which this process, that must stay small, does not read."""
    with tempfile.NamedTemporaryFile("r") as report:
        measure.run(statcli, max(options.threads), report.name)
        return answer(peers(options, verb, path, report.name), max(options.threads))


def missing(case, options):
    path = case.path(options.data)
    statcli = [options.statcli, "gauss", path]
    found = judged("judge", path, [*statcli, "--json", "--quiet"], options)
    ours, theirs = found["statcli"], found["numpy"]["logLikelihood"]
    for value in (ours["logLikelihood"], ours["told"]):
        if not value - theirs >= -ROUNDING * abs(theirs):
            raise SystemExit(f"{case.title}: log-likelihood {value!r} of statcli is below NumPy's {theirs!r}")
    if not abs(ours["told"] - ours["logLikelihood"]) <= ROUNDING * abs(theirs):
        raise SystemExit(f"{case.title}: statcli tells log-likelihood {ours['told']!r}, NumPy finds {ours['logLikelihood']!r} at its fit")
    if not found["difference"] <= DISTANCE:
        raise SystemExit(f"{case.title}: the fits differ by {found['difference']:.1e} of the largest entry of the covariance")
    commands = {
        "statcli, estimates only": [*statcli, "--estimates-only"], "statcli, full report": statcli,
        "NumPy EM, whole process": peers(options, "em", path), "NumPy EM, alone": peers(options, "em-alone", path),
    }
    return {"judged": found, "rows": figures(case, commands, options)}


def wide(case, options):
    """Once, with the most threads, for a run takes minutes; what is timed writes the JSON that tells of the search."""
    path, threads = case.path(options.data), max(options.threads)
    command = [options.statcli, "gauss", path, "--estimates-only", "--json", "--quiet", "--threads", str(threads)]
    with tempfile.NamedTemporaryFile("r") as report:
        run = measure.run(command, threads, report.name)
        told = answer(peers(options, "told", path, report.name))
    row = {"case": case.name, "title": case.title, "threads": threads, "program": "statcli, estimates only", **measure.summary([run])}
    return {"told": told, "bytes": os.path.getsize(path), "rows": [row]}


def mardia(case, options):
    path = case.path(options.data)
    statcli = [options.statcli, "gauss", "test", path]
    found = judged("compare-mardia", path, [*statcli, "--json", "--quiet"], options)
    for name in ("skewness", "kurtosis"):
        ours, theirs = found["statcli"][name], found["numpy"][name]
        if not abs(ours - theirs) <= PROBABILITY:
            raise SystemExit(f"{case.title}: the p-value of Mardia's {name} is {ours!r} in statcli, {theirs!r} in NumPy")
    commands = {
        "statcli gauss test": statcli, "NumPy, whole process": peers(options, "mardia", path),
        "NumPy, alone": peers(options, "mardia-alone", path),
    }
    return {"judged": found, "rows": figures(case, commands, options)}


def main():
    options = arguments()
    chosen = [case for case in CASES if case.name in options.cases]
    if options.quick:
        chosen, options.rounds, options.name = quick(chosen), 1, options.name + "-quick"
    for program in (options.statcli, options.program):
        if not os.path.exists(program):
            raise SystemExit(f"{program} is not there: `make bench-fits` builds it")
    options.python = peers_python(options.venv, "requirements-fits.txt")
    names = [case.name for case in chosen]
    subprocess.run([options.python, os.path.join(HERE, "fit_cases.py"), options.data, *names], check=True)
    told = output([options.statcli, "--version"]).split("\n")[0].removeprefix("statcli ")
    results = {
        "machine": measure.machine(),
        "library": output([options.program, "library"]).strip(),
        "versions": {"statcli": told, "MatDeriv": commit(), **answer(peers(options, "versions"))},
        "rounds": options.rounds,
        "quick": options.quick,
        "gradientBound": GRADIENT,
    }
    parts = {"gradient": gradient, "missing": missing, "wide": wide, "mardia": mardia}
    for case in chosen:
        print(f"{case.part}: {case.title}", file=sys.stderr, flush=True)
        found = parts[case.part](case, options)
        if case.part == "gradient":
            results.setdefault("gradient", []).extend(found)
        else:
            results[case.part] = found
    results["memoryFloorMiB"] = measure.run(["true"], 1)["memory"]
    results["loadAtEnd"] = os.getloadavg()[0]
    fit_report.save(results, options.name)
    print(fit_report.markdown(results))


if __name__ == "__main__":
    main()
