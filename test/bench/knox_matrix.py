"""The Knox test as it is usually written with arrays: all distances and all time differences as n by n matrices, one
histogram of the pairs for each permutation of the times. Prints "name|permutations|seconds".
usage: python3 knox_matrix.py EVENTS.csv PERMUTATIONS   (columns x, y, day)"""
import sys
import time

try:
    import numpy
except ImportError:
    print("NumPy, n by n matrices, 8 x 8 bands||not installed")
    sys.exit()

events = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
permutations = int(sys.argv[2])
bands = [numpy.arange(0, 801, 100), numpy.arange(0, 57, 7)]
random = numpy.random.default_rng(1)
start = time.perf_counter()
x, y, day = events.T
pair = numpy.triu_indices(len(day), 1)
distance = numpy.hypot(x[:, None] - x, y[:, None] - y)[pair]


def table(days):
    apart = numpy.abs(days[:, None] - days)[pair]
    return numpy.histogram2d(distance, apart, bands)[0]


observed = table(day)
reached = numpy.zeros(observed.shape)
for _ in range(permutations):
    reached += table(random.permutation(day)) >= observed
p_value = (reached + 1) / (permutations + 1)
print(f"NumPy, n by n matrices, 8 x 8 bands|{permutations}|{time.perf_counter() - start:.3f}")
