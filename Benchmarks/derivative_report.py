"""The figures of derivatives.py as tables: for the terminal, for results/*.json and results/*.md."""

import statistics

import report

NAMES = {
    "toolkit": "MatDeriv", "numpy": "NumPy by hand", "jax": "JAX jit", "torch": "PyTorch",
    "jax-cholesky": "JAX jit, by Cholesky", "torch-cholesky": "PyTorch, by Cholesky",
}


def time(seconds):
    """Three digits in the unit that suits."""
    for unit, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= unit:
            break
    else:
        unit, name = 1e-9, "ns"
    value = seconds / unit
    return f"{value:.2f} {name}" if value < 10 else f"{value:.1f} {name}" if value < 100 else f"{value:.0f} {name}"


def groups(rows):
    result = {}
    for row in rows:
        result.setdefault(row["case"], []).append(row)
    return list(result.values())


def summary(rows, automatic=False):
    """One line per case: the toolkit beside the fastest peer, by processor time. The spread is that of the rounds.

    `automatic` leaves out what a person derived by hand: a Hessian whose structure is known beforehand."""
    lines = ["| case | MatDeriv | GFLOP/s | fastest peer | its time | times as fast | spread | by wall time | wanted |",
             "|---|--:|--:|---|--:|--:|--:|--:|--:|"]
    for group in groups(rows):
        ours, peers = group[0], [row for row in group[1:] if not automatic or row["contestant"] != "numpy"]
        if not peers:
            continue
        best = min(peers, key=lambda row: row["processor"])
        ratio = best["processor"] / ours["processor"]
        low = min(best["processorRounds"]) / max(ours["processorRounds"])
        high = max(best["processorRounds"]) / min(ours["processorRounds"])
        walls = min(row["wall"] for row in peers) / ours["wall"]
        mark = "" if ratio >= ours["wanted"] else " (within the spread)" if high >= ours["wanted"] else " (missed)"
        lines.append(
            f"| {ours['title']} | {time(ours['processor'])} | {ours['flops'] / ours['processor'] / 1e9:.1f} "
            f"| {NAMES[best['contestant']]} | {time(best['processor'])} | {report.ratio(ratio)} "
            f"| {report.ratio(low)} - {report.ratio(high)} | {report.ratio(walls)} | {ours['wanted']:g}{mark} |")
    return lines


def details(rows):
    lines = ["| case | contestant | processor | times MatDeriv | wall | min - max of batches | derive + compile |",
             "|---|---|--:|--:|--:|--:|--:|"]
    for group in groups(rows):
        ours = group[0]["processor"]
        for row in sorted(group, key=lambda row: row["processor"]):
            compilation = row.get("firstCallSeconds")
            if "compileSeconds" in row:
                compilation = row["deriveSeconds"] + row["compileSeconds"]
            shown = time(compilation) if row["contestant"] == "toolkit" or row["contestant"].startswith("jax") else "-"
            lines.append(
                f"| {row['title']} | {NAMES[row['contestant']]} | {time(row['processor'])} "
                f"| {report.ratio(row['processor'] / ours)} | {time(row['wall'])} | {time(row['wallMin'])} - {time(row['wallMax'])} "
                f"| {shown} |")
    return lines


def networks_table(rows):
    lines = ["| network | loss and gradients | bare sgemm | GFLOP/s of these | ratio | of single rounds | wanted |",
             "|---|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        mark = "" if row["ratio"] <= row["wanted"] else " (missed)"
        lines.append(
            f"| {row['title']} | {time(row['plan'])} | {time(row['products'])} | {row['productFlops'] / row['products'] / 1e9:.0f} "
            f"| {row['ratio']:.2f} | {min(row['ratios']):.2f} - {max(row['ratios']):.2f} | {row['wanted']:g}{mark} |")
    return lines


def newton_text(runs):
    """The Hessian of a factor: kron(2V'V, I), never formed."""
    step = statistics.median(run["seconds"] for run in runs)
    memory = max(run["peakMiB"] for run in runs)
    return (f"The factor U of \\|\\|T - UV'\\|\\|^2, T 20,000 x 100, {runs[0]['parameters']:,} parameters: from zero to a gradient of "
            f"{max(run['gradientNorm'] for run in runs):.0e} in {runs[0]['iterations']} iterations and {time(step)}, derivation and compilation "
            f"{time(statistics.median(run['compileSeconds'] for run in runs))}; the whole process, data included, takes at most {memory:.0f} MiB. "
            "The Hessian as an array would take 80 GB.")


def functions_table(rows):
    lines = ["| function | element | plan, each | libm, each | times as fast |", "|---|---|--:|--:|--:|"]
    for row in rows:
        lines.append(
            f"| {row['function']} | {row['element']} | {time(row['plan'])} | {time(row['libm'])} "
            f"| {report.ratio(row['libm'] / row['plan'])} |")
    return lines


def identities_text(rows, sympy):
    worst = max(rows, key=lambda row: row["seconds"])
    ours = {row["id"]: row["seconds"] for row in rows}
    text = [f"Derived and simplified, {len(rows)} identities: median {time(statistics.median(ours.values()))}, "
            f"most {time(worst['seconds'])} (`{worst['id']}`).", ""]
    if sympy:
        text += ["| identity | MatDeriv | SymPy |", "|---|--:|--:|"]
        text += [f"| `{name}` | {time(ours[name])} | {time(seconds)} |" for name, seconds in sympy.items()]
    return text


def markdown(results):
    lines = report.heading(results)
    lines += [f"The toolkit's products: {results['library']}. float64, one thread on one core, compiled once and run many times; medians of "
              f"{results['rounds']} processes, each the median of seven batches; load {results['loadAtEnd']:.1f} at the end. Ratios are of processor "
              "time: on one core wall time is the same, but for what other programs took of it.", ""]
    titles = {"gradient": "Value and gradients", "hessian": "Hessians, beside automatic differentiation"}
    for question, title in titles.items():
        if results.get(question):
            lines += [f"## {title}", "", *summary(results[question], automatic=question == "hessian"), "", *details(results[question]), ""]
    if results.get("networks"):
        lines += ["## Networks in Float beside their products", "", *networks_table(results["networks"]), ""]
    if results.get("newton"):
        lines += ["## A Newton step in compressed form", "", newton_text(results["newton"]), ""]
    if results.get("functions"):
        lines += ["## Elementwise functions, 4,096 entries, one core", "", *functions_table(results["functions"]), ""]
    if results.get("identities"):
        lines += ["## Derivation", "", *identities_text(results["identities"], results.get("sympy")), ""]
    return "\n".join(lines)


def save(results, name):
    report.save(results, name, markdown(results), "make bench-deriv")
