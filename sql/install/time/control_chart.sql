-- control_chart: centre line, limits and signals of a series.

CREATE TYPE csp.control_limit AS (
    centre   float8,
    lower    float8,
    upper    float8,
    sigma    float8,
    z        float8,
    signal   text,
    phase    integer,
    plotted  float8
);
COMMENT ON TYPE csp.control_limit IS 'A point of a control chart; what window function control_limits returns';
COMMENT ON COLUMN csp.control_limit.centre IS 'Centre line of the phase, in the unit of plotted';
COMMENT ON COLUMN csp.control_limit.lower IS 'Lower limit, centre - 3 sigma; where a figure cannot be negative (all kinds but xmr) not below 0; NULL where sigma is';
COMMENT ON COLUMN csp.control_limit.upper IS 'Upper limit, centre + 3 sigma; proportions not above 1; NULL where sigma is';
COMMENT ON COLUMN csp.control_limit.sigma IS 'A third of the distance from the centre to a limit before it is cut off; of rates and proportions that of the row''s own exposure. 0 where nothing varied; NULL where two points are needed and there is one';
COMMENT ON COLUMN csp.control_limit.z IS 'Distance of plotted from the centre in sigma; NULL where sigma is 0 or NULL';
COMMENT ON COLUMN csp.control_limit.signal IS 'What is out of the ordinary at the point, in words, several separated by "; "; NULL where nothing is';
COMMENT ON COLUMN csp.control_limit.phase IS 'Number of the phase, 1 at the start: points with one centre and one set of limits';
COMMENT ON COLUMN csp.control_limit.plotted IS 'What is drawn: the value, the rate or proportion (value / exposure), or the moving range';

CREATE FUNCTION csp.control_limits(value float8, kind text DEFAULT 'xmr', exposure float8 DEFAULT NULL, baseline integer DEFAULT NULL, phase integer DEFAULT NULL, rules text DEFAULT 'western_electric', run_length integer DEFAULT NULL, recalculate boolean DEFAULT false)
RETURNS csp.control_limit
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'control_limits';
COMMENT ON FUNCTION csp.control_limits(float8, text, float8, integer, integer, text, integer, boolean) IS
    'Window function, OVER (PARTITION BY series ORDER BY period): is this period out of the ordinary? Centre, limits, sigma, z, signal in words, phase and what is plotted (control_limit) for every row, whatever the frame. value: the figure of the period. kind: xmr (individual values, mean +- 2.66 mean moving ranges), mr (moving ranges, to 3.267 mean moving ranges), c (counts, Poisson), u (counts per exposure, Poisson), u_prime (the same, limits stretched by the real variation from period to period: Laney), p and p_prime (value out of exposure, binomial). exposure: population, days or trials of the row, for u and p. baseline: how many first points of a phase set its limits, 2 or more; NULL: all. phase: a new one begins where this number changes. rules: western_electric (1 beyond a limit; 2 of 3 beyond 2 sigma; 4 of 5 beyond 1 sigma; 8 on one side), nelson (9 on one side; 6 rising or falling; 14 alternating; 15 within 1 sigma; 8 beyond 1 sigma; and the first three) or limits (the first only). run_length: another number for on one side. recalculate: after so many points after the baseline (12 if not given) on one side a new phase begins at the first of them. A row whose value, or exposure where it is used, is NULL, or whose exposure is 0, gives NULL and does not count: the points beside it are neighbours. Settings are those of the partition''s first row. Errors: 22023 NaN, infinity, negative or fractional counts, negative exposure, more events than trials, unknown kind or rules, baseline or run_length below 2; 22004 u or p without exposure, kind or rules NULL; 22003 overflow. Sources: Wheeler and Chambers (1992), Laney (2002), Western Electric (1956), Nelson (1984).';
