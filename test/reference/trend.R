# Series and expected figures for the tests trend, rank_trend and poisson_trend, made with base R (4.2 or later):
#   Rscript test/reference/trend.R > test/reference/trend.sql
# Least squares: lm, confint. Counts: glm(family = quasipoisson) with summary.glm, limits by the same t. Kendall's tau-b:
# cor; S, its variance and the slopes of all pairs: written out from their definitions, over all pairs.

options(digits = 17, warn = -1)
set.seed(20260201)

months <- 0:35
series <- list(
    worked     = list(x = 0:11, y = c(120, 132, 118, 141, 150, 139, 155, 160, 149, 171, 166, 180)),
    nile       = list(x = 1:100, y = as.numeric(Nile)),
    rising     = list(x = months, y = rpois(36, 40 * exp(0.012 * months)), exposure = 90000 + 150 * months),
    seasonal   = list(x = months, y = rpois(36, 25 * (1 + 0.3 * sin(2 * pi * months / 12)) * exp(-0.01 * months)),
                      exposure = c(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[months %% 12 + 1]),
    sparse     = list(x = 1:60, y = rpois(60, 0.4), exposure = runif(60, 500, 3000)),
    ties       = list(x = rep(1:20, each = 4), y = rpois(80, 3)),
    large_x    = list(x = 1.7e9 + 2629800 * months, y = 200 + 1.5 * months + rnorm(36, 0, 12)),
    harm       = list(x = months, y = round(rgamma(36, 2, 0.01), 2), exposure = runif(36, 0.5, 2)),
    # longer than the 128 points up to which all slopes are listed: ties in x and y, unequal steps, decimals
    long       = list(x = sort(sample(1:400, 300, replace = TRUE)) / 4, y = round(rnorm(300, 10, 2), 1)),
    long_noise = list(x = cumsum(rexp(401)), y = rnorm(401)),
    steep      = list(x = 0:9, y = c(1, 2, 4, 9, 15, 33, 70, 121, 260, 508)),
    three      = list(x = c(1, 2, 4), y = c(5, 9, 6)))

mann_kendall <- function(x, y) {
    n <- length(y)
    s <- sum(sign(outer(x, x, "-")) * sign(outer(y, y, "-"))) / 2
    t <- as.numeric(table(x)); u <- as.numeric(table(y))
    v <- (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5)) - sum(u * (u - 1) * (2 * u + 5))) / 18 +
        sum(t * (t - 1) * (t - 2)) * sum(u * (u - 1) * (u - 2)) / (9 * n * (n - 1) * (n - 2)) +
        sum(t * (t - 1)) * sum(u * (u - 1)) / (2 * n * (n - 1))
    z <- sign(s) * max(abs(s) - 1, 0) / sqrt(v)
    c(mk_s = s, mk_variance = v, mk_z = z, mk_tau = cor(x, y, method = "kendall"), mk_p = min(1, 2 * pnorm(-abs(z))))
}

theil_sen <- function(x, y, v) {
    dx <- outer(x, x, "-"); dy <- outer(y, y, "-")
    slopes <- sort((dy / dx)[dx > 0])
    k <- length(slopes)
    limits <- function(confidence) {
        c <- qnorm((1 + confidence) / 2) * sqrt(v)
        ranks <- round(c((k - c) / 2, (k + c) / 2 + 1))
        if (ranks[1] < 1 || ranks[2] > k) c(NA, NA) else slopes[ranks]
    }
    b <- median(slopes)
    c(ts_slope = b, ts_lower = limits(.95)[1], ts_upper = limits(.95)[2], ts_lower80 = limits(.8)[1],
      ts_upper80 = limits(.8)[2], ts_intercept = median(y) - b * median(x))
}

least_squares <- function(x, y) {
    fit <- lm(y ~ x); s <- summary(fit); b <- s$coefficients[2, ]
    c(n = length(y), slope = b[[1]], std_error = b[[2]], lower = confint(fit)[2, 1], upper = confint(fit)[2, 2],
      lower80 = confint(fit, level = .8)[2, 1], intercept = coef(fit)[[1]], r_squared = s$r.squared, t = b[[3]], p = b[[4]])
}

poisson_trend <- function(x, y, exposure, prefix) {
    # R stops once the deviance settles, half the digits of the coefficients short: start again from where it stopped.
    # x is centred for its sake; beta is the same.
    xc <- x - mean(x)
    fit <- glm(y ~ xc + offset(log(exposure)), family = quasipoisson)
    for (again in 1:3)
        fit <- glm(y ~ xc + offset(log(exposure)), family = quasipoisson, start = coef(fit))
    s <- summary(fit); b <- s$coefficients[2, ]
    q <- function(confidence) qt((1 + confidence) / 2, length(y) - 2) * b[[2]]
    r <- c(percent = 100 * expm1(b[[1]]), lower = 100 * expm1(b[[1]] - q(.95)), upper = 100 * expm1(b[[1]] + q(.95)),
           upper80 = 100 * expm1(b[[1]] + q(.8)), dispersion = s$dispersion, p = b[[4]])
    setNames(r, paste0(prefix, names(r)))
}

cat("-- Series and expected figures made by test/reference/trend.R; do not edit.\n")
cat("CREATE TEMP TABLE series (name text, x float8, y float8, exposure float8);\nINSERT INTO series VALUES\n")
rows <- unlist(lapply(names(series), function(name) with(series[[name]], {
    e <- if (is.null(series[[name]]$exposure)) rep("NULL", length(x)) else format(series[[name]]$exposure, trim = TRUE, digits = 17)
    sprintf("('%s',%s,%s,%s)", name, sapply(x, format, digits = 17), sapply(y, format, digits = 17), e)
})))
cat(paste(rows, collapse = ",\n"), ";\n", sep = "")

cat("CREATE TEMP TABLE expected (name text, figure text, value float8);\nINSERT INTO expected VALUES\n")
figures <- unlist(lapply(names(series), function(name) {
    x <- series[[name]]$x; y <- series[[name]]$y; exposure <- series[[name]]$exposure
    mk <- mann_kendall(x, y)
    r <- c(least_squares(x, y), mk, theil_sen(x, y, mk[["mk_variance"]]))
    if (all(y >= 0)) r <- c(r, poisson_trend(x, y, rep(1, length(y)), "pt_"))
    if (!is.null(exposure)) r <- c(r, poisson_trend(x, y, exposure, "pte_"))
    sprintf("('%s','%s',%s)", name, names(r), ifelse(is.na(r), "NULL", sapply(r, format, digits = 17)))
}))
cat(paste(figures, collapse = ",\n"), ";\n", sep = "")

cat("CREATE TEMP TABLE expected_exact (s bigint, n bigint, p float8);\nINSERT INTO expected_exact VALUES\n")
exact <- unlist(lapply(c(2, 3, 4, 5, 8, 12, 20, 35, 49), function(n) {
    replicate(3, {
        y <- sample(n) + if (runif(1) < .5) seq_len(n) / 3 else 0
        s <- sum(sign(outer(seq_len(n), seq_len(n), "-")) * sign(outer(y, y, "-"))) / 2
        if (anyDuplicated(y)) NA else
            sprintf("(%d,%d,%s)", as.integer(s), as.integer(n), format(cor.test(seq_len(n), y, method = "kendall", exact = TRUE)$p.value, digits = 17))
    })
}))
cat(paste(unique(exact[!is.na(exact)]), collapse = ",\n"), ";\n", sep = "")
