"""The benchmarks' twin in PyTorch. Run by `compare`:

    OPENBLAS_NUM_THREADS=N OMP_NUM_THREADS=N python3 torch_train.py version | prove CASE FOLDER STEPS [PRECISION] | measure CASE [VARIANT [PRECISION]] | memory CASE STEPS

on N threads, or, with MODELDSL_TORCH_DEVICE=cuda, on a GPU, there in a precision: Float, Tf32 or BFloat16. `prove` prints the losses of steps from the weights and on the batch in FOLDER; `measure` prints the seconds of one step or prediction;
`memory` the most bytes that were resident after steps.
"""
import json, os, statistics, struct, sys, time, warnings

warnings.filterwarnings("ignore")
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
DEVICE = os.environ.get("MODELDSL_TORCH_DEVICE", "cpu")


def transposed(tensor):
    """Ours are (in, out), theirs (out, in)."""
    return tensor.t()


class Net(nn.Module):
    """What every case has: how it is fed, its loss and optimizer, and which of our tensors each of its own is."""

    x_type, y_type = torch.float32, torch.int32

    def loss(self, x, y):
        return F.cross_entropy(self(x), y)

    def optimizer(self):
        return torch.optim.Adam(self.parameters(), 1e-3)

    def random_batch(self):
        return torch.rand(self.x_shape) * 2 - 1, torch.randint(0, self.classes, (self.x_shape[0],))


class Mlp(Net):
    classes = 10

    def __init__(self, batch, *widths):
        super().__init__()
        self.x_shape = (batch, widths[0])
        layers = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        self.net = nn.Sequential(*[m for layer in layers[:-1] for m in (layer, nn.ReLU())], layers[-1])

    def tensors(self):
        for number, layer in enumerate(m for m in self.net if isinstance(m, nn.Linear)):
            yield layer.weight, f"dense{number + 1}.weight", transposed
            yield layer.bias, f"dense{number + 1}.bias", None

    def forward(self, x):
        return self.net(x)


class Cnn(Net):
    x_shape, classes = (64, 1, 28, 28), 10

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.dense1, self.dense2 = nn.Linear(3136, 128), nn.Linear(128, 10)

    def tensors(self):
        for name, layer in (("conv2D1", self.conv1), ("conv2D2", self.conv2)):
            yield layer.weight, name + ".weight", lambda w: w.permute(3, 2, 0, 1)
            yield layer.bias, name + ".bias", None
        # our features are in the order (row, column, channel), theirs (channel, row, column)
        yield self.dense1.weight, "dense1.weight", lambda w: w.reshape(7, 7, 64, 128).permute(3, 2, 0, 1).reshape(128, 3136)
        yield self.dense1.bias, "dense1.bias", None
        yield self.dense2.weight, "dense2.weight", transposed
        yield self.dense2.bias, "dense2.bias", None

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.dense2(F.relu(self.dense1(x.flatten(1))))


class Block(nn.Module):
    """As nanoGPT's: one product for queries, keys and values."""

    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.look_norm, self.think_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("past", torch.tril(torch.ones(length, length)).view(1, 1, length, length))

    def forward(self, x):
        batch, length, width = x.shape
        size = width // self.heads
        q, k, v = (z.view(batch, length, self.heads, size).transpose(1, 2) for z in self.qkv(self.look_norm(x)).split(width, 2))
        p = F.softmax((q @ k.transpose(-2, -1) * size**-0.5).masked_fill(self.past == 0, float("-inf")), -1)
        x = x + self.out((p @ v).transpose(1, 2).contiguous().view(batch, length, width))
        return x + self.down(F.gelu(self.up(self.think_norm(x))))

    def tensors(self, name):
        for layer, part in ((self.look_norm, "LookNorm"), (self.think_norm, "ThinkNorm")):
            yield layer.weight, f"{name}.{part}.weight", None
            yield layer.bias, f"{name}.{part}.bias", None
        width = self.out.weight.shape[0]
        for i, part in enumerate(("query", "key", "value")):
            yield self.qkv.weight[i * width : (i + 1) * width], f"{name}.Look.{part}.weight", transposed
            yield self.qkv.bias[i * width : (i + 1) * width], f"{name}.Look.{part}.bias", None
        for layer, part in ((self.out, "Look.out"), (self.up, "Up"), (self.down, "Down")):
            yield layer.weight, f"{name}.{part}.weight", transposed
            yield layer.bias, f"{name}.{part}.bias", None


