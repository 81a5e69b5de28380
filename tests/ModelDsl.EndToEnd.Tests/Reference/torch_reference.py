#!/usr/bin/python3
"""Twenty steps of layers and of whole models in torch 1.13, double: data, first parameters, first gradients, losses, last parameters and what they predict.

    /usr/bin/python3 torch_reference.py > torch.json

A case has the name of the C# model that follows it, and is a line of the file; its numbers depend on nothing but itself. Modules have the names of the model's
layers; in a stack, layers are named as the generator does. Values are channels last, weights as ours: see `as_ours`.
"""
import json
import zlib

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)

CHANNELS_SECOND = (nn.modules.conv._ConvNd, nn.modules.pooling._MaxPoolNd, nn.modules.pooling._AvgPoolNd, nn.modules.pooling._AdaptiveAvgPoolNd,
                   nn.modules.pooling._AdaptiveMaxPoolNd, nn.Upsample, nn.GroupNorm, nn.modules.batchnorm._BatchNorm)
KINDS = [(nn.Linear, "dense"), (nn.Conv1d, "conv1D"), (nn.Conv2d, "conv2D"), (nn.ConvTranspose1d, "convTranspose1D"), (nn.ConvTranspose2d, "convTranspose2D"),
         (nn.GroupNorm, "groupNorm"), (nn.modules.batchnorm._BatchNorm, "batchNorm"), (nn.LayerNorm, "layerNorm"), (nn.Embedding, "embedding"),
         (nn.LSTM, "lstm"), (nn.GRU, "gru"), (nn.RNN, "rnn")]


# ---- layers that torch has not, or has in another form

class RmsNorm(nn.Module):
    """By the formula: torch has none in 1.13."""

    def __init__(self, width, epsilon=1e-5):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(1 + 0.1 * torch.randn(width)), epsilon

    def forward(self, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Attention(nn.Module):
    """Heads one by one, by the formula; torch's own is held against it below."""

    def __init__(self, width, heads, shared=None, size=None, causal=False, base=None, bias=True):
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

    def forward(self, x, mask=None):
        outputs = []
        for head in range(self.heads):
            own, common = head * self.size, head * self.shared // self.heads * self.size
            q = self.turned(self.query(x)[..., own:own + self.size])
            k = self.turned(self.key(x)[..., common:common + self.size])
            scores = q @ k.transpose(1, 2) / self.size ** 0.5
            if self.causal:
                scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), float("-inf"))
            if mask is not None:
                scores = scores.masked_fill((mask <= 0)[:, None, :], float("-inf"))
            outputs.append(scores.softmax(-1) @ self.value(x)[..., common:common + self.size])
        return self.out(torch.cat(outputs, -1))


def check_attention():
    """The formula is torch.nn.MultiheadAttention's."""
    ours, x = Attention(12, 3, causal=True), torch.randn(2, 5, 12)
    theirs = nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]))
        theirs.out_proj.weight.copy_(ours.out.weight)
        theirs.out_proj.bias.copy_(ours.out.bias)
        assert torch.allclose(ours(x), theirs(x, x, x, attn_mask=torch.ones(5, 5).triu(1).bool())[0], atol=1e-12)


class Recurrent(nn.Module):
    """All states of torch's network, or what it has after all its steps: both ways, each direction's own last."""

    def __init__(self, rnn, last=False, reverse=False, forget=0):
        super().__init__()
        self.rnn, self.last, self.reverse, self.forget = rnn, last, reverse, forget

    def forward(self, x):
        units = self.rnn.hidden_size
        if self.reverse:
            x = x.flip(1)
        states = self.remembering(x) if self.forget else self.rnn(x)[0]
        if self.last:
            return torch.cat([states[:, -1, :units], states[:, 0, units:]], -1) if self.rnn.bidirectional else states[:, -1]
        return states.flip(1) if self.reverse else states

    def remembering(self, x):
        """With a number added to the forget gates; torch's network has none."""
        r, units = self.rnn, self.rnn.hidden_size
        more = torch.cat([torch.zeros(units), torch.full((units,), float(self.forget)), torch.zeros(2 * units)])
        h, c, states = torch.zeros(len(x), units), torch.zeros(len(x), units), []
        for t in range(x.shape[1]):
            h, c = torch.lstm_cell(x[:, t], (h, c), r.weight_ih_l0, r.weight_hh_l0, r.bias_ih_l0 + more, r.bias_hh_l0)
            states.append(h)
        return torch.stack(states, 1)


