# Figures for test/pgtap/performance.sql: Rscript test/reference/performance.R test/reference
figure <- function(name, value) cat(sprintf("%s,%.10g\n", name, value))
sink(file.path(commandArgs(TRUE)[1], "performance.csv"))
cat("name,value\n")
# this year to date against last year: 72 and 40 in 122 days each, and against two years of 40
last <- poisson.test(c(72, 40), c(122, 122))
figure("year_p", last$p.value)
figure("year_lower", 100 * (last$conf.int[1] - 1))
figure("year_upper", 100 * (last$conf.int[2] - 1))
figure("years_p", poisson.test(c(72, 80), c(122, 244))$p.value)
figure("year_band_lower", qpois(0.025, 40))
figure("year_band_upper", qpois(0.975, 40))
# a week of 9 after eight weeks of 2
figure("week_p", poisson.test(c(9, 16), c(1, 8))$p.value)
figure("week_band_lower", qpois(0.025, 2))
figure("week_band_upper", qpois(0.975, 2))
# control chart: twelve months of 10, April 2023 to March 2024, at average length
days <- c(30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31)
centre <- 120 / sum(days / (365.25 / 12))
figure("chart_centre", centre)
figure("chart_upper_june", centre + 3 * sqrt(centre / (30 / (365.25 / 12))))
figure("chart_plotted_june", 20 / (30 / (365.25 / 12)))
# similar group: 17 in 10,000, 60 in 20,000, 10 in 5,000 residents
rate <- c(17 / 10, 60 / 20, 10 / 5)
figure("peer_mean", mean(rate))
figure("peer_pooled", 1000 * 87 / 35000)
figure("peer_funnel_lower", qpois(0.001, mean(rate) * 10) / 10)
figure("peer_funnel_upper", qpois(0.999, mean(rate) * 10) / 10)
# the scorecard: August 2024 to July 2025 without December, which was never sent, against the same months a year before
month <- c("2024-08", "2024-09", "2024-10", "2024-11", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07")
length_of <- function(m) { first <- as.Date(paste0(m, "-01")); as.integer(seq(first, by = "month", length.out = 2)[2] - first) }
before <- sub("2024", "2023", sub("2025", "x", month)); before <- sub("x", "2024", before)
card <- poisson.test(c(7 * 10 + 72, 110), c(sum(sapply(month, length_of)), sum(sapply(before, length_of))))
figure("card_p", card$p.value)
figure("card_change", 100 * (card$estimate - 1))
# direction of travel: quasi-Poisson over the 27 covered months, days as exposure
covered <- format(seq(as.Date("2023-04-01"), as.Date("2025-07-01"), by = "month"), "%Y-%m")
number <- seq_along(covered); keep <- covered != "2024-12"
count <- c(rep(10, 24), 16, 18, 20, 18)
fit <- summary(glm(count ~ number, family = quasipoisson, offset = log(sapply(covered, length_of)), subset = keep))
figure("card_trend", 100 * (exp(fit$coefficients[2, 1]) - 1))
figure("card_trend_p", fit$coefficients[2, 4])
sink()
