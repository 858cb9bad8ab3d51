# Expected figures of test/sql/geographic_profile.sql: the formulas in base R at every cell's centre, each site's nearest
# neighbour from the full matrix of distances. Run in this folder: Rscript geographic_profile.R
set.seed(11, kind = "Mersenne-Twister", sample.kind = "Rejection")
n <- 12; home <- c(432150, 289820)
angle <- runif(n, 0, 2 * pi); d <- 300 + rgamma(n, 2, 1 / 600)
x <- round(home[1] + d * cos(angle), 2); y <- round(home[2] + d * sin(angle), 2)
x[n] <- x[1]; y[n] <- y[1]                                          # the same victim twice
write.csv(data.frame(id = 1:n, x = format(x, nsmall = 2), y = format(y, nsmall = 2)), "geographic_profile_sites.csv", row.names = FALSE, quote = FALSE)

distance <- function(dx, dy, metric) if (metric == "manhattan") abs(dx) + abs(dy) else sqrt(dx^2 + dy^2)
buffer_of <- function(metric) { m <- distance(outer(x, x, "-"), outer(y, y, "-"), metric); diag(m) <- Inf; mean(apply(m, 1, min)) / 2 }
rossmo <- function(d, B, f = 1.2, g = 1.2) ifelse(d > B, 1 / d^f, B^(g - f) / pmax(2 * B - d, 0)^g)
exponential <- function(d, A, b) A * exp(-b * d)

size <- 250
surface <- function(area, metric, decay) {
    g <- expand.grid(cell_x = seq(floor(area[1] / size), ceiling(area[3] / size) - 1), cell_y = seq(floor(area[2] / size), ceiling(area[4] / size) - 1))
    cx <- (g$cell_x + 0.5) * size; cy <- (g$cell_y + 0.5) * size
    g$score <- sapply(seq_along(cx), function(i) sum(decay(distance(cx[i] - x, cy[i] - y, metric))))
    g
}
wx <- diff(range(x)) / (2 * (n - 1)); wy <- diff(range(y)) / (2 * (n - 1))
hunting <- c(min(x) - wx, min(y) - wy, max(x) + wx, max(y) + wy)
bounds <- c(431000, 288000, 433500, 290900)
profiles <- list(
    default = surface(hunting, "manhattan", function(d) rossmo(d, buffer_of("manhattan"))),
    bounds = surface(bounds, "manhattan", function(d) rossmo(d, buffer_of("manhattan"))),
    exponents = surface(bounds, "manhattan", function(d) rossmo(d, 400, 1.5, 0.8)),
    euclidean = surface(bounds, "euclidean", function(d) rossmo(d, buffer_of("euclidean"), 0.7, 1.3)),
    exponential = surface(hunting, "euclidean", function(d) exponential(d, 1.89, 0.0006)),
    exponential_axes = surface(bounds, "manhattan", function(d) exponential(d, 1, 0.002)))
digits <- function(v) formatC(v, digits = 15, format = "g", width = 1)
write.csv(do.call(rbind, lapply(names(profiles), function(p) data.frame(profile = p, profiles[[p]][1:2], score = digits(profiles[[p]]$score)))),
    "geographic_profile.csv", row.names = FALSE, quote = FALSE)
hit <- function(p, at) { own <- p$score[p$cell_x == floor(at[1] / size) & p$cell_y == floor(at[2] / size)]; if (length(own)) 100 * mean(p$score >= own) else NA_real_ }
write.csv(do.call(rbind, lapply(names(profiles), function(p) data.frame(profile = p, cells = nrow(profiles[[p]]),
    home = digits(hit(profiles[[p]], home)), first_site = digits(hit(profiles[[p]], c(x[1], y[1]))), corner = digits(hit(profiles[[p]], c(431000, 288000)))))),
    "geographic_profile_hits.csv", row.names = FALSE, quote = FALSE)
cat(buffer_of("manhattan"), buffer_of("euclidean"), hunting, "\n")
