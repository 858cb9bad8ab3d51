# Expected figures of test/sql/relative_density.sql: kernel sums in base R at every cell's centre, and the relative risk of spatstat at
# population that lives exactly at centres of cells. Run in this folder: Rscript relative_density.R
suppressPackageStartupMessages({ library(spatstat.geom); library(spatstat.explore) })
set.seed(23, kind = "Mersenne-Twister", sample.kind = "Rejection")
size <- 50; x0 <- 400100; x1 <- 401000; y0 <- 100300; y1 <- 101050
g <- expand.grid(cell_x = seq(x0 / size, x1 / size - 1), cell_y = seq(y0 / size, y1 / size - 1))
cx <- (g$cell_x + 0.5) * size; cy <- (g$cell_y + 0.5) * size
at <- sort(sample(which(cy < y1 - 300), 60))
nc <- 90; np <- 200
e <- rbind(data.frame(x = 400300 + rgamma(nc, 2, 1 / 120), y = 100350 + rgamma(nc, 3, 1 / 80), is_case = TRUE),
           data.frame(x = runif(np, x0 - 60, x1), y = runif(np, y0, y1 - 300), is_case = FALSE),
           data.frame(x = cx[at], y = cy[at], is_case = FALSE))
e <- data.frame(id = seq_len(nrow(e)), round(e[1:2], 3), e[3], w = sample(0:5, nrow(e), TRUE))
e$w[nc + np + 1:60] <- 1 + e$w[nc + np + 1:60]

h <- 160; s <- 90
quartic <- function(d2) ifelse(d2 < h^2, 3 / (pi * h^2) * (1 - d2 / h^2)^2, 0)
gaussian <- function(d2) exp(-d2 / (2 * s^2)) / (2 * pi * s^2)
surface <- function(k, of, w) 1e6 * sapply(seq_along(cx), function(i) sum(w[of] * k((cx[i] - e$x[of])^2 + (cy[i] - e$y[of])^2)))
measures <- function(k, w) {
    A <- surface(k, e$is_case, w); B <- surface(k, !e$is_case, w); NA_ <- sum(w[e$is_case]); NB <- sum(w[!e$is_case])
    ratio <- ifelse(B > 0, A / B, NA)
    data.frame(case_density = A, population_density = B, ratio, log_ratio = ifelse(A > 0, log(ratio), NA), relative_risk = ratio / (NA_ / NB), difference = A - B, relative_difference = A / NA_ - B / NB)
}
digits <- function(v) ifelse(is.na(v), "NA", formatC(v, digits = 15, format = "g", width = 1))
figures <- rbind(data.frame(surface = "quartic", g, measures(quartic, rep(1, nrow(e)))), data.frame(surface = "weighted", g, measures(gaussian, e$w)))
figures[-(1:3)] <- lapply(figures[-(1:3)], digits)
write.csv(figures, "relative_density.csv", row.names = FALSE, quote = FALSE)

# spatstat: events within the rectangle, the Gaussian not cut before 40 standard deviations; plain, and corrected by event (diggle)
inside <- with(e, x >= x0 & x <= x1 & y >= y0 & y <= y1)
X <- with(e[inside, ], ppp(x, y, owin(c(x0, x1), c(y0, y1)), marks = factor(ifelse(is_case, "case", "population"), levels = c("population", "case")), checkdup = FALSE))
risk <- function(...) relrisk(X, sigma = s, at = "points", relative = TRUE, control = "population", casecontrol = TRUE, leaveoneout = FALSE, cutoff = 40 * s, ...)
own <- which(inside)
here <- own > nc + np
r <- data.frame(cell_x = floor(X$x / size), cell_y = floor(X$y / size), plain = as.vector(risk(edge = FALSE)), place = as.vector(risk(edge = TRUE)), event = as.vector(risk(edge = TRUE, diggle = TRUE)),
    weighted = as.vector(risk(edge = FALSE, weights = e$w[inside])))[here, ]
r[-(1:2)] <- lapply(r[-(1:2)], digits)
write.csv(r, "relative_risk.csv", row.names = FALSE, quote = FALSE)
e$x <- format(e$x, nsmall = 3); e$y <- format(e$y, nsmall = 3)
write.csv(e, "relative_density_places.csv", row.names = FALSE, quote = FALSE)
print(head(r)); print(summary(as.numeric(figures$ratio))); cat(sum(inside), nrow(r), "\n")