class PositionEmbedding(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(0.3 * torch.randn(length, width))

    def forward(self, x):
        return x + self.weight[:x.shape[1]]


class Do(nn.Module):
    """A function as a layer."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, *x):
        return self.f(*x)


# ---- models

def channels_last(module, x):
    return module(x.movedim(-1, 1)).movedim(1, -1) if isinstance(module, CHANNELS_SECOND) and x.dim() > 2 else module(x)


class Stack(nn.Module):
    """Layers one after the other, named dense1, dense2, layerNorm1, …"""

    def __init__(self, *layers):
        super().__init__()
        counts = {}
        for layer in layers:
            kind = next((k for c, k in KINDS if isinstance(layer.rnn if isinstance(layer, Recurrent) else layer, c)), type(layer).__name__)
            kind = kind[0].lower() + kind[1:]
            counts[kind] = counts.get(kind, 0) + 1
            self.add_module(f"{kind}{counts[kind]}", layer)

    def forward(self, x):
        for layer in self.children():
            x = channels_last(layer, x)
        return x


class Body(nn.Module):
    """Layers and parameters by name, and a function of them and of the inputs."""

    def __init__(self, f, **parts):
        super().__init__()
        self.f = f
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *x):
        return self.f(self, *x)


def as_ours(module, name, tensor):
    """Weights end in (in, out); windows come first: (k…, in, out)."""
    if isinstance(module, nn.modules.conv._ConvTransposeNd) and tensor.dim() > 1:
        tensor = tensor.movedim((0, 1), (-2, -1))
    elif isinstance(module, nn.modules.conv._ConvNd) and tensor.dim() > 1:
        tensor = tensor.movedim((0, 1), (-1, -2))
    elif isinstance(module, (nn.Linear, nn.RNNBase)) and tensor.dim() > 1:
        tensor = tensor.t()
    return tensor.detach().reshape(-1).tolist()


def tensors(net):
    """Our name, module and tensor of everything that a file would hold."""
    for path, module in net.named_modules():
        path = path[:-4] if path.endswith(".rnn") else path
        for name, tensor in [*module._parameters.items(), *module._buffers.items()]:
            if tensor is not None and name != "num_batches_tracked":
                yield f"{path}.{name.replace('_l0', '')}".lstrip("."), module, tensor


# ---- cases: a name, and how a network, inputs, targets and the loss of outputs and targets are made

class Classes:
    def __init__(self, count, *shape):
        self.count, self.shape = count, shape


class Mask:
    """Sequences of several lengths, none of them 0."""

    def __init__(self, length):
        self.length = length


def draw(rows, kind):
    if isinstance(kind, Classes):
        return torch.randint(kind.count, (rows, *kind.shape))
    if isinstance(kind, Mask):
        return (torch.arange(kind.length) < torch.arange(rows)[:, None] % kind.length + 1).double()
    return torch.randn(rows, *kind)


def sgd(rate=0.02, momentum=0.9):
    return dict(kind="Sgd", rate=rate, momentum=momentum)


def adam(rate=0.01):
    return dict(kind="Adam", rate=rate)


def adamw(rate, decay):
    return dict(kind="AdamW", rate=rate, decay=decay)


def optimizer(net, o):
    if o["kind"] == "Sgd":
        return torch.optim.SGD(net.parameters(), lr=o["rate"], momentum=o["momentum"])
    if o["kind"] == "Adam":
        return torch.optim.Adam(net.parameters(), lr=o["rate"])
    weights, others = [p for p in net.parameters() if p.dim() > 1], [p for p in net.parameters() if p.dim() < 2]
    return torch.optim.AdamW([dict(params=weights, weight_decay=o["decay"]), dict(params=others, weight_decay=0)], lr=o["rate"])


def model(net, *x, y=None, loss=nn.MSELoss(), by=sgd(), rows=2, steps=20):
    """Targets are drawn as inputs are, or made of the outputs by functions; unless given, they are normal, like the outputs. Weights come behind all targets."""
    for p in net.parameters():
        if p.dim() == 1:
            p.data += 0.2 * torch.randn_like(p)
    x = [draw(rows, kind) for kind in x]

    def outputs():
        z = net(*x)
        return z if isinstance(z, tuple) else (z,)

    net.eval()
    z = [z.detach() for z in outputs()]
    net.train()
    y = [torch.randn_like(z) for z in z] if y is None else [y(z) if callable(y) else draw(rows, y) for z, y in zip(z * 2, y if isinstance(y, tuple) else (y,))]
    first, losses, o = {name: as_ours(m, name, t) for name, m, t in tensors(net)}, [], optimizer(net, by)
    for _ in range(steps):
        o.zero_grad()
        value = loss(*outputs(), *y)
        value.backward()
        losses.append(value.item())
        if len(losses) == 1:
            gradients = {name: as_ours(m, name, t.grad) for name, m, t in tensors(net) if t.requires_grad}
        o.step()
    net.eval()
    return dict(optimizer=by, x=[v.reshape(-1).tolist() for v in x], y=[v.reshape(-1).tolist() for v in y], first=first, gradients=gradients, losses=losses,
                last={name: as_ours(m, name, t) for name, m, t in tensors(net)}, outputs=[z.detach().reshape(-1).tolist() for z in outputs()])


def stack(shape, *layers, **rest):
    return model(Stack(*layers), shape, **rest)


def op(shape, f, units=4, by=sgd(), **parts):
    """A function of a linear layer's output, and of parameters."""
    return model(Body(lambda m, x: f(m, m.In(x)) if parts else f(m.In(x)), In=L(shape[-1], units), **parts), shape, by=by)


def param(*shape):
    return nn.Parameter(torch.randn(*shape))


def cross_entropy(smoothing=0.0):
    return lambda z, y: F.cross_entropy(z.movedim(-1, 1), y if y.dim() < z.dim() else y.movedim(-1, 1), label_smoothing=smoothing)


def distribution(z):
    return torch.rand_like(z).softmax(-1)


def signs(z):
    return torch.randn_like(z).sign()


L = nn.Linear
CASES = {}

# Layers: a linear layer in front shows the gradient of the input.
CASES |= {
    "Conv1DPlain": lambda: stack((9, 3), L(3, 4), nn.Conv1d(4, 5, 3)),
    "Conv1DStride": lambda: stack((10, 3), L(3, 4), nn.Conv1d(4, 5, 3, stride=2)),
    "Conv1DPadded": lambda: stack((9, 3), L(3, 4), nn.Conv1d(4, 5, 4, padding=2), nn.Tanh()),
    "Conv1DDilated": lambda: stack((9, 3), L(3, 4), nn.Conv1d(4, 5, 3, stride=2, padding=1, dilation=2)),
    "Conv1DGroups": lambda: stack((8, 3), L(3, 4), nn.Conv1d(4, 6, 3, groups=2)),
    "Conv1DDepthwise": lambda: stack((8, 3), L(3, 4), nn.Conv1d(4, 8, 3, padding=1, groups=4, bias=False)),
    "Conv1DSame": lambda: stack((7, 3), L(3, 4), nn.Conv1d(4, 5, 4, padding="same", dilation=1)),
    "Conv2DPlain": lambda: stack((5, 6, 2), L(2, 3), nn.Conv2d(3, 4, 3)),
    "Conv2DOneByOne": lambda: stack((3, 4, 2), L(2, 3), nn.Conv2d(3, 4, 1)),
    "Conv2DKernelWidth": lambda: stack((5, 6, 2), L(2, 3), nn.Conv2d(3, 4, (2, 3))),
    "Conv2DStrides": lambda: stack((5, 4, 2), L(2, 3), nn.Conv2d(3, 4, 3, stride=(2, 1), padding=(1, 2)), nn.ReLU()),
    "Conv2DDilated": lambda: stack((4, 6, 2), L(2, 2), nn.Conv2d(2, 3, 3, padding=1, dilation=(1, 2))),
    "Conv2DGroups": lambda: stack((3, 4, 2), L(2, 4), nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)),
    "Conv2DDepthwise": lambda: stack((5, 5, 2), L(2, 3), nn.Conv2d(3, 3, 3, stride=2, padding=1, groups=3)),
    "Conv2DSame": lambda: stack((4, 5, 2), L(2, 3), nn.Conv2d(3, 4, (2, 3), padding="same")),
    "ConvTranspose1DPlain": lambda: stack((5, 3), L(3, 4), nn.ConvTranspose1d(4, 3, 3)),
    "ConvTranspose1DStride": lambda: stack((5, 3), L(3, 4), nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1, output_padding=1)),
    "ConvTranspose1DDilated": lambda: stack((5, 3), L(3, 4), nn.ConvTranspose1d(4, 3, 2, stride=3, dilation=2, bias=False)),
    "ConvTranspose2DPlain": lambda: stack((3, 4, 2), L(2, 3), nn.ConvTranspose2d(3, 2, 3), nn.Tanh()),
    "ConvTranspose2DStride": lambda: stack((3, 3, 2), L(2, 3), nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1)),
    "ConvTranspose2DKernelWidth": lambda: stack((3, 2, 2), L(2, 3), nn.ConvTranspose2d(3, 2, (2, 3), dilation=2)),
    "MaxPool1DPlain": lambda: stack((9, 3), L(3, 4), nn.MaxPool1d(2)),
    "MaxPool1DOverlapping": lambda: stack((9, 3), L(3, 4), nn.MaxPool1d(3, stride=2, padding=1)),
    "MaxPool2DPlain": lambda: stack((5, 6, 2), L(2, 3), nn.MaxPool2d(2)),
    "MaxPool2DOverlapping": lambda: stack((5, 6, 2), L(2, 3), nn.MaxPool2d(3, stride=2, padding=1)),
    "AveragePool1DPlain": lambda: stack((9, 3), L(3, 4), nn.AvgPool1d(2)),
    "AveragePool1DOverlapping": lambda: stack((9, 3), L(3, 4), nn.AvgPool1d(3, stride=2, padding=1)),
    "AveragePool2DPlain": lambda: stack((5, 6, 2), L(2, 3), nn.AvgPool2d(2)),
    "AveragePool2DOverlapping": lambda: stack((5, 6, 2), L(2, 3), nn.AvgPool2d(3, stride=2, padding=1)),
    "GlobalAverage": lambda: stack((3, 4, 2), L(2, 5), Do(lambda x: x.mean((1, 2)))),
    "GlobalMax": lambda: stack((3, 4, 2), L(2, 5), Do(lambda x: x.amax((1, 2)))),
    "AdaptiveAverageWhole": lambda: stack((8, 3), L(3, 4), nn.AdaptiveAvgPool1d(4)),
    "AdaptiveAverageUneven": lambda: stack((7, 3), L(3, 4), nn.AdaptiveAvgPool1d(3)),
    "AdaptiveAverageOfImages": lambda: stack((5, 6, 2), L(2, 3), nn.AdaptiveAvgPool2d((2, 4))),
    "AdaptiveMaxUneven": lambda: stack((7, 3), L(3, 4), nn.AdaptiveMaxPool1d(3)),
    "AdaptiveMaxOfImages": lambda: stack((4, 5, 2), L(2, 3), nn.AdaptiveMaxPool2d((2, 3))),
    "UpsampleNearest1D": lambda: stack((4, 3), L(3, 4), nn.Upsample(scale_factor=3)),
    "UpsampleNearest2D": lambda: stack((3, 2, 2), L(2, 3), nn.Upsample(scale_factor=2)),
    "UpsampleLinear1D": lambda: stack((4, 3), L(3, 4), nn.Upsample(scale_factor=3, mode="linear")),
    "UpsampleLinear2D": lambda: stack((3, 2, 2), L(2, 3), nn.Upsample(scale_factor=2, mode="bilinear")),
    "GroupNormOfTwo": lambda: stack((5, 3), L(3, 6), nn.GroupNorm(2, 6)),
    "GroupNormOfOne": lambda: stack((3, 4, 2), L(2, 3), nn.GroupNorm(1, 3, eps=1e-3)),
    "InstanceNorm": lambda: stack((3, 4, 2), L(2, 3), nn.GroupNorm(3, 3, affine=False)),
    "BatchNormOfRows": lambda: stack((3,), L(3, 5), nn.BatchNorm1d(5), rows=7),
    "BatchNormOfSequences": lambda: stack((4, 3), L(3, 5), nn.BatchNorm1d(5, eps=1e-3, momentum=0.3), steps=3),
    "BatchNormOfImages": lambda: stack((3, 4, 2), L(2, 3), nn.BatchNorm2d(3), steps=3),
    "BatchNormPlain": lambda: stack((3,), L(3, 5), nn.BatchNorm1d(5, affine=False), rows=7, steps=3),
    "LayerNormOfRows": lambda: stack((3,), L(3, 5), nn.LayerNorm(5)),
    "LayerNormPlain": lambda: stack((4, 3), L(3, 5), nn.LayerNorm(5, eps=1e-2, elementwise_affine=False)),
    "RmsNormOfRows": lambda: stack((3,), L(3, 5), RmsNorm(5, 1e-3)),
    "RmsNormOfSequences": lambda: stack((4, 3), L(3, 5), RmsNorm(5)),
    "EmbeddingOfTokens": lambda: model(Stack(nn.Embedding(7, 4)), Classes(7, 5)),
    "EmbeddingWithPadding": lambda: model(Stack(nn.Embedding(5, 4, padding_idx=1), L(4, 2)), Classes(5, 6)),
    "EmbeddingOfOne": lambda: model(Stack(nn.Embedding(5, 4), L(4, 2)), Classes(5)),
    "Positions": lambda: stack((4, 3), L(3, 5), PositionEmbedding(6, 5)),
    "DenseOfRows": lambda: stack((3,), L(3, 5), L(5, 2)),
    "DenseOfSequences": lambda: stack((4, 3), L(3, 5), L(5, 2, bias=False)),
    "FlattenOfImages": lambda: stack((2, 3, 2), L(2, 3), nn.Flatten(), L(18, 2)),
    "RnnPlain": lambda: stack((5, 2), L(2, 3), Recurrent(nn.RNN(3, 4, batch_first=True))),
    "RnnOfRelu": lambda: stack((5, 2), L(2, 3), Recurrent(nn.RNN(3, 4, nonlinearity="relu", batch_first=True)), rows=6, by=sgd(0.005)),
    "GruPlain": lambda: stack((5, 2), L(2, 3), Recurrent(nn.GRU(3, 4, batch_first=True))),
    "GruReversed": lambda: stack((5, 2), L(2, 3), Recurrent(nn.GRU(3, 4, batch_first=True), reverse=True)),
    "GruBothWaysLast": lambda: stack((5, 2), L(2, 3), Recurrent(nn.GRU(3, 3, batch_first=True, bidirectional=True), last=True)),
    "GruWithoutBias": lambda: stack((5, 2), L(2, 3), Recurrent(nn.GRU(3, 4, batch_first=True, bias=False), last=True)),
    "LstmPlain": lambda: stack((5, 2), L(2, 3), Recurrent(nn.LSTM(3, 4, batch_first=True))),
    "LstmReversedLast": lambda: stack((5, 2), L(2, 3), Recurrent(nn.LSTM(3, 4, batch_first=True), reverse=True, last=True)),
    "LstmBothWays": lambda: stack((4, 2), L(2, 3), Recurrent(nn.LSTM(3, 3, batch_first=True, bidirectional=True))),
    "LstmOfForgetBias": lambda: stack((5, 2), L(2, 3), Recurrent(nn.LSTM(3, 4, batch_first=True), forget=1)),
    "AttentionPlain": lambda: stack((5, 3), L(3, 6), Attention(6, 2)),
    "AttentionCausal": lambda: stack((5, 3), L(3, 6), Attention(6, 3, causal=True)),
    "AttentionGrouped": lambda: stack((5, 3), L(3, 4), Attention(4, 4, shared=2, size=3, bias=False)),
    "AttentionRotary": lambda: stack((5, 3), L(3, 8), Attention(8, 2, base=100)),
    "AttentionMasked": lambda: model(Body(lambda m, x, mask: m.Look(m.In(x), mask), In=L(3, 6), Look=Attention(6, 2)), (5, 3), Mask(5)),
}

