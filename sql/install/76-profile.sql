-- profile: problem profiles and subject profiles.

CREATE FUNCTION csp.profile(
    partnership    text,
    title          text,
    problem_types  text[],
    period_from    date,
    period_to      date,
    area_codes     text[] DEFAULT NULL,
    baseline_from  date DEFAULT NULL,
    baseline_to    date DEFAULT NULL
)
RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown text;
    made integer;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF title IS NULL OR btrim(title) = '' THEN
        RAISE EXCEPTION 'a problem profile needs a title'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Say what it is about and where, such as "Nuisance in the town centre".';
    ELSIF problem_types IS NULL OR cardinality(problem_types) = 0 THEN
        RAISE EXCEPTION 'a problem profile needs a problem type'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Give one or more codes, such as ARRAY[''burglary'']; SELECT code, label FROM %I.problem_type lists them.', partnership);
    ELSIF period_from IS NULL OR period_to IS NULL OR NOT isfinite(period_from) OR NOT isfinite(period_to) OR period_from > period_to THEN
        RAISE EXCEPTION 'the period from % to % is none', coalesce(period_from::text, '(null)'), coalesce(period_to::text, '(null)')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give its first and its last day.';
    ELSIF (baseline_from IS NULL) <> (baseline_to IS NULL) OR baseline_from > baseline_to OR NOT isfinite(baseline_from) OR NOT isfinite(baseline_to) THEN
        RAISE EXCEPTION 'the baseline from % to % is none', coalesce(baseline_from::text, '(null)'), coalesce(baseline_to::text, '(null)')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give its first and its last day, or neither: then it is the same days a year before the period.';
    END IF;
    EXECUTE format('SELECT string_agg(format(''%%L'', u.code), '', '') FROM unnest($1) AS u (code) WHERE NOT EXISTS (SELECT FROM %I.problem_type t WHERE t.code = u.code)', partnership)
    INTO unknown USING problem_types;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'there is no problem type % in "%"', unknown, partnership
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('SELECT code, label FROM %I.problem_type lists them.', partnership);
    END IF;
    EXECUTE format('SELECT string_agg(format(''%%L'', u.code), '', '') FROM unnest($1) AS u (code) WHERE NOT EXISTS (SELECT FROM %I.area r WHERE r.code = u.code)', partnership)
    INTO unknown USING area_codes;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'there is no area % in "%"', unknown, partnership
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('SELECT area_kind, code, name FROM %I.area lists them.', partnership);
    END IF;
    IF baseline_from IS NULL THEN
        baseline_from := (period_from - interval '1 year')::date;
        baseline_to := (period_to + 1 - interval '1 year')::date - 1;
    END IF;
    EXECUTE format($query$
        INSERT INTO %I.assessment (kind, title, period_from, period_to, baseline_from, baseline_to)
        VALUES ('problem profile', $1, $2, $3, $4, $5)
        RETURNING assessment_id
        $query$, partnership) INTO made USING title, period_from, period_to, baseline_from, baseline_to;
    EXECUTE format('INSERT INTO %1$I.assessment_type (assessment_id, problem_type_id) SELECT DISTINCT $1, t.problem_type_id FROM %1$I.problem_type t WHERE t.code = ANY ($2)', partnership)
    USING made, problem_types;
    -- a code that two kinds of area share, as those of 2011 and 2021 do, stands for both
    EXECUTE format('INSERT INTO %1$I.assessment_area (assessment_id, area_id) SELECT DISTINCT $1, r.area_id FROM %1$I.area r WHERE r.code = ANY ($2)', partnership)
    USING made, area_codes;
    RETURN made;
END
$$;
COMMENT ON FUNCTION csp.profile(text, text, text[], date, date, text[], date, date) IS
    'Opens a problem profile: what is known of one problem, in one place, in one period. partnership; title; problem_types: codes of problem_type, each with all its subtypes; period_from, period_to: first and last day; area_codes: codes of areas, each with all that lie in it (NULL or empty: the whole partnership); baseline_from, baseline_to: what it is compared with (both NULL: the same days a year before). Writes a row of assessment of the kind problem profile with its assessment_type and assessment_area, and returns its assessment_id, by which the views profile_... are filtered. Freezes nothing: the views follow the data. Errors: 3F000 unknown partnership; 22023 no title, no type, unknown types or areas, a period or baseline that is none; 42501 without the analyst''s level.';
