#!/usr/bin/env python3
"""The generator of doc/data/seeded_random.md in whole-number arithmetic, written from the page and not from the C:
prints the figures that test/sql/seeded_random.sql expects."""
from fractions import Fraction

MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15


def mix(x):
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def key(seed, stream):
    name = stream.encode()
    k = mix((seed + STEP) & MASK)
    for i in range(0, len(name), 8):
        k = mix(((k ^ int.from_bytes(name[i:i + 8], 'little')) + STEP) & MASK)
    return mix(((k ^ len(name)) + STEP) & MASK)


def bits(seed, stream, n):
    k = key(seed, stream)
    return mix(mix((k + n * STEP) & MASK) ^ k)


def uniform(seed, stream, n):
    return float((Fraction(bits(seed, stream, n) >> 12) + Fraction(1, 2)) / 2**52)


def integer(seed, stream, n, low, high):
    count, b = high - low + 1, bits(seed, stream, n)
    while b * count % 2**64 < 2**64 % count:
        b = mix((b + STEP) & MASK)
    return low + b * count // 2**64


for seed, stream, n in [(0, '', 0), (1, 'a', 1), (42, 'burglary', 7), (42, 'burglary/ward 12', -7),
                        (-1, 'criminal damage to dwellings', 2**62), (-2**63, 'Größe', -2**63)]:
    print('uniform', seed, repr(stream), n, repr(uniform(seed, stream, n)))
for seed, low, high in [(1, 1, 6), (2, -3, 3), (3, 5, 5), (4, -2**63, 2**63 - 1), (5, 0, 2**63 - 1), (6, -2**62, 2**62 + 2**61)]:
    print('integer', seed, low, high, [integer(seed, 'die', n, low, high) for n in range(1, 6)])
# a range of 3 * 2^62 + 1 values redraws a quarter of the time: of 1 to 100, these are the first that do
print('redrawn', [n for n in range(1, 101) if bits(7, 'die', n) * (3 * 2**62 + 1) % 2**64 < 2**64 % (3 * 2**62 + 1)][:5])
