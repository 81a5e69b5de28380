#!/usr/bin/python3
"""Trajectories of models in torch 1.13, double: first parameters, data, and parameters and losses after 20 steps.

    /usr/bin/python3 torch_reference.py > torch.json

Weights are written as (in, out), the transpose of torch's, and under the names of the models' tensors.
"""
import json

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(1234)


def trajectory(net, names, x, y, loss, optimizer, steps=20):
    tensors = dict(net.named_parameters()) | dict(net.named_buffers())

    def values():
        return {ours: (tensors[theirs].t() if tensors[theirs].dim() == 2 else tensors[theirs]).detach().reshape(-1).tolist()
                for ours, theirs in names.items()}

    first, losses = values(), []
    o = optimizer(net)
    for _ in range(steps):
        o.zero_grad()
        value = loss(net(x), y)
        value.backward()
        losses.append(value.item())
        if len(losses) == 1:
            gradients = {ours: (p.grad.t() if p.grad.dim() == 2 else p.grad).reshape(-1).tolist()
                         for ours, theirs in names.items() if (p := dict(net.named_parameters()).get(theirs)) is not None}
        o.step()
    net.eval()
    return dict(x=x.reshape(-1).tolist(), y=y.reshape(-1).tolist(), first=first, gradients=gradients, losses=losses, last=values(),
                outputs=net(x).detach().reshape(-1).tolist())


def dense(**layers):
    return {f"{ours}.{kind}": f"{theirs}.{kind}" for ours, theirs in layers.items() for kind in ("weight", "bias")}


def decayed(net, rate, weight_decay):
    weights = [p for p in net.parameters() if p.dim() == 2]
    others = [p for p in net.parameters() if p.dim() != 2]
    return torch.optim.AdamW([dict(params=weights, weight_decay=weight_decay), dict(params=others, weight_decay=0)], lr=rate)


class Recurrent(nn.Module):
    """A recurrent network and a linear layer on all its states, or on the last."""

    def __init__(self, rnn, outputs, last=False):
        super().__init__()
        self.rnn, self.last = rnn, last
        self.out = nn.Linear(rnn.hidden_size * (2 if rnn.bidirectional else 1), outputs)

    def forward(self, x):
        states = self.rnn(x)[0]
        return self.out(states[:, -1] if self.last else states)


def recurrent(kind, layers=1, both_ways=False):
    names = {f"{kind}{layer + 1}.{tensor}{way}": f"rnn.{tensor}_l{layer}{way}" for layer in range(layers)
             for way in (["", "_reverse"] if both_ways else [""]) for tensor in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    return names | dense(dense1="out")


classifier = nn.Sequential(nn.Linear(6, 9), nn.GELU(), nn.LayerNorm(9), nn.Linear(9, 7), nn.SiLU(), nn.Linear(7, 4))
regressor = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 3))
binary = nn.Sequential(nn.Linear(5, 8), nn.Mish(), nn.Linear(8, 6), nn.ELU(), nn.Linear(6, 2))
print(json.dumps({
    "NormedClassifier": trajectory(
        classifier, dense(dense1="0", layerNorm1="2", dense2="3", dense3="5"), torch.randn(11, 6), torch.randint(4, (11,)),
        nn.CrossEntropyLoss(label_smoothing=0.1), lambda n: torch.optim.SGD(n.parameters(), lr=0.05, momentum=0.9)),
    "NormedRegressor": trajectory(
        regressor, dense(dense1="0", batchNorm1="1", dense2="3", dense3="5")
        | {"batchNorm1.running_mean": "1.running_mean", "batchNorm1.running_var": "1.running_var"},
        torch.randn(13, 5), torch.randn(13, 3), nn.HuberLoss(delta=0.5), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
    "BinaryClassifier": trajectory(
        binary, dense(dense1="0", dense2="2", dense3="4"), torch.randn(17, 5), torch.rand(17, 2),
        nn.BCEWithLogitsLoss(), lambda n: decayed(n, 0.02, 0.1)),
    "RnnTagger": trajectory(
        Recurrent(nn.RNN(3, 6, batch_first=True), 2), recurrent("rnn"), torch.randn(7, 5, 3), torch.randn(7, 5, 2),
        nn.MSELoss(), lambda n: torch.optim.SGD(n.parameters(), lr=0.05, momentum=0.9)),
    "GruTagger": trajectory(
        Recurrent(nn.GRU(3, 6, batch_first=True), 2), recurrent("gru"), torch.randn(7, 5, 3), torch.randn(7, 5, 2),
        nn.MSELoss(), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
    "LstmTagger": trajectory(
        Recurrent(nn.LSTM(3, 6, batch_first=True), 2), recurrent("lstm"), torch.randn(7, 5, 3), torch.randn(7, 5, 2),
        nn.MSELoss(), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
    "BothWaysTagger": trajectory(
        Recurrent(nn.GRU(3, 5, batch_first=True, bidirectional=True), 2), recurrent("gru", both_ways=True), torch.randn(6, 4, 3), torch.randn(6, 4, 2),
        nn.MSELoss(), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
    "LstmClassifier": trajectory(
        Recurrent(nn.LSTM(3, 6, num_layers=2, batch_first=True), 4, last=True), recurrent("lstm", layers=2), torch.randn(9, 5, 3),
        torch.randint(4, (9,)), nn.CrossEntropyLoss(), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
}))
