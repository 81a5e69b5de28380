#!/usr/bin/python3
"""Learning rates of torch 1.13's schedulers for a rate of 1, one number a step; and the rates of ReduceLROnPlateau for numbers of epochs.

    /usr/bin/python3 schedules.py > schedules.json
"""
import json
import warnings

import torch
from torch.optim import lr_scheduler as s

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
STEPS = 60


def optimizer(lr=1.0):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def rates(make, steps=STEPS):
    o = optimizer()
    scheduler, found = make(o), []
    for _ in range(steps):
        found.append(o.param_groups[0]["lr"])
        o.step()
        scheduler.step()
    return found


SCHEDULES = {
    "constant": lambda o: s.LambdaLR(o, lambda _: 1.0),
    "step": lambda o: s.StepLR(o, 7, 0.3),
    "multistep": lambda o: s.MultiStepLR(o, [5, 20, 21], 0.5),
    "exponential": lambda o: s.ExponentialLR(o, 0.93),
    "polynomial": lambda o: s.PolynomialLR(o, 40, 2.0),
    "linear": lambda o: s.LinearLR(o, 0.25, 0.75, 30),
    "cosine": lambda o: s.CosineAnnealingLR(o, STEPS, 0.1),
    "restarts": lambda o: s.CosineAnnealingWarmRestarts(o, 8, 1, 0.05),
    "growing restarts": lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.1),
    "one cycle": lambda o: s.OneCycleLR(o, 1.0, STEPS + 1),
    "one cycle linear": lambda o: s.OneCycleLR(o, 1.0, STEPS + 1, pct_start=0.4, anneal_strategy="linear", div_factor=10, final_div_factor=100),
    "warm-up": lambda o: s.LinearLR(o, 1 / 10, 1.0, 9),
    "warm-up of exponential": lambda o: s.ChainedScheduler([s.LinearLR(o, 1 / 10, 1.0, 9), s.ExponentialLR(o, 0.95)]),
    "sequence": lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.5, 1.0, 10), s.StepLR(o, 6, 0.5)], [10]),
}

LOSSES = [5, 4, 3, 3, 3.0001, 2.9999, 3, 3, 3, 2.5, 2.5, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 1, 1, 1, 1, 1, 1, 1, 1, 0.9995, 0.9995, 0.99949, 0.9995, 0.9995, 0.9995]
PLATEAUS = {
    "default": dict(),
    "patience 2": dict(patience=2, factor=0.5),
    "cooldown": dict(patience=1, cooldown=3, factor=0.5),
    "absolute": dict(patience=1, threshold=0.2, threshold_mode="abs", factor=0.5),
    "relative": dict(patience=1, threshold=0.01, factor=0.5),
    "lowest": dict(patience=0, factor=0.5, min_lr=0.2),
    "max": dict(patience=1, factor=0.5, mode="max", threshold=0.01),
}


def plateau(options):
    o = optimizer()
    scheduler, found = s.ReduceLROnPlateau(o, **options), []
    for loss in LOSSES:
        scheduler.step(-loss + 10 if options.get("mode") == "max" else loss)
        found.append(o.param_groups[0]["lr"])
    return found


print(json.dumps({"losses": LOSSES, "schedules": {k: rates(v) for k, v in SCHEDULES.items()}, "plateaus": {k: plateau(v) for k, v in PLATEAUS.items()}}))
