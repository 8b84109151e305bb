"""What statcli's networks are worth and what they take, as whole commands: training and evaluation of CSV files beside scikit-learn on the same
rows, time of a short training, memory of a long one. A program without the command is told, and no error."""

import json
import os
import subprocess
import tempfile

import measure
from bench import ROOT
from cases import HERE
from mlp_cases import FOLDS, LARGE, fold_path, large_path, usps_path

SAMPLE = os.path.join(ROOT, "samples", "digits.csv")
EPOCHS = 50
# Of the process beyond its data, in MB, at most.
MEMORY = 64


def has_command(options):
    return subprocess.run([options.statcli, "mlp", "train", "--help"], capture_output=True).returncode == 0


def output(command):
    with tempfile.NamedTemporaryFile("r") as file:
        measure.run(command, 1, file.name)
        return file.read()


def peers(options, *words):
    return [options.python, os.path.join(HERE, "mlp_peers.py"), *words]


def data(options, *words):
    subprocess.run([options.python, os.path.join(HERE, "mlp_cases.py"), *words], check=True)


def train(options, table, model, threads, *words):
    return [options.statcli, "mlp", "train", table, "--target", "label", "--threads", str(threads), "--quiet", *words, "-o", model, "--force"]


def trained(options, table, test, seed, *words):
    """The same keys as the peers tell. One thread: so small networks gain nothing by two, and results do not depend on them."""
    with tempfile.TemporaryDirectory() as directory:
        model = os.path.join(directory, "model.mlp")
        run = measure.run(train(options, table, model, 1, "--seed", str(seed), *words), 1)
        told = json.loads(output([options.statcli, "mlp", "evaluate", model, test, "--json"]))
    return {"accuracy": told["accuracy"], "seconds": run["wall"]}


def digits(options):
    """By seeds, the folds of each: of both contestants."""
    data(options, "folds", options.data)
    seeds = range(1, options.seeds + 1)
    result = {"sklearn": json.loads(output(peers(options, "digits", str(options.seeds))))}
    if has_command(options):
        files = [[fold_path(options.data, kind, fold) for kind in ("train", "test")] for fold in range(FOLDS)]
        result["statcli"] = [[trained(options, *pair, seed) for pair in files] for seed in seeds]
    return result


def usps(options):
    data(options, "usps", options.usps, options.data)
    seeds = range(1, options.seeds + 1)
    files = [usps_path(options.data, kind) for kind in ("train", "test")]
    result = {}
    for kind, words in (("plain", []), ("shifted", ["--augment", "shift:1", "--hidden", "256"])):
        found = {"sklearn": json.loads(output(peers(options, "usps", options.usps, str(options.seeds), kind)))}
        if has_command(options):
            found["statcli"] = [trained(options, *files, seed, *words) for seed in seeds]
        result[kind] = found
    return result


def command(options):
    """A short training as a whole process."""
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        model = os.path.join(directory, "model.mlp")
        for threads in options.threads:
            commands = {"scikit-learn, whole process": peers(options, "table", SAMPLE, str(EPOCHS))}
            if has_command(options):
                words = [options.statcli, "mlp", "train", SAMPLE, "--epochs", str(EPOCHS), "-o", model, "--force", "--threads", str(threads)]
                commands = {"statcli mlp train": words, **commands}
            runs = {name: [] for name in commands}
            for _ in range(options.rounds):
                for name, words in commands.items():
                    runs[name].append(measure.run(words, threads))
            rows += [{"threads": threads, "program": name, **measure.summary(found)} for name, found in runs.items()]
    return rows


def memory(options):
    """Peak of a process that trains on a large table, in MB, and of its data, as floats."""
    if not has_command(options):
        return None
    data(options, "large", options.data)
    threads = max(options.threads)
    with tempfile.TemporaryDirectory() as directory:
        model = os.path.join(directory, "model.mlp")
        run = measure.run(train(options, large_path(options.data), model, threads, "--epochs", "3"), threads)
    return {"peak": run["memory"] * 2**20 / 1e6, "data": 4 * LARGE[0] * LARGE[1] / 1e6, "wall": run["wall"], "wanted": MEMORY}
