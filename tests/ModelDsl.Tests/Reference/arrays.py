#!/usr/bin/python3
"""Files that numpy 1.24 writes, in base64, and what is in them.

    /usr/bin/python3 arrays.py > arrays.json
"""
import base64
import io
import json

import numpy as np

random = np.random.RandomState(3)


def saved(array, save=np.save, **more):
    file = io.BytesIO()
    save(file, array, **more) if save is np.save else save(file, **array)
    return base64.b64encode(file.getvalue()).decode()


for code in ("<f4", "<f8", "<i8", "<i4", "|u1"):
    for shape in ((), (0,), (5,), (2, 3), (3, 1, 4), (2, 3, 2, 2), (0, 3)):
        array = (random.randn(*shape) * 50 + 100).astype(code) if shape else np.array(7.5).astype(code)
        for order in "CF":
            ordered = np.asarray(array, order=order)
            case = {"kind": "npy", "type": code, "shape": shape, "order": order, "values": array.ravel().tolist(), "file": saved(ordered)}
            print(json.dumps(case, separators=(",", ":")))
for name, array in {"big-endian": np.ones(3, ">f4"), "half": np.ones(3, "<f2"), "structure": np.ones(2, "i4,f4"), "text": np.array(["ab"]), "bool": np.array([True])}.items():
    print(json.dumps({"kind": "refused", "name": name, "file": saved(array)}, separators=(",", ":")))
arrays = {"x": np.arange(6, dtype="<f4").reshape(2, 3), "y": np.array([1, 0], "<i8")}
for save in (np.savez, np.savez_compressed):
    print(json.dumps({"kind": "npz", "file": saved(arrays, save)}, separators=(",", ":")))
print(json.dumps({"kind": "bomb", "file": saved({"zeros": np.zeros(4_000_000)}, np.savez_compressed)}, separators=(",", ":")))
