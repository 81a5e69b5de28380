#!/usr/bin/python3
"""Trajectories of optimizers in torch 1.13, double: a hundred steps on x·W1·W2 + b, and the seed's loop on y = 2x.

    /usr/bin/python3 optimizers.py > optimizers.json

Weights are (in, out), as ours. Where torch 1.13 lacks an optimizer it stands here by its paper's formulas: Lion (Chen et al. 2023), Muon (K. Jordan 2024).
"""
import json

import torch
from sklearn.linear_model import Ridge

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
X, Y = torch.randn(12, 4), torch.randn(12, 3)
FIRST = [0.5 * torch.randn(4, 6), 0.5 * torch.randn(6, 3), torch.zeros(3)]
STEPS = 100
KEPT = [1, 2, 3, 10, 100]


class Lion:
    def __init__(self, weights, others, lr, weight_decay=0.0, beta1=0.9, beta2=0.99):
        self.parameters = [(p, weight_decay) for p in weights] + [(p, 0.0) for p in others]
        self.m = [torch.zeros_like(p) for p, _ in self.parameters]
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2

    def step(self):
        for i, (p, decay) in enumerate(self.parameters):
            p.data = p.data * (1 - self.lr * decay) - self.lr * torch.sign(self.beta1 * self.m[i] + (1 - self.beta1) * p.grad)
            self.m[i] = self.beta2 * self.m[i] + (1 - self.beta2) * p.grad


class Muon:
    """By the formulas; AdamW for the rest is torch's."""

    def __init__(self, weights, others, lr, momentum=0.95, nesterov=True, weight_decay=0.0, steps=5, other_rate=0.015):
        self.weights, self.m = weights, [torch.zeros_like(p) for p in weights]
        self.lr, self.beta, self.nesterov, self.decay, self.steps = lr, momentum, nesterov, weight_decay, steps
        self.rest = torch.optim.AdamW(others, lr=lr * other_rate, weight_decay=0)

    def orthogonal(self, g):
        x = g / (torch.linalg.norm(g) + 1e-7)
        for _ in range(self.steps):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        return x

    def step(self):
        for i, p in enumerate(self.weights):
            self.m[i] = self.beta * self.m[i] + (1 - self.beta) * p.grad
            u = self.beta * self.m[i] + (1 - self.beta) * p.grad if self.nesterov else self.m[i]
            scale = max(1, p.shape[1] / p.shape[0]) ** 0.5
            p.data = p.data * (1 - self.lr * self.decay) - self.lr * scale * self.orthogonal(u)
        self.rest.step()


def torch_optimizer(kind, **options):
    """Biases do not decay, as with us."""
    return lambda weights, others: getattr(torch.optim, kind)(
        [{"params": weights}, {"params": others, "weight_decay": 0}] if "weight_decay" in options or kind == "AdamW" else weights + others, **options)


def own(kind, **options):
    return lambda weights, others: kind(weights, others, **options)


CASES = {
    "sgd": torch_optimizer("SGD", lr=0.05),
    "sgd momentum": torch_optimizer("SGD", lr=0.02, momentum=0.9),
    "sgd momentum ema": torch_optimizer("SGD", lr=0.02, momentum=0.9),
    "sgd nesterov": torch_optimizer("SGD", lr=0.02, momentum=0.9, nesterov=True),
    "sgd dampening decay": torch_optimizer("SGD", lr=0.02, momentum=0.9, dampening=0.5, weight_decay=0.1),
    "adagrad": torch_optimizer("Adagrad", lr=0.1),
    "adagrad all": torch_optimizer("Adagrad", lr=0.1, lr_decay=0.05, initial_accumulator_value=0.3, weight_decay=0.1, eps=1e-6),
    "adadelta": torch_optimizer("Adadelta", lr=1.0),
    "adadelta all": torch_optimizer("Adadelta", lr=2.0, rho=0.8, eps=1e-5, weight_decay=0.1),
    "rmsprop": torch_optimizer("RMSprop", lr=0.01),
    "rmsprop momentum": torch_optimizer("RMSprop", lr=0.01, alpha=0.9, momentum=0.8, weight_decay=0.1),
    "rmsprop centered": torch_optimizer("RMSprop", lr=0.01, alpha=0.9, centered=True),
    "rmsprop centered momentum": torch_optimizer("RMSprop", lr=0.01, alpha=0.9, momentum=0.5, centered=True),
    "adam": torch_optimizer("Adam", lr=0.05),
    "adam decay": torch_optimizer("Adam", lr=0.05, weight_decay=0.1),
    "adam amsgrad": torch_optimizer("Adam", lr=0.05, betas=(0.8, 0.9), amsgrad=True, weight_decay=0.05),
    "adamw": torch_optimizer("AdamW", lr=0.05, weight_decay=0.1),
    "adamw amsgrad": torch_optimizer("AdamW", lr=0.05, betas=(0.8, 0.9), weight_decay=0.1, amsgrad=True),
    "lion": own(Lion, lr=0.01),
    "lion decay": own(Lion, lr=0.01, weight_decay=0.3, beta1=0.8, beta2=0.9),
    "muon": own(Muon, lr=0.02),
    "muon decay": own(Muon, lr=0.02, momentum=0.9, nesterov=False, weight_decay=0.1, steps=3, other_rate=0.1),
    "groups": lambda weights, others: torch.optim.AdamW(
        [{"params": weights[:1], "lr": 0.005, "weight_decay": 0.1}, {"params": weights[1:], "weight_decay": 0.0}, {"params": others, "weight_decay": 0.3}], lr=0.05),
    "frozen clipped": lambda weights, others: torch.optim.SGD(weights[1:] + others, lr=0.05, momentum=0.9),
    "average": torch_optimizer("Adam", lr=0.05),
}


