"""Reads exported models with onnx, onnxruntime and safetensors: python run_exported.py FOLDER.

FOLDER/cases.json has for each case its name, columns of numbers (null where one is missing) and of texts by rows, and the names of the text
columns; NAME.onnx and NAME.safetensors lie beside it. Prints a JSON array: labels and outputs by rows, and all tensors.
"""
import json
import sys

import numpy
import onnx
import onnxruntime
import safetensors.numpy

folder = sys.argv[1]
onnxruntime.set_default_logger_severity(3)
results = []
for case in json.load(open(f"{folder}/cases.json")):
    path = f"{folder}/{case['name']}.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    feeds = {}
    if case["numbers"][0]:
        feeds["X"] = numpy.array(case["numbers"], dtype=float)
    for j, column in enumerate(case["textColumns"]):
        feeds[column] = numpy.array([[row[j] or ""] for row in case["texts"]], dtype=object)
    outputs = dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds)))
    one = dict(zip(outputs, session.run(None, {name: values[:1] for name, values in feeds.items()})))
    values = outputs["probabilities"] if "label" in outputs else outputs["prediction"]
    tensors = safetensors.numpy.load_file(f"{folder}/{case['name']}.safetensors")
    results.append(
        {
            "labels": outputs["label"].tolist() if "label" in outputs else [],
            "values": values.astype(float).tolist(),
            "type": str(values.dtype),
            "oneShape": list(one["probabilities" if "label" in outputs else "prediction"].shape),
            "metadata": {p.key: p.value for p in model.metadata_props},
            "tensors": {name: values.astype(float).tolist() for name, values in tensors.items()},
        }
    )
json.dump(results, sys.stdout)
