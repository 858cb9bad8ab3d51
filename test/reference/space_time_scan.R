# Expected figures of the scan statistic by looking at every cylinder, in plain R. No package of the scan statistic is in
# Debian; surveillance::stcd is another method. Run in this folder: Rscript space_time_scan.R
# Writes space_time_scan_cases.csv (the data) and space_time_scan.csv (clusters and Monte Carlo p-values of each setting;
# p-values come from R's random numbers, so that they agree with others' within their own error only).
options(digits = 17)
set.seed(20240611, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

# 15 places: nine of a square lattice (ties of distance), six anywhere
lattice <- expand.grid(x = 1000 + 100 * 0:2, y = 2000 + 100 * 0:2)
place <- rbind(lattice, data.frame(x = c(1430, 1475, 1510, 1390, 1705, 1120), y = c(2040, 2110, 1985, 2320, 2230, 2410)))
place$id <- seq_len(nrow(place))
place$population <- c(900, 1200, 1500, 700, 1100, 800, 2000, 1300, 600, 1700, 900, 1000, 1400, 500, 1900)
ndays <- 26
day <- as.Date("2024-01-17") + 0:(ndays - 1)                       # two calendar months
rate <- outer(place$population, rep(1, ndays)) * 0.00015
near <- (place$x - 1475)^2 + (place$y - 2110)^2 <= 80^2
rate[near, 14:18] <- rate[near, 14:18] * 9
cases <- matrix(rpois(length(rate), rate), nrow(rate))
growing <- round(outer(place$population, seq(1, 1.6, length.out = ndays)))  # a population that changes
large <- matrix(0, nrow(place), ndays)                              # more than a byte holds
large[, 1] <- rpois(nrow(place), place$population * 0.35)
data <- data.frame(id = rep(place$id, ndays), x = rep(place$x, ndays), y = rep(place$y, ndays), day = rep(day, each = nrow(place)),
                   cases = as.vector(cases), population = rep(place$population, ndays), growing = as.vector(growing), large = as.vector(large))
write.csv(data, "space_time_scan_cases.csv", row.names = FALSE, quote = FALSE)

# all cylinders: circles by places, windows by periods. share: what maximum_share limits, by place
circles <- function(share, radius, limit) {
  found <- list()
  for (centre in seq_len(nrow(place))) {
    d <- sqrt((place$x - place$x[centre])^2 + (place$y - place$y[centre])^2)
    for (r in unique(round(sort(d), 9))) {
      inside <- which(d <= r + 1e-9)
      if (r <= radius + 1e-9 && sum(share[inside]) <= limit * sum(share)) found[[length(found) + 1]] <- list(radius = r, inside = inside)
    }
  }
  found
}
ratio <- function(c, m, n) {
  log0 <- function(k, q) ifelse(k == 0, 0, k * log(q))
  ifelse(c > m, log0(c, c / m) + log0(n - c, (n - c) / (n - m)), 0)
}
# every cylinder's ratio: rows are circles, columns windows; count and mean are places x periods
every <- function(count, mean, circle, window, minimum) {
  c <- t(sapply(circle, function(k) { s <- c(0, cumsum(colSums(count[k$inside, , drop = FALSE]))); s[window$to + 1] - s[window$from] }))
  m <- t(sapply(circle, function(k) { s <- c(0, cumsum(colSums(mean[k$inside, , drop = FALSE]))); s[window$to + 1] - s[window$from] }))
  if (nrow(window) == 1) { c <- t(c); m <- t(m) }
  r <- ratio(c, m, sum(count))
  r[c < minimum] <- 0
  list(c = c, m = m, r = r)
}

scan <- function(name, permutation, weight, period, counts = cases, radius = Inf, days = NULL, prospective = FALSE, limit = 0.5, minimum = 2, clusters = 10, replications = if (length(period$start) > 99) 199 else 999) {
  nperiods <- length(period$start)
  by_period <- function(m) sapply(seq_len(nperiods), function(p) rowSums(m[, period$of_day == p, drop = FALSE]))
  count <- by_period(counts)
  n <- sum(count)
  mean_of <- function(count) if (permutation) outer(rowSums(count), colSums(count)) / n else by_period(weight) * n / sum(weight)
  window <- expand.grid(from = seq_len(nperiods), to = seq_len(nperiods))
  window <- window[window$from <= window$to, ]
  long <- as.numeric(period$end[window$to] - period$start[window$from]) + 1
  short <- if (is.null(days)) window$to - window$from + 1 <= max(1, nperiods %/% 2) else long <= days
  window <- window[(short | window$from == window$to) & (!prospective | window$to == nperiods), ]
  circle <- circles(if (permutation) rowSums(count) else rowSums(by_period(weight)), radius, limit)
  all <- every(count, mean_of(count), circle, window, minimum)
  result <- NULL
  used <- integer()
  while (is.null(result) || nrow(result) < clusters) {
    free <- !sapply(circle, function(k) any(k$inside %in% used))
    r <- all$r * free
    if (max(r) < 0.01) break
    # ties: smaller, shorter, earlier
    best <- which(r > max(r) - 1e-9, arr.ind = TRUE)
    key <- data.frame(radius = sapply(circle[best[, 1]], `[[`, "radius"), length = (window$to - window$from)[best[, 2]], from = window$from[best[, 2]])
    best <- best[order(key$radius, key$length, key$from)[1], ]
    k <- circle[[best[1]]]; w <- window[best[2], ]; c <- all$c[best[1], best[2]]; m <- all$m[best[1], best[2]]
    result <- rbind(result, data.frame(setting = name, rank = if (is.null(result)) 1 else nrow(result) + 1, radius = k$radius, places = length(k$inside),
      start_date = period$start[w$from], end_date = period$end[w$to], observed = c, expected = m,
      relative_risk = (c / m) / ((n - c) / (n - m)), ratio = all$r[best[1], best[2]]))
    used <- c(used, k$inside)
  }
  greatest <- replicate(replications, {
    if (permutation) {
      at <- rep(as.vector(row(count)), as.vector(count))
      when <- sample(rep(as.vector(col(count)), as.vector(count)))
      new <- table(factor(at, seq_len(nrow(count))), factor(when, seq_len(nperiods)))
      new <- matrix(as.numeric(new), nrow(count))
    } else new <- matrix(rmultinom(1, n, as.vector(by_period(weight))), nrow(count))
    max(every(new, mean_of(new), circle, window, minimum)$r)
  })
  result$replications <- replications
  result$p_value <- sapply(result$ratio, function(r) (1 + sum(greatest >= r - 1e-9)) / (replications + 1))
  result
}
daily <- list(of_day = seq_len(ndays), start = day, end = day)
back <- ceiling((ndays:1) / 7)                                     # weeks that end with the last day
weekly <- list(of_day = max(back) + 1 - back, start = day[tapply(seq_len(ndays), max(back) + 1 - back, min)], end = day[tapply(seq_len(ndays), max(back) + 1 - back, max)])
monthly <- list(of_day = as.integer(format(day, "%m")), start = as.Date(c("2024-01-01", "2024-02-01")), end = as.Date(c("2024-01-31", "2024-02-29")))
whole <- list(of_day = rep(1, ndays), start = as.Date("2024-02-01"), end = as.Date("2024-02-01"))
every_fifth <- list(of_day = 1 + 5 * (seq_len(ndays) - 1), start = day[1] + 0:(5 * (ndays - 1)), end = day[1] + 0:(5 * (ndays - 1)))  # days apart
constant <- matrix(place$population, nrow(place), ndays)
figures <- rbind(
  scan("permutation", TRUE, NULL, daily),
  scan("permutation 150 m 5 days", TRUE, NULL, daily, radius = 150, days = 5),
  scan("permutation prospective", TRUE, NULL, daily, days = 10, prospective = TRUE),
  scan("permutation weeks", TRUE, NULL, weekly, days = 14),
  scan("population", FALSE, constant, daily),
  scan("population prospective", FALSE, constant, daily, prospective = TRUE),
  scan("population 30% 4 cases", FALSE, constant, daily, limit = 0.3, minimum = 4, clusters = 3),
  scan("population growing", FALSE, growing, daily, days = 20),
  scan("population months", FALSE, growing, monthly, days = 62),
  scan("population spatial", FALSE, constant, whole),
  scan("permutation days apart", TRUE, NULL, every_fifth, days = 20),
  scan("population days apart", FALSE, constant, every_fifth, days = 20),
  scan("population spatial large", FALSE, constant, whole, counts = large))
write.csv(figures, "space_time_scan.csv", row.names = FALSE, quote = FALSE)
