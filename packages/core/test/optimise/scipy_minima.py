"""Writes scipy-minima.json: minima that scipy's L-BFGS-B finds for the functions of functions.ts, by name.

python3 scipy_minima.py > scipy-minima.json
"""

import json

import numpy as np
import scipy
from scipy.optimize import minimize, rosen, rosen_der


def branin(x):
    b, c, t = 5.1 / (4 * np.pi**2), 5 / np.pi, 1 / (8 * np.pi)
    inner = x[1] - b * x[0] ** 2 + c * x[0] - 6
    slope = -2 * b * x[0] + c
    f = inner**2 + 10 * (1 - t) * np.cos(x[0]) + 10
    return f, np.array([2 * inner * slope - 10 * (1 - t) * np.sin(x[0]), 2 * inner])


def beale(x):
    u, v = x
    terms = [1.5 - u + u * v, 2.25 - u + u * v**2, 2.625 - u + u * v**3]
    du = [v - 1, v**2 - 1, v**3 - 1]
    dv = [u, 2 * u * v, 3 * u * v**2]
    f = sum(t**2 for t in terms)
    return f, np.array([2 * np.dot(terms, du), 2 * np.dot(terms, dv)])


def styblinski_tang(x):
    return 0.5 * np.sum(x**4 - 16 * x**2 + 5 * x), 2 * x**3 - 16 * x + 2.5


def rosenbrock(x):
    return rosen(x), rosen_der(x)


def trid(x):
    f = np.sum((x - 1) ** 2) - np.sum(x[1:] * x[:-1])
    g = 2 * (x - 1)
    g[1:] -= x[:-1]
    g[:-1] -= x[1:]
    return f, g


def powell(x):
    a, b, c, d = x
    t = [a + 10 * b, c - d, b - 2 * c, a - d]
    f = t[0] ** 2 + 5 * t[1] ** 2 + t[2] ** 4 + 10 * t[3] ** 4
    g = [
        2 * t[0] + 40 * t[3] ** 3,
        20 * t[0] + 4 * t[2] ** 3,
        10 * t[1] - 8 * t[2] ** 3,
        -10 * t[1] - 40 * t[3] ** 3,
    ]
    return f, np.array(g)


problems = [
    ("rosenbrock", [-1.2, 1.0], [-2, -2], [2, 2]),
    ("rosenbrock", [-1.2, 1.0], [-2, -2], [0.5, 2]),
    ("rosenbrock", [0.5, 2.0, -1.0, 0.3, 0.1, -1.5], [-1.5] * 6, [0.8, 2, 2, 2, 2, 2]),
    ("branin", [2.0, 8.0], [-5, 0], [10, 15]),
    ("branin", [9.0, 1.0], [-5, 0], [10, 15]),
    ("branin", [-4.0, 1.0], [-5, 0], [-3.5, 10]),
    ("beale", [1.0, 1.0], [-4.5, -4.5], [4.5, 4.5]),
    ("beale", [1.0, 0.5], [0, 0], [2, 2]),
    ("styblinski_tang", [-1.0, 1.0, -2.0, 3.0], [-5] * 4, [5] * 4),
    ("styblinski_tang", [-1.0, 1.0, -2.0, 3.0], [-2, -5, -5, 3], [5, 2, 5, 5]),
    ("trid", [0.0] * 8, [-64] * 8, [64] * 8),
    ("trid", [0.0] * 8, [-64] * 8, [10] * 8),
    ("trid", [0.0] * 8, [0, 3, 3, 3, 0, 0, 0, 0], [1, 3, 50, 50, 6, 6, 50, 50]),
    ("powell", [3.0, -1.0, 0.0, 1.0], [-4] * 4, [5] * 4),
    ("powell", [3.0, -1.0, 0.0, 1.0], [0.1, -4, 0.2, -4], [5, 5, 5, 5]),
]

results = []
for name, x0, lower, upper in problems:
    options = {"ftol": 0, "gtol": 1e-9, "maxiter": 10000, "maxfun": 100000}
    bounds = list(zip(lower, upper))
    found = minimize(globals()[name], x0, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    # The work is compared with scipy's default tolerances: near rounding the last evaluations are chance.
    usual = minimize(globals()[name], x0, jac=True, method="L-BFGS-B", bounds=bounds)
    result = {"name": name, "x0": x0, "lower": lower, "upper": upper}
    results.append({**result, "x": found.x.tolist(), "value": float(found.fun), "evaluations": usual.nfev})
print(json.dumps({"scipy": scipy.__version__, "problems": results}, indent=2))
