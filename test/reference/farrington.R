# Expected figures of test/sql/farrington.sql: surveillance 1.20.3, farringtonFlexible and farrington.
#   Rscript test/reference/farrington.R [folder [cases]]
# Writes farrington_series.csv (series made here), farrington_case.csv (combinations of options, drawn with a fixed seed,
# every value of every option with every threshold method) and farrington.csv (the figures of five periods each).
suppressMessages(library(surveillance))
arguments <- commandArgs(TRUE)
folder <- if (length(arguments) > 0) arguments[1] else "test/reference"
cases_each <- if (length(arguments) > 1) as.integer(arguments[2]) else 60
options(digits = 15, warn = -1)
set.seed(20260105)

# ---- series ----
weeks <- seq(as.Date("2017-01-02"), by = "week", length.out = 440)     # 2020 has a week 53
months <- seq(as.Date("2014-01-01"), by = "month", length.out = 130)
season <- function(n, year, size) 1 + size * cos(2 * pi * seq_len(n) / year)
outbreaks <- function(counts, at, by) { counts[at] <- counts[at] * by + by; counts }
w <- seq_along(weeks); m <- seq_along(months)
series <- list(
  weekly_low      = rpois(440, 1.2),
  weekly_sparse   = rpois(440, 0.15),
  weekly_season   = rnbinom(440, mu = 20 * season(440, 52.18, 0.4), size = 6),
  weekly_rising   = rpois(440, exp(1 + 0.004 * w) * season(440, 52.18, 0.3)),
  weekly_falling  = rnbinom(440, mu = exp(3.5 - 0.006 * w), size = 10),
  weekly_outbreak = outbreaks(rpois(440, 6), c(150:154, 230, 260:263, 301, 399, 430:434), 4),
  weekly_steady   = rbinom(440, 14, 0.8),
  weekly_unknown  = replace(rpois(440, 9 * season(440, 52.18, 0.3)), c(100, 151:153, 171, 230, 256:259, 310, 360, 372), NA),    # R leaves such references out
  weekly_large    = rpois(440, 1e5 * season(440, 52.18, 0.01)),
  monthly_low     = rpois(130, 4),
  monthly_season  = rnbinom(130, mu = 60 * season(130, 12, 0.3) * exp(0.004 * m), size = 20),
  monthly_outbreak = outbreaks(rpois(130, 15), c(40:42, 66, 88, 101, 120, 126), 3),
  monthly_sparse  = rpois(130, 0.4))
population <- lapply(series, function(y) round(20000 * (1 + seq_along(y) / length(y) / 2) + 500 * runif(length(y))))
period <- lapply(names(series), function(n) if (startsWith(n, "weekly")) weeks else months); names(period) <- names(series)
write.csv(do.call(rbind, lapply(names(series), function(n) data.frame(series = n, period = period[[n]], count = as.integer(series[[n]]), population = population[[n]]))),
          file.path(folder, "farrington_series.csv"), row.names = FALSE, quote = FALSE, na = "")

