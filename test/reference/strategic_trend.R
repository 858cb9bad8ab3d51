# How often does the quasi-Poisson trend of 36 months without any trend look significant, by the number of incidents? Why
# strategic_change tests trends from ten incidents: Rscript test/reference/strategic_trend.R > test/reference/strategic_trend.csv
set.seed(1)
x <- 1:36
cat("incidents,share of p < 0.05,share of p < 0.001\n")
for (incidents in c(2, 3, 5, 8, 10, 15, 20, 30, 50)) {
  p <- replicate(4000, {
    y <- as.numeric(rmultinom(1, incidents, rep(1, 36)))
    suppressWarnings(summary(glm(y ~ x, family = quasipoisson))$coefficients[2, 4])
  })
  cat(sprintf("%d,%.4f,%.4f\n", incidents, mean(p < 0.05), mean(p < 0.001)))
}
