"""statcli side by side with the tools people use today: CSV file in, Gaussian fit out, as whole processes; and the
moments in memory beside NumPy. The runs of all contestants take turns, so that a slow minute meets all of them.

    python3 Benchmarks/bench.py                          all cases (about 15 minutes, 1.1 GB of data)
    python3 Benchmarks/bench.py --cases iris 1e6x10      some of them
    python3 Benchmarks/bench.py --help                   the other options
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure
import report
from cases import CASES, HERE, SHAPES

ROOT = os.path.dirname(HERE)
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "statkit-bench")
PEERS = ["polars", "duckdb", "pyarrow", "pandas", "data.table"]
PARTS = ["process", "memory", "digits"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [c.name for c in CASES]
    parser.add_argument("--cases", nargs="*", default=names, choices=names, metavar="CASE", help=", ".join(names))
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], help="thread counts (default: 1 2)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contestant (default: 5)")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS, help="process, memory, digits")
    parser.add_argument("--data", default=os.path.join(CACHE, "data"), help="where the data files are or shall be")
    parser.add_argument("--venv", default=os.path.join(CACHE, "venv"), help="the Python environment of the peers")
    build = os.path.join(ROOT, ".build")
    statcli, in_memory = os.path.join(build, "release", "statcli"), os.path.join(build, "benchmarks", "release", "InMemory")
    parser.add_argument("--statcli", default=statcli, help="the program to compare")
    parser.add_argument("--in-memory", default=in_memory, help="the program of InMemory/")
    parser.add_argument("--name", default="latest", help="name of the result files (default: latest)")
    return parser.parse_args()


def peers_python(directory, requirements="requirements.txt"):
    """The interpreter of the peers' environment, which is made at the first call."""
    python = os.path.join(directory, "bin", "python")
    if not os.path.exists(python):
        print(f"installing the peers in {directory}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        wanted = os.path.join(HERE, requirements)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    return python


def has_data_table():
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(data.table)"], capture_output=True).returncode == 0


def versions(python, statcli):
    script = (
        "import importlib.metadata as m, sys, json\n"
        "print(json.dumps({p: m.version(p) for p in sys.argv[1:]}))"
    )
    packages = ["numpy", "scipy", "polars", "duckdb", "pyarrow", "pandas"]
    found = subprocess.run([python, "-c", script, *packages], check=True, capture_output=True, text=True).stdout
    told = subprocess.run([statcli, "--version"], check=True, capture_output=True, text=True).stdout
    result = {"statcli": told.split("\n")[0].removeprefix("statcli ")}
    result.update(json.loads(found))
    if has_data_table():
        expression = 'cat(as.character(packageVersion("data.table")), as.character(getRversion()))'
        table, r = subprocess.run(["Rscript", "-e", expression], capture_output=True, text=True).stdout.split()
        result.update({"data.table": table, "R": r})
    return result


def command(program, path, threads, options):
    if program == "statcli":
        return [options.statcli, "gauss", path, "--threads", str(threads)]
    if program == "data.table":
        return ["Rscript", os.path.join(HERE, "peers.R"), path, str(threads)]
    return [options.python, os.path.join(HERE, "peers.py"), program, path, str(threads)]


def log_likelihood(program, path, options):
    """The answer of one untimed run, which also brings the file into the page cache.

    It is read by another process: this one must stay small, see `measure`."""
    asked = command(program, path, 1, options) + (["--json"] if program == "statcli" else [])
    script = (
        "import json, sys\n"
        "found = json.load(open(sys.argv[1]))\n"
        "print(repr(found.get('fit', found)['logLikelihood']))"
    )
    with tempfile.NamedTemporaryFile("r") as output:
        measure.run(asked, 1, output.name)
        reader = [sys.executable, "-c", script, output.name]
        return float(subprocess.run(reader, check=True, capture_output=True, text=True).stdout)


def whole_process(case, programs, options):
    """All contestants on one file; their log-likelihoods must agree before anything is timed."""
    path = case.path(options.data)
    answers = {program: log_likelihood(program, path, options) for program in programs}
    reference = next(iter(answers.values()))
    for program, answer in answers.items():
        if abs(answer - reference) > 1e-8 * abs(reference):
            raise SystemExit(f"{case.title}: {program} finds log-likelihood {answer}, {programs[0]} {reference}")
    rows = []
    for threads in options.threads:
        runs = {program: [] for program in programs}
        for _ in range(options.runs):
            for program in programs:
                runs[program].append(measure.run(command(program, path, threads, options), threads))
        for program in programs:
            row = {"case": case.title, "bytes": os.path.getsize(path), "threads": threads, "program": program}
            rows.append({**row, **measure.summary(runs[program])})
    return rows


def timed(contestant, threads):
    with tempfile.NamedTemporaryFile("r") as output:
        measure.run(contestant, threads, output.name)
        return json.load(output)


def in_memory(n, d, options):
    """np.cov and bare dsyrk beside Moments, in processes of their own that take turns."""
    program = os.path.join(HERE, "in_memory.py")
    path = os.path.join(options.data, f"memory_{n}x{d}.f64")
    theirs = [options.python, program, "time", options.data, str(n), str(d)]
    rows = []
    for threads in options.threads:
        collected = {}
        for _ in range(options.runs):
            a = timed([options.in_memory, path, str(n), str(d), str(threads)], threads)
            b = timed(theirs, threads)
            for key in ("trace", "corner"):
                if abs(a[key] - b[key]) > 1e-9 * abs(b["trace"]):
                    raise SystemExit(f"{n} x {d}: {key} of the covariance is {a[key]} here, {b[key]} in NumPy")
            for method, value in {**a["seconds"], **b["seconds"]}.items():
                collected.setdefault(method, []).append(value)
        for method, values in collected.items():
            row = {"array": f"{n:,} x {d}", "threads": threads, "method": method}
            rows.append({**row, "seconds": statistics.median(values), "runs": len(values)})
    return rows


def main():
    options = arguments()
    for program in (options.statcli, options.in_memory):
        if not os.path.exists(program):
            raise SystemExit(f"{program} is not there: `make bench` builds it")
    options.python = peers_python(options.venv)
    peers = [p for p in options.peers if p != "data.table" or has_data_table()]
    if peers != options.peers:
        print("R with data.table is not installed: left out", file=sys.stderr)
    results = {"machine": measure.machine(), "versions": versions(options.python, options.statcli)}

    if "process" in options.parts:
        generate = [options.python, os.path.join(HERE, "cases.py"), options.data, *options.cases]
        subprocess.run(generate, check=True)
        results["wholeProcess"] = []
        for case in (c for c in CASES if c.name in options.cases):
            print(case.title, file=sys.stderr, flush=True)
            results["wholeProcess"] += whole_process(case, ["statcli", *peers], options)
        results["memoryFloorMiB"] = measure.run(["true"], 1)["memory"]
    if "memory" in options.parts:
        subprocess.run([options.python, os.path.join(HERE, "in_memory.py"), "prepare", options.data], check=True)
        results["inMemory"] = []
        for n, d in SHAPES:
            print(f"in memory, {n:,} x {d}", file=sys.stderr, flush=True)
            results["inMemory"] += in_memory(n, d, options)
    if "digits" in options.parts:
        accuracy = [options.python, os.path.join(HERE, "accuracy.py"), options.statcli]
        results["digits"] = json.loads(subprocess.run(accuracy, check=True, capture_output=True, text=True).stdout)

    text = report.markdown(results)
    report.save(results, options.name, text, "make bench")
    print(text)


if __name__ == "__main__":
    main()
