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
        return {ours: as_ours(theirs, tensors[theirs]) for ours, theirs in names.items()}

    def as_ours(name, tensor):
        return (tensor.t() if tensor.dim() == 2 and name not in ("token.weight", "place") else tensor).detach().reshape(-1).tolist()

    first, losses = values(), []
    o = optimizer(net)
    for _ in range(steps):
        o.zero_grad()
        value = loss(net(x), y)
        value.backward()
        losses.append(value.item())
        if len(losses) == 1:
            gradients = {ours: as_ours(theirs, p.grad)
                         for ours, theirs in names.items() if (p := dict(net.named_parameters()).get(theirs)) is not None}
        o.step()
    net.eval()
    return dict(x=x.reshape(-1).tolist(), y=y.reshape(-1).tolist(), first=first, gradients=gradients, losses=losses, last=values(),
                outputs=net(x).detach().reshape(-1).tolist())


def dense(kinds=("weight", "bias"), **layers):
    return {f"{ours}.{kind}": f"{theirs}.{kind}" for ours, theirs in layers.items() for kind in kinds}


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


class RmsNorm(nn.Module):
    """By the formula: torch has none in 1.13."""

    def __init__(self, width, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(1 + 0.1 * torch.randn(width)), epsilon

    def forward(self, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Attention(nn.Module):
    """Heads one by one, by the formula; torch's own is held against it below."""

    def __init__(self, width, heads, shared=None, size=None, causal=True, base=None, bias=True):
        super().__init__()
        self.heads, self.shared, self.size, self.causal, self.base = heads, shared or heads, size or width // heads, causal, base
        self.query, self.out = nn.Linear(width, heads * self.size, bias), nn.Linear(heads * self.size, width, bias)
        self.key, self.value = nn.Linear(width, self.shared * self.size, bias), nn.Linear(width, self.shared * self.size, bias)

    def turned(self, x):
        if self.base is None:
            return x
        half = self.size // 2
        angle = torch.arange(x.shape[1], dtype=x.dtype)[:, None] * self.base ** (-torch.arange(half, dtype=x.dtype) / half)
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)

    def forward(self, x):
        outputs = []
        for head in range(self.heads):
            own, common = head * self.size, head * self.shared // self.heads * self.size
            q = self.turned(self.query(x)[..., own:own + self.size])
            k = self.turned(self.key(x)[..., common:common + self.size])
            scores = q @ k.transpose(1, 2) / self.size ** 0.5
            if self.causal:
                scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), float("-inf"))
            outputs.append(scores.softmax(-1) @ self.value(x)[..., common:common + self.size])
        return self.out(torch.cat(outputs, -1))


class Grouped(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attention1 = RmsNorm(8, 1e-5), Attention(8, 4, 2, 6, causal=True, base=50)
        self.norm2, self.attention2, self.dense1 = RmsNorm(8, 1e-3), Attention(8, 2, causal=False, bias=False), nn.Linear(8, 3)

    def forward(self, x):
        return self.dense1(self.attention2(self.norm2(self.attention1(self.norm1(x)))))


class GptBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln1, self.attn, self.ln2 = nn.LayerNorm(width), Attention(width, heads), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.down(nn.functional.gelu(self.up(self.ln2(x))))


class Gpt(nn.Module):
    def __init__(self, classes, width, heads, length, blocks):
        super().__init__()
        self.token, self.place = nn.Embedding(classes, width), nn.Parameter(0.3 * torch.randn(length, width))
        self.blocks = nn.ModuleList(GptBlock(width, heads) for _ in range(blocks))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, classes, bias=False)

    def forward(self, tokens):
        x = self.token(tokens) + self.place
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def attention_names(ours, theirs, bias=True):
    return dense(**{f"{ours}.{part}": f"{theirs}.{part}" for part in ("query", "key", "value", "out")}, kinds=("weight", "bias") if bias else ("weight",))


def check_attention():
    """The formula is torch.nn.MultiheadAttention's."""
    ours, x = Attention(12, 3), torch.randn(2, 5, 12)
    theirs = nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]))
        theirs.out_proj.weight.copy_(ours.out.weight)
        theirs.out_proj.bias.copy_(ours.out.bias)
        mask = torch.ones(5, 5).triu(1).bool()
        assert torch.allclose(ours(x), theirs(x, x, x, attn_mask=mask)[0], atol=1e-12)


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
    "GroupedAttention": trajectory(
        Grouped(), dense(dense1="dense1") | {"rmsNorm1.weight": "norm1.weight", "rmsNorm2.weight": "norm2.weight"}
        | attention_names("attention1", "attention1") | attention_names("attention2", "attention2", bias=False),
        torch.randn(3, 7, 8), torch.randn(3, 7, 3), nn.MSELoss(), lambda n: torch.optim.Adam(n.parameters(), lr=0.01)),
    "Gpt": trajectory(
        Gpt(11, 8, 2, 6, 2), {"Token.weight": "token.weight", "Place.weight": "place"} | dense(Norm="norm") | dense(Head="head", kinds=("weight",))
        | {name: theirs for i in range(2) for name, theirs in (
            dense(**{f"Blocks.{i}.{ours}": f"blocks.{i}.{ours.lower()}" for ours in ("Ln1", "Ln2", "Up", "Down")})
            | attention_names(f"Blocks.{i}.Attn", f"blocks.{i}.attn")).items()},
        torch.randint(11, (5, 6)), torch.randint(11, (5, 6)), lambda z, y: nn.functional.cross_entropy(z.transpose(1, 2), y), lambda n: decayed(n, 0.01, 0.1)),
}))
check_attention()
