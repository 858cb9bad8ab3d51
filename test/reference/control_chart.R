# Control charts: writes control_chart_series.csv, control_chart.csv and control_chart_signal.csv beside itself, by the textbook formulas (Wheeler and
# Chambers; Laney for u' and p') in plain R, and the signals by looking at every window of points anew. Series have missing
# values, exposures of 0, a shift, a drift, a saw-tooth, a hugged centre line and over-dispersion; charts have baselines,
# phases and run lengths of their own.
# usage: Rscript test/reference/control_chart.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240713)
exposure <- round(runif(60, 900, 1500))
series <- list(
  noise = data.frame(value = rpois(60, 12), exposure),
  shift = data.frame(value = c(rpois(30, 12), rpois(30, 20)), exposure),
  drift = data.frame(value = round(20 + cumsum(rep(c(1, -1, 1), c(8, 9, 43)) * sample(c(1, 1, 2, 3, 0), 60, TRUE))), exposure),
  saw = data.frame(value = pmax(0, round(12 + 4 * (-1)^(1:60) + rnorm(60))), exposure),
  hug = data.frame(value = c(rpois(10, 40), round(40 + runif(50, -3, 3))), exposure),
  extremes = data.frame(value = c(rep(c(5, 6, 20, 21, 13), 12)), exposure),
  dispersed = data.frame(value = rpois(60, exposure * rgamma(60, 20, 20) / 10), exposure),
  small = data.frame(value = rpois(60, 0.4), exposure = rep(c(3, 9, 0, 5), 15)),
  gaps = data.frame(value = replace(rpois(60, 9), c(1, 7, 8, 30, 60), NA), exposure = replace(exposure, c(12, 40), NA)))
series$phased <- transform(series$shift, phase = rep(c(4, 4, 9, 4), each = 15))
series <- do.call(rbind, lapply(names(series), function(name) {
  of <- series[[name]]
  data.frame(name, t = seq_len(nrow(of)), value = of$value, exposure = of$exposure, phase = if (is.null(of$phase)) NA else of$phase)
}))
write.csv(series, file.path(folder, "control_chart_series.csv"), row.names = FALSE, quote = FALSE, na = "")

