# Expected figures of test/sql/displacement.sql: the weighted displacement difference from its formula (Wheeler and
# Ratcliffe 2018), in base R. Run in this folder: Rscript displacement.R (writes displacement.csv)
set.seed(5, kind = "Mersenne-Twister", sample.kind = "Rejection")
out <- t(sapply(1:60, function(i) {
    n <- rpois(8, rexp(1, 1 / 40)); len <- if (i %% 3) c(1, 1) else round(runif(2, 0.5, 3), 2); size <- if (i %% 2) rep(1, 4) else round(runif(4, 0.5, 5), 2)
    conf <- c(0.9, 0.95, 0.99)[i %% 3 + 1]
    rate <- matrix(n, 2) / outer(len, size); var <- matrix(n, 2) / outer(len, size)^2; change <- rate[2, ] - rate[1, ]
    wdd <- change[1] - change[2] + change[3] - change[4]; se <- sqrt(sum(var)); q <- qnorm(1 - (1 - conf) / 2)
    c(n, len, size, conf, wdd, se, wdd / se, wdd - q * se, wdd + q * se, 2 * pnorm(-abs(wdd / se)), change[1] - change[2], sqrt(sum(var[, 1:2])))
}))
colnames(out) <- c("tb", "ta", "cb", "ca", "bb", "ba", "bcb", "bca", "lb", "la", "st", "sc", "sb", "sbc", "confidence", "wdd", "std_error", "z", "lower", "upper", "p_value", "local", "local_se")
write.csv(format(as.data.frame(out), digits = 15, trim = TRUE), "displacement.csv", row.names = FALSE, quote = FALSE)
