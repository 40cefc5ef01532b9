"""Times the programs of programs.ts in PyTorch for pytorchRatio.ts.

The number of threads comes from the environment (OMP_NUM_THREADS and OPENBLAS_NUM_THREADS), because
torch.set_num_threads does not reach every BLAS.

Standard input: one JSON object per line, {"task", "size", "repeats"}.
Standard output: first {"python", "torch", "gigaflops"}, the last one for matrix products, which tells an optimised
BLAS from the reference one; then per line of input {"milliseconds", "value"}, the least of the repeats.
"""

import json
import platform
import sys
import time

import torch

WIDTHS = (34, 128, 128, 28)


def wave(shape, scale, phase):
    length = 1
    for size in shape:
        length *= size
    index = torch.arange(length, dtype=torch.float64)
    return (scale * torch.sin(0.37 * index + phase)).to(torch.float32).reshape(shape)


def layers(phase):
    found = []
    for index, width in enumerate(WIDTHS[1:]):
        found.append(wave((WIDTHS[index], width), 0.1, phase + index))
        found.append(wave((width,), 0.1, phase - index))
    return found


def loss(parameters, x, y):
    out = torch.relu(torch.addmm(parameters[1], x, parameters[0]))
    out = torch.relu(torch.addmm(parameters[3], out, parameters[2]))
    out = torch.addmm(parameters[5], out, parameters[4])
    return torch.mean((out - y) ** 2)


def prepare(task, size):
    if task == "matmul":
        a, b = wave((size, size), 1, 0), wave((size, size), 1, 1)
        return lambda: (a @ b)[0, 1].item()
    parameters = [parameter.requires_grad_() for parameter in layers(0)]
    x, y = wave((size, WIDTHS[0]), 1, 2), wave((size, WIDTHS[3]), 1, 3)
    if task == "step":

        def step():
            value = loss(parameters, x, y)
            torch.autograd.grad(value, parameters)
            return value.item()

        return step
    vector = layers(5)

    def product():
        gradient = torch.autograd.grad(loss(parameters, x, y), parameters, create_graph=True)
        found = torch.autograd.grad(gradient, parameters, grad_outputs=vector)
        return found[0][0, 1].item()

    return product


def least_time(run, repeats):
    least = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return least


speed = 2 * 512**3 / least_time(prepare("matmul", 512), 5) / 1e9
print(json.dumps({"python": platform.python_version(), "torch": torch.__version__, "gigaflops": round(speed)}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    run = prepare(job["task"], job["size"])
    value = run()
    print(json.dumps({"milliseconds": 1e3 * least_time(run, job["repeats"]), "value": value}), flush=True)
