# Knox tests of other software on the same events: prints "name|permutations|seconds" for each that is installed, and
# "name||reason" for the others.
# usage: Rscript test/bench/knox_peers.R EVENTS.csv PERMUTATIONS   (columns x, y, day)
arguments <- commandArgs(TRUE)
events <- read.csv(arguments[1])
permutations <- as.integer(arguments[2])
report <- function(name, package, run) {
  if (!requireNamespace(package, quietly = TRUE)) return(cat(name, "||not installed\n", sep = ""))
  set.seed(1)
  seconds <- system.time(run())[["elapsed"]]
  cat(name, permutations, sprintf("%.3f\n", seconds), sep = "|")
}
# one threshold for each: it has no bands
report("R surveillance::knox, one cell", "surveillance", function()
  surveillance::knox(dt = as.vector(dist(events$day)), ds = as.vector(dist(events[c("x", "y")])), eps.t = 14, eps.s = 400, simulate.p.value = TRUE, B = permutations))
report("R NearRepeat, 8 x 8 bands", "NearRepeat", function()
  NearRepeat::NearRepeat(x = events$x, y = events$y, time = as.Date("2015-01-01") + events$day, sds = seq(0, 800, 100), tds = seq(0, 56, 7), nrep = permutations, method = "euclidean"))
