"""Times LeNet-5 in PyTorch for ../curvature.ts, and prints one line of JSON.

Arguments: the folder with parameters, pixels and labels, the precision, the number of rounds. Threads: one.
Hessian products differentiate the gradient once more; the spectral density is Lanczos' process with every vector made
orthogonal to all before it, in the precision of the network.
"""

import json
import math
import pathlib
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
folder, precision, rounds = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
dtype = torch.float64 if precision == "float64" else torch.float32
pixels = torch.tensor(np.fromfile(folder / "pixels.f64"), dtype=dtype).reshape(-1, 1, 28, 28)
labels = torch.tensor(np.fromfile(folder / "labels.i32", dtype=np.int32), dtype=torch.long)
flat = torch.tensor(np.fromfile(folder / "parameters.f64"), dtype=dtype)

SHAPES = [(6, 1, 5, 5), (16, 6, 5, 5), (256, 120), (120, 84), (84, 10)]
parameters = []
offset = 0
for shape in SHAPES:
    outputs = shape[0] if len(shape) == 4 else shape[1]
    # Bias and weight follow each other in the order that ../lenet.ts has them.
    for part in (shape, (outputs,)):
        count = math.prod(part)
        parameters.append(flat[offset : offset + count].reshape(part).clone().requires_grad_())
        offset += count


def loss_of(p):
    x = F.avg_pool2d(torch.tanh(F.conv2d(pixels, p[0], p[1])), 2)
    x = F.avg_pool2d(torch.tanh(F.conv2d(x, p[2], p[3])), 2).flatten(1)
    x = torch.tanh(x @ p[4] + p[5])
    x = torch.tanh(x @ p[6] + p[7])
    return F.cross_entropy(x @ p[8] + p[9], labels)


def join(parts):
    return torch.cat([part.reshape(-1) for part in parts])


def split(vector):
    parts, at = [], 0
    for p in parameters:
        parts.append(vector[at : at + p.numel()].reshape(p.shape))
        at += p.numel()
    return parts


def loss():
    with torch.no_grad():
        return loss_of(parameters).item()


def gradient():
    return join(torch.autograd.grad(loss_of(parameters), parameters))


def product(vector):
    first = torch.autograd.grad(loss_of(parameters), parameters, create_graph=True)
    return join(torch.autograd.grad(first, parameters, grad_outputs=split(vector))).detach()


def line():
    direction = torch.randn(flat.numel(), dtype=dtype)
    with torch.no_grad():
        for c in np.linspace(-0.1, 0.1, 51):
            loss_of(split(flat + float(c) * direction)).item()


def density():
    for _ in range(2):
        q = torch.randint(0, 2, (flat.numel(),), dtype=dtype) * 2 - 1
        basis = torch.zeros(20, flat.numel(), dtype=dtype)
        q /= q.norm()
        alphas, betas = [], []
        for step in range(20):
            basis[step] = q
            w = product(q)
            alphas.append(torch.dot(w, q).item())
            for _ in range(2):
                w -= basis[: step + 1].T @ (basis[: step + 1] @ w)
            betas.append(w.norm().item())
            q = w / betas[-1]
        np.linalg.eigh(np.diag(alphas) + np.diag(betas[:-1], 1) + np.diag(betas[:-1], -1))


def timed(repeats, work):
    cpu = wall = math.inf
    for _ in range(repeats):
        c, w = time.process_time(), time.perf_counter()
        work()
        cpu = min(cpu, time.process_time() - c)
        wall = min(wall, time.perf_counter() - w)
    return {"cpu": 1000 * cpu, "wall": 1000 * wall}


vector = torch.cos(torch.arange(flat.numel(), dtype=dtype))
values = [loss(), gradient().norm().item(), product(vector).norm().item()]
report = {
    "name": f"PyTorch {torch.__version__}, {precision}",
    "loss": timed(rounds, loss),
    "gradient": timed(rounds, gradient),
    "product": timed(rounds, lambda: product(vector)),
    "line": timed(1, line),
    "density": timed(1, density),
    "values": values,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
print(json.dumps(report))
