-- season: what is usual for the time of the year.

CREATE FUNCTION csp_internal.seasonal_index_accum(state internal, value float8,
                        period {date|integer} [, kind text])
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'seasonal_index_{date_|}accum';
COMMENT ON FUNCTION csp_internal.seasonal_index_accum(...) IS
    'Part of the aggregate seasonal_index: collects a row {with its date|as the next of the series}[kind? and keeps the kind]. Internal.';

CREATE FUNCTION csp_internal.seasonal_index_date_final(state internal)
RETURNS float8[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'seasonal_index_date_final';
COMMENT ON FUNCTION csp_internal.seasonal_index_date_final(internal) IS
    'Part of the aggregate seasonal_index: the index of a series of dates. Internal.';

CREATE FUNCTION csp_internal.seasonal_index_final(state internal)
RETURNS float8[]
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'seasonal_index_final';
COMMENT ON FUNCTION csp_internal.seasonal_index_final(internal) IS
    'Part of the aggregate seasonal_index: the index of a series in the order of its rows. Internal.';

CREATE AGGREGATE csp.seasonal_index(value float8, period {date|integer} [, kind text]) (
    SFUNC = csp_internal.seasonal_index_accum,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = csp_internal.seasonal_index_{date_|}final,
    {COMBINEFUNC = csp_internal.series_combine,
    SERIALFUNC = csp_internal.series_serialize,
    DESERIALFUNC = csp_internal.series_deserialize,|}
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.seasonal_index(...) IS
    '[kind?As csp.seasonal_index(value, period{| ORDER BY ...}). kind: multiplicative (ratios to the centred moving average, mean 1: 1.2 is a fifth above the average month; the default of the shorter form; no negative values) or additive (differences, mean 0); another kind, or one that varies within the group, is an error (22023), NULL one too (22004). Source: classical decomposition, as R''s decompose()$figure.|What is usual for {the time of the year: the ratio of |}each position of a season{| of any length: ratios} to the average level, mean 1{ (1.2: a fifth above it)|. Give ORDER BY: seasonal_index(value, 52 ORDER BY week); rows must follow each other without gaps, which are not seen, and the first row has position 1}. value: 0 or more{. period: first day of the month (12 ratios, January first), quarter (4) or day (7, Monday first); rows in any order|; period: values in a season, 2 or more, one for the group}. NULL for fewer than two seasons, and where no ratio is defined (all 0). {Rows with a NULL are left out, and then count as missing: a period that is missing, or given twice, is an error that names it, as are|Errors: NULL value or period, row named (22004);} negative values, NaN, infinity{, and weeks and years (22023)| (22023). Cost grows with rows times period}. Source: classical decomposition, as R''s decompose()$figure (type multiplicative).]';

CREATE TYPE csp.seasonal_change_estimate AS (
    expected        float8,
    percent_change  float8,
    ratio           float8,
    lower           float8,
    upper           float8,
    p_value         float8
);
COMMENT ON TYPE csp.seasonal_change_estimate IS 'A count against the same period of the year before; what the window function seasonal_change returns';
COMMENT ON COLUMN csp.seasonal_change_estimate.expected IS 'The count that the same period of the year before (of the years before: their mean) would give, at the length of this period';
COMMENT ON COLUMN csp.seasonal_change_estimate.percent_change IS 'Change of the events a day in percent: 100 (ratio - 1); NULL where there were none before';
COMMENT ON COLUMN csp.seasonal_change_estimate.ratio IS 'Events a day, over those of the same period before; Infinity where there were none before, NULL where there were none in either';
COMMENT ON COLUMN csp.seasonal_change_estimate.lower IS 'Lower confidence limit of the ratio; in percent 100 (lower - 1)';
COMMENT ON COLUMN csp.seasonal_change_estimate.upper IS 'Upper confidence limit of the ratio; Infinity where there were none before';
COMMENT ON COLUMN csp.seasonal_change_estimate.p_value IS 'Two-sided exact p-value of no change, counts varying as chance alone would have it; unadjusted: see csp.adjusted_p_value for many comparisons';

CREATE FUNCTION csp.seasonal_change(
    count       float8,
    period      date,
    years       integer DEFAULT 1,
    confidence  float8 DEFAULT 0.95
)
RETURNS csp.seasonal_change_estimate
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'seasonal_change';
COMMENT ON FUNCTION csp.seasonal_change(float8, date, integer, float8) IS
    'Window function: the change of a count against the same period of the year before, which takes the season out; per day, so that 29 February is no rise. OVER (PARTITION BY the series ORDER BY period). count: events, a whole number. period: first day of the day, week, month, quarter or year, whichever the dates are; weeks from Monday go with the ISO week of the same number (53 with 52), other weeks with the one 52 weeks before, 29 February with the 28th. years: how many years before are taken together, 1 or more. confidence: 0.95 for 95%. NULL where the series does not reach back so far, and where the count or one of those before is NULL (a period without data). Errors: a period that is missing, given twice or out of order, which is named, negative or broken counts, NaN, infinity, settings out of range (22023); NULL period or settings (22004); more than 10^12 events (54000). The settings are read from the first row of the partition. Test and interval as csp.rate_change.';

CREATE FUNCTION csp.month_length_adjusted(value float8, month date)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'month_length_adjusted';
COMMENT ON FUNCTION csp.month_length_adjusted(float8, date) IS
    'A monthly figure freed of the length of the month: value x (365.25 / 12) / days of the month, what a month of the average 30.4375 days would have given. value: a count or sum of the month; month: any day of it; leap years count. Any NULL gives NULL; NaN, infinity and an infinite date are errors (22023). Convention: the average month of the Julian year, which keeps the sum over four years.';
