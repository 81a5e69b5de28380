#!/usr/bin/python3
"""State dicts of torch 1.13 modules as safetensors files, with inputs and what the modules make of them: for TorchFileTests.cs.

    /usr/bin/python3 state_dicts.py

writes NAME.safetensors for each module, its tensors named and shaped as torch has them, sorted by name as safetensors' own writer does, and predictions.safetensors: NAME.x
and NAME.y. Inputs are as ours, channels last. The format is written by hand: 8 bytes of the header's length, the header in JSON, the data.
"""
import json
import struct
import zlib

import torch
from torch import nn

TYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def save(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in sorted(tensors):
        t = tensors[name].detach().contiguous()
        raw = (t.view(torch.int16) if t.dtype == torch.bfloat16 else t).numpy().tobytes()
        header[name] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


class Cnn(nn.Module):
    """A picture of two channels through kernels of unequal sides, groups and both norms to a layer that reads it flattened."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, (3, 2))
        self.bn = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1, groups=2)
        self.pool = nn.MaxPool2d(2)
        self.flat_norm = nn.BatchNorm1d(36)
        self.fc1 = nn.Linear(36, 5)
        self.out = nn.Linear(5, 3)

    def forward(self, x):
        x = self.bn(self.conv1(x.permute(0, 3, 1, 2))).relu()
        x = self.pool(self.conv2(x).relu()).flatten(1)
        return self.out(self.fc1(self.flat_norm(x)).tanh())


class Up(nn.Module):
    """A transposed convolution, flattened without a layer for it."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(3, 4, 3, stride=2)
        self.score = nn.Linear(36, 2)

    def forward(self, x):
        return self.score(self.up(x.permute(0, 2, 1)).flatten(1))


class Tagger(nn.Module):
    """Two levels of recurrence in one module, the first both ways, behind an embedding."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(7, 4)
        self.both = nn.GRU(4, 3, batch_first=True, bidirectional=True)
        self.lstm = nn.LSTM(6, 5, num_layers=2, batch_first=True)
        self.norm = nn.LayerNorm(5)
        self.tag = nn.Linear(5, 4)

    def forward(self, x):
        return self.tag(self.norm(self.lstm(self.both(self.words(x))[0])[0]))


class Twins(nn.Module):
    """Two modules of one shape, whose names say nothing of ours."""

    def __init__(self):
        super().__init__()
        self.before, self.behind, self.gain = nn.Linear(4, 4), nn.Linear(4, 4), nn.Parameter(torch.randn(4))

    def forward(self, x):
        return self.behind(self.before(x).tanh()) * self.gain


def module(name, make, x, scalar=torch.float32):
    torch.manual_seed(zlib.crc32(name.encode()))
    net = make()
    with torch.no_grad():
        for key, t in net.state_dict().items():
            if t.dtype == torch.float32:
                t.copy_(torch.rand_like(t) + 0.5 if key.endswith("running_var") else 0.5 * torch.randn_like(t))
        state = {key: t.to(scalar) if t.is_floating_point() else t for key, t in net.state_dict().items()}
        net.load_state_dict(state)
        x = x()
        y = net.eval()(x)
    save(f"{name}.safetensors", state)
    return {f"{name}.x": x, f"{name}.y": y.reshape(len(x), -1)}


def deep():
    """Eleven layers of one shape: 10 comes behind 2."""
    return nn.Sequential(nn.Linear(8, 6), nn.ReLU(), *[m for _ in range(5) for m in (nn.Linear(6, 6), nn.Tanh())], nn.Linear(6, 3))


if __name__ == "__main__":
    save("predictions.safetensors",
         module("sequential", deep, lambda: torch.randn(5, 8))
         | module("halves", lambda: nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3)), lambda: torch.randn(5, 8), scalar=torch.bfloat16)
         | module("cnn", Cnn, lambda: torch.randn(4, 8, 5, 2))
         | module("up", Up, lambda: torch.randn(4, 4, 3))
         | module("tagger", Tagger, lambda: torch.randint(7, (4, 5)))
         | module("twins", Twins, lambda: torch.randn(5, 4)))