def run(name, make):
    w1, w2, b = parameters = [p.clone().requires_grad_() for p in FIRST]
    if name == "frozen clipped":
        w1.requires_grad_(False)
    optimizer = make([w1, w2], [b])
    losses, kept = [], {}
    mean = torch.optim.swa_utils.AveragedModel(torch.nn.ParameterList(parameters), avg_fn=lambda a, p, n: 0.9 * a + 0.1 * p) if name == "average" else None
    for step in range(1, STEPS + 1):
        for p in parameters:
            p.grad = None
        loss = ((X @ w1 @ w2 + b - Y) ** 2).mean()
        loss.backward()
        if name == "frozen clipped":
            torch.nn.utils.clip_grad_norm_([w2, b], 0.5)
        optimizer.step()
        losses.append(loss.item())
        if mean:
            mean.update_parameters(torch.nn.ParameterList(parameters))
        if step in KEPT:
            kept[step] = flat(mean.module if mean else parameters)
    return {"losses": losses, "parameters": kept}


def lbfgs(history):
    """Every loss that torch evaluates in thirty iterations, and the parameters then."""
    parameters = [p.clone().requires_grad_() for p in FIRST]
    optimizer = torch.optim.LBFGS(parameters, lr=1, max_iter=30, max_eval=10000, history_size=history, line_search_fn="strong_wolfe")
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = ((X @ parameters[0] @ parameters[1] + parameters[2] - Y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(closure)
    return {"losses": losses, "parameters": {30: flat(parameters)}}


def flat(parameters):
    return [v for p in parameters for v in p.detach().flatten().tolist()]


def minibatches():
    """Ten epochs in batches of five, five and two, in the given order, the last one a mean over its own size: losses of epochs by samples."""
    parameters = [p.clone().requires_grad_() for p in FIRST]
    optimizer = torch.optim.SGD(parameters, lr=0.03, momentum=0.8)
    losses = []
    for _ in range(10):
        total = 0.0
        for rows in torch.split(torch.arange(12), 5):
            optimizer.zero_grad()
            loss = ((X[rows] @ parameters[0] @ parameters[1] + parameters[2] - Y[rows]) ** 2).mean()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / 12)
    return {"losses": losses, "parameters": {30: flat(parameters)}}


def seed_loop():
    """S1's loop: weight and bias after each of a hundred steps."""
    w, b = torch.zeros(1, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    x = torch.tensor([1.0, 2, 3, 4]).reshape(-1, 1)
    optimizer, rows = torch.optim.SGD([w, b], lr=0.01), []
    for _ in range(100):
        loss = ((x @ w + b - 2 * x) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rows.append([loss.item(), w.item(), b.item()])
    return rows


def ridge():
    """Weight decay added to the gradient of the mean square is ridge regression: λ = 2α/n."""
    fitted = Ridge(alpha=3.0).fit(X.numpy()[:, :3], Y.numpy()[:, 0])
    return {"alpha": 3.0, "weights": fitted.coef_.tolist(), "bias": float(fitted.intercept_)}


print(json.dumps({
    "x": flat([X]), "y": flat([Y]), "first": flat(FIRST), "seedLoop": seed_loop(), "ridge": ridge(), "minibatches": minibatches(), "lbfgs": {history: lbfgs(history) for history in (3, 100)},
    "cases": {name: run(name, make) for name, make in CASES.items()}}).replace('"cases"', '\n"cases"').replace('}}, ', '}},\n'))
