# Expected figures of test/sql/ewma.sql: the recursion by stats::filter, the limits by their closed form.
#   Rscript test/reference/ewma.R [folder]
folder <- c(commandArgs(TRUE), "test/reference")[1]
set.seed(20260108)
value <- rpois(60, 12); value[31:40] <- rpois(10, 17)
figures <- do.call(rbind, lapply(list(c(0.2, 3), c(0.05, 2.5), c(1, 3), c(0.4, 2)), function(setting) {
  lambda <- setting[1]; i <- seq_along(value)
  smoothed <- as.numeric(stats::filter(lambda * value, 1 - lambda, method = "recursive", init = 12))
  exact <- setting[2] * sqrt(12) * sqrt(lambda / (2 - lambda) * (1 - (1 - lambda)^(2 * i)))
  data.frame(lambda = lambda, sigmas = setting[2], t = i, smoothed = sprintf("%.15g", smoothed), exact_lower = sprintf("%.15g", 12 - exact), exact_upper = sprintf("%.15g", 12 + exact),
             limit_upper = sprintf("%.15g", 12 + setting[2] * sqrt(12) * sqrt(lambda / (2 - lambda))))
}))
write.csv(data.frame(t = seq_along(value), value = value), file.path(folder, "ewma_series.csv"), row.names = FALSE, quote = FALSE)
write.csv(figures, file.path(folder, "ewma.csv"), row.names = FALSE, quote = FALSE)
