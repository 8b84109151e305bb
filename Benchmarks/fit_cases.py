"""The cases of fits.py, and their data: moments as doubles, and CSV files, some with missing cells, the same bytes on every machine.

    python fit_cases.py DIRECTORY NAME...      writes the data of the named cases (needs numpy)
"""

import os
import sys
from dataclasses import dataclass

from cases import Case, rows, write

MASK_SEED = 77_000


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of n rows: `mean.f64` and `covariance.f64` in a directory of their own."""
    name: str
    columns: int
    part: str = "gradient"
    sample: int = 20_000

    def path(self, directory):
        return os.path.join(directory, "fits", self.name)

    @property
    def title(self):
        return f"{self.columns} columns"


@dataclass(frozen=True)
class Table(Case):
    """A CSV file. Of its cells a tenth is missing if it has patterns: so many different ones, or each row one of its own."""
    part: str = ""
    patterns: int | None = 0

    @property
    def title(self):
        if self.patterns is None:
            return f"{super().title}, 10 % of the cells missing"
        return f"{super().title}, {self.patterns} patterns" if self.patterns else super().title


CASES = [
    Moments("gradient-10", 10),
    Moments("gradient-50", 50),
    Moments("gradient-200", 200),
    Table("missing", 10**5, 20, 17, "missing", None),
    Table("1e6x10", 10**6, 10, 17, "mardia"),  # the file of bench.py
    Table("wide", 10**5, 1000, 6, "wide", 100),
]

# Small ones, to see that all parts work.
QUICK = {
    "gradient-200": Moments("gradient-quick", 20),
    "missing": Table("missing-quick", 10**4, 20, 17, "missing", None),
    "1e6x10": Table("mardia-quick", 10**5, 10, 17, "mardia"),
    "wide": Table("wide-quick", 2000, 100, 6, "wide", 20),
}


def quick(cases):
    return [QUICK.get(case.name, case) for case in cases]


def write_moments(case, directory):
    """The mean, and the covariance with divisor n, of rows as the other cases have them."""
    import numpy as np

    os.makedirs(directory + ".part", exist_ok=True)
    x = np.concatenate(list(rows(case.sample, case.columns)))
    mean = x.mean(0)
    x -= mean
    mean.tofile(os.path.join(directory + ".part", "mean.f64"))
    (x.T @ x / len(x)).tofile(os.path.join(directory + ".part", "covariance.f64"))
    os.rename(directory + ".part", directory)


def write_incomplete(case, path):
    """Cells are missing completely at random, with a probability of 0.1: in each row anew, or in each of the patterns, of which rows draw
    theirs. A missing cell is an empty field."""
    import numpy as np

    d = case.columns
    random = np.random.default_rng(MASK_SEED + d)
    patterns = random.random((case.patterns, d)) >= 0.1 if case.patterns else None
    with open(path + ".part", "w") as out:
        out.write(",".join(f"x{j}" for j in range(d)) + "\n")
        for x in rows(case.rows, d):
            if case.patterns:
                observed = patterns[random.integers(0, case.patterns, len(x))]
            else:
                observed = random.random(x.shape) >= 0.1
            form = "".join(",".join(f"%.{case.digits}g" if there else "" for there in row) + "\n" for row in observed.tolist())
            out.write(form % tuple(x[observed].tolist()))
    os.rename(path + ".part", path)


def main():
    directory, names = sys.argv[1], sys.argv[2:]
    os.makedirs(directory, exist_ok=True)
    for case in CASES + list(QUICK.values()):
        path = case.path(directory)
        if case.name not in names or os.path.exists(path):
            continue
        print(f"writing {case.name}: {case.title}", file=sys.stderr, flush=True)
        if isinstance(case, Moments):
            write_moments(case, path)
        elif case.patterns == 0:
            write(case, path)
        else:
            write_incomplete(case, path)


if __name__ == "__main__":
    main()
