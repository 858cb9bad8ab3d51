# Expected figures of test/sql/knox.sql, by base R's full distance matrices and a permutation loop.
# Run in this folder: Rscript knox.R  (writes knox_events.csv, knox_cells.csv, knox_enumerated.csv)
set.seed(20240607, kind = "Mersenne-Twister", sample.kind = "Rejection")
n <- 180
# half on a lattice of 50 m, so that many pairs lie exactly on the band edges; some places twice; clusters in space and time
x <- c(50 * sample(0:20, n / 2, TRUE), round(runif(n / 4, 0, 1000), 3)); y <- c(50 * sample(0:20, n / 2, TRUE), round(runif(n / 4, 0, 1000), 3))
day <- sample(0:119, 3 * n / 4, TRUE)
near <- sample(3 * n / 4, n / 4)
x <- c(x, x[near] + round(rnorm(n / 4, 0, 30), 3) * rbinom(n / 4, 1, 0.6)); y <- c(y, y[near] + round(rnorm(n / 4, 0, 30), 3) * rbinom(n / 4, 1, 0.6))
day <- c(day, day[near] + rpois(n / 4, 4))
seconds <- day * 86400 + sample(0:86399, n, TRUE)
write.table(data.frame(id = seq_len(n), x = x, y = y, day = day, seconds = seconds), "knox_events.csv", sep = ",", row.names = FALSE, quote = FALSE)

# Barton and David (1966) in falling factorials; the server computes the orthogonal form
moments <- function(n, ds, dt) {
    Ns <- sum(ds) / 2; Nt <- sum(dt) / 2; A <- sum(ds * (ds - 1)) / 2; B <- sum(dt * (dt - 1)) / 2
    n2 <- n * (n - 1); n3 <- n2 * (n - 2); n4 <- n3 * (n - 3)
    E <- 2 * Ns * Nt / n2
    c(E, sqrt(max(0, 2 * Ns * Nt / n2 + 4 * A * B / n3 + 4 * (Ns * (Ns - 1) - 2 * A) * (Nt * (Nt - 1) - 2 * B) / n4 - E^2)))
}
cells <- function(case, method, time, sb, tb, right, nsim) {
    s <- as.matrix(dist(cbind(x, y), method = method)); t <- as.matrix(dist(time))
    band <- function(m, edges) matrix(cut(m, c(0, edges), right = right, include.lowest = right, labels = FALSE), nrow(m))
    sc <- band(s, sb); tc <- band(t, tb); up <- upper.tri(s)
    count <- function(o) table(factor(sc[up], seq_along(sb)), factor(tc[o, o][up], seq_along(tb)))
    obs <- count(seq_len(n))
    sims <- replicate(nsim, as.integer(count(sample(n))))
    diag(sc) <- NA; diag(tc) <- NA
    do.call(rbind, lapply(seq_along(sb), function(i) do.call(rbind, lapply(seq_along(tb), function(j) {
        m <- moments(n, rowSums(sc == i, na.rm = TRUE), rowSums(tc == j, na.rm = TRUE))
        k <- (j - 1) * length(sb) + i
        data.frame(case = case, distance_to = sb[i], days_to = tb[j], observed = obs[i, j], expected_exact = m[1], sd_exact = m[2],
                   p_value = (sum(sims[k, ] >= obs[i, j]) + 1) / (nsim + 1))
    }))))
}
out <- rbind(cells("euclidean", "euclidean", day, c(0.001, 50, 100, 200, 400, Inf), c(1, 7, 14, 28, Inf), FALSE, 999),
             cells("manhattan", "manhattan", day, c(50, 100, 150, 300), c(2, 7, 14), FALSE, 999),
             cells("right", "euclidean", day, c(0.001, 50, 100, 200), c(7, 14, 28), TRUE, 999),
             cells("timestamptz", "euclidean", seconds / 86400, c(50, 100, 200, Inf), c(0.5, 1, 7, 14.25), FALSE, 999))
write.table(format(out, digits = 15, trim = TRUE), "knox_cells.csv", sep = ",", row.names = FALSE, quote = FALSE)

# mean and standard deviation of the count by going through every permutation of the first few events
permutations <- function(v) if (length(v) <= 1) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(permutations(v[-i]), function(p) c(v[i], p))))
few <- do.call(rbind, lapply(2:7, function(m) {
    s <- as.matrix(dist(cbind(x, y)[1:m, ])) < 750; t <- as.matrix(dist(day[1:m])) < 60; up <- upper.tri(s)
    k <- sapply(permutations(1:m), function(o) sum(s[up] & t[o, o][up]))
    data.frame(n = m, observed = sum(s[up] & t[up]), mean = mean(k), sd = sqrt(mean((k - mean(k))^2)))
}))
write.table(format(few, digits = 15, trim = TRUE), "knox_enumerated.csv", sep = ",", row.names = FALSE, quote = FALSE)