# Activations, within a linear layer
CASES |= {name + "Unit": lambda f=f: stack((3,), L(3, 7), Do(f), rows=5) for name, f in {
    "Relu": F.relu, "LeakyRelu": F.leaky_relu, "Slope": lambda x: F.leaky_relu(x, 0.25), "Elu": F.elu, "EluAlpha": lambda x: F.elu(x, 0.5), "Selu": F.selu,
    "Gelu": F.gelu, "GeluTanh": lambda x: F.gelu(x, approximate="tanh"), "Silu": F.silu, "Mish": F.mish, "Softplus": F.softplus,
    "Tanh": torch.tanh, "Sigmoid": torch.sigmoid, "Softmax": lambda x: x.softmax(-1)}.items()}

# Losses of a linear layer, of another in front of it
CASES |= {name + "Loss": lambda loss=loss, y=y, shape=shape: stack(shape, L(3, 4), nn.Tanh(), L(4, 3), loss=loss, y=y, rows=5) for name, shape, loss, y in [
    ("Mse", (3,), nn.MSELoss(), None),
    ("HalfMse", (2, 3), lambda z, y: F.mse_loss(z, y) / 2, None),
    ("Mae", (3,), nn.L1Loss(), None),
    ("Huber", (3,), nn.HuberLoss(), None),
    ("HuberDelta", (3,), nn.HuberLoss(delta=0.3), None),
    ("LogCosh", (3,), lambda z, y: (z - y).cosh().log().mean(), None),
    ("BinaryCrossEntropy", (3,), nn.BCEWithLogitsLoss(), lambda z: torch.rand_like(z)),
    ("SparseCrossEntropy", (3,), cross_entropy(), Classes(3)),
    ("SparseOfSequences", (4, 3), cross_entropy(), Classes(3, 4)),
    ("SparseSmoothed", (3,), cross_entropy(0.2), Classes(3)),
    ("CrossEntropy", (3,), cross_entropy(), distribution),
    ("CrossEntropyOfSequences", (4, 3), cross_entropy(), distribution),
    ("CrossEntropySmoothed", (3,), cross_entropy(0.2), distribution),
    ("Hinge", (3,), lambda z, y: (1 - y * z).clamp_min(0).mean(), signs),
    ("SquaredHinge", (3,), lambda z, y: (1 - y * z).clamp_min(0).square().mean(), signs),
    ("Quartic", (3,), lambda z, y: ((z - y) ** 4).mean(), None),
    ("SumOfSquares", (3,), nn.MSELoss(reduction="sum"), None)]}


