"""Writes the networks of other programs that the tests of import read, with what those programs compute: python write_imports.py

Recorded with scikit-learn 1.9.1, skl2onnx 1.20.0, torch 2.13.0+cpu, onnxscript 0.7.2, onnx 1.23.2, onnxruntime 1.32.0, safetensors 0.8.0.
Files lie beside this script; imports.json has for each file the activation that it does not tell (safetensors), classes, rows and outputs:
probabilities from onnxruntime where the file is ONNX and its outputs are probabilities, predictions or logits from PyTorch otherwise.
"""
import json
import os
import warnings

import numpy
import onnx
import onnxruntime
import safetensors.torch
import torch
from sklearn.datasets import load_diabetes, load_iris
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from skl2onnx import to_onnx
from torch import nn

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
records = []


def record(name, rows, outputs, classes=None, activation="relu", refused=None):
    rows = [[None if numpy.isnan(x) else float(x) for x in row] for row in rows]
    entry = {"file": name, "activation": activation, "classes": classes, "rows": rows}
    records.append(entry | ({"refused": refused} if refused else {"outputs": numpy.asarray(outputs, dtype=float).tolist()}))


def run(name, rows):
    session = onnxruntime.InferenceSession(os.path.join(here, name))
    port = session.get_inputs()[0]
    rows = numpy.asarray(rows, dtype=numpy.float64 if "double" in port.type else numpy.float32)
    outputs = session.run(None, {port.name: rows.reshape([len(rows)] + [d for d in port.shape[1:]])})
    values = outputs[-1]
    if isinstance(values, list):
        return [list(row.values()) for row in values]
    return values.reshape(len(rows), -1)


def save(name, model, rows, **more):
    with open(os.path.join(here, name), "wb") as file:
        file.write(model.SerializeToString())
    record(name, rows, run(name, rows), **more)


# scikit-learn by skl2onnx.
x, y = load_iris(return_X_y=True)
names = numpy.array(["setosa", "versicolor", "virginica"])
single = x.astype(numpy.float32)
few = x[::19]
model = MLPClassifier((5,), max_iter=60, random_state=0).fit(x, names[y])
save("skl_relu_zipmap.onnx", to_onnx(model, single[:1]), few, classes=list(names))
model = MLPClassifier((4, 3), activation="tanh", max_iter=60, random_state=0).fit(x, y > 0)
save("skl_binary.onnx", to_onnx(model, single[:1], target_opset=13), few, classes=["0", "1"])
holes = few.copy()
holes[1, 2] = numpy.nan
model = make_pipeline(SimpleImputer(), StandardScaler(), MLPClassifier((5, 4), activation="logistic", max_iter=60, random_state=0))
save("skl_imputer.onnx", to_onnx(model.fit(x, y), single[:1], options={"zipmap": False}), holes, classes=["0", "1", "2"])
d, t = load_diabetes(return_X_y=True, scaled=False)
model = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(6,), max_iter=200, random_state=0)).fit(d, t)
save("skl_regression.onnx", to_onnx(model, d[:1].astype(numpy.float32)), d[::60].astype(numpy.float32))
model = make_pipeline(MinMaxScaler((-1, 1)), MLPRegressor(hidden_layer_sizes=(6,), activation="identity", max_iter=50, random_state=0))
save("skl_minmax.onnx", to_onnx(model.fit(d, t), d[:1]), d[::60])

# PyTorch by torch.onnx, both exporters, and its weights by safetensors.
torch.manual_seed(0)
rows = torch.randn(6, 4) * 3


