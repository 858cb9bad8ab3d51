# Expected figures of test/pgtap/strategic.sql, for the hand-made partnership described there.
# Rscript test/reference/strategic.R > test/reference/strategic.csv
out <- function(name, ...) cat(name, ",", paste(formatC(c(...), digits = 15, format = "g"), collapse = ","), "\n", sep = "")

# Byar's interval in its public-health form, per 1,000
byar <- function(x, n, z = qnorm(0.975)) c(x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3,
                                           (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3) * 1000 / n
out("byar shoplifting 17 in 10000", byar(17, 10000))
out("byar burglary 3 in 4000", byar(3, 4000))
out("exact check shoplifting", poisson.test(17)$conf.int / 10)

# funnel limits of counts around the mean rate of the group
out("funnel shoplifting, expected 17", qpois(c(0.001, 0.999), 17))
out("funnel burglary, expected 32", qpois(c(0.001, 0.999), 32))
out("funnel asb, expected 11.5/3", qpois(c(0.001, 0.999), 11.5 / 3))
out("funnel asb, expected 11.5/3, 95%", qpois(c(0.025, 0.975), 11.5 / 3))

# changes: events and exposure (people or homes times months), period before baseline
change <- function(name, x, t) { p <- poisson.test(x, t); out(name, 100 * (p$estimate - 1), 100 * (p$conf.int - 1), p$p.value); p$p.value }
headline <- c(
  burglary = change("change burglary", c(3, 6), c(4000, 3600) * 3),
  shoplifting = change("change shoplifting", c(17, 6), c(10000, 9000) * 3),
  asb = change("change asb", c(11, 9), c(10000, 9000) * 2),
  environment = change("change environment", c(0, 2), c(10000, 9000) * 2))
out(paste("adjusted", paste(names(headline), collapse = " ")), p.adjust(headline, "BH"))
detail <- c(
  crime = change("change crime", c(20, 12), c(10000, 9000) * 3),
  burglary_residential = headline[["burglary"]], asb_nuisance = headline[["asb"]], noise_complaint = headline[["environment"]])
out(paste("adjusted", paste(names(detail), collapse = " ")), p.adjust(detail, "BH"))

# trends: months of unequal length, from October 2023
trend <- function(name, events, month) {
  first <- seq(as.Date("2023-10-01"), by = "month", length.out = 16)
  days <- as.numeric(diff(first))[month]
  s <- summary(glm(events ~ month + offset(log(days)), family = quasipoisson, control = glm.control(epsilon = 1e-14, maxit = 100)))
  b <- s$coefficients["month", ]
  reach <- qt(0.975, length(events) - 2) * b[["Std. Error"]]
  out(name, 100 * expm1(b[["Estimate"]] + c(0, -reach, reach)), s$dispersion, b[["Pr(>|t|)"]])
  b[["Pr(>|t|)"]]
}
trends <- c(
  burglary = trend("trend burglary", c(2, 1, 3, rep(0, 9), 2, 1, 0), 1:15),
  shoplifting = trend("trend shoplifting", c(3, 1, 2, 1, 0, 2, 1, 0, 2, 1, 3, 1, 5, 6, 6), 1:15),
  asb = trend("trend asb, month 14 missing", c(3, 7, 3, rep(0, 9), 5, 4), c(1:13, 15)),
  environment = trend("trend environment, month 14 missing", c(2, 1, rep(0, 12)), c(1:13, 15)))
out(paste("adjusted trends", paste(names(trends), collapse = " ")), p.adjust(trends, "BH"))

# indicators of the plan: counts by month, rates by exposure
i <- c(I1 = change("indicator shoplifting count", c(17, 6), c(3, 3)),
       I2 = change("indicator burglary rate", c(3, 6), c(4000, 3600) * 3),
       I3 = change("indicator shoplifting, higher is better", c(17, 6), c(3, 3)))
out("adjusted indicators", p.adjust(i, "BH"))

# by organisation: each source and recorded type, its own months
o <- c(p_burglary = headline[["burglary"]], p_shoplifting = headline[["shoplifting"]],
       p_asb = change("organisation police asb", c(6, 6), c(10000, 9000) * 3),
       c_asb = change("organisation council asb", c(5, 3), c(10000, 9000) * 2),
       c_noise = headline[["environment"]])
out("adjusted organisation", p.adjust(o, "BH"))

# areas: each small area against the rest, shoplifting in the period (A1 11 of 2000, A2 2 of 3000, A3 3 of 5000)
for (a in list(c("A1", 11, 2000), c("A2", 2, 3000), c("A3", 3, 5000))) {
  k <- as.numeric(a[2]); n <- as.numeric(a[3]); p <- poisson.test(c(k, 16 - k), c(n, 10000 - n)); out(paste("area", a[1]), p$estimate, p$p.value)
}
# the same where A1 has no residents
p <- poisson.test(c(2, 3), c(3000, 5000)); out("area A2 without A1", p$estimate, p$p.value)
