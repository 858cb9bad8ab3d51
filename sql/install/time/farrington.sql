-- farrington: is a count above what the same season of earlier years leads one to expect?

CREATE FUNCTION csp.farrington(
    count                    float8,
    period                   date,
    population               float8  DEFAULT NULL,
    method                   text    DEFAULT 'flexible',
    b                        integer DEFAULT 5,
    w                        integer DEFAULT 3,
    periods                  integer DEFAULT 1,
    past_weeks_not_included  integer DEFAULT NULL,
    threshold_method         text    DEFAULT 'delta',
    alpha                    float8  DEFAULT 0.05,
    weights_threshold        float8  DEFAULT 2.58,
    trend                    boolean DEFAULT true,
    trend_threshold          float8  DEFAULT 0.05,
    minimum_count            integer DEFAULT 5,
    minimum_weeks            integer DEFAULT 4,
    monitored                integer DEFAULT NULL,
    by_date                  boolean DEFAULT false
)
RETURNS csp.count_alert
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'farrington';
COMMENT ON FUNCTION csp.farrington(float8, date, float8, text, integer, integer, integer, integer, text, float8, float8, boolean, float8, integer, integer, integer, boolean) IS
    'Window function: is the count of a week or month above what the same season of earlier years leads one to expect? OVER (PARTITION BY the series ORDER BY period): one row for each week, month or quarter; the order of the rows makes no difference. count: of events. period: first day of its week, month or quarter; a period that is missing or given twice is an error that names it (22023): a period without events is a 0. population: what the counts arise from, or NULL for all rows. method: flexible (Noufaily and others 2013) or original (Farrington and others 1996: two-sided alpha, weights_threshold 1, no options periods, past_weeks_not_included, threshold_method). b: years back. w: periods on either side of the same period in each year. periods: seasonal levels; above 1 all periods of those years are used. past_weeks_not_included: latest periods left out; NULL: w. threshold_method: delta (y^(2/3) is nearly normal), nbPlugin (negative binomial quantile) or muan (the same at the upper limit of the expected count). alpha: probability of an alarm if nothing has changed. weights_threshold: residuals above it count as past outbreaks and are weighted down. trend: use one that is significant at trend_threshold, if there are 3 years and it does not lead above every reference count. minimum_count: no alarm and no bound with fewer events in the last minimum_weeks periods, this one included. monitored: how many of the last periods to work on; NULL: all. by_date: weeks nearest to the same date in earlier years, trend of months by days; otherwise years of 52 weeks or 12 months. Settings are read from the first row. A period without enough history has a reason and no figures; the original method makes do with a part of the oldest window. A row with a NULL count or period gives NULL; NULL counts, and counts with a population of NULL or 0, are left out of the references. Errors: negative or broken counts, NaN, infinity, negative population, settings out of range (22023); a NULL setting (22004). Equal to R surveillance 1.20 farringtonFlexible and farrington.';
