# Expected figures of test/sql/cusum.sql and test/sql/cusum_design.sql: surveillance 1.20.3, algo.cusum and algo.glrnb;
# average run lengths by a Markov chain over finer and finer states (Brook and Evans 1972), extrapolated.
#   Rscript test/reference/cusum.R [folder]
suppressWarnings(suppressMessages(library(surveillance)))
folder <- c(commandArgs(TRUE), "test/reference")[1]
options(warn = -1)
set.seed(20260107)
t <- 1:160
expected <- round(8 * (1 + 0.3 * sin(2 * pi * t / 52)), 3)
count <- rpois(160, expected); count[101:112] <- rpois(12, 1.7 * expected[101:112]); count[c(60, 140)] <- c(24, 0)
monitored <- 53:160
object <- create.disProg(week = t, observed = count, state = rep(0, 160), start = c(2022, 1), freq = 52)

cusum <- function(method, varying, k, h, dispersion = NULL) {
  result <- algo.cusum(object, control = list(range = monitored, k = k, h = h, m = if (varying) expected[monitored] else NULL, trans = method, alpha = dispersion))
  data.frame(method = method, varying = varying, k = k, h = h, dispersion = if (is.null(dispersion)) 0 else dispersion, ratio = NA, reset = FALSE, t = monitored,
             upper_bound = if (method == "none") NA else as.numeric(result$upperbound), cusum = as.numeric(result$cusum), alarm = as.numeric(result$alarm) == 1)      # its bound of untransformed counts leaves out k
}
glr <- function(ratio, h, dispersion) {
  value <- function(ret) algo.glrnb(object, control = list(range = monitored, mu0 = expected[monitored], c.ARL = h, theta = log(ratio), alpha = dispersion, ret = ret, dir = "inc"))
  result <- value("value")
  data.frame(method = "likelihood", varying = TRUE, k = NA, h = h, dispersion = dispersion, ratio = ratio, reset = TRUE, t = monitored,
             upper_bound = NA, cusum = as.numeric(result$upperbound), alarm = as.numeric(result$alarm) == 1)
}
figures <- rbind(
  cusum("standard", FALSE, 1.04, 2.26), cusum("standard", TRUE, 0.5, 4), cusum("rossi", FALSE, 1.04, 2.26), cusum("rossi", TRUE, 0.5, 4),
  cusum("anscombe", TRUE, 1.04, 2.26), cusum("pearsonNegBin", TRUE, 0.5, 3, 0.1), cusum("none", FALSE, 10, 12),
  glr(1.5, 5, 0), glr(1.5, 3, 0.1), glr(2, 4, 0.05))
for (column in c("upper_bound", "cusum")) figures[[column]] <- ifelse(is.na(figures[[column]]), NA, sprintf("%.15g", figures[[column]]))
write.csv(data.frame(t = t, count = count, expected = expected), file.path(folder, "cusum_series.csv"), row.names = FALSE, quote = FALSE)
write.csv(figures, file.path(folder, "cusum.csv"), row.names = FALSE, quote = FALSE, na = "")

# ---- run lengths ----
markov <- function(k, h, shift, m) {
  width <- 2 * h / (2 * m - 1)        # state 0 holds half a width
  to <- function(i, upper) pnorm(upper + k - shift - i * width)
  i <- 0:(m - 1)
  q <- outer(i, i, function(from, state) ifelse(state == 0, pnorm(width / 2 + k - shift - from * width),
                                                pnorm((state + 0.5) * width + k - shift - from * width) - pnorm((state - 0.5) * width + k - shift - from * width)))
  solve(diag(m) - q, rep(1, m))[1]
}
run_length <- function(k, h, shift) {  # the error falls with the square of the width
  w <- function(m) (2 * h / (2 * m - 1))^2
  m <- c(150, 300, 600)
  v <- sapply(m, function(n) markov(k, h, shift, n))
  fit <- solve(cbind(1, w(m), w(m)^2), v)
  fit[1]
}
cases <- data.frame(k = c(0.5, 0.5, 0.5, 0.5, 1.04, 1.04, 0.25, 0.25, 1.5, 0.75), h = c(4, 4, 5, 5, 2.26, 2.26, 8, 8, 1.2, 3), shift = c(0, 1, 0, 1, 0, 2.08, 0, 0.5, 0, -0.5))
cases$run_length <- sprintf("%.10g", mapply(run_length, cases$k, cases$h, cases$shift))
write.csv(cases, file.path(folder, "cusum_run_length.csv"), row.names = FALSE, quote = FALSE)
