"""CPU time of a question to Optuna's samplers with n random trials of Levy's function in five dimensions known.

    python optuna_speed.py gp,tpe 100,200,500

Prints a line of JSON per sampler and n: the median of three questions after a first one. Needs optuna 5, and torch for gp.
"""

import json
import math
import random
import statistics
import sys
import time
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")
DIMENSIONS = 5


def levy(x):
    w = [1 + (20 * u - 11) / 4 for u in x]
    inner = sum((a - 1) ** 2 * (1 + 10 * math.sin(math.pi * a + 1) ** 2) for a in w[:-1])
    end = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + inner + end


def sampler_of(name):
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=1)
    import torch

    torch.set_num_threads(1)
    return optuna.samplers.GPSampler(seed=1)


for name in sys.argv[1].split(","):
    for n in map(int, sys.argv[2].split(",")):
        rng = random.Random(n)
        study = optuna.create_study(sampler=sampler_of(name))
        spread = {f"x{j}": optuna.distributions.FloatDistribution(0, 1) for j in range(DIMENSIONS)}
        for _ in range(n):
            params = {key: rng.random() for key in spread}
            trial = optuna.trial.create_trial(params=params, distributions=spread, value=levy(params.values()))
            study.add_trial(trial)
        times = []
        for _ in range(4):
            start = time.process_time()
            trial = study.ask(spread)
            times.append(time.process_time() - start)
            study.tell(trial, levy(trial.params.values()))
        answer = {"optuna": optuna.__version__, "sampler": name, "n": n, "seconds": statistics.median(times[1:])}
        print(json.dumps(answer), flush=True)
