"""The figures of fits.py as tables: for the terminal, for results/*.json and results/*.md."""

import math

import report
from derivative_report import groups, time

NAMES = {"toolkit": "GaussFit, L-BFGS", "scipy": "SciPy L-BFGS-B"}


def fastest(rows, name):
    return min((row for row in rows if row["contestant"] == name), key=lambda row: row["search"]["processor"])


def spread(ours, theirs):
    low, high = min(theirs) / max(ours), max(theirs) / min(ours)
    return f"{report.ratio(low)} - {report.ratio(high)}"


def gradient_summary(rows):
    """One line per case, SciPy with the memory that is faster for it, by processor time. The spread is that of the rounds."""
    lines = ["| case | parameters | GaussFit | SciPy L-BFGS-B | times as fast | spread | error of GaussFit | of SciPy |",
             "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for group in groups(rows):
        ours, theirs = fastest(group, "toolkit"), fastest(group, "scipy")
        mine, peer = ours["search"], theirs["search"]
        cells = [f"{ours['title']}", f"{ours['parameters']:,}", time(mine["processor"]), time(peer["processor"])]
        cells += [report.ratio(peer["processor"] / mine["processor"]), spread(mine["processorRounds"], peer["processorRounds"])]
        cells += [f"{ours['distance']:.1e}", f"{theirs['distance']:.1e}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def gradient_details(rows):
    lines = ["| case | contestant | memory | iterations | evaluations | processor | times the fastest | wall |",
             "|---|---|--:|--:|--:|--:|--:|--:|"]
    for group in groups(rows):
        ordered = sorted(group, key=lambda row: row["search"]["processor"])
        best = ordered[0]["search"]["processor"]
        for row in ordered:
            search = row["search"]
            lines.append(
                f"| {row['title']} | {NAMES[row['contestant']]} | {row['memory']} | {row['iterations']} | {row['evaluations']} "
                f"| {time(search['processor'])} | {report.ratio(search['processor'] / best)} | {time(search['wall'])} |")
    return lines


def threads(rows):
    result = {}
    for row in rows:
        result.setdefault(row["threads"], []).append(row)
    return result


def processes(rows):
    """One line per number of threads and contestant, fastest first."""
    lines = ["| threads | program | wall, median of rounds | min - max | processor | peak memory |", "|--:|---|--:|--:|--:|--:|"]
    for count, group in threads(rows).items():
        for row in sorted(group, key=lambda row: row["wallSeconds"]):
            lines.append(
                f"| {count} | {row['program']} | {report.seconds(row['wallSeconds'])} ({row['runs']}) "
                f"| {report.seconds(row['wallSecondsMin'])} - {report.seconds(row['wallSecondsMax'])} "
                f"| {report.seconds(row['processorSeconds'])} | {row['peakMiB']:.0f} MiB |")
    return lines


def beside(rows):
    """How many times as fast statcli is as a peer with that many threads or fewer: small products can be slower with two. The spread is that
    of the rounds."""
    lines = ["| threads | | beside | its threads | times as fast | spread |", "|--:|---|---|--:|--:|--:|"]
    for count, group in threads(rows).items():
        for ours in (row for row in group if row["program"].startswith("statcli")):
            for name in (row["program"] for row in group if not row["program"].startswith("statcli")):
                same = (row for row in rows if row["program"] == name and row["threads"] <= count)
                peer = min(same, key=lambda row: row["wallSeconds"])
                low, high = peer["wallSecondsMin"] / ours["wallSecondsMax"], peer["wallSecondsMax"] / ours["wallSecondsMin"]
                lines.append(
                    f"| {count} | {ours['program']} | {name} | {peer['threads']} | {report.ratio(peer['wallSeconds'] / ours['wallSeconds'])} "
                    f"| {report.ratio(low)} - {report.ratio(high)} |")
    return lines


def judged_missing(found):
    ours, theirs = found["statcli"], found["numpy"]
    steps = f"{ours['steps']} of EM, {ours['iterations']} of Newton" if ours["iterations"] else f"{ours['steps']} of EM"
    difference = ours["logLikelihood"] - theirs["logLikelihood"]
    return [
        "| fit | log-likelihood of the observed cells | as told by itself | iterations | the next step of EM would move it by |", "|---|--:|--:|---|--:|",
        f"| statcli | {ours['logLikelihood']!r} | {ours['told']!r} | {steps} | {ours['nextStep']:.1e} |",
        f"| NumPy EM | {theirs['logLikelihood']!r} | - | {theirs['steps']} of EM | {theirs['nextStep']:.1e} |", "",
        f"Both log-likelihoods are taken by the same function of NumPy, pattern by pattern; statcli's is {abs(difference):.1e} "
        f"{'above' if difference >= 0 else 'below'}, where doubles of this size are {math.ulp(theirs['logLikelihood']):.1e} apart. Moves, and the difference "
        f"of the two fits, {found['difference']:.1e}, are relative to the largest entry of the covariance."]


def judged_mardia(found):
    lines = ["| | b1 | p, skewness | b2 | p, kurtosis |", "|---|--:|--:|--:|--:|"]
    for name, title in (("statcli", "statcli"), ("numpy", "NumPy")):
        row = found[name]
        lines.append(f"| {title} | {row['b1']:.12g} | {row['skewness']:.12g} | {row['b2']:.12g} | {row['kurtosis']:.12g} |")
    return lines


def titled(name, rows):
    return f"## {name}: {rows[0]['title']}"


def markdown(results):
    lines = report.heading(results)
    if results["quick"]:
        lines += ["**Small cases, one round: these figures mean nothing.**", ""]
    lines += [f"The toolkit's products: {results['library']}. Medians of {results['rounds']} rounds, in which contestants take turns, "
              f"each in a process of its own on as many cores as threads; load {results['loadAtEnd']:.1f} at the end.", ""]
    if results.get("gradient"):
        lines += ["## The fit from moments, by gradients", "",
                  "One thread on one core, processor time; a process takes the median of seven batches. From mean 0 and covariance I until the largest "
                  f"entry of the gradient is {results['gradientBound']:g} of that at the start. The error is the largest, of mean and covariance, from the "
                  "closed form, relative to the largest entry of the covariance, and the larger of the two memories'.", "",
                  *gradient_summary(results["gradient"]), "", *gradient_details(results["gradient"]), ""]
    if results.get("missing"):
        part = results["missing"]
        lines += [titled("Missing cells", part["rows"]), "",
                  "From the CSV file in the page cache to the answer; \"alone\" is EM on the array in memory. NumPy's processes take no log-likelihood.", "",
                  *beside(part["rows"]), "", *processes(part["rows"]), "", *judged_missing(part["judged"]), ""]
    if results.get("wide"):
        part = results["wide"]
        told = part["told"]
        lines += [titled("Many columns", part["rows"]), "",
                  f"A file of {part['bytes'] / 1e6:,.0f} MB; {told['steps']} steps of EM, {told['iterations']} of Newton, log-likelihood "
                  f"{told['logLikelihood']!r}.", "", *processes(part["rows"]), ""]
    if results.get("mardia"):
        part = results["mardia"]
        lines += [titled("Mardia's tests", part["rows"]), "",
                  "`statcli gauss test` reads the file, runs all tests of its page and looks for outliers; NumPy takes skewness and kurtosis, and \"alone\" has "
                  "the array in memory.", "", *beside(part["rows"]), "", *processes(part["rows"]), "", *judged_mardia(part["judged"]), ""]
    lines += [f"The least memory that can be seen of a process is {results['memoryFloorMiB']:.0f} MiB (`true`).", ""]
    return "\n".join(lines)


def save(results, name):
    report.save(results, name, markdown(results), "make bench-fits")
