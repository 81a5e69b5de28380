#!/usr/bin/python3
"""scikit-learn 1.2's folds (those it does not draw), and balanced class weights.

    /usr/bin/python3 splits.py > splits.json

A fold is its validation indices, and of time series also its training ones.
"""
import json

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit
from sklearn.utils.class_weight import compute_class_weight

from metrics import plain

random = np.random.RandomState(4)


def validation(splitter, *data):
    return [test for _, test in splitter.split(*data)]


for i in range(60):
    n, k = random.randint(6, 40), random.randint(2, 6)
    y = random.randint(0, random.randint(1, 5), n)
    case = {"kind": "folds", "n": n, "k": k, "y": y, "plain": validation(KFold(k), y)}
    if np.bincount(y).max() >= k:
        case["stratified"] = validation(StratifiedKFold(k), y, y)
    # Sizes that differ: scikit-learn's order of equally large groups is not defined.
    sizes = random.permutation(np.arange(1, k + 4))
    groups = random.permutation(np.repeat(random.permutation(100)[: len(sizes)] - 50, sizes))
    case |= {"groups": groups, "grouped": validation(GroupKFold(k), groups, groups, groups)}
    size, gap, most = random.randint(0, 3), random.randint(0, 3), random.randint(0, 6)
    splitter = TimeSeriesSplit(k, test_size=size or None, gap=gap, max_train_size=most or None)
    try:
        case |= {"size": size, "gap": gap, "most": most, "time": list(splitter.split(y))}
    except ValueError:
        case |= {"size": size, "gap": gap, "most": most, "time": []}
    present = np.unique(y)
    weights = np.zeros(y.max() + 1)
    weights[present] = compute_class_weight("balanced", classes=present, y=y)
    print(json.dumps(plain(case | {"weights": weights}), separators=(",", ":")))