def penalized():
    net = Stack(L(3, 4), nn.Tanh(), L(4, 2))
    a, b = net.dense1.weight, net.dense2.weight
    return model(net, (3,), loss=lambda z, y: F.mse_loss(z, y) + 0.01 * a.abs().sum() + 0.02 * (a.square().sum() + b.square().sum()) + 0.05 * b.square().sum())


# Ops, of a linear layer's output
CASES |= {
    "PenalizedLoss": penalized,
    "SoftmaxAlongSteps": lambda: op((5, 3), lambda h: h.softmax(1)),
    "LogSoftmaxAlongSteps": lambda: op((5, 3), lambda h: h.log_softmax(1)),
    "LogSoftmaxAlongLast": lambda: op((5, 3), lambda h: h.log_softmax(-1)),
    "LogSumExpAlongLast": lambda: op((5, 3), lambda h: h.logsumexp(-1, keepdim=True)),
    "LogSumExpAlongTwo": lambda: op((5, 3, 2), lambda h: h.logsumexp((1, 3), keepdim=True)),
    "SumAlongSteps": lambda: op((5, 3), lambda h: h.sum(1, keepdim=True)),
    "SumAlongBatch": lambda: op((5, 3), lambda h: h * h.sum(0, keepdim=True)),
    "MeanAlongLast": lambda: op((5, 3), lambda h: h.mean(-1, keepdim=True)),
    "MeanAlongTwo": lambda: op((3, 4, 2), lambda h: h - h.mean((1, 2), keepdim=True)),
    "VarianceAlongLast": lambda: op((5, 3), lambda h: h.var(-1, unbiased=False, keepdim=True)),
    "VarianceAlongSteps": lambda: op((3, 4, 2), lambda h: h * h.var((0, 2), unbiased=False, keepdim=True)),
    "MaxAlongSteps": lambda: op((5, 3), lambda h: h.amax(1, keepdim=True)),
    "MinAlongTwo": lambda: op((3, 4, 2), lambda h: h.amin((2, 3), keepdim=True)),
    "SlicedSteps": lambda: op((7, 3), lambda h: h[:, 1:6:2] * h[:, -3:]),
    "SlicedBack": lambda: op((5, 3), lambda h: h[:, :, [3, 1]]),
    "Joined": lambda: op((5, 3), lambda h: torch.cat([h[:, 2:], h.square(), h[:, :1]], 1)),
    "JoinedLast": lambda: op((5, 3), lambda h: torch.cat([h, h.tanh()], -1)),
    "Stacked3": lambda: op((3,), lambda h: torch.stack([h, h.square(), h.tanh()], 1)),
    "Padded": lambda: op((5, 3), lambda h: F.pad(h, (0, 0, 2, 1)).exp()),
    "PaddedLast": lambda: op((3,), lambda h: F.pad(h, (1, 2), value=0.5).square()),
    "Flipped": lambda: op((5, 3), lambda h: h * h.flip(1)),
    "Permuted": lambda: op((2, 3, 2), lambda h: h.permute(0, 3, 1, 2)),
    "Transposed": lambda: op((5, 3), lambda h: h.transpose(1, 2)),
    "Reshaped": lambda: op((6, 3), lambda h: h.reshape(-1, 3, 8)),
    "ProductOfParameter": lambda: op((5, 3), lambda m, h: h @ m.Table, Table=param(4, 3)),
    "ParameterTimes": lambda: op((5, 3), lambda m, h: m.Table @ h, Table=param(2, 5)),
    "BatchedProduct": lambda: op((5, 3), lambda h: h @ h.transpose(1, 2)),
    "BatchedProductOfHeads": lambda: op((2, 5, 3), lambda h: h.transpose(2, 3) @ h.tanh()),
    "Broadcasted": lambda: op((1, 3), lambda m, h: h.expand(-1, 5, 4) * m.Table, Table=param(5, 4)),
    "Chosen": lambda: op((5, 3), lambda h: torch.where(h > 0.3, h.square(), torch.where(h.sign() == (h - 0.1).sign(), -0.5 * h, 0.2))),
    "Clipped": lambda: op((5, 3), lambda h: h.clamp(-0.5, 0.7)),
    "LargerAndSmaller": lambda: op((5, 3), lambda m, h: torch.maximum(h, m.Table) * torch.minimum(h, 0.2 * h.square()), Table=param(5, 4)),
    "Elementary": lambda: op((5, 3), lambda h: h.exp() + (h.square() + 1).log() + (h.abs() + 0.5).sqrt() + h.sin() * h.cos() + h.erf()),
    "Accurate": lambda: op((5, 3), lambda h: h.square().log1p() * h.expm1() / (1 + F.softplus(h)) - h.sign() * h),
    "Powers": lambda: op((5, 3), lambda h: h ** 3 + (h.square() + 1) ** -1.5 + (h.abs() + 0.5) ** h, by=sgd(1e-4)),
    "CrossAttention": lambda: model(Body(lambda m, x, y: ((m.Q(x) @ m.K(y).transpose(1, 2) / 2).softmax(-1) @ m.V(y))[:, None],
                                         Q=L(3, 4), K=L(2, 4), V=L(2, 3)), (3, 3), (5, 2)),
    "GatheredRows": lambda: model(Body(lambda m, x: m.Table[x].square(), Table=param(5, 3)), Classes(5, 4)),
    "OneHots": lambda: model(Body(lambda m, x: m.In(F.one_hot(x, 6).double()), In=L(6, 3)), Classes(5, 4)),
}


