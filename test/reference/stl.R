# Expected figures for the test stl, by base R (4.2 or later):
#   Rscript test/reference/stl.R test/reference
# stl_series.csv: series, n, period, y; stl.csv: case, n, seasonal, trend, remainder. The options of a case stand in the test.
folder <- commandArgs(TRUE)[1]
set.seed(20260301)
options(digits = 17, scipen = 100)
months <- 1:72
series <- list(
    nottem  = nottem,
    drivers = UKDriverDeaths,
    gas     = UKgas,
    counts  = ts(rpois(72, 30 * exp(0.006 * months) * (1 + .25 * sin(2 * pi * months / 12))), frequency = 12),
    spikes  = ts(round(100 + 20 * cos(2 * pi * (1:61) / 7) + rnorm(61, 0, 3) + ifelse(1:61 %in% c(9, 30, 31, 55), 150, 0), 2), frequency = 7),
    short   = ts(c(5, 9, 2, 7, 7, 3, 9), frequency = 3),
    zeros   = ts(rep(0, 30), frequency = 12),
    pairs   = ts(c(3, 9, 4, 8, 5, 9, 3, 7, 4, 8, 2, 9, 4), frequency = 2))
parts <- function(name, case, ...) {
    fit <- stl(series[[name]], ...)$time.series
    data.frame(case = case, series = name, n = seq_len(nrow(fit)), seasonal = as.numeric(fit[, 1]), trend = as.numeric(fit[, 2]), remainder = as.numeric(fit[, 3]))
}
every <- function(case, ..., of = setdiff(names(series), "zeros")) do.call(rbind, lapply(of, parts, case = case, ...))
all <- rbind(
    every("periodic", "periodic", of = names(series)),
    every("periodic robust", "periodic", robust = TRUE),
    every("window 7", 7),
    every("window 13 robust", 13, robust = TRUE),
    parts("drivers", "degree 1", 11, s.degree = 1),
    parts("drivers", "even windows", 8, t.window = 20, l.window = 14),
    parts("nottem", "trend degree 0", 21, t.degree = 0),
    parts("nottem", "low pass degree 0", 21, t.window = 31, l.window = 25, l.degree = 0, s.degree = 1),
    parts("counts", "jumps", 9, s.jump = 3, t.jump = 5, l.jump = 4),
    parts("counts", "no jumps", "periodic", s.jump = 1, t.jump = 1, l.jump = 1, robust = TRUE),
    parts("spikes", "loops", 15, inner = 3, outer = 4),
    parts("spikes", "wide", 301, t.window = 101, l.window = 99, t.jump = 7, inner = 5, outer = 2, robust = TRUE),
    parts("short", "narrow", 3, s.degree = 1, t.window = 3, l.window = 3))
number <- function(x) vapply(x, format, '', digits = 13, trim = TRUE)
for (column in c("seasonal", "trend", "remainder")) all[[column]] <- number(all[[column]])
write.csv(all, file.path(folder, "stl.csv"), row.names = FALSE, quote = FALSE)
values <- do.call(rbind, lapply(names(series), function(n) data.frame(series = n, period = frequency(series[[n]]), n = seq_along(series[[n]]), y = number(as.numeric(series[[n]])))))
write.csv(values, file.path(folder, "stl_series.csv"), row.names = FALSE, quote = FALSE)
