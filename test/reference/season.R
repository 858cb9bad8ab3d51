# Expected figures for the test season, by base R (4.2 or later): Rscript test/reference/season.R test/reference
# season.csv: series, period, n, y of monthly series and others; season_index.csv: series, kind, position, value from decompose.
folder <- commandArgs(TRUE)[1]
set.seed(20260302)
months <- 1:72
series <- list(
    nottem  = nottem,
    drivers = UKDriverDeaths,
    gas     = UKgas,
    counts  = ts(rpois(67, 30 * exp(0.006 * (1:67)) * (1 + .25 * sin(2 * pi * (1:67) / 12))), frequency = 12),
    week    = ts(rpois(40, c(9, 8, 7, 8, 12, 20, 15)), frequency = 7),
    sparse  = ts(c(rep(0, 20), rpois(40, 0.6)), frequency = 12),
    triple  = ts(c(4.5, 1.25, 3, 6, 2.5, 2), frequency = 3),
    two     = ts(rpois(24, 20), frequency = 12),
    pairs   = ts(c(3, 9, 4, 8, 5, 9, 3), frequency = 2))
number <- function(x) vapply(x, format, "", digits = 14, trim = TRUE)
index <- do.call(rbind, lapply(names(series), function(n) do.call(rbind, lapply(c("additive", "multiplicative"), function(kind) {
    figure <- decompose(series[[n]], kind)$figure
    data.frame(series = n, kind = kind, position = seq_along(figure), value = ifelse(is.nan(figure), "", number(figure)))
}))))
write.csv(index, file.path(folder, "season_index.csv"), row.names = FALSE, quote = FALSE)
values <- do.call(rbind, lapply(names(series), function(n) data.frame(series = n, period = frequency(series[[n]]), n = seq_along(series[[n]]), y = number(as.numeric(series[[n]])))))
write.csv(values, file.path(folder, "season.csv"), row.names = FALSE, quote = FALSE)
# UKDriverDeaths, February 1972 (29 days) against February 1971, and December 1984 against the three Decembers before
compare <- function(after, before, days_after, days_before) { t <- poisson.test(c(after, before), c(days_after, days_before)); c(t$estimate, t$conf.int, t$p.value) }
d <- as.numeric(UKDriverDeaths)
cat(sprintf("%.12g", compare(d[38], d[26], 29, 28)), "\n")
cat(sprintf("%.12g", compare(d[192], sum(d[c(156, 168, 180)]), 31, 93)), "\n")
