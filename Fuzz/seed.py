"""Seeds for the fuzzer: seed.py FIXTURES CORPUS writes the malformed and the csv-spectrum files with neutral options."""
import json
import pathlib
import sys

fixtures, corpus = map(pathlib.Path, sys.argv[1:3])
texts = [p.read_bytes() for p in (fixtures / "csv-spectrum" / "csvs").iterdir()]
for case in json.loads((fixtures / "malformed.json").read_text()):
    if "hex" in case:
        texts.append(bytes.fromhex(case["hex"]))
    elif "text" in case:
        texts.append(case["text"].encode())
for i, text in enumerate(texts):
    (corpus / f"seed{i:03}").write_bytes(b"\0\0\x20" + text)
