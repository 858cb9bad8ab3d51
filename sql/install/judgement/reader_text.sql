-- reader_text: figures, months and lists as a reader wants them, for reports, summaries and the text of views.
-- Formatting only: nothing here computes a statistic. ASCII only, so that every database encoding can hold the result.

CREATE FUNCTION csp.count_text(n bigint, signed boolean DEFAULT false)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2
BEGIN ATOMIC
    SELECT CASE WHEN signed AND n > 0 THEN '+' ELSE '' END || pg_catalog.to_char(n, 'FM9,999,999,999,999,999,990');
END;
COMMENT ON FUNCTION csp.count_text(bigint, boolean) IS
    'A count for readers, with commas between thousands: 12345 gives 12,345. signed true puts + before a positive one. NULL gives NULL.';

CREATE FUNCTION csp.number_text(x float8, digits integer DEFAULT 2, signed boolean DEFAULT false)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT CASE
        WHEN x = 'NaN'::float8 OR pg_catalog.abs(x) >= 1e15 OR digits NOT BETWEEN 0 AND 10 THEN NULL
        ELSE CASE WHEN signed AND pg_catalog.round(x::numeric, digits) > 0 THEN '+' ELSE '' END
             || pg_catalog.to_char(pg_catalog.round(x::numeric, digits),
                                   'FM999,999,999,999,990' || CASE WHEN digits > 0 THEN '.' || pg_catalog.repeat('0', digits) ELSE '' END)
    END;
END;
COMMENT ON FUNCTION csp.number_text(float8, integer, boolean) IS
    'A number for readers: rounded half away from zero to so many digits (0 to 10, else NULL) after a point, commas between thousands: 1234.5 gives 1,234.50. signed true puts + before a positive one. NULL, NaN, infinity and what reaches 1e15 give NULL.';

CREATE FUNCTION csp.estimate_text(estimate float8, lower float8, upper float8, digits integer DEFAULT 2)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT csp.number_text(estimate, shown.digits)
        || CASE
               WHEN csp.number_text(lower, shown.digits) IS NULL THEN ''
               WHEN csp.number_text(upper, shown.digits) IS NULL THEN ' (' || csp.number_text(lower, shown.digits) || ' or more)'
               ELSE ' (' || csp.number_text(lower, shown.digits) || ' to ' || csp.number_text(upper, shown.digits) || ')'
           END
    -- an estimate that is not 0 is not shown as 0: one significant digit at least
    FROM (SELECT CASE WHEN estimate > 0 AND estimate < 0.5 * pg_catalog.power(10::float8, -digits::float8)
                      THEN LEAST(8, pg_catalog.ceil(-pg_catalog.log(estimate))::integer)
                      ELSE digits END AS digits) shown;
END;
COMMENT ON FUNCTION csp.estimate_text(float8, float8, float8, integer) IS
    'An estimate with its interval for readers: 3.48 (3.11 to 3.88). Arguments: estimate, its limits, digits after the point (more where the estimate would be shown as 0 and is not: 0.002). NULL without an estimate; without an upper limit "(3.11 or more)", without a lower one the estimate alone.';

CREATE FUNCTION csp.percent_text(percent float8)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 8
BEGIN ATOMIC
    SELECT csp.number_text(percent, CASE WHEN pg_catalog.abs(percent) < 100 THEN 1 ELSE 0 END, true) || '%';
END;
COMMENT ON FUNCTION csp.percent_text(float8) IS
    'A change in per cent for readers: +12.3%; from 100 on without a decimal: +1,900%. NULL, NaN and infinity give NULL.';

CREATE FUNCTION csp.percent_change_text(percent_change float8, lower float8 DEFAULT NULL, upper float8 DEFAULT NULL)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 25
BEGIN ATOMIC
    SELECT csp.percent_text(percent_change)
        || CASE
               WHEN csp.percent_text(lower) IS NULL THEN ''
               WHEN csp.percent_text(upper) IS NULL THEN ' (' || csp.percent_text(lower) || ' or more)'
               ELSE ' (' || csp.percent_text(lower) || ' to ' || csp.percent_text(upper) || ')'
           END;
END;
COMMENT ON FUNCTION csp.percent_change_text(float8, float8, float8) IS
    'A change in per cent with its interval for readers: +12.3% (+5.0% to +20.1%). NULL without a change; without an upper limit "(+5.0% or more)", without a lower one the change alone.';

CREATE FUNCTION csp.p_value_text(p float8)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT CASE
        WHEN p < 0.001 THEN '<0.001'
        WHEN p < 0.0995 THEN csp.number_text(p, 3)
        ELSE csp.number_text(p, 2)
    END;
END;
COMMENT ON FUNCTION csp.p_value_text(float8) IS
    'A p-value for readers: <0.001, three digits below 0.1, two from there. NULL gives NULL.';

CREATE FUNCTION csp.list_text(items text[], conjunction text DEFAULT 'and')
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT CASE WHEN pg_catalog.cardinality(named.items) < 2 THEN named.items[1]
                ELSE pg_catalog.array_to_string(named.items[1:pg_catalog.cardinality(named.items) - 1], ', ')
                     || ' ' || conjunction || ' ' || named.items[pg_catalog.cardinality(named.items)] END
    FROM (SELECT pg_catalog.array_remove(list_text.items, NULL) AS items) AS named;
END;
COMMENT ON FUNCTION csp.list_text(text[], text) IS
    'A list in words: {a,b,c} gives "a, b and c". NULL items are left out; an empty list or NULL gives NULL.';

CREATE FUNCTION csp.months_text(months date[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 150
BEGIN ATOMIC
    -- consecutive months less their position in the list share a value: an island
    WITH listed AS (
        SELECT DISTINCT pg_catalog.date_trunc('month', m.month::timestamp) AS month
        FROM pg_catalog.unnest(months) AS m (month)
        WHERE pg_catalog.isfinite(m.month)
    ),
    numbered AS (
        SELECT l.month, l.month - pg_catalog.make_interval(months => pg_catalog.row_number() OVER (ORDER BY l.month)::integer) AS island
        FROM listed l
    ),
    span AS (
        SELECT min(n.month) AS first_month, max(n.month) AS last_month
        FROM numbered n
        GROUP BY n.island
    )
    SELECT pg_catalog.string_agg(
               CASE
                   WHEN s.first_month = s.last_month THEN pg_catalog.to_char(s.first_month, 'FMMonth YYYY')
                   WHEN pg_catalog.date_part('year', s.first_month) = pg_catalog.date_part('year', s.last_month)
                       THEN pg_catalog.to_char(s.first_month, 'FMMonth') || ' to ' || pg_catalog.to_char(s.last_month, 'FMMonth YYYY')
                   ELSE pg_catalog.to_char(s.first_month, 'FMMonth YYYY') || ' to ' || pg_catalog.to_char(s.last_month, 'FMMonth YYYY')
               END, ', ' ORDER BY s.first_month)
    FROM span s;
END;
COMMENT ON FUNCTION csp.months_text(date[]) IS
    'Months in words, runs drawn together: "January to March 2024, June 2024". Takes any days of the months in any order; NULL and infinite dates are left out; none give NULL.';

CREATE FUNCTION csp.html_text(plain text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
BEGIN ATOMIC
    SELECT pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
               plain, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
END;
COMMENT ON FUNCTION csp.html_text(text) IS
    'Text as it may stand in an HTML page, between tags or in a quoted attribute: & < > " and '' are escaped. NULL gives NULL.';
