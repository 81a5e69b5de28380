"""The benchmarks' twin in PyTorch, on one thread. Run by `peer`:

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python3 torch_train.py version | prove FOLDER STEPS | measure CASE

`prove` prints the losses of steps from given weights on a given batch; `measure` prints the seconds of one step or prediction.
"""
import json, os, statistics, struct, sys, time, warnings

warnings.filterwarnings("ignore")
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def mlp():
    return nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def stepper(net, x, y):
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def load(net, path):
    """Weights are stored (in, out); torch wants (out, in)."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    for number, layer in enumerate(m for m in net if isinstance(m, nn.Linear)):
        for kind, target in (("weight", layer.weight), ("bias", layer.bias)):
            entry = header[f"dense{number + 1}.{kind}"]
            begin, end = entry["data_offsets"]
            values = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(entry["shape"])
            with torch.no_grad():
                target.copy_(values.t() if kind == "weight" else values)


def prove(folder, steps):
    def values(name, dtype):
        with open(os.path.join(folder, name), "rb") as file:
            return torch.frombuffer(bytearray(file.read()), dtype=dtype)

    net = mlp()
    load(net, os.path.join(folder, "weights.safetensors"))
    step = stepper(net, values("x.f32", torch.float32).reshape(-1, 784), values("y.i32", torch.int32).long())
    for _ in range(steps):
        print(repr(step().item()))


def seconds(step, repetitions, warm_up=0.4, rounds=9):
    end = time.perf_counter() + warm_up
    while time.perf_counter() < end:
        step()
    results = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repetitions):
            step()
        results.append((time.perf_counter() - start) / repetitions)
    return statistics.median(results)


def step_case(batch):
    x, y = torch.rand(batch, 784) * 2 - 1, torch.randint(0, 10, (batch,))
    # A new network after the warm-up: at a loss near 0 squared gradients become denormal, and Adam slow.
    seconds(stepper(mlp(), x, y), 1, rounds=1)
    return seconds(stepper(mlp(), x, y), 100, warm_up=0)


def predict_case(optimized):
    x = torch.rand(1, 784) * 2 - 1
    net = nn.Sequential(mlp(), nn.Softmax(-1)).eval()
    with torch.inference_mode():
        if optimized:
            net = torch.jit.optimize_for_inference(torch.jit.script(net))
        return seconds(lambda: net(x), 1000)


def product_case():
    """512x512x512: tells whether torch was built on a fast BLAS, or on the reference one."""
    a, b, c = torch.randn(512, 512), torch.randn(512, 512), torch.empty(512, 512)
    with torch.inference_mode():
        return seconds(lambda: torch.mm(a, b, out=c), 5)


CASES = {
    "gemm-512x512x512-nn": product_case,
    "step-b32": lambda: step_case(32),
    "step-b256": lambda: step_case(256),
    "predict-b1-eager": lambda: predict_case(False),
    "predict-b1-optimized": lambda: predict_case(True),
}

if __name__ == "__main__":
    command = sys.argv[1]
    torch.manual_seed(0)
    if command == "version":
        print(torch.__version__)
    elif command == "prove":
        prove(sys.argv[2], int(sys.argv[3]))
    elif command == "measure":
        print(repr(CASES[sys.argv[2]]()))
    else:
        sys.exit(__doc__)
