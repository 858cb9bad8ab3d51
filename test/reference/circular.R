# Times of day around their mean: writes circular_times.csv and circular.csv beside itself. Mean, length, deviation and
# Rayleigh's test from R's package circular; kappa solves besselI(kappa, 1) / besselI(kappa, 0) = length (the package gives
# Best and Fisher's approximation of it).
# usage: Rscript test/reference/circular.R
suppressMessages(library(circular))
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240712)
times <- list(night = round((rnorm(40, 23.5, 2)) %% 24, 4), noon = round(rnorm(200, 12, 0.5), 4), spread = round(runif(60, 0, 24), 4),
              two_peaks = round(c(rnorm(30, 8.5, 1), rnorm(30, 17.5, 1)), 4), few = c(22.25, 1.5, 3), tight = round(rnorm(30, 6, 0.002), 6))
kappa_of <- function(length) uniroot(function(k) besselI(k, 1, TRUE) / besselI(k, 0, TRUE) - length, c(1e-9, 5000), tol = 1e-15)$root
expansion <- function(length) uniroot(function(k) 1 - 1 / (2 * k) - 1 / (8 * k^2) - 1 / (8 * k^3) - 25 / (128 * k^4) - length, c(100, 1e9), tol = 1e-9)$root
figure <- function(name, x) {
  angle <- circular(x, units = "hours", template = "clock24")
  length <- rho.circular(angle)
  test <- rayleigh.test(angle)
  data.frame(name, n = length(x), mean_hour = as.numeric(mean(angle)) %% 24, resultant_length = length, deviation_hours = sqrt(-2 * log(length)) * 12 / pi,
             kappa = if (length > 0.9998) expansion(length) else kappa_of(length), rayleigh_z = length(x) * length^2, p_value = test$p.value)
}
figures <- do.call(rbind, lapply(names(times), function(name) figure(name, times[[name]])))
# weights as numbers of times: each time repeated
weights <- rep_len(c(1, 3, 0, 2), 60)
figures <- rbind(figures, figure("spread_weighted", rep(times$spread, weights)))
times$spread_weighted <- times$spread
rows <- do.call(rbind, lapply(names(times), function(name) data.frame(name, hour = times[[name]], weight = if (name == "spread_weighted") weights else 1)))
write.csv(rows, file.path(folder, "circular_times.csv"), row.names = FALSE, quote = FALSE)
numbers <- sapply(figures, is.double)
figures[numbers] <- lapply(figures[numbers], function(x) sprintf("%.17g", x))
write.csv(figures, file.path(folder, "circular.csv"), row.names = FALSE, quote = FALSE)
