# Expected figures of test/sql/ears.sql: surveillance 1.20.3, earsC.
#   Rscript test/reference/ears.R [folder]
suppressMessages(library(surveillance))
folder <- c(commandArgs(TRUE), "test/reference")[1]
options(warn = -1)
set.seed(20260106)
series <- list(busy = rpois(60, 9), sparse = rpois(60, 0.5), quiet = c(rep(0, 12), 1, 0, 0, 2, rep(0, 9), 3, rep(3, 10), 4, 5, 6, rpois(20, 0.3)),
               rising = rpois(60, seq(3, 12, length.out = 60)))
options <- expand.grid(series = names(series), method = c("C1", "C2", "C3"), baseline = c(7, 28), alpha = c(NA, 0.05), minimum_sigma = c(0, 0.5), stringsAsFactors = FALSE)
options <- options[options$baseline == 7 | (options$series != "quiet" & is.na(options$alpha)), ]
figures <- do.call(rbind, lapply(seq_len(nrow(options)), function(i) {
  option <- options[i, ]
  alpha <- if (is.na(option$alpha)) if (option$method == "C3") 0.025 else 0.001 else option$alpha
  result <- earsC(sts(observed = matrix(series[[option$series]], ncol = 1)),
                  control = list(method = option$method, baseline = option$baseline, alpha = alpha, minSigma = option$minimum_sigma))
  data.frame(option, t = result@control$range, upper_bound = upperbound(result)[, 1], alarm = alarms(result)[, 1] == 1)
}))
figures$upper_bound <- ifelse(is.nan(figures$upper_bound), NA, sprintf("%.15g", figures$upper_bound))
write.csv(do.call(rbind, lapply(names(series), function(n) data.frame(series = n, t = seq_along(series[[n]]), count = series[[n]]))),
          file.path(folder, "ears_series.csv"), row.names = FALSE, quote = FALSE)
write.csv(figures, file.path(folder, "ears.csv"), row.names = FALSE, quote = FALSE, na = "")
