# Expected figures of test/sql/density_bandwidth.sql: Scott's rule as spatstat's bw.scott.iso, and the leave-one-out likelihood
# of a Gaussian maximised by optimize(), in base R. Run in this folder: Rscript density_bandwidth.R (reads density_places.csv)
e <- read.csv("density_places.csv")
cv <- function(x, y) {
    d2 <- outer(x, x, "-")^2 + outer(y, y, "-")^2
    f <- function(s) { k <- exp(-d2 / (2 * s^2)) / s^2; diag(k) <- 0; sum(log(rowSums(k))) }
    s <- exp(seq(log(5), log(400), length.out = 200)); b <- which.max(sapply(s, f))
    optimize(f, s[b + c(-1, 1)], maximum = TRUE, tol = 1e-9)$maximum
}
out <- do.call(rbind, lapply(c(150, 40, 7), function(n) with(e[1:n, ], data.frame(n = n, scott = n^(-1 / 6) * sqrt((var(x) + var(y)) / 2), likelihood = cv(x, y)))))
write.csv(format(out, digits = 15, trim = TRUE), "density_bandwidth.csv", row.names = FALSE, quote = FALSE)
