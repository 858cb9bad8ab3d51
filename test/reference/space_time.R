# Expected figures of test/sql/space_time.sql, in base R: Mantel by full matrices and by every permutation of 7 events,
# Jacquez by sorting. Run in this folder: Rscript space_time.R (reads knox_events.csv, writes space_time.csv)
e <- read.csv("knox_events.csv"); n <- nrow(e)
# no two places and no two gaps of time alike, so that nearest neighbours are unique
e$x <- e$x + e$id^2 / 1e4; e$y <- e$y + sqrt(e$id) / 10
s <- as.matrix(dist(cbind(e$x, e$y))); t <- as.matrix(dist(e$seconds / 86400)); up <- upper.tri(s)
mantel <- function(s, t) {
    a <- s[up]; b <- t[up]
    set.seed(11, kind = "Mersenne-Twister", sample.kind = "Rejection")
    sims <- replicate(4999, { o <- sample(n); sum(a * t[o, o][up]) })
    c(sum(a * b), cor(a, b), mean(a) * mean(b) * length(a), mean(sims), sd(sims), (sum(sims >= sum(a * b)) + 1) / 5000)
}
jacquez <- function(k) {
    nearest <- function(m) { diag(m) <- Inf; matrix(apply(m, 1, function(r) order(r)[1:k]), nrow = n, byrow = TRUE) }
    ns <- nearest(s); nt <- nearest(t); hits <- sum(sapply(1:n, function(i) length(intersect(ns[i, ], nt[i, ]))))
    set.seed(12, kind = "Mersenne-Twister", sample.kind = "Rejection")
    sims <- replicate(4999, { o <- sample(n); sum(sapply(1:n, function(i) length(intersect(o[ns[i, ]], nt[o[i], ])))) })
    c(hits, NA, NA, mean(sims), sd(sims), (sum(sims >= hits) + 1) / 5000)
}
permutations <- function(v) if (length(v) <= 1) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(permutations(v[-i]), function(p) c(v[i], p))))
enumerated <- function(m) {
    a <- s[1:m, 1:m]; b <- t[1:m, 1:m]; u <- upper.tri(a)
    z <- sapply(permutations(1:m), function(o) sum(a[u] * b[o, o][u]))
    c(sum(a[u] * b[u]), NA, mean(z), NA, sqrt(mean((z - mean(z))^2)), NA)
}
out <- rbind(linear = mantel(s, t), reciprocal = mantel(1 / (1 + s), 1 / (1 + t)), jacquez_1 = jacquez(1), jacquez_5 = jacquez(5),
             enumerated_3 = enumerated(3), enumerated_4 = enumerated(4), enumerated_7 = enumerated(7))
write.table(format(out, digits = 15, trim = TRUE), "space_time.csv", sep = ",", quote = FALSE, col.names = FALSE)
