# Limits of Poisson rates: writes rate.csv beside itself. Garwood by poisson.test; Byar by its formula (lower limit
# from x, upper from x + 1, not below 0; no events: lower 0).
# usage: Rscript test/reference/rate.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
byar <- function(x, confidence) {
  z <- qnorm(1 - (1 - confidence) / 2)
  c(if (x == 0) 0 else max(0, x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3),
    (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3)
}
garwood <- function(x, confidence) as.numeric(poisson.test(x, conf.level = confidence)$conf.int)
population <- 94000
cases <- expand.grid(events = c(0, 1, 2, 3, 5, 10, 17, 50, 100, 327, 1000, 12345, 1e6, 1e12), per = c(1000, 1e5),
                     confidence = c(0.5, 0.9, 0.95, 0.998, 0.999999), method = c("byar", "exact"), stringsAsFactors = FALSE)
limits <- t(mapply(function(x, confidence, method) (if (method == "byar") byar else garwood)(x, confidence),
                   cases$events, cases$confidence, cases$method))
figures <- data.frame(events = cases$events, population, per = cases$per, confidence = cases$confidence, method = cases$method,
                      estimate = cases$events / population * cases$per,
                      lower = limits[, 1] / population * cases$per, upper = limits[, 2] / population * cases$per)
numbers <- sapply(figures, is.numeric)
figures[numbers] <- lapply(figures[numbers], sprintf, fmt = "%.16g")
write.csv(figures, file.path(folder, "rate.csv"), row.names = FALSE, quote = FALSE)
