-- profile: problem profiles and subject profiles.

CREATE FUNCTION csp_internal.profile(
    partnership    text,
    title          text,
    problem_types  text[],
    period_from    date,
    period_to      date,
    area_codes     text[],
    baseline_from  date,
    baseline_to    date
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
COMMENT ON FUNCTION csp_internal.profile(text, text, text[], date, date, text[], date, date) IS 'The work of csp.profile, done as the owner of the partnership. Internal.';

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
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.profile(text, text, text[], date, date, text[], date, date) IS
    'Opens a problem profile: what is known of one problem, in one place, in one period. partnership; title; problem_types: codes of problem_type, each with all its subtypes; period_from, period_to: first and last day; area_codes: codes of areas, each with all that lie in it (NULL or empty: the whole partnership); baseline_from, baseline_to: what it is compared with (both NULL: the same days a year before). Writes a row of assessment of the kind problem profile with its assessment_type and assessment_area, and returns its assessment_id, by which the views profile_... are filtered. Freezes nothing: the views follow the data. Errors: 3F000 unknown partnership; 22023 no title, no type, unknown types or areas, a period or baseline that is none; 42501 without the analyst''s level.';

CREATE FUNCTION csp_internal.log_read(log oid, role_name text, subjects text[], purpose text)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'csp_log_read';
COMMENT ON FUNCTION csp_internal.log_read(oid, text, text[], text) IS
    'Writes a read of subject profiles to the access log, a row for each person, in a transaction of a background worker''s own, and returns when it is committed. Errors: 42501 outside csp.subject_profile, 53000 no free worker, 55000 the log could not be written. Any NULL gives NULL. Internal.';

CREATE FUNCTION csp_internal.keep_access_log()
RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'keep_access_log';
COMMENT ON FUNCTION csp_internal.keep_access_log() IS
    'Trigger of access_log (statement level, before): rows are written by csp.subject_profile alone and not changed (55000); the owner may delete old ones.';

CREATE FUNCTION csp_internal.subject_profile(partnership text, subjects text[], purpose text)
RETURNS TABLE (section text, label text, value text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 50
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown text;
    known bigint;
BEGIN
    PERFORM csp.check_partnership(partnership);
    IF purpose IS NULL OR btrim(purpose) = '' THEN
        RAISE EXCEPTION 'a subject profile is read for a purpose'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Say what for, such as the case and who authorised it: it is written to the access log.';
    ELSIF subjects IS NULL OR cardinality(array_remove(subjects, NULL)) = 0 THEN
        RAISE EXCEPTION 'a subject profile needs a subject'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the pseudonym of a person, or several.';
    ELSIF pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean THEN
        RAISE EXCEPTION 'a subject profile cannot be read where the access log cannot be written'
            USING ERRCODE = 'read_only_sql_transaction',
                  HINT = 'Read it in a transaction that may write, on the primary server.';
    END IF;
    -- before anything is read, also whether there is such a person, and for good: whatever becomes of this transaction
    SELECT array_agg(DISTINCT s.pseudonym COLLATE "C") INTO subjects FROM unnest(subjects) AS s (pseudonym) WHERE s.pseudonym IS NOT NULL;
    PERFORM csp_internal.log_read(format('%I.access_log', partnership)::regclass, csp_internal.caller(), subjects, purpose);
    EXECUTE format('SELECT string_agg(s.pseudonym, '', ''), (SELECT count(*) FROM %1$I.person p WHERE p.pseudonym = ANY ($1)) FROM unnest($1) AS s (pseudonym) WHERE NOT EXISTS (SELECT FROM %1$I.person p WHERE p.pseudonym = s.pseudonym)', partnership)
    INTO unknown, known USING subjects;
    IF unknown IS NOT NULL THEN
        -- an answer, and no error: of a group the others are shown
        RETURN QUERY SELECT 'subject'::text, 'not known'::text, unknown;
    END IF;
    IF known = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE csp_internal.partnership_sql(partnership, $query$
        WITH subject AS MATERIALIZED (
            SELECT p.person_id, p.pseudonym, p.sex, p.birth_year, p.home_area_id, p.home_location
            FROM @partnership@.person p
            WHERE p.pseudonym = ANY ($1)
        ),
        link AS MATERIALIZED (
            SELECT s.person_id, s.pseudonym, ip.role, i.incident_id, i.problem_type_id, i.offence_code, i.occurred_from, i.occurred_to,
                   i.location, i.place_reference, i.area_id, i.method, src.place_precision, src.time_precision
            FROM subject s
            JOIN @partnership@.incident_person ip USING (person_id)
            JOIN @partnership@.incident i USING (incident_id)
            JOIN @partnership@.source src USING (source_id)
        ),
        offence AS MATERIALIZED (
            -- once each, though several of the group, or one in two roles, took part
            SELECT DISTINCT l.incident_id, l.problem_type_id, l.offence_code, l.occurred_from, l.occurred_to, l.location, l.place_reference, l.area_id, l.method, l.place_precision, l.time_precision
            FROM link l
            WHERE l.role IN ('suspect', 'offender')
        ),
        weighed AS (
            SELECT sum(w.weight) AS harm, count(w.weight) AS weighed, count(*) AS offences
            FROM offence o
            LEFT JOIN LATERAL (
                SELECT hw.weight
                FROM @partnership@.harm_weight hw
                WHERE hw.scheme = (SELECT st.value FROM @partnership@.setting st WHERE st.name = 'harm_scheme')
                  AND hw.edition = (SELECT st.value FROM @partnership@.setting st WHERE st.name = 'harm_edition')
                  AND (hw.offence_code = o.offence_code OR hw.problem_type_id = o.problem_type_id)
                ORDER BY hw.offence_code IS NULL
                LIMIT 1
            ) w ON true
        ),
        partner AS (
            SELECT other.pseudonym, count(DISTINCT o.incident_id) AS offences, max(o.occurred_from) AS last
            FROM offence o
            JOIN @partnership@.incident_person ip ON ip.incident_id = o.incident_id AND ip.role IN ('suspect', 'offender')
            JOIN @partnership@.person other ON other.person_id = ip.person_id
            WHERE ip.person_id NOT IN (SELECT s.person_id FROM subject s)
            GROUP BY other.pseudonym
        ),
        series AS (
            SELECT t.label AS type, o.method, count(*) AS offences,
                   (min(o.occurred_from) AT TIME ZONE @time_zone@)::date AS first, (max(o.occurred_from) AT TIME ZONE @time_zone@)::date AS last,
                   o.problem_type_id
            FROM offence o
            JOIN @partnership@.problem_type t USING (problem_type_id)
            WHERE o.method IS NOT NULL
              AND o.time_precision <> 'month'
            GROUP BY t.label, o.method, o.problem_type_id
            HAVING count(*) >= 3
        ),
        site AS (
            -- the series with most exact places; without one, all exact places
            SELECT o.location
            FROM offence o
            WHERE o.place_precision = 'exact'
              AND o.location IS NOT NULL
              AND (NOT EXISTS (SELECT FROM series)
                   OR (o.problem_type_id, o.method) = (SELECT x.problem_type_id, x.method FROM series x ORDER BY x.offences DESC, x.type, x.method LIMIT 1))
        ),
        extent AS (
            SELECT e.sites, greatest(5000.0, @postgis@.ST_XMax(e.box) - @postgis@.ST_XMin(e.box), @postgis@.ST_YMax(e.box) - @postgis@.ST_YMin(e.box)) / 100 AS cell
            FROM (SELECT count(*) AS sites, @postgis@.ST_Extent(x.location) AS box FROM site x) e
        ),
        surface AS MATERIALIZED (
            SELECT csp.geographic_profile(s.location, e.cell) AS cells, max(e.sites) AS sites, max(e.cell) AS cell
            FROM site s
            CROSS JOIN extent e
            WHERE e.sites >= 5
        ),
        best AS (
            SELECT (surface.cells)[1] AS cell FROM surface WHERE surface.cells IS NOT NULL
        ),
        line (section_order, section, line_order, label, value) AS (
            SELECT 1, 'subject', row_number() OVER (ORDER BY s.pseudonym), s.pseudonym,
                   concat_ws(', ', s.sex, 'born ' || s.birth_year, 'home: ' || home.name)
            FROM subject s
            LEFT JOIN @partnership@.area home ON home.area_id = s.home_area_id
          UNION ALL
            SELECT 2, 'offences', 0, 'All', o.n || ' from ' || o.first || ' to ' || o.last
            FROM (SELECT count(*) AS n, (min(x.occurred_from) AT TIME ZONE @time_zone@)::date AS first, (max(x.occurred_from) AT TIME ZONE @time_zone@)::date AS last FROM offence x) o
            WHERE o.n > 0
          UNION ALL
            SELECT 2, 'offences', 1, 'Harm', CASE WHEN w.weighed = 0 THEN 'not known' ELSE round(w.harm)::text END || ' (' || w.weighed || ' of ' || w.offences || ' weighed)'
            FROM weighed w
            WHERE w.offences > 0
          UNION ALL
            SELECT 2, 'offences', 1 + row_number() OVER (ORDER BY count(*) DESC, t.label), t.label, count(*) || ', last on ' || (max(o.occurred_from) AT TIME ZONE @time_zone@)::date
            FROM offence o
            JOIN @partnership@.problem_type t USING (problem_type_id)
            GROUP BY t.label
          UNION ALL
            SELECT 2, 'offences', 0, 'None', 'no incident names the subject as suspect or offender'
            WHERE NOT EXISTS (SELECT FROM offence)
          UNION ALL
            SELECT 3, 'harmed', row_number() OVER (ORDER BY count(DISTINCT l.incident_id) DESC, t.label), t.label, count(DISTINCT l.incident_id) || ', last on ' || (max(l.occurred_from) AT TIME ZONE @time_zone@)::date
            FROM link l
            JOIN @partnership@.problem_type t USING (problem_type_id)
            WHERE l.role = 'victim'
            GROUP BY t.label
          UNION ALL
            SELECT 4, 'partners', row_number() OVER (ORDER BY p.offences DESC, p.pseudonym), p.pseudonym, p.offences || ' together, last on ' || (p.last AT TIME ZONE @time_zone@)::date
            FROM partner p
          UNION ALL
            SELECT 5, 'places', x.n, x.name, x.offences::text
            FROM (
                SELECT coalesce(CASE WHEN o.place_precision = 'exact' THEN o.place_reference END, a.name, 'No known place') AS name, count(*) AS offences,
                       row_number() OVER (ORDER BY count(*) DESC, coalesce(CASE WHEN o.place_precision = 'exact' THEN o.place_reference END, a.name, 'No known place')) AS n
                FROM offence o
                LEFT JOIN @partnership@.area a USING (area_id)
                GROUP BY 1
            ) x
            WHERE x.n <= 10
          UNION ALL
            SELECT 6, 'times', 1, 'Mean time of day', coalesce(to_char(t.mean, 'HH24:MI'), 'none: they cancel one another') || ', of ' || t.n || ' known to six hours'
            FROM (
                SELECT count(*) AS n, csp.circular_mean(o.occurred_from + (o.occurred_to - o.occurred_from) / 2, @time_zone@) AS mean
                FROM offence o
                WHERE o.time_precision = 'minute'
                  AND o.occurred_to - o.occurred_from < interval '6 hours'
            ) t
            WHERE t.n > 0
          UNION ALL
            SELECT 6, 'times', 1 + extract(isodow FROM o.occurred_from AT TIME ZONE @time_zone@)::integer, to_char(o.occurred_from AT TIME ZONE @time_zone@, 'FMDay'), count(*)::text
            FROM offence o
            WHERE o.time_precision <> 'month'
            GROUP BY 3, 4
          UNION ALL
            SELECT 7, 'series', row_number() OVER (ORDER BY s.offences DESC, s.type, s.method), s.type || ': ' || s.method,
                   s.offences || ' from ' || s.first || ' to ' || s.last || ', one every ' || round((s.last - s.first) / (s.offences - 1.0), 1) || ' days'
            FROM series s
          UNION ALL
            SELECT 8, 'geographic profile', 1, 'Places', e.sites || ' exact places, cells of ' || round(s.cell::numeric) || ' metres'
            FROM extent e
            JOIN surface s ON s.cells IS NOT NULL
          UNION ALL
            SELECT 8, 'geographic profile', 2, 'Where to search first', @postgis@.ST_AsText(@postgis@.ST_Centroid((b.cell).cell), 0)
            FROM best b
          UNION ALL
            SELECT 8, 'geographic profile', 2 + row_number() OVER (ORDER BY s.pseudonym), 'Known home of ' || s.pseudonym,
                   coalesce('found after ' || round(csp.hit_percentage(f.cells, s.home_location)::numeric, 1) || ' per cent of the search area', 'outside the search area')
            FROM subject s
            JOIN surface f ON f.cells IS NOT NULL
            WHERE s.home_location IS NOT NULL
          UNION ALL
            SELECT 8, 'geographic profile', 1, 'None', 'fewer than five exact places, or all at one'
            WHERE EXISTS (SELECT FROM offence)
              AND NOT EXISTS (SELECT FROM surface f WHERE f.cells IS NOT NULL)
        )
        SELECT l.section, l.label, l.value
        FROM line l
        ORDER BY l.section_order, l.line_order, l.label
        $query$) USING subjects;
END
$$;
COMMENT ON FUNCTION csp_internal.subject_profile(text, text[], text) IS 'The work of csp.subject_profile, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.subject_profile(partnership text, subjects text[], purpose text)
RETURNS TABLE (section text, label text, value text)
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 50
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.subject_profile(text, text[], text) IS
    'What is known of one pseudonymous person, or of a group taken together: rows (section, label, value) of subject, offences, harmed (as a victim), partners (co-offenders outside the group), places, times (mean on the dial), series (three offences or more of one type and method) and geographic profile (of the longest series, or of all exact places; how much of the search area lies before the known home). subjects: pseudonyms; purpose: what it is read for. Every read is first written to the access log, a row for each person: who, when, whom, what for; a background worker commits it before anything is read, so that a reader who rolls back is logged, too. An unknown pseudonym gives a row that says so. Needs the level personal (42501). Errors: 3F000 unknown partnership; 22023 no purpose, no subject; 25006 where the log cannot be written; 53000 no background worker is free; 55000 the partnership is not committed yet, or its log is locked.';

CREATE FUNCTION csp_internal.subject_profile(partnership text, subject text, purpose text)
RETURNS TABLE (section text, label text, value text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100000 ROWS 50
BEGIN ATOMIC
    SELECT p.section, p.label, p.value FROM csp_internal.subject_profile(partnership, ARRAY[subject], purpose) AS p;
END;
COMMENT ON FUNCTION csp_internal.subject_profile(text, text, text) IS 'The work of csp.subject_profile, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp.subject_profile(partnership text, subject text, purpose text)
RETURNS TABLE (section text, label text, value text)
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 50
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp.subject_profile(text, text, text) IS
    'As csp.subject_profile(partnership, subjects, purpose), of one person: subject is a pseudonym. Every read is logged with its purpose; the level personal is needed.';
