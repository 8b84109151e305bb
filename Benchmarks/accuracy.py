"""Correct digits of the standard deviation of NIST's NumAcc3 and NumAcc4, read from a CSV file by each program.

    python accuracy.py STATCLI

The files are a first number and 500 pairs around it (NIST Statistical Reference Datasets, univariate): mean 1000000.2 or
10000000.2, standard deviation exactly 0.1. Reading decimals into doubles already costs half of the digits there.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

import duckdb
import numpy as np
import pandas
import polars
import pyarrow.csv

MOST = 15.0  # digits that a double can show


def write(path, whole):
    numbers = [f"{whole}.2"] + [f"{whole}.1", f"{whole}.3"] * 500
    with open(path, "w") as out:
        out.write("x\n" + "\n".join(numbers) + "\n")


def digits(found, certified=0.1):
    error = abs(found - certified) / certified
    return min(MOST, -math.log10(error)) if error else MOST


def deviations(path, statcli):
    """The sample standard deviation (divisor n - 1) that each program finds."""
    told = subprocess.run([statcli, "gauss", path, "--json"], check=True, capture_output=True, text=True)
    yield "statcli", math.sqrt(json.loads(told.stdout)["fit"]["covarianceUnbiased"][0][0])
    yield "pandas", pandas.read_csv(path)["x"].std()
    yield "polars", polars.read_csv(path)["x"].std()
    yield "duckdb", duckdb.connect().execute(f"select stddev_samp(x) from '{path}'").fetchone()[0]
    yield "pyarrow, numpy", float(np.std(pyarrow.csv.read_csv(path)["x"].to_numpy(), ddof=1))
    if shutil.which("Rscript"):
        expression = f'cat(sprintf("%.17g", sd(data.table::fread("{path}")$x)))'
        yield "data.table, R", float(subprocess.run(["Rscript", "-e", expression], capture_output=True, text=True).stdout)


def main():
    result = {}
    with tempfile.TemporaryDirectory() as directory:
        for name, whole in (("NumAcc3", 1000000), ("NumAcc4", 10000000)):
            path = os.path.join(directory, f"{name}.csv")
            write(path, whole)
            for program, found in deviations(path, sys.argv[1]):
                result.setdefault(program, {})[name] = digits(found)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
