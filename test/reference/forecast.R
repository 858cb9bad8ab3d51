# Expected figures for the test forecast, by base R (4.2 or later) and its package forecast (8.20):
#   Rscript test/reference/forecast.R test/reference
# forecast_series.csv: series, season, n, y
# forecast_model.csv: method, series, the smoothing parameters given (if any), and what the fitted model has
# forecast.csv: the same cases, step, mean, lower, upper (90%)
# forecast_own.csv: R's own intervals and means where it is mistaken, and forecast.csv has what its methods' sources say
# forecast_accuracy.csv: rolling origins; forecast_total.csv: mean and standard deviation of sums, by simulation
suppressMessages(library(forecast))
folder <- commandArgs(TRUE)[1]
set.seed(20260305)
options(scipen = 100)
number <- function(x) ifelse(is.na(x), "", vapply(as.numeric(x), format, "", digits = 13, trim = TRUE))
t <- 1:108
wave <- function(m, size) size * sin(2 * pi * t / m)
series <- list(
    passengers = AirPassengers, drivers = UKDriverDeaths, accidents = USAccDeaths, earnings = JohnsonJohnson, gas = UKgas,
    nile = ts(as.numeric(Nile)), population = ts(as.numeric(uspop)),
    rare = ts(rpois(96, 1.5), frequency = 12),
    burglary = ts(rpois(108, 40 * exp(wave(12, .3) - .003 * t)), frequency = 12),
    assault = ts(rpois(72, 300 * exp(wave(12, .2) + .004 * t)[1:72]), frequency = 12),
    weekly = ts(rpois(70, 60 * exp(wave(7, .4)[1:70])), frequency = 7),
    thirty = ts(rpois(30, 25 * exp(wave(12, .4)[1:30])), frequency = 12),
    twenty = ts(rpois(20, 12), frequency = 12),
    eight = ts(c(12, 15, 11, 14, 17, 13, 16, 18), frequency = 4),
    pairs = ts(c(20, 31, 22, 30, 19, 33, 23, 29, 21, 34, 24, 32, 25), frequency = 2),
    net = ts(round(rnorm(60, 0, 4) + wave(12, 5)[1:60], 1), frequency = 12))
horizon <- 30
level <- 90

models <- list(); forecasts <- list(); own <- list()
add <- function(method, name, fit = list(), mean, half, own_mean = NULL, own_half = NULL, given = c(NA, NA, NA)) {
    get <- function(key) if (is.null(fit[[key]])) NA else fit[[key]]
    models[[length(models) + 1]] <<- data.frame(method = method, series = name, given_alpha = number(given[1]), given_beta = number(given[2]), given_gamma = number(given[3]),
        model = if (is.null(fit$model)) NA else fit$model, aicc = number(get("aicc")), sigma = number(get("sigma")), sse = number(get("sse")), level = number(get("level")), slope = number(get("slope")))
    forecasts[[length(forecasts) + 1]] <<- data.frame(method = method, series = name, given = as.numeric(!is.na(given[1])), step = seq_along(mean), mean = number(mean), lower = number(mean - half), upper = number(mean + half))
    if (!is.null(own_half)) own[[length(own) + 1]] <<- data.frame(method = method, series = name, step = seq_along(mean), mean = number(own_mean), lower = number(own_mean - own_half), upper = number(own_mean + own_half))
}

# exponential smoothing. R puts gamma of a form without trend at the second place of the season (class1: G[3, 1]), and takes the
# slope of a damped multiplicative form undamped (class3): with a slope of 0 in the first case, and with phi times slope and beta
# in the second, its own functions give what the models say.
moments <- function(e, h) {
    last <- e$states[length(e$x) + 1, ]; p <- e$par; m <- e$m; damped <- e$components[4] == "TRUE"
    if (is.na(p["beta"])) p["beta"] <- 0
    if (e$components[3] == "M") {
        phi <- if (damped) p["phi"] else 1
        trend <- e$components[2] != "N"
        if (trend) last[2] <- phi * last[2]
        p["beta"] <- phi * p["beta"]
        return(forecast:::class3(h, last, e$components[2], "M", damped, m, e$sigma2, p))
    }
    trend <- e$components[2]
    if (trend == "N" && e$components[3] == "A") { last <- c(last[1], 0, last[-1]); trend <- "A" }
    (if (e$components[1] == "A") forecast:::class1 else forecast:::class2)(h, last, trend, e$components[3], damped, m, e$sigma2, p)
}
smoothing <- function(method, name, ...) {
    x <- series[[name]]
    e <- ets(x, ...)
    f <- forecast(e, h = horizon, level = level)
    r <- moments(e, horizon)
    last <- e$states[length(x) + 1, ]
    z <- qnorm(.5 + level / 200)
    same <- max(abs(r$mu - f$mean), abs(z * sqrt(r$var) - (f$upper - f$mean))) < 1e-9 * max(abs(x))
    add(method, name, list(model = e$method, aicc = e$aicc, sigma = sqrt(e$sigma2), sse = e$mse * length(x), level = unname(last[1]), slope = if (e$components[2] == "N") NA else unname(last[2])),
        as.numeric(r$mu), z * sqrt(r$var), if (same) NULL else as.numeric(f$mean), if (same) NULL else as.numeric(f$upper - f$mean))
    invisible(e)
}
chosen <- list()
for (name in names(series)) chosen[[name]] <- smoothing("auto", name)
forms <- function(name, errors) for (e in errors) for (trend in c("N", "A", "Ad")) for (s in if (e == "A") c("N", "A") else c("N", "A", "M"))
    smoothing(sprintf("ETS(%s,%s,%s)", e, trend, s), name, model = paste0(e, substr(trend, 1, 1), s), damped = trend == "Ad")
