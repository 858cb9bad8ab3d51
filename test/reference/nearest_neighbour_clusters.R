# Expected figures of test/sql/nearest_neighbour_clusters.sql: the algorithm with the full matrix of distances, counted anew for
# every seed; ellipses by eigen(). Run in this folder: Rscript nearest_neighbour_clusters.R
set.seed(17, kind = "Mersenne-Twister", sample.kind = "Rejection")
town <- function(cx, cy, k, s) { a <- data.frame(x = rnorm(6, cx, 500), y = rnorm(6, cy, 500)); do.call(rbind, lapply(1:6, function(i) data.frame(x = rnorm(k, a$x[i], s), y = rnorm(k, a$y[i], s)))) }
e <- rbind(town(2000, 2000, 14, 60), town(7000, 3000, 11, 90), town(4000, 7500, 9, 50), data.frame(x = runif(220, 0, 10000), y = runif(220, 0, 10000)))
e <- rbind(e, e[c(3, 3, 3, 90, 200, 201), ])                        # repeats at one place
e <- data.frame(id = seq_len(nrow(e)), x = round(450000 + e$x, 1), y = round(300000 + e$y, 1))
area <- 1e8

find <- function(x, y, threshold, least) {
    near <- as.matrix(dist(cbind(x, y))) < threshold
    cluster <- rep(NA, length(x)); k <- 0
    repeat {
        wait <- is.na(cluster)
        count <- ifelse(wait, colSums(near[wait, , drop = FALSE]), 0)
        if (!any(wait) || max(count) < least) return(cluster)
        seed <- order(-count, x, y)[1]
        cluster[wait & near[seed, ]] <- k <- k + 1
    }
}
expected <- function(n, p) { d <- 0.5 * sqrt(area / n); if (p == 0.5) d else max(0, d - qt(1 - p, n - 1) * sqrt((4 - pi) * area / (4 * pi * n^2))) }
ellipse_area <- function(x, y) { n <- length(x); l <- eigen(cov(cbind(x, y)) * (n - 1) / n)$values; pi * sqrt(prod(2 * n / (n - 2) * l)) }
hierarchy <- function(name, threshold, least, least_higher) {
    member <- find(e$x, e$y, threshold(nrow(e)), least)             # of each event at the order at hand
    e[[name]] <<- member
    x <- e$x; y <- e$y; of <- member; order <- 1; all <- NULL
    while (any(!is.na(of))) {
        k <- max(of, na.rm = TRUE)
        centre <- t(sapply(1:k, function(i) c(mean(x[which(of == i)]), mean(y[which(of == i)]))))
        th <- threshold(length(x))
        next_of <- if (k >= 2 && threshold(k) > 0) find(centre[, 1], centre[, 2], threshold(k), least_higher) else rep(NA, k)
        all <- rbind(all, data.frame(profile = name, cluster_order = order, cluster = 1:k, parent = next_of, members = tabulate(of, k), events = tabulate(member, k),
            x = formatC(centre[, 1], digits = 15, format = "g", width = 1), y = formatC(centre[, 2], digits = 15, format = "g", width = 1),
            ellipse_area = formatC(sapply(1:k, function(i) ellipse_area(e$x[which(member == i)], e$y[which(member == i)])), digits = 15, format = "g", width = 1),
            threshold = formatC(th, digits = 15, format = "g", width = 1)))
        member <- next_of[member]; x <- centre[, 1]; y <- centre[, 2]; of <- next_of; order <- order + 1
    }
    all
}
clusters <- rbind(hierarchy("fixed", function(n) 200, 6, 2), hierarchy("wide", function(n) 600, 10, 2), hierarchy("random", function(n) expected(n, 0.5), 5, 3), hierarchy("tight", function(n) expected(n, 0.001), 6, 2), hierarchy("loose", function(n) expected(n, 0.95), 3, 2))
write.csv(clusters, "nearest_neighbour_clusters.csv", row.names = FALSE, quote = FALSE)
e$x <- format(e$x, nsmall = 1); e$y <- format(e$y, nsmall = 1)
write.csv(e, "nearest_neighbour_events.csv", row.names = FALSE, quote = FALSE)
print(with(clusters, table(profile, cluster_order)))
cat(sprintf("%.9f", c(0.5 * sqrt(1e8 / 500), 0.5 * sqrt(1e8 / 500) - qt(0.95, 499) * sqrt((4 - pi) * 1e8 / (4 * pi)) / 500, 0.5 * sqrt(1e8 / 7) + qt(0.99, 6) * sqrt((4 - pi) * 1e8 / (4 * pi)) / 7)), "\n")
