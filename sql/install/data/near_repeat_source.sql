-- near_repeat_source: which sources of a partnership are fine enough for near repeats.

CREATE FUNCTION csp_internal.check_near_repeat_sources(partnership text, problem_type text)
RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known boolean;
    fine integer[];
    coarse text;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.problem_type t WHERE t.code = $1)', partnership) INTO known USING problem_type;
    IF NOT known THEN
        RAISE EXCEPTION 'there is no problem type "%" in "%"', coalesce(problem_type, '(null)'), partnership
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('SELECT code, label FROM %I.problem_type lists them.', partnership);
    END IF;
    EXECUTE format($query$
        SELECT array_agg(s.source_id ORDER BY s.source_id) FILTER (WHERE s.place_precision = 'exact' AND s.time_precision <> 'month'),
               string_agg(format('%%s: %%s', s.code, concat_ws(', ',
                   CASE s.place_precision WHEN 'snapped' THEN 'places are snapped to map points' WHEN 'area' THEN 'places are areas' END,
                   CASE s.time_precision WHEN 'month' THEN 'dates are months' END)), E'\n' ORDER BY s.code)
                   FILTER (WHERE s.place_precision <> 'exact' OR s.time_precision = 'month')
        FROM %1$I.problem_type t
        JOIN %1$I.evidence_type_source ts USING (problem_type_id)
        JOIN %1$I.source s USING (source_id)
        WHERE t.code = $1
        $query$, partnership) INTO fine, coarse USING problem_type;
    IF fine IS NULL AND coarse IS NULL THEN
        RAISE EXCEPTION 'no source of "%" supplies "%"', partnership, problem_type
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Load incidents of that type first.';
    ELSIF fine IS NULL THEN
        RAISE EXCEPTION 'no source of "%" has exact places and days', problem_type
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = coarse,
                  HINT = 'Snapped places and months make false repeats. Load records with their own places and dates, and say so in source.place_precision and source.time_precision.';
    END IF;
    RETURN fine;
END
$$;
COMMENT ON FUNCTION csp_internal.check_near_repeat_sources(text, text) IS 'The work of csp.check_near_repeat_sources, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.check_near_repeat_sources(partnership text, problem_type text)
RETURNS integer[]
LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.check_near_repeat_sources(text, text) IS
    'The sources (source_id, in order) of a partnership''s problem type, given by its code, whose incidents can show near repeats: places exact, dates days or finer. Use it to restrict a query: source_id = ANY (csp.check_near_repeat_sources(...)). Errors: 3F000 unknown partnership; 22023 unknown type; 55000 when no source supplies the type, or none is fine enough: the detail says what each lacks.';
