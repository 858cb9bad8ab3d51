# What two scopes that differ by one person give away: writes cell_key_attack.csv beside itself. An attacker who knows the noise
# (the table of cell_key.csv) compares K cells, in one of which the person is, over M independent pairs of scopes: how often the
# likeliest cell is the right one, and how often it is more than 95% likely. The figures of doc/judgement/cell_key.md.
# usage: Rscript test/reference/cell_key_attack.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
table <- subset(read.csv(file.path(folder, "cell_key.csv")), maximum == 5 & variance == 4 & count == 5)
joint <- outer(table$probability, table$probability)
gap <- outer(table$noise, table$noise, "-")
likelihood <- c(0, sapply(-11:11, function(d) sum(joint[gap == d])), 0) + 1e-12     # of a difference of noise from -12 to 12
set.seed(1)
attack <- function(pairs, cells, runs = 20000) {
  evidence <- matrix(0, runs, cells)
  draw <- function() sample(table$noise, runs * cells, TRUE, table$probability)
  for (pair in seq_len(pairs)) {
    d <- matrix(draw() - draw(), runs, cells)
    d[, 1] <- d[, 1] + 1
    evidence <- evidence + log(likelihood[d - 1 + 13]) - log(likelihood[d + 13])
  }
  best <- apply(evidence, 1, max)
  posterior <- exp(evidence - best)
  posterior <- posterior / rowSums(posterior)
  data.frame(pairs, cells, right = mean((evidence[, 1] == best) / rowSums(evidence == best)),
             sure = mean(apply(posterior, 1, max) > 0.95))
}
figures <- do.call(rbind, lapply(c(1, 5, 10, 40), function(m) do.call(rbind, lapply(c(2, 6, 8), attack, pairs = m))))
figures$right <- sprintf("%.3f", figures$right)
figures$sure <- sprintf("%.4f", figures$sure)
write.csv(figures, file.path(folder, "cell_key_attack.csv"), row.names = FALSE, quote = FALSE)
