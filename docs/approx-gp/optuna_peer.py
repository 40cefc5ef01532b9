"""Optuna's samplers, asked and told through pipes, so that the objective is the same program for everyone.

Reads one JSON value per line: first {"sampler": "gp" | "tpe", "seed", "dimensions"}, then a value per point. Writes one
JSON list per question, the point in [0, 1]^d, and ends when the input does. Needs optuna 5, and torch for "gp".
"""

import json
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

settings = json.loads(sys.stdin.readline())
if settings["sampler"] == "gp":
    import torch

    torch.set_num_threads(1)
    sampler = optuna.samplers.GPSampler(seed=settings["seed"])
else:
    sampler = optuna.samplers.TPESampler(seed=settings["seed"])
study = optuna.create_study(sampler=sampler)
print(json.dumps({"optuna": optuna.__version__}), flush=True)
while True:
    trial = study.ask()
    point = [trial.suggest_float(f"x{j}", 0.0, 1.0) for j in range(settings["dimensions"])]
    print(json.dumps(point), flush=True)
    line = sys.stdin.readline()
    if not line:
        break
    study.tell(trial, json.loads(line))