class Gpt(Net):
    x_type = torch.int32

    def __init__(self, width=128, layers=4, heads=4, classes=65, batch=12, length=64):
        super().__init__()
        self.classes, self.x_shape = classes, (batch, length)
        self.character, self.place = nn.Embedding(classes, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*[Block(width, heads, length) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return self.norm(self.blocks(self.character(x) + self.place.weight)) @ self.character.weight.t()

    def loss(self, x, y):
        return F.cross_entropy(self(x).view(-1, self.classes), y.view(-1))

    def optimizer(self):
        # decay on matrices only, as ours
        matrices = [p for p in self.parameters() if p.dim() > 1]
        return torch.optim.AdamW([{"params": matrices}, {"params": [p for p in self.parameters() if p.dim() == 1], "weight_decay": 0}], 1e-3)

    def random_batch(self):
        return torch.randint(0, self.classes, self.x_shape), torch.randint(0, self.classes, self.x_shape)

    def tensors(self):
        yield self.character.weight, "Character.weight", None
        yield self.place.weight, "Place.weight", None
        yield self.norm.weight, "Norm.weight", None
        yield self.norm.bias, "Norm.bias", None
        for i, block in enumerate(self.blocks):
            yield from block.tensors(f"Blocks.{i}")


class Line(Net):
    x_shape, y_type = (32, 13), torch.float32

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(13, 1)

    def forward(self, x):
        return self.dense(x)

    def loss(self, x, y):
        return F.mse_loss(self(x), y.view(-1, 1))

    def optimizer(self):
        return torch.optim.SGD(self.parameters(), 1e-2)

    def random_batch(self):
        return torch.rand(32, 13), torch.rand(32)

    def tensors(self):
        yield self.dense.weight, "dense1.weight", transposed
        yield self.dense.bias, "dense1.bias", None


class Lstm(Net):
    x_shape, classes = (32, 64, 128), 10

    def __init__(self):
        super().__init__()
        self.lstm, self.dense = nn.LSTM(128, 128, 2, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        return self.dense(self.lstm(x)[0][:, -1])

    def tensors(self):
        for layer in range(2):
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                yield getattr(self.lstm, f"{part}_l{layer}"), f"lstm{layer + 1}.{part}", transposed if "weight" in part else None
        yield self.dense.weight, "dense1.weight", transposed
        yield self.dense.bias, "dense1.bias", None


NETS = {
    "a": lambda: Mlp(32, 784, 64, 64, 10),
    "b": lambda: Mlp(256, 784, 64, 64, 10),
    "c": lambda: Mlp(128, 784, 1024, 1024, 10),
    "d": Cnn,
    "d-winograd": Cnn,
    "e": Gpt,
    "gpt": lambda: Gpt(768, 12, 12, 256, 4, 1024),
    "f": Line,
    "lstm": Lstm,
}


def stepper(net, x, y, precision="Float", compiled=False):
    net, x, y = net.to(DEVICE), x.to(DEVICE), y.to(DEVICE)
    if DEVICE == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "Tf32"
    optimizer = net.optimizer()
    # on the net, not on its forward alone, so that the loss is compiled too
    loss_of = torch.compile(net.loss) if compiled else net.loss

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=precision == "BFloat16"):
            loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def load(net, path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    names = set(header) - {"__metadata__"}
    with torch.no_grad():
        for target, name, arrange in net.tensors():
            begin, end = header[name]["data_offsets"]
            values = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(header[name]["shape"])
            target.copy_(arrange(values) if arrange else values)
            names.remove(name)
    if names:
        sys.exit(f"not used: {sorted(names)}")


def prove(case, folder, steps, precision="Float"):
    def values(name, dtype):
        with open(os.path.join(folder, name), "rb") as file:
            return torch.frombuffer(bytearray(file.read()), dtype=dtype)

    net = NETS[case]()
    load(net, os.path.join(folder, "weights.safetensors"))
    x, y = values("x", net.x_type).reshape(net.x_shape), values("y", net.y_type)
    if case in ("e", "gpt"):
        x, y = x.long(), y.reshape(net.x_shape)
    step = stepper(net, x, y.long() if net.y_type == torch.int32 else y, precision)
    for _ in range(steps):
        print(repr(step().item()))


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def seconds(step, most=1_000_000, warm_up=0.4, rounds=9, round_time=0.1):
    start, count = time.perf_counter(), 0
    while time.perf_counter() < start + warm_up or count < 3:
        step()
        count += 1
    wait()
    repetitions = max(1, min(most, int(round_time * count / (time.perf_counter() - start))))
    results = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repetitions):
            step()
        wait()
        results.append((time.perf_counter() - start) / repetitions)
    return statistics.median(results)


def step_case(case, variant, precision):
    net = NETS[case]()
    x, y = net.random_batch()
    if variant == "channels_last":
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    # A new network after the warm-up: at a loss near 0 squared gradients become denormal, and Adam slow.
    seconds(stepper(net, x, y, precision, variant == "compiled"), rounds=1)
    net = NETS[case]()
    if variant == "channels_last":
        net = net.to(memory_format=torch.channels_last)
    return seconds(stepper(net, x, y, precision, variant == "compiled"), 1_000_000 if case == "f" else 100, warm_up=0)


def predict_case(variant):
    x = torch.rand(1, 784) * 2 - 1
    net = nn.Sequential(NETS["a"]().net, nn.Softmax(-1)).eval()
    with torch.inference_mode():
        if variant != "eager":
            net = torch.jit.script(net)
        if variant == "optimized":
            net = torch.jit.optimize_for_inference(net)
        return seconds(lambda: net(x), 1000)


def product_case():
    """512x512x512: tells whether torch was built on a fast BLAS, or on the reference one."""
    a, b, c = torch.randn(512, 512), torch.randn(512, 512), torch.empty(512, 512)
    with torch.inference_mode():
        return seconds(lambda: torch.mm(a, b, out=c), 5)


def measure(case, variant="eager", precision="Float"):
    if case == "product":
        return product_case()
    return predict_case(variant) if case == "g" else step_case(case, variant, precision)


def memory(case, steps):
    net = NETS[case]()
    step = stepper(net, *net.random_batch())
    for _ in range(steps):
        step()
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    command = sys.argv[1]
    torch.manual_seed(0)
    if command == "version":
        print(torch.__version__)
    elif command == "prove":
        prove(sys.argv[2], sys.argv[3], int(sys.argv[4]), *sys.argv[5:])
    elif command == "measure":
        print(repr(measure(*sys.argv[2:])))
    elif command == "memory":
        print(memory(sys.argv[2], int(sys.argv[3])))
    else:
        sys.exit(__doc__)
