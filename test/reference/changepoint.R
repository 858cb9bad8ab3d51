# Expected figures for the test changepoint: Rscript test/reference/changepoint.R test/reference
# The segments of least cost by optimal partitioning over all places of the last change point (base R, 4.2 or later), without
# pruning. Where the package changepoint is installed it is asked too (cpt.mean of the scaled series, cpt.meanvar with
# test.stat = "Poisson", PELT) and differences are reported: its MBIC leaves ln(length) out for a Poisson segment without
# events, and its pruning may miss the least cost under MBIC or with longer shortest segments.
# changepoint_series.csv: series, n, y; changepoint.csv: series, cost, penalty, value, minimum, last (the ends of the segments), cost of all.
folder <- commandArgs(TRUE)[1]
set.seed(20260304)
series <- list(
    nile     = as.numeric(Nile),
    drivers  = as.numeric(UKDriverDeaths),
    found    = as.numeric(discoveries),
    lynx     = as.numeric(lynx),
    steps    = round(rep(c(10, 14, 9, 11.5), c(40, 25, 60, 35)) + rnorm(160), 3),
    noise    = round(rnorm(120), 3),
    odd      = round(c(rnorm(30, 5), 40, rnorm(30, 5), 30, 31, rnorm(30, 8)), 3),
    counts   = c(rpois(36, 12), rpois(24, 20), rpois(12, 7)),
    sparse   = c(rpois(50, 0.15), rpois(20, 1.4), rep(0, 18), rpois(30, 0.3)),
    tied     = c(rep(0, 12), rep(3, 5), rep(0, 9), rep(3, 8)),
    ramp     = seq(0, 29),
    constant = rep(4, 20),
    two      = c(1, 5))
scale_of <- function(y) {
    d <- diff(y); s <- mad(d) / sqrt(2)
    if (s > 0) s else sqrt(mean(d^2) / 2)
}
partition <- function(y, cost, beta, extra, shortest) {
    n <- length(y)
    if (n < 2 * shortest) return(list(last = n, total = NA))
    if (cost == "normal") { s <- scale_of(y); if (s == 0) return(list(last = n, total = NA)); y <- (y - mean(y)) / s }
    sum1 <- c(0, cumsum(y)); sum2 <- c(0, cumsum(y^2))
    price <- function(a, b) { # of a + 1..b
        m <- b - a; s <- sum1[b + 1] - sum1[a + 1]
        (if (cost == "normal") sum2[b + 1] - sum2[a + 1] - s^2 / m else ifelse(s > 0, 2 * s * (log(m) - log(pmax(s, 1e-9))), 0)) + if (extra) log(m) else 0
    }
    least <- c(-beta, rep(Inf, n)); before <- integer(n + 1)
    for (b in shortest:n) {
        a <- 0:(b - shortest)
        total <- least[a + 1] + price(a, b) + beta
        least[b + 1] <- min(total); before[b + 1] <- a[which.min(total)]
    }
    last <- n
    while (before[last[1] + 1] > 0) last <- c(before[last[1] + 1], last)
    list(last = last, total = least[n + 1])
}
cases <- expand.grid(series = names(series), cost = c("normal", "poisson"), penalty = c("BIC", "MBIC", "manual"), minimum = c(1, 2, 5), stringsAsFactors = FALSE)
cases <- cases[cases$cost == "normal" | cases$series %in% c("nile", "drivers", "found", "lynx", "counts", "sparse", "tied", "constant", "ramp"), ]
cases$value <- ifelse(cases$penalty == "manual", 6.5, NA)
compared <- agreed <- 0
for (i in seq_len(nrow(cases))) {
    case <- cases[i, ]; y <- series[[case$series]]; n <- length(y)
    beta <- switch(case$penalty, BIC = 2 * log(n), MBIC = 3 * log(n), manual = case$value)
    found <- partition(y, case$cost, beta, case$penalty == "MBIC", case$minimum)
    cases$last[i] <- paste(found$last, collapse = " ")
    if (requireNamespace("changepoint", quietly = TRUE) && !is.na(found$total) && n > 10) {
        ours <- head(found$last, -1)
        penalty <- if (case$penalty == "manual") "Manual" else case$penalty
        value <- if (case$penalty == "manual") case$value else 0
        theirs <- tryCatch(suppressWarnings(changepoint::cpts(if (case$cost == "normal") changepoint::cpt.mean(y / scale_of(y), penalty = penalty, pen.value = value, method = "PELT", minseglen = case$minimum)
            else changepoint::cpt.meanvar(y, penalty = penalty, pen.value = value, method = "PELT", test.stat = "Poisson", minseglen = case$minimum))), error = function(e) NA)
        compared <- compared + 1
        if (identical(as.numeric(ours), as.numeric(theirs))) agreed <- agreed + 1
        else message(case$series, " ", case$cost, " ", case$penalty, " ", case$minimum, ": ", paste(ours, collapse = " "), "; package: ", paste(theirs, collapse = " "))
    }
}
message(agreed, " of ", compared, " agree with the package")
cases$value <- ifelse(is.na(cases$value), "", cases$value)
write.csv(cases[, c("series", "cost", "penalty", "value", "minimum", "last")], file.path(folder, "changepoint.csv"), row.names = FALSE, quote = FALSE)
write.csv(do.call(rbind, lapply(names(series), function(n) data.frame(series = n, n = seq_along(series[[n]]), y = series[[n]]))), file.path(folder, "changepoint_series.csv"), row.names = FALSE, quote = FALSE)