# ---- combinations of options ----
pick <- function(x) x[[sample.int(length(x), 1)]]
draw <- function(weekly, threshold_method) {
  by_date <- runif(1) < 0.3
  original <- is.null(threshold_method)
  list(series = pick(grep(if (weekly && original) "^weekly_[^u]" else if (weekly) "^weekly" else "^monthly", names(series), value = TRUE)), method = if (original) "original" else "flexible",
       b = pick(c(1, 2, 3, 4, 5, 6, 7)), w = pick(if (weekly) c(0, 1, 2, 3, 3, 5) else c(0, 1, 1, 2, 3)),
       periods = if (original) 1 else pick(if (weekly) c(1, 1, 2, 3, 5, 10) else c(1, 1, 2, 3, 4, 5)),
       past = if (original) NA else pick(if (weekly) c(NA, NA, 0, 2, 10, 26) else c(NA, NA, 0, 1, 3, 6)),
       threshold_method = if (original) "delta" else threshold_method,
       alpha = pick(c(0.001, 0.01, 0.05, 0.05, 0.1)), weights_threshold = if (original) 2.58 else pick(c(1, 2.58, 2.58)), trend = pick(c(TRUE, TRUE, TRUE, FALSE)),
       trend_threshold = if (original) 0.05 else pick(c(0.05, 0.05, 1)), minimum_count = pick(c(0, 5, 5, 20)), minimum_weeks = pick(c(1, 4, 4)),
       by_date = by_date, with_population = pick(c(FALSE, FALSE, TRUE)), before_end = sample.int(if (weekly) 50 else 20, 1) - 1)
}
drawn <- list()
for (weekly in c(TRUE, FALSE)) for (method in list("delta", "nbPlugin", "muan", NULL)) for (i in seq_len(cases_each / if (weekly) 1 else 2)) {
  case <- draw(weekly, method)
  # two counts or fewer, and a level without counts, are errors in R; a level of one count is reweighted by its rounding
  if (case$b * (2 * case$w + 1) < 5 || (case$b < 3 && case$periods > 3) || (case$b == 1 && case$periods > 1)) case$b <- 5
  if (is.null(method) && i %% 4 == 0) {    # the original method makes do with a part of the oldest window
    case$w <- max(case$w, 2)
    case$before_end <- length(series[[case$series]]) - (case$b * (if (weekly) 52 else 12) + (if (weekly) 5 else 3))
  }
  drawn[[length(drawn) + 1]] <- case
}
cases <- do.call(rbind, lapply(seq_along(drawn), function(i) data.frame(case = i, drawn[[i]])))
write.csv(cases, file.path(folder, "farrington_case.csv"), row.names = FALSE, quote = FALSE, na = "")

# ---- figures ----
monitor <- function(case) {
  counts <- series[[case$series]]
  n <- length(counts)
  range <- n - case$before_end - 4:0
  object <- sts(observed = matrix(counts, ncol = 1), frequency = if (startsWith(case$series, "weekly")) 52 else 12,
                start = c(2014, 1), epoch = if (case$by_date) period[[case$series]] else seq_len(n))
  if (case$with_population) object@populationFrac[, 1] <- population[[case$series]]
  limit54 <- c(case$minimum_count, case$minimum_weeks)
  if (case$method == "original") {
    result <- algo.farrington(sts2disProg(object), control = list(range = range, b = case$b, w = case$w, reweight = TRUE, verbose = FALSE, plot = FALSE, alpha = case$alpha,
                              trend = case$trend, limit54 = limit54, powertrans = "2/3",
                              fitFun = if (case$with_population) "algo.farrington.fitGLM.populationOffset" else "algo.farrington.fitGLM.fast"))
    expected <- result$control$pd[, 2]
    bound <- result$upperbound[, 1]
    enough <- sapply(range, function(k) sum(counts[(k - limit54[2] + 1):k]) >= limit54[1])
    bound[!enough] <- NA      # given as 0: there is none
    return(data.frame(case = case$case, period = period[[case$series]][range], expected = expected, upper_bound = bound, p_value = 1 - result$control$pd[, 1],
                      score = (counts[range] - expected) / (bound - expected), alarm = result$alarm[, 1] == 1, has_trend = result$trend[, 1] == 1))
  }
  result <- farringtonFlexible(object, control = list(range = range, b = case$b, w = case$w, noPeriods = case$periods, pastWeeksNotIncluded = if (is.na(case$past)) NULL else case$past,
                               thresholdMethod = case$threshold_method, alpha = case$alpha, weightsThreshold = case$weights_threshold, trend = case$trend,
                               pThresholdTrend = case$trend_threshold, limit54 = limit54, populationOffset = case$with_population, glmWarnings = FALSE))
  data.frame(case = case$case, period = period[[case$series]][range], expected = result@control$expected[, 1], upper_bound = upperbound(result)[, 1],
             p_value = result@control$pvalue[, 1], score = result@control$score[, 1], alarm = alarms(result)[, 1] == 1, has_trend = result@control$trend[, 1] == 1)
}
figures <- do.call(rbind, lapply(seq_len(nrow(cases)), function(i) tryCatch(monitor(cases[i, ]), error = function(e) { message("case ", i, ": ", conditionMessage(e)); NULL })))
figures[] <- lapply(figures, function(column) if (is.numeric(column)) ifelse(is.na(column), NA, sprintf("%.15g", column)) else column)
write.csv(figures, file.path(folder, "farrington.csv"), row.names = FALSE, quote = FALSE, na = "")
