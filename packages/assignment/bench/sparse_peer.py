"""Times scipy.sparse.csgraph.min_weight_full_bipartite_matching on costs that sparseRatio.ts wrote.

Arguments: the folder with offsets.i32, indices.i32 and values.f64, the number of rows, the number of runs.
"""

import sys
import time
from pathlib import Path

import numpy
import scipy
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

folder, size, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
offsets = numpy.fromfile(folder / "offsets.i32", dtype=numpy.int32)
indices = numpy.fromfile(folder / "indices.i32", dtype=numpy.int32)
values = numpy.fromfile(folder / "values.f64")
# scipy takes a stored 0 for a missing pair: 1 more for each changes no choice.
costs = csr_matrix((values + 1, indices, offsets), shape=(size, size))
least = float("inf")
for _ in range(runs):
    start = time.perf_counter()
    i, j = min_weight_full_bipartite_matching(costs)
    least = min(least, time.perf_counter() - start)
print(f"scipy {scipy.__version__} {least:.2f} s, cost {float(costs[i, j].sum()) - size}")
