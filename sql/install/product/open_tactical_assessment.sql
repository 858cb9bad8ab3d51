-- open_tactical_assessment: the row that the tactical views are keyed by.

CREATE FUNCTION csp_internal.open_tactical_assessment(partnership text, period daterange)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := (now() AT TIME ZONE csp_internal.setting(partnership, 'time_zone'))::date;
    cadence interval := coalesce(csp_internal.setting(partnership, 'tactical_cadence')::interval, '28 days');
    first_day date;
    last_day date;
    other text;
    result integer;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- two at a time would open the same period twice
    EXECUTE csp_internal.partnership_sql(partnership, 'LOCK TABLE @partnership@.assessment IN SHARE ROW EXCLUSIVE MODE');
    IF period IS NOT NULL THEN
        first_day := lower(period);
        last_day := upper(period) - 1;
        IF isempty(period) OR first_day IS NULL OR last_day IS NULL OR NOT isfinite(first_day) OR NOT isfinite(last_day) THEN
            RAISE EXCEPTION 'period % has no first and last day', period
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Give both, such as daterange(''2025-12-04'', ''2025-12-31'', ''[]'').';
        END IF;
    ELSE
        EXECUTE csp_internal.partnership_sql(partnership, $query$
            SELECT max(a.period_to) + 1 FROM @partnership@.assessment a WHERE a.kind = 'tactical' AND a.status <> 'withdrawn' AND isfinite(a.period_to)
            $query$) INTO first_day;
        IF first_day > today THEN
            RAISE EXCEPTION 'the last tactical assessment runs to %, which is not over', first_day - 1
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Give a period, or wait for the next.';
        END IF;
        -- the first one looks back over the days that are over
        first_day := coalesce(first_day, (today - cadence)::date);
        last_day := (first_day + cadence)::date - 1;
        IF last_day < first_day THEN
            RAISE EXCEPTION 'setting tactical_cadence (%) is less than a day', cadence
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Set it to an interval such as 28 days.';
        END IF;
    END IF;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        SELECT a.title FROM @partnership@.assessment a
        WHERE a.kind = 'tactical' AND a.status <> 'withdrawn' AND a.period_from = $1 AND a.period_to = $2
        LIMIT 1
        $query$) INTO other USING first_day, last_day;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'there is a tactical assessment of % to % already: "%"', first_day, last_day, other
            USING ERRCODE = 'duplicate_object',
                  HINT = 'Use it, withdraw it (status), or give another period.';
    END IF;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment (kind, title, period_from, period_to)
        VALUES ('tactical', 'Tactical assessment, ' || to_char($1, 'FMDD Mon YYYY') || ' to ' || to_char($2, 'FMDD Mon YYYY'), $1, $2)
        RETURNING assessment_id
        $query$) INTO result USING first_day, last_day;
    EXECUTE csp_internal.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment_priority (assessment_id, priority_id)
        SELECT $1, p.priority_id FROM @partnership@.priority p WHERE p.starts_on <= $3 AND p.ends_on >= $2
        $query$) USING result, first_day, last_day;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.open_tactical_assessment(text, daterange) IS 'The work of csp.open_tactical_assessment, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.open_tactical_assessment(partnership text, period daterange DEFAULT NULL)
RETURNS integer
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.open_tactical_assessment(text, daterange) IS
    'Opens a tactical assessment of a partnership and returns its assessment_id, by which the views tactical_... are filtered. period: its days, such as daterange(''2025-12-04'', ''2025-12-31'', ''[]''); NULL: the setting tactical_cadence (28 days) from the day after the last tactical assessment, or for the first one up to yesterday. The plan''s priorities in force in the period are put under review. Nothing is frozen: the views follow the data. Periods may overlap. Errors: 3F000 unknown partnership, 22023 a period without end or a cadence of less than a day, 55000 the last one is not over, 42710 one of the same period that is not withdrawn.';
