# Expected figures of test/sql/density.sql: kernel sums in base R at every cell's centre (n x cells), edge corrections with
# pnorm for the Gaussian and, for the quartic, integrate() within integrate(). Run in this folder: Rscript density.R
set.seed(3, kind = "Mersenne-Twister", sample.kind = "Rejection")
n <- 150; x <- 400120 + rgamma(n, 2, 1 / 150); y <- 100310 + rgamma(n, 3, 1 / 90); w <- sample(0:4, n, TRUE)
x <- round(x, 3); y <- round(y, 3)
write.csv(data.frame(id = 1:n, x = format(x, nsmall = 3, trim = TRUE), y = format(y, nsmall = 3, trim = TRUE), w), "density_places.csv", row.names = FALSE, quote = FALSE)
size <- 50; x0 <- 400100; x1 <- 401000; y0 <- 100300; y1 <- 101050
g <- expand.grid(cell_x = seq(x0 / size, x1 / size - 1), cell_y = seq(y0 / size, y1 / size - 1))
cx <- (g$cell_x + 0.5) * size; cy <- (g$cell_y + 0.5) * size
h <- 220; s <- 90; inside <- x >= x0 & x <= x1 & y >= y0 & y <= y1
quartic <- function(d2) ifelse(d2 < h^2, 3 / (pi * h^2) * (1 - d2 / h^2)^2, 0)
gaussian <- function(d2) exp(-d2 / (2 * s^2)) / (2 * pi * s^2)
surface <- function(k, w) 1e6 * sapply(seq_along(cx), function(i) sum(w * k((cx[i] - x)^2 + (cy[i] - y)^2)))
mass_gaussian <- function(x, y) (pnorm((x1 - x) / s) - pnorm((x0 - x) / s)) * (pnorm((y1 - y) / s) - pnorm((y0 - y) / s))
mass_quartic <- Vectorize(function(x, y) {
    if (x < x0 || x > x1 || y < y0 || y > y1) return(Inf)
    if (x - h >= x0 && x + h <= x1 && y - h >= y0 && y + h <= y1) return(1)
    inner <- Vectorize(function(v) { r <- sqrt(max(h^2 - (v - y)^2, 0)); a <- max(x0, x - r); b <- min(x1, x + r)
        if (a >= b) 0 else integrate(function(u) quartic((u - x)^2 + (v - y)^2), a, b, rel.tol = 1e-12)$value })
    cuts <- sort(unique(c(max(y0, y - h), min(y1, y + h), unlist(lapply(c(x0, x1), function(e) { r <- h^2 - (e - x)^2; if (r > 0) y + c(-1, 1) * sqrt(r) })))))
    cuts <- cuts[cuts >= max(y0, y - h) & cuts <= min(y1, y + h)]
    sum(sapply(seq_len(length(cuts) - 1), function(i) integrate(inner, cuts[i], cuts[i + 1], rel.tol = 1e-11, subdivisions = 500)$value))
})
wi <- w * inside
g <- data.frame(g, quartic = surface(quartic, 1), gaussian = surface(gaussian, 1), weighted = surface(quartic, w),
    quartic_event = surface(quartic, ifelse(inside, wi / mass_quartic(x, y), 0)), gaussian_event = surface(gaussian, ifelse(inside, wi / mass_gaussian(x, y), 0)),
    quartic_place = surface(quartic, wi) / mass_quartic(cx, cy), gaussian_place = surface(gaussian, wi) / mass_gaussian(cx, cy))
g[-(1:2)] <- lapply(g[-(1:2)], function(v) formatC(v, digits = 15, format = "g"))
write.csv(g, "density.csv", row.names = FALSE, quote = FALSE)
cat(sum(inside), "inside\n")
