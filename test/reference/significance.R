# Adjusted p-values: writes significance.csv beside itself, from stats::p.adjust on generated p-values. Set "mixed" has
# small ones, ties and missing values; "null" is uniform; "published" is the example of Benjamini and Hochberg (1995).
# usage: Rscript test/reference/significance.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240603)
sets <- list(mixed = c(runif(200)^4, rep(c(0.01, 0.2, 1, 0), each = 5), 1e-300, NA, runif(60), NA, NA),
             null = runif(100),
             single = 0.03,
             published = c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1))
figures <- do.call(rbind, lapply(names(sets), function(name) {
  p <- sets[[name]]
  data.frame(tests = name, id = seq_along(p), p, BH = p.adjust(p, "BH"), BY = p.adjust(p, "BY"), holm = p.adjust(p, "holm"),
             bonferroni = p.adjust(p, "bonferroni"))
}))
numbers <- sapply(figures, is.double)
figures[numbers] <- lapply(figures[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
write.csv(figures, file.path(folder, "significance.csv"), row.names = FALSE, quote = FALSE)