# Whole models
class GptBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.Ln1, self.Attn, self.Ln2 = nn.LayerNorm(width), Attention(width, heads, causal=True), nn.LayerNorm(width)
        self.Up, self.Down = L(width, 2 * width), L(2 * width, width)

    def forward(self, x):
        x = x + self.Attn(self.Ln1(x))
        return x + self.Down(F.gelu(self.Up(self.Ln2(x))))


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.Conv1, self.Conv2 = (nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2))
        self.Norm1, self.Norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x):
        h = channels_last(self.Norm1, channels_last(self.Conv1, x)).relu()
        return (x + channels_last(self.Norm2, channels_last(self.Conv2, h))).relu()


def at(module, x):
    return channels_last(module, x)


def residual(m, x):
    x = at(m.Blocks[0], at(m.StemNorm, at(m.Stem, x)).relu())
    x = at(m.Blocks[1], x)
    x = (at(m.Shortcut, x) + at(m.DownNorm, at(m.Down, x))).relu()
    return m.Head(x.mean((1, 2)))


def u_net(m, x):
    a = at(m.Enter, x).relu()
    b = at(m.Deep, at(nn.MaxPool2d(2), a)).relu()
    c = at(m.Deepest, at(nn.MaxPool2d(2), b)).relu()
    b = at(m.Joint, torch.cat([at(nn.Upsample(scale_factor=2, mode="bilinear"), c), b], -1)).relu()
    return at(m.Leave, torch.cat([at(m.Up, b), a], -1))


