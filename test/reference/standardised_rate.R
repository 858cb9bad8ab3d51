# Standardised rates: writes standardised_strata.csv (generated input: 8 areas x 6 age bands, area 7 without events) and
# standardised_rate.csv (expected figures) beside itself. Direct: epitools::ageadjust.direct, which has no interval
# without events: there the upper limit is its own formula, and the lower is 0. Ratio: poisson.test(observed, expected).
# usage: Rscript test/reference/standardised_rate.R (Debian: r-cran-epitools)
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240601)
strata <- expand.grid(band = 1:6, area = 1:8)
standard <- c(17000, 12500, 13500, 14000, 12000, 11000)
strata$standard_population <- standard[strata$band]
strata$population <- round(exp(runif(nrow(strata), log(150), log(40000))))
risk <- c(0.004, 0.021, 0.012, 0.006, 0.003, 0.001)
strata$events <- rpois(nrow(strata), strata$population * risk[strata$band] * runif(8, 0.4, 1.8)[strata$area])
strata$events[strata$area == 7] <- 0
strata$expected <- round(strata$population * risk[strata$band], 6)

direct <- function(s, confidence) {
  r <- epitools::ageadjust.direct(s$events, s$population, stdpop = s$standard_population, conf.level = confidence)
  if (sum(s$events) == 0)
    r[c("lci", "uci")] <- c(0, qgamma(1 - (1 - confidence) / 2, 1, scale = max(s$standard_population / sum(s$standard_population) / s$population)))
  1000 * as.numeric(r[c("adj.rate", "lci", "uci")])
}
ratio <- function(s, confidence) {
  t <- poisson.test(sum(s$events), sum(s$expected), conf.level = confidence)
  c(sum(s$events) / sum(s$expected), as.numeric(t$conf.int))
}
figures <- do.call(rbind, lapply(split(strata, strata$area), function(s)
  do.call(rbind, lapply(c(0.95, 0.998), function(confidence) {
    d <- direct(s, confidence); r <- ratio(s, confidence)
    data.frame(area = s$area[1], confidence, direct = d[1], direct_lower = d[2], direct_upper = d[3],
               ratio = r[1], ratio_lower = r[2], ratio_upper = r[3])
  }))))
figures[] <- lapply(figures, sprintf, fmt = "%.16g")
write.csv(strata[c("area", "band", "events", "population", "standard_population", "expected")],
          file.path(folder, "standardised_strata.csv"), row.names = FALSE, quote = FALSE)
write.csv(figures, file.path(folder, "standardised_rate.csv"), row.names = FALSE, quote = FALSE)
