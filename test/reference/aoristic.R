# Aoristic weights: writes aoristic.csv beside itself. Every minute of an interval is looked up by itself in R's own time
# zone database and counted in its hour of the week (Monday 00:00 to 01:00 is 1). Intervals are of whole minutes: random
# ones, nights of clock changes (whole and half hours), leap days, years' ends; method elapsed holds some of a week or more.
# usage: Rscript test/reference/aoristic.R
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
set.seed(20240711)
utc <- function(text) as.POSIXct(text, tz = "UTC")
hour_of_week <- function(instant, zone) {
  local <- as.POSIXlt(instant, tz = zone)
  (local$wday + 6) %% 7 * 24 + local$hour + 1
}
share <- function(from, to, zone) {
  minutes <- seq(from, to - 60, by = 60)
  table(hour_of_week(minutes, zone)) / length(minutes)
}
random <- function(n, zone, longest) {
  from <- utc("2019-01-01") + 60 * sample(6 * 365 * 1440, n)
  data.frame(zone, from, to = from + 60 * ceiling(longest * runif(n)^3))
}
night <- function(zone, from, minutes) data.frame(zone, from = utc(from), to = utc(from) + 60 * minutes)
intervals <- rbind(
  random(25, "Europe/London", 1440), random(10, "America/New_York", 1440), random(5, "Asia/Kathmandu", 600), random(5, "Australia/Lord_Howe", 1440),
  random(5, "Europe/London", 10079),
  night("Europe/London", "2024-03-30 22:30", 285), night("Europe/London", "2024-03-31 00:20", 100), night("Europe/London", "2024-10-26 22:30", 285),
  night("Europe/London", "2024-10-27 00:10", 20), night("Europe/London", "2024-10-27 00:10", 80), night("Australia/Lord_Howe", "2024-04-06 14:10", 100),
  night("Australia/Lord_Howe", "2024-10-05 14:40", 100), night("America/New_York", "2024-11-03 03:45", 300), night("Africa/Casablanca", "2024-03-10 00:15", 200),
  night("Europe/London", "2024-02-29 21:00", 400), night("Europe/London", "2020-12-31 20:15", 500), night("Europe/London", "2024-10-24 09:05", 6000))
intervals$method <- "aoristic"
long <- rbind(random(3, "Europe/London", 40000), night("Europe/London", "2024-03-05 10:00", 60000), night("Europe/London", "2024-10-20 10:17", 10080),
              night("Australia/Lord_Howe", "2024-09-20 03:00", 30000))
long$method <- "elapsed"
intervals <- rbind(intervals, long)
figures <- do.call(rbind, lapply(seq_len(nrow(intervals)), function(i) {
  of <- intervals[i, ]
  weights <- share(of$from, of$to, of$zone)
  rbind(data.frame(id = i, method = of$method, zone = of$zone, occurred_from = of$from, occurred_to = of$to, hour_of_week = as.integer(names(weights)), weight = as.numeric(weights)),
        data.frame(id = i, method = c("start", "end", "midpoint"), zone = of$zone, occurred_from = of$from, occurred_to = of$to,
                   hour_of_week = hour_of_week(c(of$from, of$to, of$from + as.numeric(of$to - of$from, units = "secs") / 2), of$zone), weight = 1))
}))
figures$occurred_from <- format(figures$occurred_from, "%Y-%m-%d %H:%M:%S+00", tz = "UTC")
figures$occurred_to <- format(figures$occurred_to, "%Y-%m-%d %H:%M:%S+00", tz = "UTC")
figures$weight <- sprintf("%.17g", figures$weight)
write.csv(figures, file.path(folder, "aoristic.csv"), row.names = FALSE, quote = FALSE)
