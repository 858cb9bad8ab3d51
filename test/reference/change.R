# Change between two periods: writes change_rate.csv and change_e_test.csv beside itself.
# Rates: stats::poisson.test(c(after, before), c(after_population, before_population)).
# E-test: the double sum of Krishnamoorthy and Thomson (2004) term by term, the outcome (0, 0) left out. Exposures are
# whole numbers here, so that the comparison of the two statistics, multiplied out, is exact.
# usage: Rscript test/reference/change.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
save <- function(figures, name) {
  numbers <- sapply(figures, is.numeric)
  figures[numbers] <- lapply(figures[numbers], function(x) ifelse(is.infinite(x), "Infinity", sprintf("%.16g", x)))
  write.csv(figures, file.path(folder, name), row.names = FALSE, quote = FALSE)
}

counts <- expand.grid(before = c(0, 1, 2, 5, 16, 23, 100, 327, 1000), after = c(0, 1, 3, 5, 11, 25, 110, 300, 1040))
counts <- counts[counts$before + counts$after > 0, ]
counts <- rbind(merge(counts, data.frame(before_population = c(1, 94000, 800), after_population = c(1, 94300, 3000))),
  data.frame(before = c(1e5, 1e5, 1e6, 1e7, 1e7, 9999000, 0, 40, 1e7, 12345678),
             after = c(100800, 1e5, 998000, 10008000, 1e7, 1e7, 1e5, 1e6, 12, 87654321),
             before_population = c(1, 3, 1e6, 1e8, 1, 1e8, 1000, 10, 5e6, 12e6),
             after_population = c(1, 3, 999999, 1e8, 1, 1e8, 1e9, 250100, 7, 85e6)))
figures <- do.call(rbind, lapply(c(0.95, 0.5, 0.998), function(confidence) {
  tests <- lapply(seq_len(nrow(counts)), function(i) with(counts[i, ],
    poisson.test(c(after, before), c(after_population, before_population), conf.level = confidence)))
  data.frame(counts[c("before", "before_population", "after", "after_population")], confidence,
             ratio = sapply(tests, `[[`, "estimate"), lower = sapply(tests, function(t) t$conf.int[1]),
             upper = sapply(tests, function(t) t$conf.int[2]), p_value = sapply(tests, `[[`, "p.value"))
}))
save(figures, "change_rate.csv")

e_test <- function(k1, n1, k2, n2, variance, deviations) {
  v <- if (variance == "pooled") c(n1 * n2, n1 * n2) else c(n2^2, n1^2)
  mean <- (k1 + k2) * c(n1, n2) / (n1 + n2)
  range <- function(m) max(0, floor(m - deviations * sqrt(m) - 100)):ceiling(m + deviations * sqrt(m) + 400)
  x2 <- range(mean[2]); p2 <- dpois(x2, mean[2])
  observed <- (k1 * n2 - k2 * n1)^2; scale <- k1 * v[1] + k2 * v[2]
  sum(sapply(range(mean[1]), function(x1) {
    extreme <- (x1 * n2 - x2 * n1)^2 * scale >= observed * (x1 * v[1] + x2 * v[2]) & x1 + x2 > 0
    dpois(x1, mean[1]) * sum(p2[extreme])
  }))
}
small <- rbind(expand.grid(k1 = c(0, 1, 2, 3, 6, 9, 11, 25), k2 = c(0, 1, 2, 3, 5, 10, 16, 23)), expand.grid(k1 = c(50, 137, 200), k2 = c(0, 7, 70, 200)))
small <- merge(small[small$k1 + small$k2 > 0, ], data.frame(n1 = c(1, 4, 1, 13), n2 = c(1, 15, 10, 3)))
large <- data.frame(k1 = c(1000, 1e4, 1e5, 1e5, 1e5, 150, 99000), k2 = c(1100, 10500, 1e5, 100800, 99000, 1e5, 16500),
                    n1 = c(1, 1, 1, 1, 1, 1, 6), n2 = c(1, 1, 1, 1, 1, 650, 1))
cases <- merge(rbind(cbind(small, deviations = 40), cbind(large, deviations = 12)), data.frame(variance = c("pooled", "unpooled")))
cases$p_value <- mapply(e_test, cases$k1, cases$n1, cases$k2, cases$n2, cases$variance, cases$deviations)
save(cases[c("k1", "n1", "k2", "n2", "variance", "p_value")], "change_e_test.csv")
