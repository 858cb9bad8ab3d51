# Cell-key perturbation: writes cell_key.csv beside itself, the noise of greatest entropy with mean 0 and a variance,
# from its dual: the convex function log(sum(exp(a e + b e^2))) - b v has its least value at the a and b that fit.
# Found by Newton's steps, where the extension bisects. A count of n takes the variance min(n, v).
# usage: Rscript test/reference/cell_key.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
noise <- function(count, maximum, variance) {
  e <- -min(count, maximum):maximum
  v <- min(variance, count)
  theta <- c(0, -0.1)
  for (step in 1:200) {
    w <- exp(theta[1] * e + theta[2] * e^2)
    p <- w / sum(w)
    moment <- function(k) sum(p * e^k)
    gradient <- c(moment(1), moment(2) - v)
    curvature <- matrix(c(moment(2) - moment(1)^2, moment(3) - moment(1) * moment(2),
                          moment(3) - moment(1) * moment(2), moment(4) - moment(2)^2), 2)
    change <- solve(curvature, gradient)
    theta <- theta - change * min(1, 0.5 / max(abs(change)))
  }
  stopifnot(abs(sum(p * e)) < 1e-12, abs(sum(p * e^2) - v) < 1e-10)
  data.frame(maximum, variance, count, noise = e, probability = p)
}
cases <- list(c(5, 4), c(2, 1), c(3, 3.5), c(8, 9), c(1, 0.5))
figures <- do.call(rbind, lapply(cases, function(case)
  do.call(rbind, lapply(1:max(case[1], ceiling(case[2])), noise, maximum = case[1], variance = case[2]))))
figures$probability <- sprintf("%.14g", figures$probability)
write.csv(figures, file.path(folder, "cell_key.csv"), row.names = FALSE, quote = FALSE)