forms("passengers", c("A", "M")); forms("gas", c("A", "M")); forms("burglary", c("A", "M")); forms("thirty", c("A", "M")); forms("net", "A")

# Holt-Winters. R's intervals of multiplicative seasons take alpha as the weight of an error in its own period, and the slope for
# the season of the last place (R 4.2): the limits here are those of Chatfield and Yar (1991).
holt <- function(method, name, seasonal = "additive", given = c(NA, NA, NA), ...) {
    x <- series[[name]]; f <- frequency(x)
    arguments <- list(x, seasonal = seasonal, ...)
    for (i in 1:3) if (!is.na(given[i])) arguments[[c("alpha", "beta", "gamma")[i]]] <- given[i]
    fit <- do.call(HoltWinters, arguments)
    p <- predict(fit, horizon, prediction.interval = TRUE, level = level / 100)
    half <- own_half <- as.numeric(p[, "upr"] - p[, "fit"])
    if (seasonal == "multiplicative") {
        psi <- function(j) ifelse(j == 0, 1, fit$alpha * (1 + j * fit$beta) + (j %% f == 0) * fit$gamma * (1 - fit$alpha))
        s <- rep(fit$coefficients[-(1:2)], length.out = horizon)
        half <- sapply(1:horizon, function(h) { j <- 0:(h - 1); sqrt(var(residuals(fit)) * sum((psi(j) * s[h] / s[h - j])^2)) }) * qnorm(.5 + level / 200)
    }
    add(method, name, list(sigma = sd(residuals(fit)), sse = fit$SSE, level = unname(fit$coefficients[1]), slope = if (length(fit$coefficients) > 1) unname(fit$coefficients[2]) else NA),
        as.numeric(p[, "fit"]), half, if (seasonal == "additive") NULL else as.numeric(p[, "fit"]), if (seasonal == "additive") NULL else own_half, given = given)
}
for (name in c("passengers", "drivers", "accidents", "earnings", "gas", "burglary", "assault", "weekly", "thirty", "pairs", "net", "eight"))
    for (kind in if (name == "net") "additive" else c("additive", "multiplicative")) {
        holt(paste0("holt_winters_", kind), name, kind, c(.3, .05, .2))
        try(holt(paste0("holt_winters_", kind), name, kind), silent = TRUE)
    }
holt("holt_winters_additive", "rare", given = c(1, 0, 1))
holt("holt_winters_additive", "burglary", given = c(NA, 0, .1))
for (name in c("nile", "population", "rare", "twenty", "net")) {
    holt("holt", name, gamma = FALSE, given = c(.4, .1, NA)); try(holt("holt", name, gamma = FALSE), silent = TRUE)
    holt("exponential_smoothing", name, beta = FALSE, gamma = FALSE, given = c(.25, NA, NA)); holt("exponential_smoothing", name, beta = FALSE, gamma = FALSE)
}

# naive
for (name in names(series)) {
    x <- series[[name]]
    walk <- function(method, f) add(method, name, list(sigma = sqrt(f$model$sigma2), sse = sum(residuals(f)^2, na.rm = TRUE)), as.numeric(f$mean), as.numeric(f$upper - f$mean))
    walk("naive", naive(x, h = horizon, level = level))
    if (frequency(x) > 1) walk("seasonal_naive", snaive(x, h = horizon, level = level))
}
save <- function(x, file) { x <- do.call(rbind, x); write.csv(x, file.path(folder, file), row.names = FALSE, na = "", quote = which(names(x) %in% c("method", "model"))) }
steps <- function(x) x[x$step %in% c(1, 2, 3, 5, 8, 11, 12, 13, 14, 24, 25, 30), ]
save(models, "forecast_model.csv"); save(lapply(forecasts, steps), "forecast.csv"); save(lapply(own, steps), "forecast_own.csv")

