"""The peers' side of the comparison of derivatives: JAX under jit, PyTorch's autograd, and NumPy as one would write it by hand.

    python derivative_peers.py prepare DIRECTORY CASE...                 writes the inputs
    python derivative_peers.py answer DIRECTORY CASE QUESTION PEER       writes the answer beside them
    python derivative_peers.py compare DIRECTORY CASE QUESTION PEER...   the largest differences from the first, as JSON
    python derivative_peers.py time DIRECTORY CASE QUESTION PEER         times it: JSON
    python derivative_peers.py sympy                                     times SymPy on a few identities: JSON
    python derivative_peers.py versions                                  names them: JSON

QUESTION is `gradient` (value and gradients) or `hessian`.
"""

import json
import os
import statistics
import sys
import time

import numpy as np

from derivative_cases import CASES, NETWORKS

BATCHES = 7


# Value and gradients by hand; the arguments are the inputs, columns of one entry across as vectors.

def numpy_quadratic(x, a):
    ax = a @ x
    return x @ ax, [ax + x @ a]


def numpy_logistic(w, x, y):
    from scipy.special import expit

    z = -y * (x @ w)
    return np.logaddexp(0, z).sum(), [-(x.T @ (y * expit(z)))]


def numpy_factorisation(u, v, t):
    r = u @ v.T - t
    return (r * r).sum(), [2 * (r @ v), 2 * (r.T @ u)]


def numpy_gaussian(s, c):
    import scipy.linalg as linalg

    factor = linalg.cho_factor(s, lower=True, check_finite=False)
    inverse = linalg.cho_solve(factor, np.eye(len(s)), check_finite=False)
    m = inverse @ c
    return 2 * np.log(np.diag(factor[0])).sum() + np.trace(m), [inverse - m @ inverse]


def numpy_trace(x, a, b, c):
    p, m = a @ x.T, b @ (x @ c)  # tr(A X' B X C) = sum((A X')' .* (B X C))
    return (p.T * m).sum(), [m @ a + b.T @ (x @ (a.T @ c.T))]


def numpy_network(w1, b1, w2, b2, x, y):
    z = x @ w1 + b1
    hidden = np.maximum(z, 0)
    o = hidden @ w2 + b2
    top = o.max(1, keepdims=True)
    e = np.exp(o - top)
    s = e.sum(1, keepdims=True)
    value = (np.log(s) + top)[:, 0].mean() - (o * y).sum() / len(x)
    delta = (e / s - y) / len(x)
    g = (delta @ w2.T) * (z > 0)
    return value, [x.T @ g, g.sum(0), hidden.T @ delta, delta.sum(0)]


def numpy_quadratic_hessian(x, a):
    return a + a.T


def numpy_logistic_hessian(w, x, y):
    from scipy.special import expit

    p = expit(x @ w)
    z = x * np.sqrt(p * (1 - p))[:, None]
    return z.T @ z


def numpy_factorisation_hessian(u, v, t):
    return np.kron(np.eye(len(u)), 2 * v.T @ v)


# Values for automatic differentiation; `np` is jax.numpy, or torch.

def jax_functions():
    import jax
    import jax.numpy as jnp

    def gaussian_cholesky(s, c):
        factor = jnp.linalg.cholesky(s)
        return 2 * jnp.log(jnp.diag(factor)).sum() + jnp.trace(jax.scipy.linalg.cho_solve((factor, True), c))

    def network(w1, b1, w2, b2, x, y):
        o = jax.nn.relu(x @ w1 + b1) @ w2 + b2
        return (jax.nn.logsumexp(o, 1) - (o * y).sum(1)).mean()

    return {
        "quadratic": lambda x, a: x @ a @ x,
        "logistic": lambda w, x, y: jnp.logaddexp(0, -y * (x @ w)).sum(),
        "factorisation": lambda u, v, t: ((t - u @ v.T) ** 2).sum(),
        "gaussian": lambda s, c: jnp.linalg.slogdet(s)[1] + jnp.trace(jnp.linalg.solve(s, c)),
        "gaussian-cholesky": gaussian_cholesky,
        "trace": lambda x, a, b, c: jnp.trace(a @ x.T @ b @ x @ c),
        "network": network,
    }


def torch_functions():
    import torch

    def gaussian_cholesky(s, c):
        factor = torch.linalg.cholesky(s)
        return 2 * torch.log(torch.diag(factor)).sum() + torch.trace(torch.cholesky_solve(c, factor))

    def network(w1, b1, w2, b2, x, y):
        o = torch.relu(x @ w1 + b1) @ w2 + b2
        return (torch.logsumexp(o, 1) - (o * y).sum(1)).mean()

    return {
        "quadratic": lambda x, a: x @ a @ x,
        "logistic": lambda w, x, y: torch.nn.functional.softplus(-y * (x @ w), threshold=700).sum(),
        "factorisation": lambda u, v, t: ((t - u @ v.T) ** 2).sum(),
        "gaussian": lambda s, c: torch.linalg.slogdet(s)[1] + torch.trace(torch.linalg.solve(s, c)),
        "gaussian-cholesky": gaussian_cholesky,
        "trace": lambda x, a, b, c: torch.trace(a @ x.T @ b @ x @ c),
        "network": network,
    }


def arguments(case, directory):
    """The inputs as the peers' functions take them: by rows, vectors of one dimension."""
    result = {}
    for name, array in case.inputs(directory).items():
        array = np.ascontiguousarray(array.T if case.flipped else array)
        result[name] = array.reshape(-1) if 1 in array.shape else array
    return result


