"""Times scipy.optimize.linear_sum_assignment on matrices that scipyRatio.ts wrote.

Standard input: one JSON object per line, {"file", "rows", "columns", "repeats"}; the file holds float64, row-major.
Standard output: first {"numpy", "scipy", "python"}, then per line of input {"seconds", "cost"}, seconds the least of
the repeats.
"""

import json
import platform
import sys
import time

import numpy
import scipy
from scipy.optimize import linear_sum_assignment

versions = {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__}
print(json.dumps(versions), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    cost = numpy.fromfile(job["file"]).reshape(job["rows"], job["columns"])
    seconds = float("inf")
    for _ in range(job["repeats"]):
        start = time.perf_counter()
        i, j = linear_sum_assignment(cost)
        seconds = min(seconds, time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "cost": float(cost[i, j].sum())}), flush=True)
