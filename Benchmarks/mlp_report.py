"""The figures of mlp.py as tables: for the terminal, for results/*.json and results/*.md."""

import statistics

import report
from derivative_report import time
from fit_report import processes
from mlp_cases import NETWORKS

NAMES = {
    "toolkit": "MLP", "sklearn": "scikit-learn", "torch": "PyTorch", "torch-compile": "torch.compile", "jax-step": "JAX, step",
    "jax-epoch": "JAX, whole epoch", "c": "bare C",
}
OURS, LIMIT = "toolkit", "c"


def gflops(row):
    return row["samples"] * row["flops"] / row["seconds"] * 1e-9


def mark(ratio, high, wanted):
    return f"{wanted:g}" + ("" if ratio >= wanted else " (within the spread)" if high >= wanted else " (missed)")


def groups(rows):
    """Rows by network, batch and number of threads."""
    result = {}
    for row in rows:
        result.setdefault((row["network"], row["batch"], row["threads"]), {})[row["contestant"]] = row
    return result


def spread(ours, theirs, key):
    return min(theirs[key]) / max(ours[key]), max(theirs[key]) / min(ours[key])


def beside(rows):
    """The toolkit beside the fastest peer with as many threads or fewer, scikit-learn, and the bare loop; by processor time with one thread, by
    wall time with two."""
    found = groups(rows)
    lines = ["| network | batch | threads | MLP | GFLOP/s | fastest peer, its threads | its time | times as fast | spread | wanted | times scikit-learn "
             "| of the bare C loop |", "|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|"]
    for (name, batch, threads), group in found.items():
        clock, rounds = ("processor", "secondsRounds") if threads == 1 else ("wall", "wallRounds")
        ours = group.get(OURS)
        peers = [row for (n, b, t), g in found.items() if (n, b) == (name, batch) and t <= threads for row in g.values()
                 if row["contestant"] not in (OURS, LIMIT)]
        if not ours or not peers:
            continue
        best = min(peers, key=lambda row: row["epoch"][clock])
        learn = min((row["epoch"][clock] for row in peers if row["contestant"] == "sklearn"), default=None)
        mine, wanted = ours["epoch"][clock], next(n for n in NETWORKS if n.name == name).wanted[batch]
        ratio, (low, high) = best["epoch"][clock] / mine, spread(ours, best, rounds)
        lines.append(
            f"| {name} | {batch} | {threads} | {time(mine)} | {gflops(ours):.1f} | {NAMES[best['contestant']]}, {best['threads']} "
            f"| {time(best['epoch'][clock])} | {report.ratio(ratio)} | {report.ratio(low)} - {report.ratio(high)} | {mark(ratio, high, wanted)} "
            f"| {report.ratio(learn / mine) if learn else '-'} | {group[LIMIT]['seconds'] / ours['seconds']:.2f} |")
    return lines


def all_epochs(rows):
    """GFLOP/s of everyone: a line per network, batch and number of threads."""
    names = [name for name in NAMES if any(row["contestant"] == name for row in rows)]
    lines = ["| network | batch | threads | " + " | ".join(NAMES[name] for name in names) + " | products of the loop |",
             "|---|--:|--:|" + "--:|" * (len(names) + 1)]
    for (name, batch, threads), group in groups(rows).items():
        cells = [f"{gflops(group[c]):.1f} ({group[c]['samples'] / group[c]['seconds'] / 1e3:,.0f})" for c in names]
        limit = group[LIMIT]
        clock = "processor" if threads == 1 else "wall"
        cells.append(f"{limit['samples'] * limit['flops'] / limit['products'][clock] * 1e-9:.1f}")
        lines.append(f"| {name} | {batch} | {threads} | " + " | ".join(cells) + " |")
    return lines


