# The reader of published tables, who works at what is hidden: the least and the greatest value of every hidden count over all
# that was published, by linear programming. Knows nothing of how cells were chosen. Each item is worked at in a copy of the
# whole system of its own, all copies in one programme.
#   glpsol -m suppression_attack.mod -d DATA
# Prints: item, greatest, least, and both if all of the last publication but its zeros were hidden.
param regions integer; param cells integer; param equations integer; param tables integer; param items integer;
set R := 1 .. regions;
set C := 1 .. cells;
set E := 1 .. equations;
set T := 1 .. tables;
set I := 1 .. items;
set W := 1 .. 4;                                   # greatest, least, and both if all of the last publication but its zeros were hidden
param total{E};
set PART within {E, C};                            # what a total is the sum of
param remainder{R, E};                             # and what is in no part: known
set INSIDE within {T, R};                          # the months of a table
set SHOWN within {T, C};
param low{SHOWN};
param high{SHOWN};
set HIDDEN within {T, C};                          # 1 or more
param last integer;                                # the last publication
set POSITIVE within {T, C};                        # its counts above 0, hidden or not
set SEEKS within {I, R, C};                        # an item is a sum of counts
param sign{SEEKS};
set UNKNOWN within {I, R, E};                      # the remainder is the item
var x{I, W, R, C} >= 0, <= 100000;
maximize reach: sum{(i, r, c) in SEEKS} sign[i, r, c] * (x[i, 1, r, c] - x[i, 2, r, c] - x[i, 3, r, c] + x[i, 4, r, c]);
subject to sums{i in I, w in W, r in R, e in E: (i, r, e) not in UNKNOWN}:
    x[i, w, r, total[e]] = remainder[r, e] + sum{(e, c) in PART} x[i, w, r, c];
subject to rest{(i, r, e) in UNKNOWN, w in W}:
    x[i, w, r, total[e]] >= sum{(e, c) in PART} x[i, w, r, c];
subject to shown{i in I, w in W, (t, c) in SHOWN: w <= 2 or t < last}:
    low[t, c] <= sum{(t, r) in INSIDE} x[i, w, r, c] <= high[t, c];
subject to hidden{i in I, w in W, (t, c) in HIDDEN: w <= 2 or t < last}:
    sum{(t, r) in INSIDE} x[i, w, r, c] >= 1;
subject to zero{i in I, w in 3 .. 4, (t, c) in SHOWN: t = last and (t, c) not in POSITIVE}:
    sum{(t, r) in INSIDE} x[i, w, r, c] = 0;
subject to positive{i in I, w in 3 .. 4, (t, c) in POSITIVE}:
    sum{(t, r) in INSIDE} x[i, w, r, c] >= 1;
solve;
printf{i in I} "%d %.6f %.6f %.6f %.6f\n", i,
    sum{(i, r, c) in SEEKS} sign[i, r, c] * x[i, 1, r, c],
    sum{(i, r, c) in SEEKS} sign[i, r, c] * x[i, 2, r, c],
    sum{(i, r, c) in SEEKS} sign[i, r, c] * x[i, 3, r, c],
    sum{(i, r, c) in SEEKS} sign[i, r, c] * x[i, 4, r, c];
end;
