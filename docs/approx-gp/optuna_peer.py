"""Optuna's samplers, asked and told through pipes, so that the objective is the same program for everyone.

Reads one JSON value per line: first {"sampler": "gp" | "tpe", "seed", "parameters": [{"levels", "isCategory"}, ...]}, then
a value per point, null for a trial that failed. Writes one JSON list per question, numbers from 0 to 1 for parameters
without levels, the level for others, and ends when the input does. Needs optuna 5, and torch for "gp".
"""

import json
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")



def suggest(trial, name, parameter):
    levels = parameter["levels"]
    if levels == 0:
        return trial.suggest_float(name, 0.0, 1.0)
    if parameter["isCategory"]:
        return trial.suggest_categorical(name, list(range(levels)))
    return trial.suggest_int(name, 0, levels - 1)


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
    point = [suggest(trial, f"x{j}", parameter) for j, parameter in enumerate(settings["parameters"])]
    print(json.dumps(point), flush=True)
    line = sys.stdin.readline()
    if not line:
        break
    value = json.loads(line)
    if value is None:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(trial, value)
