#!/usr/bin/env Rscript
# The quantiles and critical values that test/sql/seeded_random.sql expects, from the uniforms of seeded_random.py.
options(digits = 15)
u <- c(0.09904219474407217, 0.10346918728281562, 0.09444479410700712, 0.9565146843507032, 0.2874678821323985, 0.5685279956516621)
print(qnorm(u))
print(qexp(u, rate = 1 / 2.5))
print(qpois(u, 3.7)); print(qpois(u, 0.1)); print(qpois(u, 12345.6))
cat("chi-square with 99, 9, 5 degrees of freedom, .001 and .999:\n")
print(qchisq(c(.001, .999), 99)); print(qchisq(c(.001, .999), 9)); print(qchisq(c(.001, .999), 5))
cat("Poisson, mean 3: 0 to 8, then more\n")
print(c(dpois(0:8, 3), ppois(8, 3, lower.tail = FALSE)))
