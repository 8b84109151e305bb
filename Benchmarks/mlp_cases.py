"""The cases of mlp.py, and their data: samples of float32 and their classes, CSV files of digits, the same bytes on every machine.

    python mlp_cases.py epochs DIRECTORY NAME...            samples for the named networks
    python mlp_cases.py folds DIRECTORY                     UCI digits by scikit-learn's ten stratified folds, as CSV files
    python mlp_cases.py usps SOURCE DIRECTORY               zip.train.gz and zip.test.gz of SOURCE as CSV files
    python mlp_cases.py large DIRECTORY                     60,000 x 784 as a CSV file
"""

import gzip
import os
import sys
from dataclasses import dataclass

SEED = 5
CLASSES = 10
BATCHES = [32, 128, 512]
FOLDS = 10
LARGE = (60_000, 784)


@dataclass(frozen=True)
class Network:
    """An architecture, and samples to train it on: a multiple of the largest batch, so that all batches are full and everyone does the
    same work."""
    sizes: tuple
    samples: int
    # How many times as fast as the fastest peer we want to be, by batch.
    wanted: dict
    # How many times as fast with two threads as with one.
    scaling: dict

    @property
    def name(self):
        return "-".join(map(str, self.sizes))

    @property
    def flops(self):
        """Of the products of a step, for a sample: forward, gradients of weights, and of inputs from the second layer on."""
        products = [a * b for a, b in zip(self.sizes, self.sizes[1:])]
        return 4 * products[0] + 6 * sum(products[1:])

    def path(self, directory):
        return os.path.join(directory, "mlp", self.name)

    def read(self, directory):
        """Samples by rows, and the numbers of their classes."""
        import numpy as np

        x = np.fromfile(os.path.join(self.path(directory), "x.f32"), np.float32).reshape(self.samples, self.sizes[0])
        return x, np.fromfile(os.path.join(self.path(directory), "y.i32"), np.int32)


NETWORKS = [
    Network((64, 100, 10), 2048, {32: 2, 128: 2, 512: 1.5}, {32: 1, 128: 1, 512: 1}),
    Network((256, 64, 10), 7168, {32: 2, 128: 2, 512: 1.5}, {32: 1, 128: 1, 512: 1}),
    Network((784, 128, 10), 12800, {32: 1.2, 128: 1.2, 512: 1.2}, {32: 1, 128: 1.6, 512: 1.6}),
    Network((784, 512, 256, 10), 12800, {32: 1.05, 128: 1.05, 512: 1.05}, {32: 1, 128: 1.6, 512: 1.6}),
]


def samples(n, d, random):
    """Images of ten classes, from 0 to 1: a pattern of the class and noise, a third of the cells empty; of the classes a tenth is wrong, so
    that no loss goes to zero."""
    import numpy as np

    patterns = random.random((CLASSES, d), np.float32)
    y = random.integers(0, CLASSES, n, np.int32)
    x = np.clip(0.3 * patterns[y] + 0.2 * random.standard_normal((n, d), np.float32) + 0.2, 0, 1)
    x[:, random.random(d) < 1 / 3] = 0
    wrong = random.random(n) < 0.1
    y[wrong] = random.integers(0, CLASSES, wrong.sum(), np.int32)
    return x, y


def write_samples(network, directory):
    import numpy as np

    path = network.path(directory)
    if os.path.exists(path):
        return
    os.makedirs(path + ".part", exist_ok=True)
    x, y = samples(network.samples, network.sizes[0], np.random.default_rng(SEED))
    x.tofile(os.path.join(path + ".part", "x.f32"))
    y.tofile(os.path.join(path + ".part", "y.i32"))
    os.rename(path + ".part", path)


def write_table(path, x, y, form):
    """A CSV file of inputs p0, p1, ... and the class, under another name until it is whole."""
    n, d = x.shape
    row = ",".join([form] * d) + ",%d\n"
    with open(path + ".part", "w") as out:
        out.write(",".join(f"p{j}" for j in range(d)) + ",label\n")
        for start in range(0, n, 1000):
            pairs = zip(x[start:start + 1000].tolist(), y[start:start + 1000].tolist())
            out.writelines(row % (*values, label) for values, label in pairs)
    os.rename(path + ".part", path)


def fold_path(directory, kind, fold):
    return os.path.join(directory, "mlp", "folds", f"{kind}{fold}.csv")


def folds():
    """UCI digits as arrays, pixels 0 .. 16, and the rows of training and test of each fold."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import StratifiedKFold

    x, y = load_digits(return_X_y=True)
    return x, y, list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y))


def write_folds(directory):
    os.makedirs(os.path.join(directory, "mlp", "folds"), exist_ok=True)
    x, y, parts = folds()
    for fold, (train, test) in enumerate(parts):
        for kind, rows in (("train", train), ("test", test)):
            path = fold_path(directory, kind, fold)
            if not os.path.exists(path):
                write_table(path, x[rows], y[rows], "%d")


def usps_path(directory, kind):
    return os.path.join(directory, "mlp", "usps", f"{kind}.csv")


def read_usps(source, kind):
    """Images of 16 x 16 pixels from -1 to 1, and their digits."""
    import numpy as np

    with gzip.open(os.path.join(source, f"zip.{kind}.gz")) as file:
        table = np.loadtxt(file)
    return table[:, 1:], table[:, 0].astype(int)


def write_usps(source, directory):
    os.makedirs(os.path.join(directory, "mlp", "usps"), exist_ok=True)
    for kind in ("train", "test"):
        if not os.path.exists(usps_path(directory, kind)):
            write_table(usps_path(directory, kind), *read_usps(source, kind), "%g")


def large_path(directory):
    return os.path.join(directory, "mlp", "large.csv")


def write_large(directory):
    """Grey values 0 .. 255."""
    import numpy as np

    if not os.path.exists(large_path(directory)):
        os.makedirs(os.path.dirname(large_path(directory)), exist_ok=True)
        x, y = samples(*LARGE, np.random.default_rng(SEED))
        write_table(large_path(directory), (255 * x).astype(np.uint8), y, "%d")


def main():
    verb, *rest = sys.argv[1:]
    if verb == "epochs":
        for network in NETWORKS:
            if network.name in rest[1:]:
                write_samples(network, rest[0])
    elif verb == "folds":
        write_folds(rest[0])
    elif verb == "usps":
        write_usps(*rest)
    elif verb == "large":
        write_large(rest[0])


if __name__ == "__main__":
    main()