window_ends <- function(n, width, holds) { # the ends i of windows i - width + 1 .. i for which holds(indices)
  ends <- rep(FALSE, n)
  if (n >= width) for (i in width:n) ends[i] <- isTRUE(holds((i - width + 1):i))
  ends
}
signals <- function(y, z, beyond_upper, beyond_lower, centre, rules, run) {
  n <- length(y)
  found <- list("above the upper limit" = beyond_upper, "below the lower limit" = beyond_lower)
  if (rules != "limits") {
    few <- function(width, least, sigma, side) sapply(seq_len(n), function(i) isTRUE(side * z[i] > sigma) && sum(side * z[max(1, i - width + 1):i] > sigma, na.rm = TRUE) >= least)
    for (side in c(1, -1)) found[[paste("2 of 3 beyond 2 sigma", if (side > 0) "above" else "below")]] <- few(3, 2, 2, side)
    for (side in c(1, -1)) found[[paste("4 of 5 beyond 1 sigma", if (side > 0) "above" else "below")]] <- few(5, 4, 1, side)
    found[[paste(run, "in a row above the centre")]] <- window_ends(n, run, function(w) all(y[w] > centre))
    found[[paste(run, "in a row below the centre")]] <- window_ends(n, run, function(w) all(y[w] < centre))
  }
  if (rules == "nelson") {
    found[["6 in a row rising"]] <- window_ends(n, 6, function(w) all(diff(y[w]) > 0))
    found[["6 in a row falling"]] <- window_ends(n, 6, function(w) all(diff(y[w]) < 0))
    found[["14 in a row alternating"]] <- window_ends(n, 14, function(w) { d <- sign(diff(y[w])); all(d != 0) && all(d[-1] == -d[-length(d)]) })
    found[["15 in a row within 1 sigma"]] <- window_ends(n, 15, function(w) all(abs(z[w]) < 1))
    found[["8 in a row beyond 1 sigma"]] <- window_ends(n, 8, function(w) all(abs(z[w]) > 1))
  }
  sapply(seq_len(n), function(i) paste(names(found)[vapply(found, function(f) isTRUE(f[i]), TRUE)], collapse = "; "))
}
chart <- function(of, kind, rules, baseline, run) {
  x <- of$value; n <- of$exposure
  m <- if (is.na(baseline)) length(x) else min(baseline, length(x))
  first <- seq_len(m)
  rate <- kind %in% c("u", "u_prime", "p", "p_prime")
  y <- if (kind == "mr") c(NA, abs(diff(x))) else if (rate) x / n else x
  centre <- if (kind == "mr") mean(y[first], na.rm = TRUE) else if (rate) sum(x[first]) / sum(n[first]) else mean(x[first])
  binomial <- kind %in% c("p", "p_prime")
  base <- sqrt((if (binomial) centre * (1 - centre) else centre) / n)
  moving <- mean(abs(diff(((y - centre) / base)[first])))
  sigma <- switch(kind, xmr = 2.66 * mean(abs(diff(x[first]))) / 3, mr = (3.267 - 1) * centre / 3, c = sqrt(centre), u = base, p = base, base * moving / 1.128)
  lower <- centre - 3 * sigma; upper <- centre + 3 * sigma
  if (kind != "xmr") lower <- pmax(0, lower)
  if (binomial) upper <- pmin(1, upper)
  z <- (y - centre) / sigma
  data.frame(t = of$t, plotted = y, centre, lower, upper, sigma, z, signal = signals(y, z, y > upper, y < lower, centre, if (kind == "mr") "limits" else rules, run))
}
calls <- rbind(expand.grid(kind = c("xmr", "mr", "c", "u", "u_prime", "p", "p_prime"), rules = c("western_electric", "nelson"), baseline = NA, run = NA, stringsAsFactors = FALSE),
               data.frame(kind = c("xmr", "c", "u_prime", "u"), rules = c("western_electric", "nelson", "limits", "western_electric"), baseline = c(20, 12, 15, 20), run = c(NA, NA, NA, 6)))
figures <- do.call(rbind, lapply(seq_len(nrow(calls)), function(k) do.call(rbind, lapply(unique(series$name), function(name) {
  call <- calls[k, ]
  run <- if (!is.na(call$run)) call$run else if (call$rules == "nelson") 9 else 8
  of <- series[series$name == name & !is.na(series$value), ]
  if (call$kind %in% c("u", "u_prime", "p", "p_prime")) of <- of[!is.na(of$exposure) & of$exposure > 0, ]
  phase <- if (all(is.na(of$phase))) rep(1, nrow(of)) else cumsum(c(1, diff(of$phase) != 0))
  rows <- do.call(rbind, lapply(split(of, phase), chart, call$kind, call$rules, call$baseline, run))
  data.frame(name, kind = call$kind, rules = call$rules, baseline = call$baseline, run_length = call$run, rows[c("t", "plotted", "centre", "lower", "upper", "sigma", "z")], phase, signal = rows$signal)
}))))
# of the figures, which the rules do not change, some rows; of the signals, all
key <- c("name", "kind", "baseline", "run_length", "t")
shown <- figures[figures$rules != "nelson" & is.na(figures$run_length) & figures$t %% 12 %in% c(1, 5), c(key[-4], "plotted", "centre", "lower", "upper", "sigma", "z", "phase")]
numbers <- c("plotted", "centre", "lower", "upper", "sigma", "z")
shown[numbers] <- lapply(shown[numbers], function(x) ifelse(is.na(x), "", sprintf("%.13g", x)))
write.csv(shown, file.path(folder, "control_chart.csv"), row.names = FALSE, quote = FALSE, na = "")
found <- figures[figures$signal != "" & figures$kind %in% c("xmr", "mr", "c", "u_prime", "u") & !(figures$kind == "c" & figures$name %in% c("saw", "extremes", "hug")), ]
write.csv(found[c("name", "kind", "rules", "baseline", "run_length", "t", "signal")], file.path(folder, "control_chart_signal.csv"), row.names = FALSE, quote = FALSE, na = "")
