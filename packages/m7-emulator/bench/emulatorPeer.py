"""Times the paper's network in PyTorch for emulatorSpeed.ts: normalise, 32-128-128-28 with ReLU, de-normalise.

Standard input: one JSON object, {"cells": [...], "milliseconds", "threads"}. Standard output: {"name", "times"}: least
milliseconds per call for each number of cells, in float32.
"""

import json
import sys
import time

import torch

asked = json.loads(sys.stdin.readline())
torch.set_num_threads(asked["threads"])
torch.manual_seed(0)
network = torch.nn.Sequential(
    torch.nn.Linear(32, 128), torch.nn.ReLU(), torch.nn.Linear(128, 128), torch.nn.ReLU(), torch.nn.Linear(128, 28)
)
mean, deviation = torch.randn(32), torch.rand(32) + 1
target_mean, target_deviation = torch.randn(28), torch.rand(28) + 1
times = []
with torch.no_grad():
    for cells in asked["cells"]:
        x = torch.randn(cells, 32)
        best, start = float("inf"), time.perf_counter()
        while True:
            before = time.perf_counter()
            network((x - mean) / deviation) * target_deviation + target_mean
            after = time.perf_counter()
            best = min(best, after - before)
            if (after - start) * 1000 > asked["milliseconds"]:
                break
        times.append(best * 1000)
print(json.dumps({"name": f"PyTorch {torch.__version__}", "times": times}))
