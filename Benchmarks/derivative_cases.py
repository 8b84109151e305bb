"""The cases of the comparison of derivatives: what the toolkit is asked, and inputs from fixed seeds.

Both sides read the same files, raw doubles column by column. The layers of a network stand as its users write them: samples are
columns here and rows in Python, which is the same memory; such a case is `flipped`, and peers see every array transposed.
"""

import json
import os
from dataclasses import dataclass

SEED = 3


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    function: str  # of derivative_peers.py
    text: str
    declarations: tuple
    sizes: dict
    variables: tuple
    hessian: str = ""  # the variable of the second derivative; none if empty
    flipped: bool = False
    factor: float = 1.0  # how many times as fast as the fastest peer we want to be
    hessian_factor: float = 1.0
    hessian_peers: tuple = ("numpy", "jax", "torch")

    def path(self, directory):
        return os.path.join(directory, "derivatives", self.name)

    def inputs(self, directory):
        """The inputs by name, with the shape they have in the text."""
        import numpy as np

        with open(os.path.join(self.path(directory), "case.json")) as file:
            shapes = json.load(file)["shapes"]
        return {
            name: np.fromfile(os.path.join(self.path(directory), f"{name}.f64")).reshape(shape, order="F")
            for name, shape in shapes.items()
        }

    def write(self, directory):
        import numpy as np

        path = self.path(directory)
        os.makedirs(path, exist_ok=True)
        arrays = data(self, np.random.default_rng(SEED))
        for name, array in arrays.items():
            array.ravel(order="F").tofile(os.path.join(path, f"{name}.f64"))
        question = {
            "text": self.text, "declarations": self.declarations, "sizes": self.sizes, "variables": self.variables,
            "hessian": self.hessian, "shapes": {name: array.shape for name, array in arrays.items()},
        }
        with open(os.path.join(path, "case.json"), "w") as file:
            json.dump(question, file, indent=1)


def data(case, random):
    """Inputs of a case, in the order of the arguments of the peers' functions."""
    import numpy as np

    normal, sizes = random.standard_normal, case.sizes

    def moment(d, n):
        a = normal((d, n))
        return a @ a.T / d

    if case.function == "quadratic":
        n = sizes["n"]
        return {"x": normal((n, 1)), "A": normal((n, n))}
    if case.function == "logistic":
        m, n = sizes["m"], sizes["n"]
        x = normal((m, n))
        return {"w": normal((n, 1)) / n**0.5, "X": x, "y": np.sign(normal((m, 1)))}
    if case.function == "factorisation":
        m, k = sizes["m"], sizes["k"]
        return {"U": normal((m, k)), "V": normal((m, k)), "T": normal((m, m))}
    if case.function == "gaussian":
        d = sizes["d"]
        return {"S": moment(d, 2 * d), "C": moment(d, 3 * d)}
    if case.function == "trace":
        n = sizes["n"]
        return {name: normal((n, n)) for name in "XABC"}
    if case.function == "network":
        d, h, c, m = (sizes[name] for name in "dhcm")
        return {
            "W1": normal((h, d)) / d**0.5, "b1": normal((h, 1)) / 9, "W2": normal((c, h)) / h**0.5,
            "b2": normal((c, 1)) / 9, "X": normal((d, m)), "Y": np.eye(c)[:, random.integers(0, c, m)],
        }
    raise ValueError(case.function)


def quadratic(n, **more):
    return Case(
        f"quadratic-{n}", f"x'Ax, n = {n:,}", "quadratic", "x'*A*x", ("x: vector(n)", "A: matrix(n,n)"), {"n": n}, ("x",),
        hessian="x", **more)


def logistic(m, n, **more):
    return Case(
        f"logistic-{m}x{n}", f"logistic regression, X {m:,} x {n:,}", "logistic", "sum(softplus(-y.*(X*w)))",
        ("X: matrix(m,n)", "w: vector(n)", "y: vector(m) binary"), {"m": m, "n": n}, ("w",), hessian="w", **more)


def factorisation(m, k, **more):
    return Case(
        f"factorisation-{m}-{k}", f"\\|\\|T - UV'\\|\\|^2, {m} x {m}, k = {k}", "factorisation", "sum((T - U*V').^2)",
        ("T: matrix(m,m)", "U: matrix(m,k)", "V: matrix(m,k)"), {"m": m, "k": k}, ("U", "V"), **more)


def gaussian(d, **more):
    return Case(
        f"gaussian-{d}", f"logdet(S) + tr(inv(S)C), d = {d}", "gaussian", "logdet(S) + tr(inv(S)*C)",
        ("S: spd(d)", "C: spd(d)"), {"d": d}, ("S",), **more)


def trace(n, **more):
    return Case(
        f"trace-{n}", f"tr(AX'BXC), n = {n}", "trace", "tr(A*X'*B*X*C)",
        tuple(f"{name}: matrix(n,n)" for name in "XABC"), {"n": n}, ("X",), **more)


def network(d, h, c, m, **more):
    return Case(
        f"network-{d}-{h}-{c}", f"two layers, softmax cross-entropy, {d}-{h}-{c}, batch {m}", "network",
        "(sum(logsumexp(O)) - sum(Y.*O))/m where O = W2*relu(W1*X + b1*ones(1,m)) + b2*ones(1,m)",
        ("W1: matrix(h,d)", "b1: vector(h)", "W2: matrix(c,h)", "b2: vector(c)", "X: matrix(d,m)", "Y: matrix(c,m)"),
        {"d": d, "h": h, "c": c, "m": m}, ("W1", "b1", "W2", "b2"), flipped=True, **more)


CASES = [
    quadratic(1000, hessian_factor=20),
    logistic(1000, 2000, hessian_factor=4),
    logistic(100_000, 50, hessian_factor=4),
    factorisation(500, 5),
    factorisation(100, 5, hessian="U", hessian_factor=20),
    gaussian(10, factor=5),
    gaussian(100, factor=1.5),
    gaussian(500, factor=1.5),
    trace(500, factor=1.2),
    network(784, 128, 10, 512),
    quadratic(10, factor=5),
    logistic(10, 10, factor=5),
    factorisation(10, 5, factor=5, hessian="U"),
    trace(10, factor=5),
    network(10, 10, 10, 10, factor=5),
]

# Beside bare products, in Float: how many times as long at most.
NETWORKS = [network(784, 128, 10, 512, factor=1.15), network(64, 100, 10, 128, factor=1.4)]
