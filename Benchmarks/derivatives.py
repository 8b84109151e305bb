"""Derivatives side by side with JAX, PyTorch and hand-written NumPy: value and gradients, and Hessians, on the same inputs, on
one core. Answers must agree before anything is timed; contestants take turns, each in a process of its own.

    python3 Benchmarks/derivatives.py                            everything (about 20 minutes)
    python3 Benchmarks/derivatives.py --cases trace-500          one case
    python3 Benchmarks/derivatives.py --help                     the other options
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import derivative_report
import measure
from bench import CACHE, ROOT, peers_python
from cases import HERE
from derivative_cases import CASES, NETWORKS

PEERS = ["numpy", "jax", "torch"]
PARTS = ["gradient", "hessian", "networks", "newton", "functions", "identities"]
TOLERANCE = 1e-8
IDENTITIES = os.path.join(ROOT, "Tests", "MatDerivTests", "Fixtures", "identities.json")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [c.name for c in CASES]
    parser.add_argument("--cases", nargs="*", default=names, choices=names, metavar="CASE", help=", ".join(names))
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contestant (default: 3)")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--data", default=os.path.join(CACHE, "data"), help="where the inputs shall be")
    venv = os.path.join(CACHE, "venv-derivatives")
    parser.add_argument("--venv", default=venv, help="the Python environment of the peers")
    program = os.path.join(ROOT, ".build", "benchmarks", "release", "Derivatives")
    parser.add_argument("--program", default=program, help="the program of Derivatives/")
    parser.add_argument("--name", default="derivatives", help="name of the result files (default: derivatives)")
    return parser.parse_args()


def output(command):
    """Standard output of a run on one core with one thread."""
    with tempfile.NamedTemporaryFile("r") as file:
        measure.run(command, 1, file.name)
        return file.read()


def peers_script(options, *words):
    return [options.python, os.path.join(HERE, "derivative_peers.py"), *words]


def command(contestant, verb, case, question, options):
    if contestant == "toolkit":
        return [options.program, verb, case.path(options.data), question]
    return peers_script(options, verb, options.data, case.name, question, contestant)


def contestants(case, question, options):
    """The toolkit first. For the Gaussian, automatic differentiation also gets the form by Cholesky, where a matrix of this
    size makes it worth while."""
    peers = list(options.peers)
    if case.function == "gaussian":
        peers += [f"{peer}-cholesky" for peer in peers if peer != "numpy"]
    return ["toolkit", *peers]


def compare(case, question, names, options):
    """Has everyone write the answer, and stops if two are different."""
    for name in names:
        output(command(name, "answer", case, question, options))
    worst = json.loads(output(peers_script(options, "compare", options.data, case.name, question, *names)))
    for peer, difference in worst.items():
        if not difference <= TOLERANCE:
            raise SystemExit(f"{case.name}: {question} of {peer} differs by {difference:.1e} of the largest entry")
    return max(worst.values(), default=0.0)


def figures(case, question, options):
    """One row per contestant: medians over the rounds, and the least and the most wall time of all batches."""
    names = contestants(case, question, options)
    difference = compare(case, question, names, options)
    found = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            found[name].append(json.loads(output(command(name, "time", case, question, options))))
    rows = []
    for name, runs in found.items():
        seconds = [run["seconds"] for run in runs]
        row = {
            "case": case.name, "title": case.title, "question": question, "contestant": name, "difference": difference,
            "wanted": case.hessian_factor if question == "hessian" else case.factor,
            "processor": statistics.median(s["processor"] for s in seconds),
            "processorRounds": [s["processor"] for s in seconds],
            "wall": statistics.median(s["median"] for s in seconds),
            "wallMin": min(s["min"] for s in seconds), "wallMax": max(s["max"] for s in seconds),
        }
        for key in ("deriveSeconds", "compileSeconds", "firstCallSeconds"):
            if key in runs[0]:
                row[key] = statistics.median(run[key] for run in runs)
        for key in ("flops", "steps", "inputs", "workspaceBytes"):
            if key in runs[0]:
                row[key] = runs[0][key]
        rows.append(row)
    return rows


def beside_products(case, options):
    runs = [json.loads(output([options.program, "products", case.path(options.data)])) for _ in range(options.rounds)]
    ratios = [run["plan"]["processor"] / run["products"]["processor"] for run in runs]
    return {
        "title": case.title, "wanted": case.factor, "ratio": statistics.median(ratios), "ratios": ratios,
        "plan": statistics.median(run["plan"]["processor"] for run in runs),
        "products": statistics.median(run["products"]["processor"] for run in runs),
        "productFlops": runs[0]["productFlops"],
    }


def commit():
    """Which state of the toolkit this is."""
    found = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return found.stdout.strip() or "of unknown commit"


def main():
    options = arguments()
    if not os.path.exists(options.program):
        raise SystemExit(f"{options.program} is not there: `make bench-deriv` builds it")
    options.python = peers_python(options.venv, "requirements-derivatives.txt")
    chosen = [case for case in CASES if case.name in options.cases]
    output(peers_script(options, "prepare", options.data, *{c.name: c for c in chosen + NETWORKS}))
    results = {
        "machine": measure.machine(),
        "library": output([options.program, "library"]).strip(),
        "versions": {"MatDeriv": commit(), **json.loads(output(peers_script(options, "versions")))},
        "rounds": options.rounds,
    }
    for question in ("gradient", "hessian"):
        results[question] = []
        for case in chosen:
            if question in options.parts and (question == "gradient" or case.hessian):
                print(f"{question}: {case.name}", file=sys.stderr, flush=True)
                results[question] += figures(case, question, options)
    if "networks" in options.parts:
        results["networks"] = [beside_products(case, options) for case in NETWORKS]
    if "newton" in options.parts:
        results["newton"] = [json.loads(output([options.program, "newton"])) for _ in range(options.rounds)]
    if "functions" in options.parts:
        results["functions"] = json.loads(output([options.program, "functions"]))
    if "identities" in options.parts:
        results["identities"] = json.loads(output([options.program, "identities", IDENTITIES]))
        results["sympy"] = json.loads(output(peers_script(options, "sympy")))
    results["loadAtEnd"] = os.getloadavg()[0]
    derivative_report.save(results, options.name)
    print(derivative_report.markdown(results))


if __name__ == "__main__":
    main()
