# Funnel limits: writes funnel_limits.csv beside itself. Quantiles by qpois; the interpolated form of Spiegelhalter (2005)
# from ppois and dpois, not below 0.
# usage: Rscript test/reference/funnel_limits.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
interpolated <- function(p, expected) {
  r <- qpois(p, expected)
  pmax(0, r - (ppois(r, expected) - p) / (ppois(r, expected) - ppois(r - 1, expected)))
}
figures <- expand.grid(expected = c(0.01, 0.5, 1, 2, 5, 10, 20, 50, 100, 282, 500, 1000, 12345.6, 1e6), confidence = c(0.5, 0.9, 0.95, 0.99, 0.998))
tail <- (1 - figures$confidence) / 2
figures$lower <- qpois(tail, figures$expected) + 0 # qpois may give -0
figures$upper <- qpois(1 - tail, figures$expected) + 0
figures$smooth_lower <- interpolated(tail, figures$expected)
figures$smooth_upper <- interpolated(1 - tail, figures$expected)
figures[] <- lapply(figures, sprintf, fmt = "%.16g")
write.csv(figures, file.path(folder, "funnel_limits.csv"), row.names = FALSE, quote = FALSE)
