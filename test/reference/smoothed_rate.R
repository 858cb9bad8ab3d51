# Empirical Bayes rates: writes smoothed_rate.csv beside itself, from spdep::EBest (family = "poisson") on generated
# places. Group "varied": rates differ between places; "chance": one rate everywhere, and the prior variance is floored
# at 0; "small": a handful of places, some very small.
# usage: Rscript test/reference/smoothed_rate.R (Debian: r-cran-spdep)
suppressMessages(library(spdep))
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240602)
places <- function(group, population, rate)
  data.frame(places = group, place = seq_along(population), events = rpois(length(population), population * rate), population)
population <- function(n) round(exp(rnorm(n, log(1600), 0.6)))
varied <- places("varied", population(300), rgamma(300, 4, scale = 0.02))
repeat { # a draw whose rates vary less than chance would have it
  chance <- places("chance", population(40), 0.05)
  if (attr(EBest(chance$events, chance$population), "parameters")$a == 0) break
}
small <- places("small", c(3, 12, 250, 1400, 90000), c(0.4, 0, 0.1, 0.02, 0.05))
all <- rbind(varied, chance, small)
all$smoothed <- unlist(lapply(list(varied, chance, small), function(g) 1000 * EBest(g$events, g$population)$estmm))
all$smoothed <- sprintf("%.16g", all$smoothed)
write.csv(all, file.path(folder, "smoothed_rate.csv"), row.names = FALSE, quote = FALSE)
