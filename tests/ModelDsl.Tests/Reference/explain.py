"""Numbers of scikit-learn 1.2 for ExplainTests: python3 explain.py > explain.json"""
import json
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression

x, y = load_diabetes(return_X_y=True)
x, y = x[:60], y[:60]
model = LinearRegression().fit(x, y)
repeats, seed = 3, 0
result = permutation_importance(model, x, y, n_repeats=repeats, random_state=seed)

# the orders that it drew, so that ours can shuffle alike
random = np.random.RandomState(seed)
column_seed = random.randint(np.iinfo(np.int32).max + 1)
orders = []
for feature in range(x.shape[1]):
    of_column, shuffled, order = np.random.RandomState(column_seed), np.arange(len(x)), np.arange(len(x))
    for repeat in range(repeats):
        of_column.shuffle(shuffled)
        order = order[shuffled]
        moved = x.copy()
        moved[:, feature] = x[order, feature]
        assert abs(model.score(x, y) - model.score(moved, y) - result.importances[feature, repeat]) < 1e-12
        orders.append(order.tolist())

dependence = partial_dependence(model, x, [2], method="brute", kind="average", grid_resolution=20)
few = partial_dependence(model, x, [1], method="brute", kind="average", grid_resolution=20)
print(json.dumps({"kind": "explain",
    "x": x.ravel().tolist(), "y": y.tolist(), "coef": model.coef_.tolist(), "intercept": model.intercept_, "repeats": repeats, "orders": orders,
    "means": result.importances_mean.tolist(), "deviations": result.importances_std.tolist(),
    "grid": dependence["values"][0].tolist(), "average": dependence["average"][0].tolist(),
    "fewGrid": few["values"][0].tolist(), "fewAverage": few["average"][0].tolist(),
}))
