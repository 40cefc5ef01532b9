"""Times the tasks of ../programs/task.ts in PyTorch for ../compare.ts.

The number of threads comes from the environment (OMP_NUM_THREADS and OPENBLAS_NUM_THREADS), because
torch.set_num_threads does not reach every BLAS.

Standard input: one JSON object per line, {"network", "what", "size", "milliseconds"}: a task, and for how long to
repeat it.
Standard output: first {"name", "warning"}: versions, and what is wrong with this installation, if anything; then per
line of input {"milliseconds", "values"}: the least of the repeats, and a few numbers of the first result.
"""

import json
import platform
import sys
import time

import torch
import torch.nn.functional as F

WIDTHS = (34, 128, 128, 28)
SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (400, 120), (120,), (120, 84), (84,), (84, 10), (10,))

# An optimised BLAS passes this many times over; the reference one stays below.
SLOW_GIGAFLOPS = 15


def wave(shape, scale, phase):
    length = 1
    for size in shape:
        length *= size
    index = torch.arange(length, dtype=torch.float64)
    return (scale * torch.sin(0.37 * index + phase)).to(torch.float32).reshape(shape)


def dense_arrays(phase):
    found = []
    for index, width in enumerate(WIDTHS[1:]):
        found.append(wave((WIDTHS[index], width), 0.1, phase + index))
        found.append(wave((width,), 0.1, phase - index))
    return found


def dense_loss(parameters, x, y):
    out = torch.relu(torch.addmm(parameters[1], x, parameters[0]))
    out = torch.relu(torch.addmm(parameters[3], out, parameters[2]))
    out = torch.addmm(parameters[5], out, parameters[4])
    return F.mse_loss(out, y)


def dense_data(size):
    return wave((size, WIDTHS[0]), 1, 2), wave((size, WIDTHS[3]), 1, 3)


def lenet_arrays(phase):
    return [wave(shape, 0.1, phase + index) for index, shape in enumerate(SHAPES)]


def lenet_loss(parameters, images, labels):
    k1, b1, k2, b2, w3, b3, w4, b4, w5, b5 = parameters
    out = F.max_pool2d(torch.relu(F.conv2d(images, k1, b1, padding=2)), 2)
    out = F.max_pool2d(torch.relu(F.conv2d(out, k2, b2)), 2)
    out = out.reshape(-1, 400)
    out = torch.relu(torch.addmm(b3, out, w3))
    out = torch.relu(torch.addmm(b4, out, w4))
    return F.cross_entropy(torch.addmm(b5, out, w5), labels)


def lenet_data(size):
    return wave((size, 1, 28, 28), 1, 2), (7 * torch.arange(size)) % 10


NETWORKS = {"dense": (dense_arrays, dense_loss, dense_data), "lenet": (lenet_arrays, lenet_loss, lenet_data)}


def prepare(network, what, size):
    if network == "matmul":
        a, b = wave((size, size), 1, 0), wave((size, size), 1, 1)
        return lambda: [(a @ b)[0, 1].item()]
    arrays, loss, data = NETWORKS[network]
    parameters = [parameter.requires_grad_() for parameter in arrays(0)]
    x, y = data(size)
    if what == "gradient":

        def gradient():
            value = loss(parameters, x, y)
            found = torch.autograd.grad(value, parameters)
            return [value.item(), found[0].reshape(-1)[1].item()]

        return gradient
    if what == "adam":
        optimizer = torch.optim.Adam(parameters, lr=1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            value = loss(parameters, x, y)
            value.backward()
            optimizer.step()
            return [value.item(), parameters[0].reshape(-1)[1].item()]

        return step
    vector = arrays(5)

    def product():
        gradient = torch.autograd.grad(loss(parameters, x, y), parameters, create_graph=True)
        found = torch.autograd.grad(gradient, parameters, grad_outputs=vector)
        return [found[0].reshape(-1)[1].item(), found[-1].reshape(-1)[1].item()]

    return product


def least_time(run, milliseconds):
    least = float("inf")
    end = time.perf_counter() + 1e-3 * milliseconds
    while least == float("inf") or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return 1e3 * least


speed = 2 * 512**3 / least_time(prepare("matmul", "product", 512), 100) / 1e6
warning = f"runs on an unoptimised BLAS ({speed:.0f} Gflop/s): its times say nothing; install OpenBLAS or MKL"
name = f"PyTorch {torch.__version__}, Python {platform.python_version()}"
print(json.dumps({"name": name, "warning": warning if speed < SLOW_GIGAFLOPS else ""}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    run = prepare(job["network"], job["what"], job["size"])
    values = run()
    print(json.dumps({"milliseconds": least_time(run, job["milliseconds"]), "values": values}), flush=True)
