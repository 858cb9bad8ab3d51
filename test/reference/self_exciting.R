# The self-exciting process by its definition, with n by n matrices and a general optimiser: writes self_exciting_events.csv
# (simulated events), self_exciting.csv (most likely parameters, log-likelihoods) and self_exciting_cells.csv (intensity
# integrated over cells) beside itself.
# usage: Rscript test/reference/self_exciting.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(1998)

# 180 days; background in a ring of three clusters and evenly; each event sets off 0.4 others, after 6 days on average, 40 m away along each axis
days <- 180
n0 <- 150
near <- sample(0:3, n0, TRUE)
x <- ifelse(near == 0, runif(n0, 0, 3000), rnorm(n0, c(0, 700, 1500, 2300)[near + 1], 250))
y <- ifelse(near == 0, runif(n0, 0, 2000), rnorm(n0, c(0, 600, 1500, 800)[near + 1], 250))
events <- data.frame(x, y, t = runif(n0, 0, days))
parents <- events
while (nrow(parents) > 0) {
  parents <- parents[rep(seq_len(nrow(parents)), rpois(nrow(parents), 0.4)), ]
  parents$x <- parents$x + rnorm(nrow(parents), 0, 40)
  parents$y <- parents$y + rnorm(nrow(parents), 0, 40)
  parents$t <- parents$t + rexp(nrow(parents), 1 / 6)
  parents <- parents[parents$t < days, ]
  events <- rbind(events, parents)
}
events <- round(events, 5)
events$minute <- floor(events$t * 1440)
events <- events[!duplicated(events$minute), c("x", "y", "minute")]
n <- nrow(events)
t <- events$minute / 1440

r2 <- outer(events$x, events$x, "-")^2 + outer(events$y, events$y, "-")^2
apart <- outer(t, t, "-")                     # row: later event, column: earlier
fit <- function(bandwidth, distance, limit, from, to, declustered) {
  left <- pmin(to - t, limit)
  kernel <- exp(-r2 / (2 * bandwidth^2)) / (2 * pi * bandwidth^2) * (r2 < (5 * bandwidth)^2)
  diag(kernel) <- 0
  area <- (diff(range(events$x)) + 2 * bandwidth) * (diff(range(events$y)) + 2 * bandwidth)
  background <- function(w) (as.vector(kernel %*% w) + 1 / area) / (sum(w) - w + 1)
  pairs <- which(apart > 0 & apart < limit & r2 < distance^2, arr.ind = TRUE)
  tau <- apart[pairs]; d2 <- r2[pairs]
  parts <- function(p) {
    mu <- exp(p[1]); k <- exp(p[2]); rate <- exp(-p[3]); s2 <- exp(2 * p[4])
    trigger <- k * rate * exp(-rate * tau) / (1 - exp(-rate * limit)) * exp(-d2 / (2 * s2)) / (2 * pi * s2) / (1 - exp(-distance^2 / (2 * s2)))
    list(mu = mu, set_off = as.vector(tapply(trigger, factor(pairs[, 1], levels = seq_len(n)), sum, default = 0)),
         expected = mu * (to - from) + k * sum(1 - exp(-rate * left)) / (1 - exp(-rate * limit)))
  }
  log_likelihood <- function(p, f) { q <- parts(p); sum(log(q$mu * f + q$set_off)) - q$expected }
  best <- function(start, f) {
    for (again in 1:4) start <- optim(start, function(p) log_likelihood(p, f), method = "BFGS", control = list(fnscale = -1, reltol = 1e-15, maxit = 1000))$par
    start
  }
  without <- sum(log(n / (to - from) * background(rep(1, n)))) - n
  f <- background(rep(1, n))
  p <- best(log(c(n / 2 / (to - from), 0.5, limit / 5, distance / 5)), f)
  if (declustered) repeat {
    before <- p
    q <- parts(p)
    w <- q$mu * f / (q$mu * f + q$set_off)
    f <- background(w)
    p <- best(p, f)
    if (max(abs(p - before)) < 1e-9) break
  }
  q <- parts(p)
  w <- if (declustered) q$mu * f / (q$mu * f + q$set_off) else rep(1, n)
  list(p = p, figures = data.frame(bandwidth, distance, days = limit, from, to, declustered, background_rate = exp(p[1]), branching_ratio = exp(p[2]), decay_days = exp(p[3]), sigma = exp(p[4]),
       log_likelihood = log_likelihood(p, f), log_likelihood_without = without), w = w, area = area)
}
cases <- list(list(300, 200, 30, 0, days, FALSE), list(300, 200, 30, 0, days, TRUE), list(150, 100, 8, 0, days, TRUE),
              list(500, 400, 60, min(t), max(t), FALSE))
fits <- lapply(cases, function(case) do.call(fit, case))

# the map of case 1 at the end, cells of 100: normal masses by pnorm
cells <- NULL
chosen <- fits[[1]]; g <- chosen$figures; bw <- 300
xs <- floor((min(events$x) - 5 * bw) / 100):floor((max(events$x) + 5 * bw) / 100)
ys <- floor((min(events$y) - 5 * bw) / 100):floor((max(events$y) + 5 * bw) / 100)
mass <- function(at, cells, sigma, reach) outer(at, cells, function(a, c) (pnorm((c + 1) * 100, a, sigma) - pnorm(c * 100, a, sigma)) * (c >= floor((a - reach) / 100) & c <= floor((a + reach) / 100)))
overlap <- function(c, low, high) pmax(0, pmin((c + 1) * 100, high) - pmax(c * 100, low))
even <- outer(overlap(xs, min(events$x) - bw, max(events$x) + bw), overlap(ys, min(events$y) - bw, max(events$y) + bw)) / chosen$area
background <- g$background_rate * (t(mass(events$x, xs, bw, 5 * bw)) %*% mass(events$y, ys, bw, 5 * bw) + even) / (n + 1)
age <- days - t
height <- ifelse(age < g$days, g$branching_ratio * exp(-age / g$decay_days) / g$decay_days / (1 - exp(-g$days / g$decay_days)) / (1 - exp(-g$distance^2 / (2 * g$sigma^2))), 0)
triggered <- t(mass(events$x, xs, g$sigma, g$distance) * height) %*% mass(events$y, ys, g$sigma, g$distance)
cells <- data.frame(cell_x = rep(xs, length(ys)), cell_y = rep(ys, each = length(xs)), background = as.vector(background), triggered = as.vector(triggered))

write <- function(frame, file) {
  numbers <- sapply(frame, is.double)
  frame[numbers] <- lapply(frame[numbers], sprintf, fmt = "%.15g")
  write.csv(frame, file.path(folder, file), row.names = FALSE, quote = FALSE)
}
write(events, "self_exciting_events.csv")
write(do.call(rbind, lapply(fits, `[[`, "figures")), "self_exciting.csv")
write(cells[order(-cells$background - cells$triggered), ][1:300, ], "self_exciting_cells.csv")
