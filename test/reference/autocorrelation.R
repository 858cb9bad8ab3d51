# Spatial autocorrelation: writes autocorrelation_places.csv (places made up here, with their neighbours),
# autocorrelation_local.csv and autocorrelation_global.csv beside itself, from spdep's localG, localmoran, moran.test and
# geary.test, all two-sided.
#   grid        108 cells of 333.3 m, counts with a hot and a cold corner, queen neighbours
#   islands     60 points, skewed values, neighbours within 90: some have none
#   asymmetric  50 points, their 5 nearest neighbours: a may have b without b having a
#   mixed       the same, and every ninth without neighbours of its own
# usage: Rscript test/reference/autocorrelation.R (Debian: r-cran-spdep)
suppressMessages(library(spdep))
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240611)
digits <- function(x) ifelse(is.finite(x), sprintf("%.16g", x), "")
neighbour_list <- function(lists) structure(lapply(lists, function(l) if (length(l)) as.integer(l) else 0L), class = "nb",
                                            region.id = as.character(seq_along(lists)))

cells <- expand.grid(x = 0:11, y = 0:8)
cells$value <- rpois(nrow(cells), 3 + 9 * exp(-((cells$x - 3)^2 + (cells$y - 3)^2) / 6) - 2.6 * (cells$x > 8 & cells$y > 5))
queen <- lapply(seq_len(nrow(cells)), function(i)
  which(abs(cells$x - cells$x[i]) <= 1 & abs(cells$y - cells$y[i]) <= 1 & seq_len(nrow(cells)) != i))
cells$x <- 450000 + 333.3 * cells$x
cells$y <- 300000 + 333.3 * cells$y

points <- data.frame(x = round(runif(60, 0, 1000)), y = round(runif(60, 0, 1000)), value = round(rexp(60, 0.1), 3))
apart <- as.matrix(dist(points[c("x", "y")]))
within <- lapply(1:60, function(i) setdiff(which(apart[i, ] <= 90), i))

few <- data.frame(x = round(runif(50, 0, 1000)), y = round(runif(50, 0, 1000)))
few$value <- round(few$x / 100 + rnorm(50, 0, 3), 3)
apart <- as.matrix(dist(few[c("x", "y")]))
nearest <- lapply(1:50, function(i) sort(setdiff(order(apart[i, ]), i)[1:5]))
mixed <- nearest
mixed[seq(9, 50, 9)] <- list(integer(0))

cases <- list(grid = list(cells, queen), islands = list(points, within), asymmetric = list(few, nearest), mixed = list(few, mixed))
places <- local <- global <- NULL
for (case in names(cases)) {
  place <- cases[[case]][[1]]
  lists <- cases[[case]][[2]]
  neighbours <- neighbour_list(lists)
  places <- rbind(places, data.frame(case = case, id = seq_len(nrow(place)), x = digits(place$x), y = digits(place$y), value = place$value,
                                     neighbours = sapply(lists, function(l) paste0("\"{", paste(l, collapse = ","), "}\""))))
  for (style in c("W", "B")) {
    weights <- nb2listw(neighbours, style = style, zero.policy = TRUE)
    with_self <- nb2listw(neighbour_list(lapply(seq_along(lists), function(i) sort(c(i, lists[[i]])))), style = style)
    attr(with_self$neighbours, "self.included") <- TRUE
    moran <- localmoran(place$value, weights, zero.policy = TRUE)
    islands <- lengths(lists) == 0
    quadrant <- c("Low-Low" = "LL", "High-High" = "HH", "High-Low" = "HL", "Low-High" = "LH")[as.character(attr(moran, "quadr")$pysal)]
    moran[islands, ] <- NA # spdep: 0
    quadrant[islands] <- ""
    local <- rbind(local, data.frame(case = case, style = style, id = seq_len(nrow(place)),
                                     gi = digits(as.numeric(localG(place$value, weights, zero.policy = TRUE))),
                                     gi_star = digits(as.numeric(localG(place$value, with_self))),
                                     i = digits(moran[, 1]), expected = digits(moran[, 2]), variance = digits(moran[, 3]),
                                     z = digits(moran[, 4]), p_value = digits(moran[, 5]), quadrant = quadrant))
    for (assumption in c("randomisation", "normality")) {
      random <- assumption == "randomisation"
      add <- function(name, test) global <<- rbind(global, data.frame(case = case, style = style, assumption = assumption, name = name,
        statistic = digits(test$estimate[1]), expected = digits(test$estimate[2]), variance = digits(test$estimate[3]),
        z = digits(test$statistic), p_value = digits(test$p.value)))
      add("morans_i", moran.test(place$value, weights, randomisation = random, alternative = "two.sided", zero.policy = TRUE))
      add("gearys_c", geary.test(place$value, weights, randomisation = random, alternative = "two.sided", zero.policy = TRUE))
    }
  }
}
write <- function(table, name) write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
write(places, "autocorrelation_places.csv")
write(local, "autocorrelation_local.csv")
write(global, "autocorrelation_global.csv")