def export(name, module, example, **options):
    path = os.path.join(here, name)
    torch.onnx.export(module, (example,), path, verbose=False, **options)
    # Where on which machine each node came from.
    model = onnx.load(path, load_external_data=False)
    for part in (model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


activations = nn.Sequential(
    nn.Linear(4, 6), nn.GELU(), nn.Dropout(), nn.Linear(6, 5), nn.LayerNorm(5), nn.ELU(), nn.Linear(5, 4), nn.SiLU(),
    nn.Linear(4, 4), nn.Mish(), nn.Linear(4, 4), nn.SELU(), nn.Linear(4, 4), nn.Softplus(), nn.Linear(4, 4), nn.LeakyReLU(),
    nn.Linear(4, 3), nn.Softmax(1),
).eval()
export("torch_activations.onnx", activations, rows, external_data=False, dynamic_shapes=({0: torch.export.Dim("N")},))
record("torch_activations.onnx", rows, run("torch_activations.onnx", rows), classes=["0", "1", "2"])
export("torch_script.onnx", activations, rows, dynamo=False, opset_version=17, dynamic_axes={"x": {0: "N"}}, input_names=["x"])
record("torch_script.onnx", rows, run("torch_script.onnx", rows), classes=["0", "1", "2"])
batch = nn.Sequential(nn.Flatten(), nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 1), nn.Sigmoid())
batch[2].running_mean.normal_()
batch[2].running_var.uniform_(0.5, 2)
batch = batch.eval()
export("torch_batch.onnx", batch, rows.reshape(6, 2, 2), dynamo=False, opset_version=17, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
p = run("torch_batch.onnx", rows)
record("torch_batch.onnx", rows, numpy.hstack([1 - p, p]), classes=["0", "1"])
export("torch_external.onnx", nn.Sequential(nn.Linear(4, 99), nn.Tanh(), nn.Linear(99, 2)).eval(), rows)
logits = run("torch_external.onnx", rows)
record("torch_external.onnx", rows, torch.softmax(torch.tensor(logits), 1), classes=["0", "1"])


def state(name, module, outputs, activation="relu", tensors=None, **more):
    safetensors.torch.save_file(tensors or module.state_dict(), os.path.join(here, name))
    record(name, rows, outputs(module(rows)).detach(), activation=activation, **more)


def softmax(z):
    return torch.softmax(z, 1)


deep = nn.Sequential(*[layer for i in range(5) for layer in (nn.Linear(4, 4), nn.Tanh())], nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 3))
state("torch_deep.safetensors", deep, softmax, "tanh", classes=["0", "1", "2"])
state("torch_number.safetensors", nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1)), lambda z: z)
normalized = nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.SiLU(), nn.Linear(5, 6), nn.BatchNorm1d(6), nn.SiLU(), nn.Linear(6, 3))
normalized[1].weight.data.normal_()
normalized[4].running_mean.normal_()
state("torch_norms.safetensors", normalized.eval(), softmax, "silu", classes=["0", "1", "2"])


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.input, self.hidden, self.answer = nn.Linear(4, 5), nn.Linear(5, 6), nn.Linear(6, 2, bias=False)

    def forward(self, x):
        return self.answer(torch.relu(self.hidden(torch.relu(self.input(x)))))


state("torch_named.safetensors", Named(), softmax, classes=["0", "1"])
half = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2)).half()
whole = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))
whole.load_state_dict({name: value.float() for name, value in half.state_dict().items()})
state("torch_half.safetensors", whole, softmax, tensors=half.state_dict(), classes=["0", "1"])

# What is no chain of layers, or has no activation of ours.
export("refused_conv.onnx", nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4, 2)), torch.randn(1, 1, 4), dynamo=False, opset_version=17)
record("refused_conv.onnx", [], None, refused="Conv")
export("refused_gelu_tanh.onnx", nn.Sequential(nn.Linear(4, 2), nn.GELU("tanh"), nn.Linear(2, 2)), rows, external_data=False)
record("refused_gelu_tanh.onnx", [], None, refused="Gelu")


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x):
        h = torch.relu(self.a(x))
        return self.b(h) + h


export("refused_residual.onnx", Residual(), rows, dynamo=False, opset_version=17)
record("refused_residual.onnx", [], None, refused="Add")
safetensors.torch.save_file(nn.Conv1d(1, 2, 3).state_dict(), os.path.join(here, "refused_conv.safetensors"))
record("refused_conv.safetensors", [], None, refused="weight")
safetensors.torch.save_file({"a.weight": torch.zeros(3, 4), "b.weight": torch.zeros(2, 5)}, os.path.join(here, "refused_chain.safetensors"))
record("refused_chain.safetensors", [], None, refused="no chain")

with open(os.path.join(here, "imports.json"), "w") as file:
    json.dump(records, file, indent=1)
    file.write("\n")
