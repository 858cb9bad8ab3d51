# The self-exciting process of R surveillance on events in a rectangle of 5 by 4 km over a year, even background: prints
# "name|seconds|branching|decay|sigma", or "name||reason".
# usage: Rscript test/bench/self_exciting_peer.R EVENTS.csv   (columns x, y in metres, day)
name <- "R surveillance::twinstim"
if (!requireNamespace("surveillance", quietly = TRUE) || !requireNamespace("sp", quietly = TRUE)) { cat(name, "||not installed\n", sep = ""); quit() }
suppressMessages({ library(surveillance); library(sp) })
events <- read.csv(commandArgs(TRUE)[1])
events <- events[order(events$day), ]
seconds <- system.time({
  region <- SpatialPolygons(list(Polygons(list(Polygon(cbind(c(0, 5, 5, 0, 0), c(0, 0, 4, 4, 0)))), "a")))
  points <- SpatialPointsDataFrame(as.matrix(events[c("x", "y")]) / 1000, data.frame(time = events$day, tile = "a", eps.t = 60, eps.s = 0.5), match.ID = FALSE)
  data <- as.epidataCS(points, data.frame(start = 0, stop = 365, tile = "a", area = 20), region)
  start <- c("h.(Intercept)" = log(nrow(events) / 2 / 365 / 20), "e.(Intercept)" = 0, e.siaf.1 = log(0.1), e.tiaf.1 = 1 / 12)   # as ours: branching about 0.5, a fifth of the limits
  invisible(capture.output(suppressMessages(fit <- twinstim(endemic = ~1, epidemic = ~1, siaf = siaf.gaussian(), tiaf = tiaf.exponential(), data = data, optim.args = list(par = start), cumCIF = FALSE, model = FALSE, verbose = FALSE))))
})[["elapsed"]]
p <- coef(fit)
sigma <- exp(p[["e.siaf.1"]])
rate <- p[["e.tiaf.1"]]
branching <- exp(p[["e.(Intercept)"]]) * 2 * pi * sigma^2 * (1 - exp(-0.5^2 / (2 * sigma^2))) * (1 - exp(-60 * rate)) / rate
cat(name, sprintf("%.2f|%.3f|%.2f|%.1f\n", seconds, branching, 1 / rate, 1000 * sigma), sep = "|")