def market(m, x, sector):
    h = torch.tanh(m.In(x)) + m.Sector(sector)
    return m.Price(h), m.Kind(h)


def tied(m, tokens):
    return m.Norm(m.Block(m.Place(m.Token(tokens)))) @ m.Token.weight.t()


def gpt(m, tokens):
    x = m.Place(m.Token(tokens))
    for block in m.Blocks:
        x = block(x)
    return m.Head(m.Norm(x))


def blocks(*modules):
    return nn.ModuleList(modules)


def batch_first(kind, *sizes, **rest):
    return kind(*sizes, batch_first=True, **rest)


CASES |= {
    "NormedClassifier": lambda: stack((6,), L(6, 9), nn.GELU(), nn.LayerNorm(9), L(9, 7), nn.SiLU(), L(7, 4),
                                      y=Classes(4), loss=cross_entropy(0.1), by=sgd(0.05), rows=11),
    "NormedRegressor": lambda: stack((5,), L(5, 8), nn.BatchNorm1d(8), nn.ReLU(), L(8, 6), nn.Tanh(), L(6, 3),
                                     loss=nn.HuberLoss(delta=0.5), by=adam(), rows=13),
    "BinaryClassifier": lambda: stack((5,), L(5, 8), nn.Mish(), L(8, 6), nn.ELU(), L(6, 2),
                                      y=lambda z: torch.rand_like(z), loss=nn.BCEWithLogitsLoss(), by=adamw(0.02, 0.1), rows=17),
    "RnnTagger": lambda: stack((5, 3), Recurrent(batch_first(nn.RNN, 3, 6)), L(6, 2), by=sgd(0.05), rows=7),
    "GruTagger": lambda: stack((5, 3), Recurrent(batch_first(nn.GRU, 3, 6)), L(6, 2), by=adam(), rows=7),
    "LstmTagger": lambda: stack((5, 3), Recurrent(batch_first(nn.LSTM, 3, 6)), L(6, 2), by=adam(), rows=7),
    "BothWaysTagger": lambda: stack((4, 3), Recurrent(batch_first(nn.GRU, 3, 5, bidirectional=True)), L(10, 2), by=adam(), rows=6),
    "LstmClassifier": lambda: stack((5, 3), Recurrent(batch_first(nn.LSTM, 3, 6)), Recurrent(batch_first(nn.LSTM, 6, 6), last=True), L(6, 4),
                                    y=Classes(4), loss=cross_entropy(), by=adam(), rows=9),
    "GroupedAttention": lambda: stack((7, 8), RmsNorm(8), Attention(8, 4, 2, 6, causal=True, base=50), RmsNorm(8, 1e-3),
                                      Attention(8, 2, bias=False), L(8, 3), by=adam(), rows=3),
    "Gpt": lambda: model(Body(gpt, Token=nn.Embedding(11, 8), Place=PositionEmbedding(6, 8), Blocks=blocks(GptBlock(8, 2), GptBlock(8, 2)),
                              Norm=nn.LayerNorm(8), Head=L(8, 11, bias=False)),
                         Classes(11, 6), y=Classes(11, 6), loss=cross_entropy(), by=adamw(0.01, 0.1), rows=5),
    "TiedGpt": lambda: model(Body(tied, Token=nn.Embedding(9, 8), Place=PositionEmbedding(6, 8), Block=GptBlock(8, 2), Norm=nn.LayerNorm(8)),
                             Classes(9, 6), y=Classes(9, 6), loss=cross_entropy(), by=adam(), rows=5),
    "ResidualNet": lambda: model(Body(residual, Stem=nn.Conv2d(2, 3, 3, padding=1, bias=False), StemNorm=nn.BatchNorm2d(3),
                                      Blocks=blocks(ResidualBlock(3), ResidualBlock(3)),
                                      Down=nn.Conv2d(3, 5, 3, stride=2, padding=1, bias=False), DownNorm=nn.BatchNorm2d(5),
                                      Shortcut=nn.Conv2d(3, 5, 1, stride=2), Head=L(5, 3)),
                                 (6, 6, 2), y=Classes(3), loss=cross_entropy(), by=sgd(0.05), rows=6),
    "LeNet": lambda: stack((12, 12, 1), nn.Conv2d(1, 3, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(3, 5, 3), nn.Tanh(), nn.AvgPool2d(2),
                           nn.Flatten(), L(20, 8), nn.Tanh(), L(8, 4),
                           y=Classes(4), loss=cross_entropy(), by=adam(), rows=5),
    "SequenceNet": lambda: stack((16, 3), nn.Conv1d(3, 6, 5, stride=2, padding=2), nn.ReLU(), nn.BatchNorm1d(6),
                                 nn.Conv1d(6, 6, 3, padding=2, dilation=2, groups=3), nn.GELU(),
                                 nn.MaxPool1d(2), Do(lambda x: x.amax(1)), L(6, 4), y=Classes(4), loss=cross_entropy(), by=adam(), rows=6),
    "SmallUNet": lambda: model(Body(u_net, Enter=nn.Conv2d(2, 3, 3, padding=1), Deep=nn.Conv2d(3, 4, 3, padding=1), Deepest=nn.Conv2d(4, 5, 3, padding=1),
                                    Joint=nn.Conv2d(9, 4, 3, padding=1),
                                    Up=nn.ConvTranspose2d(4, 3, 2, stride=2), Leave=nn.Conv2d(6, 1, 1)),
                               (8, 8, 2), y=lambda z: (torch.rand_like(z) > 0.5).double(), loss=nn.BCEWithLogitsLoss(), by=adam(), rows=3),
    "UndroppedMlp": lambda: stack((6,), L(6, 10), nn.ReLU(), nn.Dropout(0), L(10, 8), nn.ReLU(), nn.Dropout(0), L(8, 3),
                                  y=Classes(3), loss=cross_entropy(), by=sgd(0.05), rows=12),
    "Autoencoder": lambda: stack((10,), L(10, 6), nn.SiLU(), L(6, 2), L(2, 6), nn.SiLU(), L(6, 10), by=adamw(0.02, 0.05), rows=9),
    "ImageAutoencoder": lambda: stack((6, 6, 1), nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ELU(), nn.GroupNorm(2, 4),
                                      nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1), nn.ELU(),
                                      nn.Upsample(scale_factor=2), nn.AvgPool2d(2), nn.Conv2d(3, 1, 3, padding=1), by=adam(), rows=4),
    "Shop": lambda: model(Body(lambda m, x, item, recent: m.Out(torch.relu(m.Mid(torch.cat([m.In(x), m.Item(item), m.Recent(recent).mean(1)], -1)))),
                               In=L(4, 5), Item=nn.Embedding(6, 3), Recent=nn.Embedding(7, 3, padding_idx=0), Mid=L(11, 8), Out=L(8, 1)),
                          (4,), Classes(6), Classes(7, 3), by=adam(), rows=8),
    "PriceAndKind": lambda: model(Body(market, In=L(5, 6), Sector=nn.Embedding(4, 6), Price=L(6, 2), Kind=L(6, 3)), (5,), Classes(4),
                                  y=(lambda z: torch.randn_like(z), Classes(3)),
                                  loss=lambda price, kind, y, t: F.mse_loss(price, y) + 0.5 * F.cross_entropy(kind, t), by=adam(), rows=8),
}