def peer_function(peer, case, question, inputs):
    """A function without arguments that gives [value, gradients...] or the Hessian; what is compiled is compiled at its first call."""
    names, arrays = list(inputs), list(inputs.values())
    places = [names.index(name) for name in case.variables]
    library, _, variant = peer.partition("-")
    name = f"{case.function}-{variant}" if variant else case.function
    if library == "numpy":
        function = globals()[f"numpy_{name}" + ("_hessian" if question == "hessian" else "")]
        return lambda: function(*arrays)
    if library == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        value = jax_functions()[name]
        held = [jax.numpy.asarray(a) for a in arrays]
        if question == "hessian":
            compiled = jax.jit(jax.hessian(value, argnums=names.index(case.hessian)))
        else:
            compiled = jax.jit(jax.value_and_grad(value, argnums=tuple(places)))
        return lambda: jax.block_until_ready(compiled(*held))
    import torch

    torch.set_num_threads(1)
    value = torch_functions()[name]
    held = [torch.from_numpy(a) for a in arrays]
    if question == "hessian":
        place = names.index(case.hessian)
        return lambda: torch.func.hessian(lambda x: value(*held[:place], x, *held[place + 1:]))(held[place])
    for place in places:
        held[place].requires_grad_(True)
    variables = [held[place] for place in places]

    def run():
        result = value(*held)
        return result, torch.autograd.grad(result, variables)

    return run


def answer_path(case, directory, question, peer, index):
    return os.path.join(case.path(directory), f"{peer}.{question}.{index}.f64")


def write_answer(case, directory, question, peer):
    """Writes the answer as the toolkit does: value, then gradients in the shapes of the variables, by columns; of the
    Hessian the matrix on vec."""
    inputs = arguments(case, directory)
    found = peer_function(peer, case, question, inputs)()
    if question == "hessian":
        h, shape = np.asarray(found), inputs[case.hessian].shape
        if len(shape) == 2:
            m, n = shape
            h = h.reshape(m, n, m, n).transpose(1, 0, 3, 2).reshape(m * n, m * n)
        answers = [h]
    else:
        gradients = [np.asarray(g) for g in found[1]]
        turn = [g.T if case.flipped else g for g in gradients]
        answers = [np.asarray(found[0].detach() if hasattr(found[0], "detach") else found[0], dtype=float), *turn]
    for i, array in enumerate(answers):
        array.ravel(order="F").tofile(answer_path(case, directory, question, peer, i))


def compare(case, directory, question, peers):
    """The largest difference from the first peer's answer, relative to its largest entry."""
    count = 1 if question == "hessian" else 1 + len(case.variables)
    worst = {}
    for i in range(count):
        reference = np.fromfile(answer_path(case, directory, question, peers[0], i))
        scale = np.abs(reference).max()
        for peer in peers[1:]:
            found = np.fromfile(answer_path(case, directory, question, peer, i))
            different = np.abs(found - reference).max() / scale if found.shape == reference.shape else float("inf")
            worst[peer] = max(worst.get(peer, 0.0), float(different))
    return worst


def timed(function):
    """Seven batches of at least a twentieth of a second; three runs of what takes seconds."""
    start = time.perf_counter()
    function()
    compilation = time.perf_counter() - start
    start = time.perf_counter()
    function()
    once = time.perf_counter() - start
    count = 1
    while once < 0.01:
        count *= 4
        start = time.perf_counter()
        for _ in range(count):
            function()
        once = time.perf_counter() - start
    count = max(1, round(0.05 * count / once))
    walls, processor = [], []
    for _ in range(BATCHES if once < 2 else 3):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(count):
            function()
        walls.append((time.perf_counter() - start) / count)
        processor.append((time.process_time() - used) / count)
    result = {
        "median": statistics.median(walls), "min": min(walls), "max": max(walls), "processor": statistics.median(processor),
        "runs": count,
    }
    return {"seconds": result, "firstCallSeconds": compilation}


def versions():
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ["jax", "jaxlib", "torch", "numpy", "scipy", "sympy"]}


def sympy_times():
    """Seconds of SymPy for entries of the table of identities that its matrix symbols can say; the median of five, nothing cached."""
    import sympy

    n = sympy.Symbol("n", integer=True, positive=True)
    x = sympy.MatrixSymbol("x", n, 1)
    a, b, c, m = (sympy.MatrixSymbol(name, n, n) for name in "ABCX")
    asked = {
        "sv-quad": lambda: (x.T * a * x).diff(x),
        "sM-trAXB": lambda: sympy.Trace(a * m * b).diff(m),
        "sM-trXtBXC": lambda: sympy.Trace(m.T * b * m * c).diff(m),
        "sM-trAXinvB": lambda: sympy.Trace(a * m.inverse() * b).diff(m),
    }
    result = {}
    for name, function in asked.items():
        times = []
        for _ in range(5):
            sympy.core.cache.clear_cache()
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
        result[name] = statistics.median(times)
    return result


def main():
    verb, *rest = sys.argv[1:]
    if verb == "versions":
        return print(json.dumps(versions()))
    if verb == "sympy":
        return print(json.dumps(sympy_times()))
    cases = {case.name: case for case in CASES + NETWORKS}
    if verb == "prepare":
        for name in rest[1:]:
            cases[name].write(rest[0])
        return
    directory, case, question = rest[0], cases[rest[1]], rest[2]
    if verb == "answer":
        write_answer(case, directory, question, rest[3])
    elif verb == "compare":
        print(json.dumps(compare(case, directory, question, rest[3:])))
    elif verb == "time":
        print(json.dumps(timed(peer_function(rest[3], case, question, arguments(case, directory)))))


if __name__ == "__main__":
    main()
