"""Networks side by side with scikit-learn, PyTorch and JAX: epochs of training on the same samples, whole commands, accuracies, memory.
Contestants take turns, each in a process of its own.

    python3 Benchmarks/mlp.py                            all but USPS (about an hour, 0.3 GB of data)
    python3 Benchmarks/mlp.py --usps DIRECTORY           with it: zip.train.gz and zip.test.gz are there
    python3 Benchmarks/mlp.py --parts epochs --rounds 1  one part
    python3 Benchmarks/mlp.py --help                     the other options
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import measure
import mlp_accuracy
import mlp_report
from bench import CACHE, ROOT, peers_python
from cases import HERE
from derivatives import commit
from mlp_cases import BATCHES, NETWORKS

PEERS = ["sklearn", "torch", "torch-compile", "jax-step", "jax-epoch"]
PARTS = ["epochs", "command", "digits", "usps", "memory"]
LOSS = 1.3  # of the loss after three epochs, how many times as large the largest may be as the smallest


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [n.name for n in NETWORKS]
    parser.add_argument("--cases", nargs="*", default=names, choices=names, metavar="NETWORK", help=", ".join(names))
    parser.add_argument("--batches", nargs="+", type=int, default=BATCHES, choices=BATCHES, help="batch sizes (default: 32 128 512)")
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], help="thread counts of epochs (default: 1 2)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant (default: 5)")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each kind whose accuracy is taken (default: 5)")
    parser.add_argument("--usps", metavar="DIRECTORY", help="where zip.train.gz and zip.test.gz are; without, that part is left out")
    parser.add_argument("--data", default=os.path.join(CACHE, "data"), help="where the data are or shall be")
    parser.add_argument("--venv", default=os.path.join(CACHE, "venv-mlp"), help="the Python environment of the peers")
    build = os.path.join(ROOT, ".build")
    parser.add_argument("--statcli", default=os.path.join(build, "release", "statcli"), help="the program to compare")
    program = os.path.join(build, "benchmarks", "release", "Networks")
    parser.add_argument("--program", default=program, help="the program of Networks/")
    parser.add_argument("--step", default=os.path.join(build, "mlp-step"), help="the program of mlp_step.c")
    parser.add_argument("--name", default="mlp", help="name of the result files (default: mlp)")
    return parser.parse_args()


def output(command, threads=1):
    """Standard output of a run on so many cores."""
    with tempfile.NamedTemporaryFile("r") as file:
        measure.run(command, threads, file.name)
        return file.read()


def answer(command, threads=1):
    return json.loads(output(command, threads))


def peers(options, *words):
    return [options.python, os.path.join(HERE, "mlp_peers.py"), *words]


# Epochs in memory.

def contestants(network, threads, options):
    """The toolkit, the peers, and the bare loop in C, each of which times all batches in one process."""
    batches = [str(batch) for batch in options.batches]
    path = network.path(options.data)
    x, y = os.path.join(path, "x.f32"), os.path.join(path, "y.i32")
    sizes = ",".join(map(str, network.sizes))
    result = {}
    if os.path.exists(options.program):
        result["toolkit"] = [options.program, "epochs", x, y, sizes, str(threads), *batches]
    for peer in options.peers:
        result[peer] = peers(options, "epochs", peer, options.data, network.name, *batches)
    result["c"] = [options.step, "epochs", x, y, sizes, *batches]
    return result


def epochs(network, threads, options):
    """One row per batch and contestant: medians over the rounds."""
    commands = contestants(network, threads, options)
    found = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            found[name].append(answer(command, threads))
    rows = []
    for i, batch in enumerate(options.batches):
        for name, runs in found.items():
            told = [run[i] for run in runs]
            row = {"network": network.name, "batch": batch, "threads": threads, "contestant": name, "loss": told[0]["loss"],
                   "samples": network.samples, "flops": network.flops}
            for key in ("epoch", "products", "optimiser", "gathering"):
                if key in told[0]:
                    row[key] = {clock: statistics.median(t[key][clock] for t in told) for clock in ("wall", "processor")}
            # With one thread on one core, wall time less what other programs took of the core.
            clock = "processor" if threads == 1 else "wall"
            row["seconds"] = row["epoch"][clock]
            row["secondsRounds"] = [t["epoch"][clock] for t in told]
            row["wallRounds"] = [t["epoch"]["wall"] for t in told]
            if "cut" in told[0]:
                row["cut"] = told[0]["cut"]
            if "firstEpochSeconds" in told[0]:
                row["firstEpochSeconds"] = statistics.median(t["firstEpochSeconds"] for t in told)
            rows.append(row)
        losses = {row["contestant"]: row["loss"] for row in rows if row["batch"] == batch}
        if not max(losses.values()) <= LOSS * min(losses.values()):
            raise SystemExit(f"{network.name}, batch {batch}: losses after three epochs differ: {losses}")
    return rows


def rates(options):
    """GFLOP/s of a large product: the most that a step could have."""
    return {threads: max(answer([options.step, "rate"], threads)["gflops"] for _ in range(options.rounds)) for threads in options.threads}


def main():
    options = arguments()
    for program in (options.step, options.statcli):
        if not os.path.exists(program):
            raise SystemExit(f"{program} is not there: `make bench-mlp` builds it")
    options.python = peers_python(options.venv, "requirements-mlp.txt")
    chosen = [network for network in NETWORKS if network.name in options.cases]
    told = output([options.statcli, "--version"]).split("\n")[0].removeprefix("statcli ")
    library = output([options.program, "library"]).strip() if os.path.exists(options.program) else "not built"
    results = {
        "machine": measure.machine(),
        "library": library,
        "versions": {"statcli": told, "MLP": commit(), **answer(peers(options, "versions"))},
        "rounds": options.rounds,
    }
    if "epochs" in options.parts:
        subprocess.run([options.python, os.path.join(HERE, "mlp_cases.py"), "epochs", options.data, *[n.name for n in chosen]], check=True)
        results["rates"], results["epochs"] = rates(options), []
        for network in chosen:
            for threads in options.threads:
                print(f"epochs: {network.name}, threads: {threads}", file=sys.stderr, flush=True)
                results["epochs"] += epochs(network, threads, options)
    parts = {
        "command": mlp_accuracy.command, "digits": mlp_accuracy.digits, "usps": mlp_accuracy.usps, "memory": mlp_accuracy.memory,
    }
    for name, part in parts.items():
        if name in options.parts and (name != "usps" or options.usps):
            print(name, file=sys.stderr, flush=True)
            results[name] = part(options)
    results["loadAtEnd"] = os.getloadavg()[0]
    mlp_report.save(results, options.name)
    print(mlp_report.markdown(results))


if __name__ == "__main__":
    main()
