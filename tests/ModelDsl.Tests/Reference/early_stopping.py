#!/usr/bin/python3
"""After how many epochs scikit-learn 1.2's MLPClassifier stops, for losses given; 0 for never.

    /usr/bin/python3 early_stopping.py > early_stopping.json
"""
import json
import random

from sklearn.neural_network import MLPClassifier


def stops(losses, tol, patience):
    model = MLPClassifier(tol=tol, n_iter_no_change=patience)
    model.loss_curve_, model.best_loss_, model._no_improvement_count, model.verbose = [], float("inf"), 0, False
    for i, loss in enumerate(losses):
        model.loss_curve_.append(loss)
        model._update_no_improvement_count(False, None, None)
        if model._no_improvement_count > model.n_iter_no_change:
            return i + 1
    return 0


random.seed(3)
cases = []
for _ in range(40):
    loss, losses = 1.0, []
    for _ in range(40):
        loss += random.choice([-0.1, -0.02, -0.005, 0.0, 0.01, 0.05])
        losses.append(round(loss, 4))
    tol, patience = random.choice([0.001, 0.01, 0.03]), random.choice([0, 1, 3, 5])
    cases.append({"losses": losses, "tol": tol, "patience": patience, "stops": stops(losses, tol, patience)})
print(json.dumps(cases))
