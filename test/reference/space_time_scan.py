#!/usr/bin/env python3
"""Exact Monte Carlo p-values of space_time_scan.csv's clusters: the replications that a seed gives, each searched through
every cylinder. Written from the definitions: the generator (xoshiro256++ seeded by SplitMix64's scrambler), the order of
places (a Z-order curve over the extent), shuffling of times over cases in that order, and Walker's table with Vose's filling
for cases dealt out by population. Run in this folder after space_time_scan.R: python3 space_time_scan.py
Writes space_time_scan_p.csv."""
import csv
import datetime
import math

MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15
SEED, REPLICATIONS = 5, 199


def mix(x):
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


class Random:
    def __init__(self, seed, stream):
        key = mix(mix((seed + STEP) & MASK) ^ stream)
        self.s = [mix(mix((key + i * STEP) & MASK) ^ key) for i in range(4)]

    def bits(self):
        s = self.s
        turn = lambda x, by: (x << by | x >> (64 - by)) & MASK
        result = (turn((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        shifted = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = turn(s[3], 45)
        return result

    def bounded(self, n):
        product = self.bits() * n
        while product & MASK < (2**64 - n) % n:
            product = self.bits() * n
        return product >> 64

    def uniform(self):
        return ((self.bits() >> 12) + 0.5) / 2**52

    def shuffle(self, values):
        for i in range(len(values), 1, -1):
            j = self.bounded(i)
            values[i - 1], values[j] = values[j], values[i - 1]


rows = list(csv.DictReader(open('space_time_scan_cases.csv')))
places = sorted({(float(r['x']), float(r['y'])) for r in rows})
low = [min(p[k] for p in places) for k in (0, 1)]
extent = max(max(p[k] for p in places) - low[k] for k in (0, 1))


def z_order(place):
    cell = [int((place[k] - low[k]) / extent * 2147483647.0) for k in (0, 1)]
    return sum((cell[k] >> bit & 1) << (2 * bit + k) for bit in range(32) for k in (0, 1)), place


places.sort(key=z_order)
index = {place: i for i, place in enumerate(places)}
date = datetime.date.fromisoformat
final = max(date(r['day']) for r in rows)
first = min(date(r['day']) for r in rows)


def alias_table(weights):
    n, total = len(weights), sum(weights)
    part, other = [w * (n / total) for w in weights], list(range(n))
    small, large = [i for i in range(n) if part[i] < 1], [i for i in range(n) if part[i] >= 1]
    while small and large:
        least, most = small.pop(), large[-1]
        other[least] = most
        part[most] -= 1 - part[least]
        if part[most] < 1:
            small.append(large.pop())
    for i in small + large:
        part[i] = 1
    return part, other


def scan(setting, permutation, column=None, cases='cases', apart=1, step=1, months=False, spatial=False, radius=math.inf, days=None, prospective=False, share=0.5, minimum=2):
    last = first + (final - first) * apart

    def period_of(day):
        day = first + (day - first) * apart
        if spatial:
            return 0
        if months:
            return day.month - first.month
        return ((last - first).days // step) - (last - day).days // step
    nperiods = period_of(final) + 1
    if months:
        bound = [datetime.date(2024, m, 1) for m in range(first.month, last.month + 2)]
    else:
        bound = [first] + [last + datetime.timedelta(1 - step * (nperiods - i)) for i in range(1, nperiods + 1)]
    count = [[0] * nperiods for _ in places]
    weight = [[0] * nperiods for _ in places]
    for r in rows:
        place, period = index[float(r['x']), float(r['y'])], period_of(date(r['day']))
        count[place][period] += int(r[cases])
        if not permutation:
            weight[place][period] += int(r[column])
    n = sum(map(sum, count))
    by_period = [sum(c[t] for c in count) for t in range(nperiods)]
    if permutation:
        weight = [[sum(count[p]) * by_period[t] for t in range(nperiods)] for p in range(len(places))]
    per_case = sum(map(sum, weight)) / n
    limit = share * sum(map(sum, weight))
    windows = [(a, b) for a in range(nperiods) for b in range(a + 1, nperiods + 1)
               if b == a + 1 or (b - a <= nperiods // 2 if days is None else (bound[b] - bound[a]).days <= days)]
    windows = [w for w in windows if not prospective or w[1] == nperiods]
    circles = set()
    for x, y in places:
        near = sorted((math.hypot(p[0] - x, p[1] - y), i) for i, p in enumerate(places))
        for r in sorted({round(d, 9) for d, _ in near}):
            inside = tuple(sorted(i for d, i in near if d <= r + 1e-9))
            if r <= radius and sum(sum(weight[i]) for i in inside) <= limit:
                circles.add(inside)
    sums = lambda table, inside: [sum(table[i][t] for i in inside for t in range(b)) for b in range(nperiods + 1)]
    expected = {c: [x / per_case for x in sums(weight, c)] for c in circles}
    # what each case or cell is drawn from
    case_place = [p for p in range(len(places)) for t in range(nperiods) for _ in range(count[p][t])]
    case_period = [t for p in range(len(places)) for t in range(nperiods) for _ in range(count[p][t])]
    product = all(w == weight[p][0] for p in range(len(places)) for w in weight[p])
    cells = [(p, None) for p in range(len(places))] if product else [(p, t) for p in range(len(places)) for t in range(nperiods)]
    cells = [(p, t) for p, t in cells if weight[p][t or 0] > 0]
    part, other = alias_table([weight[p][t or 0] for p, t in cells])
    greatest = []
    for replication in range(REPLICATIONS):
        random = Random(SEED, replication)
        dealt = [[0] * nperiods for _ in places]
        if permutation:
            shuffled = list(case_period)
            random.shuffle(shuffled)
            for p, t in zip(case_place, shuffled):
                dealt[p][t] += 1
        else:
            for _ in range(n):
                drawn = random.bounded(len(cells))
                if random.uniform() >= part[drawn]:
                    drawn = other[drawn]
                p, t = cells[drawn]
                dealt[p][random.bounded(nperiods) if product else t] += 1
        best = 0
        for circle in circles:
            cases, mean = [0], expected[circle]
            for t in range(nperiods):
                cases.append(cases[-1] + sum(dealt[p][t] for p in circle))
            for a, b in windows:
                c, m = cases[b] - cases[a], mean[b] - mean[a]
                if c >= minimum and c > m:
                    best = max(best, c * math.log(c / m) + ((n - c) * math.log((n - c) / (n - m)) if c < n else 0))
        greatest.append(best)
    for r in csv.DictReader(open('space_time_scan.csv')):
        if r['setting'] == setting:
            reached = sum(g >= float(r['ratio']) - 1e-9 for g in greatest)
            out.writerow([setting, r['rank'], (1 + reached) / (1 + REPLICATIONS)])


out = csv.writer(open('space_time_scan_p.csv', 'w'), lineterminator='\n')
out.writerow(['setting', 'rank', 'p_value'])
scan('permutation', True)
scan('permutation 150 m 5 days', True, radius=150, days=5)
scan('permutation prospective', True, days=10, prospective=True)
scan('permutation weeks', True, step=7, days=14)
scan('population', False, 'population')
scan('population prospective', False, 'population', prospective=True)
scan('population 30% 4 cases', False, 'population', share=0.3, minimum=4)
scan('population growing', False, 'growing', days=20)
scan('population months', False, 'growing', months=True, days=62)
scan('population spatial', False, 'population', spatial=True)
scan('permutation days apart', True, apart=5, days=20)
scan('population days apart', False, 'population', apart=5, days=20)
scan('population spatial large', False, 'population', cases='large', spatial=True)
