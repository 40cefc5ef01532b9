"""Times scipy's Cholesky and triangular solve for linalgRatios.ts.

Standard input: one JSON object per line, {"task", "n", "repeats"} with task "cholesky", "solve_triangular" or
"solve_triangular unchecked" (check_finite=False).
Standard output: first the versions, then per line of input the seconds of each repeat as a list.
"""

import json
import platform
import sys
import time

import numpy
import scipy
import scipy.linalg

versions = {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__}
print(json.dumps(versions), flush=True)

tasks = {
    "cholesky": lambda a, l, b: scipy.linalg.cholesky(a, lower=True),
    "solve_triangular": lambda a, l, b: scipy.linalg.solve_triangular(l, b, lower=True),
    "solve_triangular unchecked": lambda a, l, b: scipy.linalg.solve_triangular(
        l, b, lower=True, check_finite=False
    ),
}
matrices = {}
for line in sys.stdin:
    job = json.loads(line)
    n = job["n"]
    if n not in matrices:
        i = numpy.arange(n)
        a = numpy.exp(-numpy.abs(i[:, None] - i[None, :]) / 50.0) + 0.1 * numpy.eye(n)
        matrices[n] = (a, numpy.linalg.cholesky(a), numpy.ones(n))
    seconds = []
    for _ in range(job["repeats"]):
        start = time.perf_counter()
        tasks[job["task"]](*matrices[n])
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds), flush=True)
