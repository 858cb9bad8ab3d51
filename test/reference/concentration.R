# Expected figures of test/sql/concentration.sql: Gini coefficients as in R ineq (Gini, Gini(corr = TRUE)), the Lorenz
# curve by cumulative sums and straight lines between its corners (approx), the generalised coefficient from the formula
# of Bernasco and Steenbeek (2017). Run in this folder: Rscript concentration.R (writes concentration*.csv)
gini <- function(x) { x <- sort(x); n <- length(x); (2 * sum(seq_len(n) * x) / sum(x) - (n + 1)) / n }
generalised <- function(x) {
    x <- sort(x); n <- length(x); c <- sum(x); y <- x / c
    max(1 / c, 1 / n) * (2 * sum(seq_len(n) * y) - n - 1) - max(n / c, 1) + 1
}
corner_x <- function(x) seq(0, length(x)) / length(x)
corner_y <- function(x) c(0, cumsum(sort(x, decreasing = TRUE)) / sum(x))
share <- function(x, f) approx(corner_x(x), corner_y(x), f)$y
places <- function(x, s) { k <- sum(x > 0) + 1; approx(corner_y(x)[1:k], corner_x(x)[1:k], s)$y }
set.seed(1, kind = "Mersenne-Twister", sample.kind = "Rejection")
groups <- list(ten = c(541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261), zeros = c(rep(0, 20), 1, 1, 2, 3, 8, 15),
               equal = rep(3, 5), one = c(0, 0, 0, 10), ties = c(1, 1, 2, 2, 5, 5), single = 4,
               sparse = c(rep(0, 90), rep(1, 6), 2, 2, 3, 5), spread = c(rep(0, 7), rep(1, 3)), large = rnbinom(2000, 0.2, mu = 3))
write.csv(do.call(rbind, lapply(names(groups), function(g) data.frame(g = g, value = groups[[g]]))), "concentration_values.csv", row.names = FALSE, quote = FALSE)
out <- do.call(rbind, lapply(names(groups), function(g) { x <- groups[[g]]; n <- length(x)
    data.frame(g = g, gini = gini(x), corrected = if (n > 1) gini(x) * n / (n - 1) else NA, generalised = generalised(x),
               top_5 = share(x, 0.05), top_20 = share(x, 0.2), half = places(x, 0.5), eighty = places(x, 0.8), all = places(x, 1)) }))
out[-1] <- format(out[-1], digits = 15, trim = TRUE); out[out == "NA"] <- ""
write.csv(out, "concentration.csv", row.names = FALSE, quote = FALSE)
