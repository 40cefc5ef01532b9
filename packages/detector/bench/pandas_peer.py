"""Times pandas reading the hit files that readRatio.ts wrote, and the same hits as GATE would write them.

Arguments: number of repeats, then files; gate.csv, with 16 columns in single precision, and hits.parquet are added
beside the first. Standard output: first {"numpy", "pandas", "python"}, then for each file {"file", "seconds"},
seconds the least of the repeats.
"""

import json
import platform
import sys
import time
from pathlib import Path

import numpy
import pandas


def read(path):
    if path.suffix == ".csv":
        return pandas.read_csv(path)
    if path.suffix == ".npz":
        return pandas.DataFrame(numpy.load(path)["arr_0"])
    if path.suffix == ".npy":
        return pandas.DataFrame(numpy.load(path))
    return pandas.read_parquet(path)


repeats = int(sys.argv[1])
files = [Path(name) for name in sys.argv[2:]]

hits = read(files[0])
single = {name: "float32" for name in hits.columns if hits[name].dtype == "float64"}
gate = hits.astype(single).assign(PDGEncoding=2212, time=4.20922e-09, stepLength=0.025, trackLength=725.314)
gate = gate.assign(primaryID=gate.trackID, sourceID=0, runID=0)
gate.to_csv(files[0].with_name("gate.csv"), index=False)
hits.to_parquet(files[0].with_name("hits.parquet"))
files += [files[0].with_name("gate.csv"), files[0].with_name("hits.parquet")]

versions = {"python": platform.python_version(), "numpy": numpy.__version__, "pandas": pandas.__version__}
print(json.dumps(versions), flush=True)
for path in files:
    seconds = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        read(path)
        seconds = min(seconds, time.perf_counter() - start)
    print(json.dumps({"file": str(path), "seconds": seconds}), flush=True)
