"""Times one training step of the line network in PyTorch for ../step.ts.

Arguments: the folder with the problem, as ../problem.ts writes it. The number of threads comes from the environment
(OMP_NUM_THREADS and the like).
Standard output: first {"name"}; then per line of input, "step" or, as the last one, "exact" for a step in float64,
{"cpu", "wall", "loss", "values", "peak"}: its time in milliseconds, the loss, norms of some of its derivatives, and the
most memory so far in MiB.
"""

import json
import os
import platform
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

HIDDEN = 16
CHANNELS = 128


class Relational(nn.Module):
    """Three linear layers, each with batch norm of the batch's own moments before it."""

    def __init__(self, inputs, outputs):
        super().__init__()
        sizes = ((inputs, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, outputs))
        self.norms = nn.ModuleList(nn.BatchNorm1d(a, track_running_stats=False) for a, _ in sizes)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in sizes)

    def forward(self, x):
        x = F.leaky_relu(self.layers[0](self.norms[0](x)), 0.01)
        x = F.leaky_relu(self.layers[1](self.norms[1](x)), 0.01)
        return self.layers[2](self.norms[2](x))


class LineNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.message = Relational(16 + CHANNELS, HIDDEN)
        self.object = Relational(8 + HIDDEN, HIDDEN)
        self.last = nn.BatchNorm1d(HIDDEN, track_running_stats=False)
        self.score = Relational(HIDDEN, 1)

    def forward(self, features, receivers, senders, encoding):
        messages = self.message(torch.cat([features[receivers], features[senders], encoding], 1))
        index = receivers[:, None].expand_as(messages)
        zeros = messages.new_zeros(features.shape[0], HIDDEN)
        received = zeros.scatter_reduce(0, index, messages, "amax", include_self=False)
        state = self.object(torch.cat([features, received], 1))
        return self.score(self.last(F.leaky_relu(state, 0.01))).squeeze(1)


def read(folder):
    with open(os.path.join(folder, "types.json")) as file:
        types = json.load(file)
    arrays = {}
    for name, entry in types.items():
        with open(os.path.join(folder, name + ".bin"), "rb") as file:
            data = torch.frombuffer(bytearray(file.read()), dtype=getattr(torch, entry["type"]))
        arrays[name] = data.reshape(entry["shape"])
    return arrays


def set_parameters(network, arrays):
    with torch.no_grad():
        for part in ("message", "object", "score"):
            relational = getattr(network, part)
            for k, layer in enumerate(("first", "second", "third")):
                relational.layers[k].weight.copy_(arrays[f"{part}.{layer}.weight"].T)
                relational.layers[k].bias.copy_(arrays[f"{part}.{layer}.bias"])
                relational.norms[k].weight.copy_(arrays[f"{part}.{layer}.norm.scale"])
                relational.norms[k].bias.copy_(arrays[f"{part}.{layer}.norm.offset"])
        network.last.weight.copy_(arrays["object.last.scale"])
        network.last.bias.copy_(arrays["object.last.offset"])


def encode(roots):
    k = torch.arange(CHANNELS // 2, dtype=roots.dtype)
    phases = roots[:, None] * 0.001 ** (-2 * k / CHANNELS)
    return torch.stack([phases.sin(), phases.cos()], 2).reshape(-1, CHANNELS)


arrays = read(sys.argv[1])
network = LineNetwork()
set_parameters(network, arrays)
receivers = arrays["receivers"].long()
senders = arrays["senders"].long()


def numbers(dtype):
    """The arrays that a step reads, in one precision."""
    floats = [arrays[name].to(dtype) for name in ("features", "truth", "weights")]
    return floats, encode(arrays["roots"].to(dtype))


def step(floats, encoding):
    features, truth, weights = floats
    network.zero_grad(set_to_none=True)
    logits = network(features, receivers, senders, encoding)
    loss = F.binary_cross_entropy_with_logits(logits, truth, weights, reduction="sum")
    loss.backward()
    return loss.item()


def timed(floats, encoding):
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    loss = step(floats, encoding)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    gradients = (
        network.message.layers[0].weight,
        network.message.layers[1].weight,
        network.message.norms[2].weight,
        network.score.layers[2].weight,
    )
    values = [parameter.grad.norm().item() for parameter in gradients]
    return {"cpu": 1e3 * cpu, "wall": 1e3 * wall, "loss": loss, "values": values, "peak": after.ru_maxrss / 1024}


name = f"PyTorch {torch.__version__}, Python {platform.python_version()}, {torch.get_num_threads()} thread(s)"
print(json.dumps({"name": name}), flush=True)
single = numbers(torch.float32)
for line in sys.stdin:
    if line.strip() == "exact":
        network.double()
        print(json.dumps(timed(*numbers(torch.float64))), flush=True)
    else:
        print(json.dumps(timed(*single)), flush=True)