def accuracies(found):
    """Errors in per cent by seeds; of folds, their mean."""
    lines = ["| program | error, mean of seeds | least - most | by seeds | a fit |", "|---|--:|--:|---|--:|"]
    for name, title in (("statcli", "statcli mlp train"), ("sklearn", "scikit-learn")):
        if name not in found:
            continue
        seeds = [seed if isinstance(seed, list) else [seed] for seed in found[name]]
        errors = [100 * (1 - statistics.mean(fit["accuracy"] for fit in fits)) for fits in seeds]
        seconds = statistics.median(fit["seconds"] for fits in seeds for fit in fits)
        lines.append(
            f"| {title} | {statistics.mean(errors):.2f} % | {min(errors):.2f} - {max(errors):.2f} % "
            f"| {', '.join(f'{e:.2f}' for e in errors)} | {time(seconds)} |")
    return lines


def memory_line(found):
    if found is None:
        return "The program has no such command."
    beyond = found["peak"] - found["data"]
    judged = "" if beyond <= found["wanted"] else " (missed)"
    return (f"Three epochs take {found['peak']:.0f} MB at the peak, {beyond:.0f} MB beyond the {found['data']:.0f} MB of the inputs as floats; at most "
            f"{found['wanted']} MB are wanted{judged}. {time(found['wall'])} from the CSV file.")


def scaling(rows):
    """Two threads beside one, by wall time."""
    found = groups(rows)
    lines = ["| network | batch | one thread | two threads | times as fast | spread | wanted |", "|---|--:|--:|--:|--:|--:|--:|"]
    for (name, batch, threads), group in found.items():
        one = found.get((name, batch, 1), {}).get(OURS)
        if threads != 2 or not one or OURS not in group:
            continue
        two = group[OURS]
        network = next(n for n in NETWORKS if n.name == name)
        before, after = one["epoch"]["wall"], two["epoch"]["wall"]
        low, high = min(one["wallRounds"]) / max(two["wallRounds"]), max(one["wallRounds"]) / min(two["wallRounds"])
        lines.append(f"| {name} | {batch} | {time(before)} | {time(after)} | {report.ratio(before / after)} | {report.ratio(low)} - {report.ratio(high)} "
                     f"| {mark(before / after, high, network.scaling[batch])} |")
    return lines


def markdown(results):
    lines = report.heading(results)
    lines += [f"The toolkit's products: {results['library']}. Medians of {results['rounds']} rounds, in which contestants take turns, each in a process of its own on as many cores as threads; load "
              f"{results['loadAtEnd']:.1f} at the end.", ""]
    if results.get("epochs"):
        rates = ", ".join(f"{rate:.0f} GFLOP/s with {threads} thread{'s' if int(threads) > 1 else ''}" for threads, rate in results["rates"].items())
        lines += ["## Epochs", "", f"sgemm of 1024 x 1024: {rates}. With one thread on one core processor time, with two wall time beside a peer with one or two.", "", *beside(results["epochs"]), "",
                  "MLP with two threads beside one, by wall time:", "", *scaling(results["epochs"]), "",
                  "GFLOP/s of the products that a step needs, and thousands of samples a second:", "", *all_epochs(results["epochs"]), ""]
    if results.get("command"):
        lines += ["## A short training, from the CSV file", "", "`samples/digits.csv`, 50 epochs, start and reading included.", "",
                  *processes(results["command"]), ""]
    if results.get("digits"):
        lines += ["## UCI digits, ten stratified folds", "", "64-100-10 by the defaults of both, with one thread. The time of a fit of statcli is that of the process, reading included.", "",
                  *accuracies(results["digits"]), ""]
    for kind, title in (("plain", "256-100-10 by the defaults of both"), ("shifted", "256-256-10 on images shifted by a pixel")):
        if results.get("usps"):
            lines += [f"## USPS, {title}", "", *accuracies(results["usps"][kind]), ""]
    if "memory" in results:
        lines += ["## Memory: 60,000 x 784", "", memory_line(results["memory"]), ""]
    return "\n".join(lines)


def save(results, name):
    report.save(results, name, markdown(results), "make bench-mlp")