# A weight for each sample's loss, over the size of the batch; torch's weights of classes are divided by their sum over the batch instead
CLASS_WEIGHTS = torch.tensor([0.5, 2.0, 1.25])


def weights(z):
    return 2 * torch.rand(len(z))


def turns(z):
    return torch.arange(len(z)) % len(CLASS_WEIGHTS)


def weights_of_turns(z):
    w = CLASS_WEIGHTS[turns(z)]
    return w / w.mean()


def weighted_loss(shape, loss, y):
    return stack(shape, L(3, 4), nn.Tanh(), L(4, 3), loss=loss, y=y, rows=5)


def each(loss):
    """By sample, its weight times the mean of its losses."""
    return lambda z, y, w: (w * loss(z, y, reduction="none").flatten(1).mean(1)).mean()


CASES |= {
    "WeightedMseLoss": lambda: weighted_loss((3,), each(F.mse_loss), (torch.randn_like, weights)),
    "WeightedHuberLoss": lambda: weighted_loss((3,), each(F.huber_loss), (torch.randn_like, weights)),
    "WeightedMseOfSequenceLoss": lambda: weighted_loss((4, 3), each(F.mse_loss), (torch.randn_like, weights)),
    "WeightedBinaryCrossEntropyLoss": lambda: weighted_loss((3,), lambda z, y, w: F.binary_cross_entropy_with_logits(z, y, w[:, None]), (torch.rand_like, weights)),
    "WeightedCrossEntropyLoss": lambda: weighted_loss((3,), lambda z, y, w: (w * F.cross_entropy(z, y, reduction="none")).mean(), (distribution, weights)),
    "WeightedSparseCrossEntropyLoss": lambda: weighted_loss((3,), lambda z, y, w: (w * F.cross_entropy(z, y, reduction="none")).mean(), (Classes(3), weights)),
    "WeightedSequenceLoss": lambda: weighted_loss((4, 3), lambda z, y, w: (w * F.cross_entropy(z.movedim(-1, 1), y, reduction="none").mean(1)).mean(), (Classes(3, 4), weights)),
    "WeightedClassesLoss": lambda: weighted_loss((3,), lambda z, y, w: F.cross_entropy(z, y, CLASS_WEIGHTS), (turns, weights_of_turns)),
    "WeightedPriceAndKind": lambda: model(Body(market, In=L(5, 6), Sector=nn.Embedding(4, 6), Price=L(6, 2), Kind=L(6, 3)), (5,), Classes(4),
                                          y=(torch.randn_like, Classes(3), weights),
                                          loss=lambda price, kind, y, t, w: F.mse_loss(price, y) + 0.5 * (w * F.cross_entropy(kind, t, reduction="none")).mean(), by=adam(), rows=8),
}


if __name__ == "__main__":
    check_attention()
    lines = []
    for name, case in CASES.items():
        torch.manual_seed(zlib.crc32(name.encode()))
        try:
            lines.append(json.dumps({name: case()}, separators=(",", ":"))[1:-1])
        except Exception as error:
            raise RuntimeError(name) from error
    print("{\n" + ",\n".join(lines) + "\n}")
