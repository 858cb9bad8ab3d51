# Expected figures of test/sql/point_pattern.sql: spatstat.explore's Kest (none, border, translate, isotropic) and
# clarkevans.test on our own places. Run in this folder: Rscript point_pattern.R (reads density_places.csv)
suppressMessages({ library(spatstat.geom); library(spatstat.explore) })
e <- read.csv("density_places.csv"); e <- e[e$x >= 400100 & e$x <= 401000 & e$y >= 100300 & e$y <= 101050, ]
X <- ppp(e$x, e$y, c(400100, 401000), c(100300, 101050))
r <- c(20, 45, 80, 120, 180, 260, 350)
K <- as.data.frame(Kest(X, r = sort(unique(c(r, seq(0, 400, 0.5)))), correction = c("none", "border", "translate", "isotropic")))
K <- K[match(r, K$r), c("r", "un", "border", "trans", "iso")]
write.csv(format(K, digits = 15, trim = TRUE), "point_pattern_k.csv", row.names = FALSE, quote = FALSE)
t <- clarkevans.test(X, correction = "none", alternative = "two.sided")
write.csv(format(data.frame(n = npoints(X), mean = mean(nndist(X)), index = unname(t$statistic), p_value = t$p.value), digits = 15), "point_pattern_nearest.csv", row.names = FALSE, quote = FALSE)
