"""The figures as a table: for the terminal, for results/*.json and for results/RESULTS.md."""

import json
import os

from cases import HERE

RESULTS = os.path.join(HERE, "results")


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.3f} s"


def ratio(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def whole_process_table(rows):
    """One line per case, thread count and contestant, fastest first within a case; ratios are to statcli."""
    lines = ["| case | threads | program | wall, median of runs | min - max | times statcli | processor | peak memory |",
             "|---|--:|---|--:|--:|--:|--:|--:|"]
    groups = {}
    for row in rows:
        groups.setdefault((row["case"], row["threads"]), []).append(row)
    for (case, threads), group in groups.items():
        ours = next((r["wallSeconds"] for r in group if r["program"] == "statcli"), None)
        for r in sorted(group, key=lambda r: r["wallSeconds"]):
            times = ratio(r["wallSeconds"] / ours) if ours else "-"
            spread = f"{seconds(r['wallSecondsMin'])} - {seconds(r['wallSecondsMax'])}"
            lines.append(f"| {case} | {threads} | {r['program']} | {seconds(r['wallSeconds'])} ({r['runs']}) | {spread} "
                         f"| {times} | {seconds(r['processorSeconds'])} | {r['peakMiB']:.0f} MiB |")
    return lines


def in_memory_table(rows):
    lines = ["| array | threads | method | median | times Moments |", "|---|--:|---|--:|--:|"]
    groups = {}
    for row in rows:
        groups.setdefault((row["array"], row["threads"]), []).append(row)
    for (array, threads), group in groups.items():
        ours = next(r["seconds"] for r in group if r["method"] == "Moments")
        for r in sorted(group, key=lambda r: r["seconds"]):
            lines.append(f"| {array} | {threads} | {r['method']} | {seconds(r['seconds'])} | {ratio(r['seconds'] / ours)} |")
    return lines


def digits_table(found):
    names = list(next(iter(found.values())))
    lines = ["| program | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
    for program, digits in found.items():
        lines.append(f"| {program} | " + " | ".join(f"{digits[name]:.1f}" for name in names) + " |")
    return lines


def heading(results):
    machine, versions = results["machine"], results["versions"]
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return [f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, load {machine['load']:.1f} at the start; "
            f"{named}.", ""]


def markdown(results):
    lines = heading(results)
    if results.get("wholeProcess"):
        lines += ["Whole process, file in the page cache: start, read, fit, print.", ""]
        lines += whole_process_table(results["wholeProcess"]) + [""]
        lines += [f"The least memory that can be seen this way is {results['memoryFloorMiB']:.0f} MiB (`true`).", ""]
    if results.get("inMemory"):
        lines += ["In memory: mean and scatter of an array of doubles that is there already.", ""]
        lines += in_memory_table(results["inMemory"]) + [""]
    if results.get("digits"):
        lines += ["Correct digits of the standard deviation (at most 15 can be told) on two NIST data sets.", ""]
        lines += digits_table(results["digits"]) + [""]
    return "\n".join(lines)


def save(results, name, text, command):
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, f"{name}.json"), "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    with open(os.path.join(RESULTS, f"{name}.md"), "w") as out:
        out.write(f"# Results\n\nWritten by `{command}`.\n\n" + text)
