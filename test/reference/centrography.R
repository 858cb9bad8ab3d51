# Expected figures of test/sql/centrography.sql in base R: moments, eigen() for the ellipse, optim() from several starts,
# polished by Newton steps, for the centre of minimum distance. Run in this folder: Rscript centrography.R
# (reads density_places.csv, writes centrography.csv)
e <- read.csv("density_places.csv")
centre <- function(x, y, w) {
    f <- function(p) sum(w * sqrt((x - p[1])^2 + (y - p[2])^2))
    p <- optim(c(median(x), median(y)), f, control = list(reltol = 1e-15, maxit = 5000))$par
    for (i in 1:50) { dx <- p[1] - x; dy <- p[2] - y; d <- sqrt(dx^2 + dy^2)
        g <- c(sum(w * dx / d), sum(w * dy / d)); H <- matrix(c(sum(w * dy^2 / d^3), -sum(w * dx * dy / d^3), -sum(w * dx * dy / d^3), sum(w * dx^2 / d^3)), 2)
        p <- p - solve(H, g) }
    p
}
figures <- function(x, y, w) {
    n <- sum(w); mx <- sum(w * x) / n; my <- sum(w * y) / n
    S <- matrix(c(sum(w * (x - mx)^2), sum(w * (x - mx) * (y - my)), sum(w * (x - mx) * (y - my)), sum(w * (y - my)^2)), 2)
    v <- eigen(S / n); a <- (atan2(v$vectors[1, 1], v$vectors[2, 1]) * 180 / pi) %% 180; m <- centre(x, y, w)
    c(n = n, mean_x = mx, mean_y = my, distance_crimestat = sqrt(sum(diag(S)) / (n - 2)), distance_population = sqrt(sum(diag(S)) / n),
      angle = a, major = sqrt(v$values[1]), minor = sqrt(v$values[2]), median_x = m[1], median_y = m[2])
}
all <- cbind(x = e$x, y = e$y, w = 1); some <- e$id <= 20
out <- rbind(all = figures(e$x, e$y, rep(1, nrow(e))), weighted = figures(e$x, e$y, e$w), some = figures(e$x[some], e$y[some], rep(1, 20)))
write.table(data.frame(case = rownames(out), format(out, digits = 16, trim = TRUE)), "centrography.csv", sep = ",", quote = FALSE, row.names = FALSE)
