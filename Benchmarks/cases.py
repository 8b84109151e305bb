"""The cases of the comparison, and the data for them: files of Gaussian rows, the same bytes on every machine.

    python cases.py DIRECTORY NAME...      writes the named cases (needs numpy)
"""

import os
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 1000


@dataclass(frozen=True)
class Case:
    name: str
    rows: int
    columns: int
    digits: int  # significant digits of each number; 0: a sample that is there already

    def path(self, directory):
        if self.digits == 0:
            return os.path.join(os.path.dirname(HERE), "samples", f"{self.name}.csv")
        return os.path.join(directory, f"gauss_{self.name}_{self.digits}.csv")

    @property
    def title(self):
        size = f"{self.rows:,} x {self.columns}"
        return f"{size}, {self.digits} digits" if self.digits else f"{self.name} ({size})"


CASES = [
    Case("1e6x10", 10**6, 10, 17),
    Case("1e5x100", 10**5, 100, 17),
    Case("1e4x500", 10**4, 500, 17),
    Case("2e7x3", 2 * 10**7, 3, 6),
    Case("iris", 150, 4, 0),
]

# n x d arrays for the comparison in memory.
SHAPES = [(10**6, 10), (10**5, 100), (10**4, 1000)]


def parameters(d, seed):
    """Mean and covariance: a random rotation of eigenvalues spaced evenly in the logarithm over [0.1, 10]."""
    import numpy as np

    random = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(random.standard_normal((d, d)))
    return random.normal(0, 3, d), (rotation * np.logspace(-1, 1, d)) @ rotation.T


def rows(n, d):
    """The rows in blocks of a million numbers."""
    import numpy as np

    mean, covariance = parameters(d, SEED + d)
    factor = np.linalg.cholesky(covariance)
    random = np.random.default_rng(SEED + d + 1)
    block = max(1, 1_000_000 // d)
    for start in range(0, n, block):
        yield mean + random.standard_normal((min(block, n - start), d)) @ factor.T


def write(case, path):
    """Writes the rows in blocks, under another name until the file is whole."""
    d = case.columns
    row = ",".join([f"%.{case.digits}g"] * d) + "\n"
    with open(path + ".part", "w") as out:
        out.write(",".join(f"x{j}" for j in range(d)) + "\n")
        for x in rows(case.rows, d):
            out.write((row * len(x)) % tuple(x.ravel().tolist()))
    os.rename(path + ".part", path)


if __name__ == "__main__":
    directory, names = sys.argv[1], sys.argv[2:]
    os.makedirs(directory, exist_ok=True)
    for case in CASES:
        if case.name in names and not os.path.exists(case.path(directory)):
            print(f"writing {case.title}", file=sys.stderr, flush=True)
            write(case, case.path(directory))
