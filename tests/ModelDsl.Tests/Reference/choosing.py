"""Numbers of scikit-learn 1.2 for WorkflowTests and LearningCurveTests, and the data they are of: python3 choosing.py > choosing.json

breast_cancer.csv.gz: Wisconsin diagnostic breast cancer, W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI Machine Learning Repository (1993), CC BY 4.0; 30 features, then 1 for benign.
"""
import gzip
import json
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_score, learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

x, y = load_breast_cancer(return_X_y=True)
with gzip.GzipFile("breast_cancer.csv.gz", "wb", mtime=0) as file:
    for row, label in zip(x, y):
        file.write((",".join(repr(float(v)) for v in row) + f",{label}\n").encode())
pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
grid = [0.01, 0.1, 1.0, 10.0, 100.0]
search = GridSearchCV(pipeline, {"logisticregression__C": grid}, cv=StratifiedKFold(5)).fit(x, y)
print(json.dumps({
    "kind": "choosing", "scores": cross_val_score(pipeline, x, y, cv=StratifiedKFold(5)).tolist(), "grid": grid,
    "means": search.cv_results_["mean_test_score"].tolist(), "best": search.best_params_["logisticregression__C"],
}))

x, y = load_diabetes(return_X_y=True)
sizes, train, test = learning_curve(LinearRegression(), x, y, cv=KFold(5), train_sizes=np.linspace(0.1, 1.0, 5))
print(json.dumps({"kind": "learning", "sizes": sizes.tolist(), "train": train.tolist(), "test": test.tolist()}))