# rolling origins, one by one
rolling <- function(method, name, origins, h, forecaster) {
    x <- series[[name]]; m <- frequency(x); n <- length(x)
    errors <- scaled <- inside <- season <- c()
    for (end in (n - h - origins + 1):(n - h)) {
        before <- ts(x[1:end], frequency = m); after <- x[end + 1:h]
        f <- forecaster(before, h)
        errors <- c(errors, after - f$mean); scaled <- c(scaled, abs(after - f$mean) / mean(abs(diff(before, m))))
        inside <- c(inside, after >= f$lower & after <= f$upper); season <- c(season, abs(after - snaive(before, h = h)$mean))
    }
    data.frame(method = method, series = name, origins = origins, horizon = h, mean_error = number(mean(errors)), mae = number(mean(abs(errors))), rmse = number(sqrt(mean(errors^2))),
               mase = number(mean(scaled)), coverage = number(mean(inside)), seasonal_naive_mae = number(mean(season)))
}
automatic <- function(x, h) { e <- ets(x); r <- moments(e, h); z <- qnorm(.5 + level / 200); list(mean = as.numeric(r$mu), lower = r$mu - z * sqrt(r$var), upper = r$mu + z * sqrt(r$var)) }
save(list(rolling("auto", "burglary", 12, 6, automatic), rolling("auto", "assault", 6, 12, automatic), rolling("auto", "nile", 10, 3, automatic), rolling("auto", "weekly", 8, 7, automatic),
          rolling("seasonal_naive", "burglary", 24, 12, function(x, h) snaive(x, h = h, level = level)), rolling("naive", "nile", 20, 5, function(x, h) naive(x, h = h, level = level))), "forecast_accuracy.csv")

# sums of values to come: the models' equations run forward many times
paths <- 400000
total <- function(method, name, first, last) {
    e <- if (method == "auto") chosen[[name]] else { k <- strsplit(gsub("ETS\\(|\\)", "", method), ",")[[1]]; ets(series[[name]], paste0(k[1], substr(k[2], 1, 1), k[3]), damped = k[2] == "Ad") }
    part <- function(key, none) if (is.na(e$par[key])) none else e$par[key]
    alpha <- part("alpha", 0); beta <- part("beta", 0); gamma <- part("gamma", 0); phi <- part("phi", 1)
    state <- e$states[length(e$x) + 1, ]
    l <- rep(state["l"], paths); b <- rep(if (e$components[2] == "N") 0 else state["b"], paths)
    s <- if (e$components[3] == "N") NULL else lapply(rev(state[grep("^s", names(state))]), rep, paths)
    sum <- numeric(paths)
    for (step in 1:last) {
        q <- l + phi * b
        f <- switch(e$components[3], N = q, A = q + s[[1]], M = q * s[[1]])
        error <- rnorm(paths, 0, sqrt(e$sigma2)) * if (e$components[1] == "M") f else 1
        d <- if (e$components[3] == "M") error / s[[1]] else error
        l <- q + alpha * d; b <- phi * b + beta * d
        if (!is.null(s)) s <- c(s[-1], list(s[[1]] + gamma * if (e$components[3] == "M") error / q else error))
        if (step >= first) sum <- sum + f + error
    }
    data.frame(method = method, series = name, first = first, last = last, mean = number(mean(sum)), sd = number(sd(sum)))
}
save(list(total("auto", "passengers", 1, 7), total("auto", "drivers", 1, 12), total("auto", "accidents", 3, 14), total("auto", "nile", 1, 5), total("auto", "burglary", 1, 9),
          total("ETS(M,A,M)", "gas", 1, 10), total("ETS(M,Ad,M)", "passengers", 7, 30), total("ETS(A,Ad,A)", "burglary", 1, 15), total("ETS(M,A,A)", "gas", 2, 9), total("ETS(M,N,M)", "burglary", 1, 26)), "forecast_total.csv")

values <- lapply(names(series), function(n) data.frame(series = n, season = frequency(series[[n]]), n = seq_along(series[[n]]), y = number(series[[n]])))
save(values, "forecast_series.csv")
