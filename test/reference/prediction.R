# Accuracy of forecast maps by a plain re-statement of the definitions: writes prediction_cells.csv (the maps) and
# prediction.csv (the figures) beside itself. Order: density of the prediction, falling; then observed, rising; then
# area, falling. The best choice of an area comes from a linear programme solved by hand: fill it with the densest cells.
# usage: Rscript test/reference/prediction.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(28)
n <- 400
maps <- list(
  equal = { rate <- rgamma(n, .5, 1); data.frame(predicted = round(rate * exp(rnorm(n, 0, .5)), 4), observed = rpois(n, rate), area = 2500) },
  unequal = { area <- round(runif(n, .2, 3), 3); rate <- area * rgamma(n, .5, 1); data.frame(predicted = round(rate * exp(rnorm(n, 0, .5)), 4), observed = rpois(n, rate), area) },
  tied = data.frame(predicted = sample(0:3, n, TRUE), observed = rpois(n, .7), area = 1)
)
figures <- NULL
for (map in names(maps)) for (share in c(.01, .05, .1, .333, 1)) {
  d <- maps[[map]]
  flagged <- d[order(-d$predicted / d$area, d$observed, -d$area), ][seq_len(ceiling(round(share * n, 9))), ]
  best <- d[order(-d$observed / d$area, -d$area), ]
  part <- pmin(1, pmax(0, (sum(flagged$area) - c(0, cumsum(best$area)[-n])) / best$area))
  hits <- sum(flagged$observed); events <- sum(d$observed); area_share <- sum(flagged$area) / sum(d$area)
  figures <- rbind(figures, data.frame(map, share, cells_flagged = nrow(flagged), area_share, events, hits, hit_rate = hits / events,
    pai = hits / events / area_share, best_hits = sum(part * best$observed), pei = hits / sum(part * best$observed), predicted = sum(flagged$predicted)))
}
write <- function(frame, file) {
  numbers <- sapply(frame, is.numeric)
  frame[numbers] <- lapply(frame[numbers], sprintf, fmt = "%.16g")
  write.csv(frame, file.path(folder, file), row.names = FALSE, quote = FALSE)
}
write(do.call(rbind, lapply(names(maps), function(map) data.frame(map, maps[[map]]))), "prediction_cells.csv")
write(figures, "prediction.csv")
