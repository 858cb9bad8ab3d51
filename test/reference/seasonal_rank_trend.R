# Expected figures for the test seasonal_rank_trend: Rscript test/reference/seasonal_rank_trend.R test/reference
# Written out from their definitions over all pairs (base R, 4.2 or later). Where they are installed, the packages Kendall, trend
# and EnvStats are asked too, and the script stops if they differ: S, variance and tau of Kendall::SeasonalMannKendall, z and p of
# trend::smk.test, the slope of trend::sea.sens.slope, the covariances of EnvStats::kendallSeasonalTrendTest(independent.obs = FALSE).
# PACKAGES=<folder> names sources of packages that are not installed, whose functions are then read from <folder>/<package>/R.
# seasonal_rank_trend_series.csv: series, season, year, y; seasonal_rank_trend.csv: series, variant, figures.
folder <- commandArgs(TRUE)[1]
set.seed(20260303)
frame <- function(x) data.frame(season = as.numeric(cycle(x)), year = floor(as.numeric(time(x)) + 1e-6), y = as.numeric(x))
series <- list(
    nottem   = frame(nottem),
    drivers  = frame(UKDriverDeaths),
    gas      = frame(UKgas),
    counts   = frame(ts(rpois(12 * 8, 4 * (1 + .5 * sin(2 * pi * (1:96) / 12)) * exp(-.004 * 1:96)), frequency = 12, start = 2016)),
    weekday  = data.frame(season = rep(1:7, 40), year = rep(1:40, each = 7), y = rpois(280, 3)),
    constant = frame(ts(rep(5, 36), frequency = 12, start = 2020)),
    long     = data.frame(season = rep(1:3, 300), year = rep(1:300, each = 3), y = round(rnorm(900, 50, 3) + rep(1:300, each = 3) / 100, 1)))
gaps <- series$counts[-sample(96, 17), ]
series$gaps <- gaps
series$partial <- frame(window(UKDriverDeaths, c(1970, 4), c(1979, 9)))

score <- function(y, x) sum(sign(outer(y, y, "-")) * sign(outer(x, x, "-"))) / 2
test <- function(d, variant) {
    seasons <- split(d, d$season)
    n <- sapply(seasons, nrow)
    s <- sapply(seasons, function(g) score(g$y, g$year))
    v <- sapply(seasons, function(g) { m <- nrow(g); t <- as.numeric(table(g$y)); (m * (m - 1) * (2 * m + 5) - sum(t * (t - 1) * (2 * t + 5))) / 18 })
    most <- sapply(seasons, function(g) { m <- nrow(g); t <- as.numeric(table(g$y)); sqrt(m * (m - 1) / 2 * (m * (m - 1) / 2 - sum(t * (t - 1) / 2))) })
    variance <- sum(v)
    if (variant == "correlated") {
        # as Hirsch and Slack print it: the sign of a difference with a missing value is 0
        years <- sort(unique(d$year))
        table <- sapply(seasons, function(g) g$y[match(years, g$year)])
        sgn <- function(a) { m <- sign(outer(a, a, "-")); m[is.na(m)] <- 0; m }
        signs <- lapply(seq_along(seasons), function(i) sgn(table[, i]))
        ranks <- sapply(seq_along(seasons), function(i) (n[i] + 1 + rowSums(signs[[i]])) / 2)
        for (g in seq_along(seasons)) for (h in seq_along(seasons)) if (g != h)
            variance <- variance + (sum(signs[[g]] * signs[[h]]) / 2 + 4 * sum(ranks[, g] * ranks[, h]) - length(years) * (n[g] + 1) * (n[h] + 1)) / 3
    }
    slopes <- unlist(lapply(seasons, function(g) { dx <- outer(g$year, g$year, "-"); (outer(g$y, g$y, "-") / dx)[dx > 0] }))
    total <- sum(s)
    z <- if (total == 0) 0 else sign(total) * (abs(total) - 1) / sqrt(variance)
    c(s = total, variance = variance, z = z, tau = if (sum(most) > 0) total / sum(most) else NA, p_value = min(1, 2 * pnorm(-abs(z))), slope = median(slopes), seasons = length(seasons)) |> unname() |> setNames(c("s", "variance", "z", "tau", "p_value", "slope", "seasons"))
}
figures <- do.call(rbind, lapply(names(series), function(name) do.call(rbind, lapply(c("independent", "correlated"), function(variant) data.frame(series = name, variant = variant, t(test(series[[name]], variant)))))))

# ---- the packages ----
agree <- function(what, a, b, tolerance = 1e-9) if (!isTRUE(all.equal(as.numeric(a), as.numeric(b), tolerance = tolerance))) stop(what, ": ", a, " here, ", b, " there") else message(what, " agrees")
from <- function(package) {
    if (requireNamespace(package, quietly = TRUE)) return(asNamespace(package))
    source_folder <- file.path(Sys.getenv("PACKAGES", "/nowhere"), package, "R")
    if (!dir.exists(source_folder)) { message(package, " is not there"); return(NULL) }
    space <- new.env()
    for (file in list.files(source_folder, "[.]R$", full.names = TRUE)) try(sys.source(file, space), silent = TRUE)
    space
}
as_series <- list(nottem = nottem, drivers = UKDriverDeaths, gas = UKgas)
for (name in names(as_series)) {
    x <- as_series[[name]]; ours <- test(series[[name]], "independent")
    if (!is.null(space <- from("Kendall"))) { r <- space$SeasonalMannKendall(x); agree(paste(name, "S, variance, tau (Kendall)"), ours[c("s", "variance", "tau")], c(r$S, r$varS, r$tau), 1e-6) }
    if (!is.null(space <- from("trend"))) {
        r <- space$smk.test(x); agree(paste(name, "S, variance, z, p (trend)"), ours[c("s", "variance", "z", "p_value")], c(r$estimates, r$statistic, r$p.value))
        agree(paste(name, "slope (trend)"), ours["slope"], space$sea.sens.slope(x))
    }
    if (!is.null(space <- from("EnvStats"))) {
        d <- series[[name]]; r <- suppressWarnings(space$kendallSeasonalTrendTest.default(d$y, d$season, d$year, independent.obs = FALSE))
        ours <- test(d, "correlated")
        agree(paste(name, "variance and z with covariances (EnvStats)"), ours[c("variance", "z")], c(sum(r$var.cov.seasonal.S), r$statistic[["z (Trend)"]]))
        agree(paste(name, "slope (EnvStats)"), ours["slope"], r$estimate[["slope"]])
    }
}

number <- function(x) ifelse(is.na(x), "", vapply(x, format, "", digits = 15, trim = TRUE))
for (column in setdiff(names(figures), c("series", "variant"))) figures[[column]] <- number(figures[[column]])
write.csv(figures, file.path(folder, "seasonal_rank_trend.csv"), row.names = FALSE, quote = FALSE)
write.csv(do.call(rbind, lapply(names(series), function(n) data.frame(series = n, series[[n]]))), file.path(folder, "seasonal_rank_trend_series.csv"), row.names = FALSE, quote = FALSE)
