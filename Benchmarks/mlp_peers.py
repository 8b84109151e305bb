"""The peers' side of the comparison of networks: scikit-learn, PyTorch, torch.compile, JAX. All train in float32 with ReLU, softmax
cross-entropy and Adam at scikit-learn's defaults, and shuffle in every epoch.

    python mlp_peers.py epochs PEER DIRECTORY NETWORK BATCH...     times epochs: JSON, one entry per batch
    python mlp_peers.py table FILE EPOCHS                          scikit-learn as a whole process: a CSV file, trained on so many epochs
    python mlp_peers.py digits SEEDS                               scikit-learn on the ten folds of UCI digits: JSON
    python mlp_peers.py usps SOURCE SEEDS plain|shifted            scikit-learn on USPS: JSON
    python mlp_peers.py versions                                   names them: JSON
"""

import json
import os
import statistics
import sys
import time
import warnings

import numpy as np

from mlp_cases import NETWORKS, folds, read_usps

RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
L2 = 1e-4
REPETITIONS = 7
CHECKED = 3  # epochs, after which the loss of all samples is told


def start_values(sizes):
    """Glorot, uniform, and no bias; weights are inputs x outputs."""
    random = np.random.default_rng(0)
    result = []
    for a, b in zip(sizes, sizes[1:]):
        bound = (6 / (a + b)) ** 0.5
        result.append((random.uniform(-bound, bound, (a, b)).astype(np.float32), np.zeros(b, np.float32)))
    return result


# Each peer gives a function that trains for so many epochs, and one that tells logits, or logarithms of probabilities, of all samples.

def sklearn_training(sizes, x, y, batch):
    """Epochs of one call of `fit`: what it checks at the start is no part of an epoch."""
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    network = MLPClassifier(
        hidden_layer_sizes=sizes[1:-1], batch_size=batch, alpha=L2, learning_rate_init=RATE, beta_1=BETA1, beta_2=BETA2, epsilon=EPSILON,
        random_state=0, tol=0, n_iter_no_change=10**9, warm_start=True)

    def train(epochs):
        network.set_params(max_iter=epochs).fit(x, y)

    return train, lambda: network.predict_log_proba(x)


def torch_training(sizes, x, y, batch, compiled):
    import torch

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    layers = []
    for i, (weights, bias) in enumerate(start_values(sizes)):
        layer = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weights.T))
            layer.bias.copy_(torch.from_numpy(bias))
        layers += [layer] if i == len(sizes) - 2 else [layer, torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, weight_decay=L2, fused=True)
    cross_entropy = torch.nn.CrossEntropyLoss()

    def loss(x, y):
        return cross_entropy(network(x), y)

    if compiled:
        torch._dynamo.reset()  # else the next batch would be compiled for all sizes
        loss = torch.compile(loss, dynamic=False)
    x, y = torch.from_numpy(x), torch.from_numpy(y.astype(np.int64))

    def train(epochs):
        for _ in range(epochs):
            order = torch.randperm(len(x))
            for start in range(0, len(x), batch):
                chosen = order[start:start + batch]
                optimizer.zero_grad(set_to_none=True)
                loss(x[chosen], y[chosen]).backward()
                optimizer.step()

    return train, lambda: network(x).detach().numpy()


def jax_training(sizes, x, y, batch, whole_epoch):
    """A step compiled, with the shuffled batch from NumPy, or the whole epoch with its shuffle as one compiled loop."""
    import jax
    import jax.numpy as jnp

    def outputs(parameters, x):
        for weights, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weights + bias)
        weights, bias = parameters[-1]
        return x @ weights + bias

    def loss(parameters, x, y):
        z = outputs(parameters, x)
        return (jax.nn.logsumexp(z, 1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()

    def step(state, samples):
        parameters, first, second, t = state
        value, g = jax.value_and_grad(loss)(parameters, *samples)
        t = t + 1
        g = jax.tree.map(lambda g, p: g + L2 * p, g, parameters)
        first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, g)
        second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, g)
        rate = RATE * jnp.sqrt(1 - BETA2**t) / (1 - BETA1**t)
        parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), parameters, first, second)
        return (parameters, first, second, t), value

    n = len(x)

    def epoch(state, x, y, key):
        order = jax.random.permutation(key, n).reshape(n // batch, batch)
        return jax.lax.scan(lambda state, chosen: step(state, (x[chosen], y[chosen])), state, order)

    compiled_step, compiled_epoch = jax.jit(step, donate_argnums=0), jax.jit(epoch, donate_argnums=0)
    parameters = jax.tree.map(jnp.asarray, start_values(sizes))
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    held = {"state": (parameters, zeros(), zeros(), jnp.float32(0)), "key": jax.random.key(0)}
    on_device = jnp.asarray(x), jnp.asarray(y)
    random = np.random.default_rng(0)

    def train(epochs):
        state = held["state"]
        for _ in range(epochs):
            if whole_epoch:
                held["key"], key = jax.random.split(held["key"])
                state, value = compiled_epoch(state, *on_device, key)
            else:
                order = random.permutation(n)
                for start in range(0, n, batch):
                    chosen = order[start:start + batch]
                    state, value = compiled_step(state, (x[chosen], y[chosen]))
            value.block_until_ready()
        held["state"] = state

    return train, lambda: np.asarray(outputs(held["state"][0], x))


PEERS = {
    "sklearn": sklearn_training,
    "torch": lambda *words: torch_training(*words, compiled=False),
    "torch-compile": lambda *words: torch_training(*words, compiled=True),
    "jax-step": lambda *words: jax_training(*words, whole_epoch=False),
    "jax-epoch": lambda *words: jax_training(*words, whole_epoch=True),
}


def cross_entropy(z, y):
    from scipy.special import logsumexp

    z = np.asarray(z, float)
    return float((logsumexp(z, axis=1) - z[np.arange(len(y)), y]).mean())


def timed(train):
    """Seconds of an epoch: seven calls of at least a twentieth of a second; three where an epoch takes longer than half of one."""
    start = time.perf_counter()
    train(1)
    once = time.perf_counter() - start
    count = max(1, round(0.05 / once))
    walls, processor = [], []
    for _ in range(REPETITIONS if once < 0.5 else 3):
        start, used = time.perf_counter(), time.process_time()
        train(count)
        walls.append((time.perf_counter() - start) / count)
        processor.append((time.process_time() - used) / count)
    return {"wall": statistics.median(walls), "processor": statistics.median(processor), "epochs": count}


def time_epochs(peer, directory, name, batches):
    network = next(network for network in NETWORKS if network.name == name)
    x, y = network.read(directory)
    result = []
    for batch in batches:
        start = time.perf_counter()
        train, outputs = PEERS[peer](network.sizes, x, y, batch)
        train(1)
        first = time.perf_counter() - start
        train(CHECKED - 1)
        loss = cross_entropy(outputs(), y)
        result.append({"batch": batch, "loss": loss, "firstEpochSeconds": first, "epoch": timed(train)})
    return result


def train_table(path, epochs):
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    table = np.loadtxt(path, np.float32, delimiter=",", skiprows=1)
    network = MLPClassifier(max_iter=epochs, tol=0, n_iter_no_change=10**9, random_state=0).fit(table[:, :-1] / 16, table[:, -1].astype(int))
    print(network.loss_)


def fitted(x, y, test, test_classes, seed, **settings):
    """Share of the test that is right, and seconds, of a fit by the defaults."""
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    start = time.perf_counter()
    network = MLPClassifier(random_state=seed, **settings).fit(x, y)
    return {"accuracy": network.score(test, test_classes), "seconds": time.perf_counter() - start}


def digits_accuracies(seeds):
    """By seeds, the folds of each."""
    x, y, parts = folds()
    x = (x / 16).astype(np.float32)
    return [[fitted(x[train], y[train], x[test], y[test], seed) for train, test in parts] for seed in range(seeds)]


def shifted(x, y):
    """The images, and each moved by one pixel to all four sides."""
    images = np.pad(x.reshape(-1, 16, 16), ((0, 0), (1, 1), (1, 1)))
    moved = [images[:, 1 + i:17 + i, 1 + j:17 + j].reshape(len(x), -1) for i, j in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
    return np.concatenate(moved), np.tile(y, 5)


def usps_accuracies(source, seeds, kind):
    """256-100-10 by the defaults; shifted, 256-256-10 and 25 epochs of five times the data."""
    (x, y), (test, test_classes) = ((((x + 1) / 2).astype(np.float32), y) for x, y in (read_usps(source, k) for k in ("train", "test")))
    settings = {}
    if kind == "shifted":
        x, y = shifted(x, y)
        settings = {"hidden_layer_sizes": (256,), "max_iter": 25}
    return [fitted(x, y, test, test_classes, seed, **settings) for seed in range(seeds)]


def versions():
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ["scikit-learn", "torch", "jax", "jaxlib", "numpy", "scipy"]}


def main():
    verb, *rest = sys.argv[1:]
    if verb == "versions":
        result = versions()
    elif verb == "epochs":
        result = time_epochs(rest[0], rest[1], rest[2], [int(batch) for batch in rest[3:]])
    elif verb == "table":
        return train_table(rest[0], int(rest[1]))
    elif verb == "digits":
        result = digits_accuracies(int(rest[0]))
    elif verb == "usps":
        result = usps_accuracies(rest[0], int(rest[1]), rest[2])
    print(json.dumps(result))


if __name__ == "__main__":
    main()
