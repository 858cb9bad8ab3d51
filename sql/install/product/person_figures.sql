-- person_figures: figures about people, for readers who may not read people. The views of these names call the functions, which count as the
-- owner of the partnership and show with noise what is for a reader without the personal level: a function's plan is not shown, and EXPLAIN
-- ANALYZE tells how many rows it returned and not how many people it counted.

CREATE FUNCTION csp_internal.profile_victim_work(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, section text, "position" integer, label text, people bigint, people_percent float8,
    incidents bigint, incidents_percent float8, cumulative_percent float8, note text,
    sort_order integer
)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 40
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT v.row_key, v.section, v."position", v.label, v.people, v.people_percent, v.incidents,
               v.incidents_percent, v.cumulative_percent, v.note, v.sort_order
        FROM %I.counted_profile_victim v
        WHERE v.assessment_id = $1
        $query$, partnership) USING assessment;
END
$$;
COMMENT ON FUNCTION csp_internal.profile_victim_work(text, integer) IS 'The work of csp_internal.profile_victim, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.profile_victim(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, section text, "position" integer, label text, people bigint, people_percent float8,
    incidents bigint, incidents_percent float8, cumulative_percent float8, note text,
    sort_order integer
)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 40
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.profile_victim(text, integer) IS
    'The rows of view profile_victim for one assessment, for whoever may read assessments. Internal to the view.';

CREATE FUNCTION csp_internal.profile_offender_work(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, section text, "position" integer, label text, people bigint, incidents bigint,
    value float8, unit text, note text, sort_order integer
)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT v.row_key, v.section, v."position", v.label, v.people, v.incidents, v.value, v.unit, v.note,
               v.sort_order
        FROM %I.counted_profile_offender v
        WHERE v.assessment_id = $1
        $query$, partnership) USING assessment;
END
$$;
COMMENT ON FUNCTION csp_internal.profile_offender_work(text, integer) IS 'The work of csp_internal.profile_offender, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.profile_offender(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, section text, "position" integer, label text, people bigint, incidents bigint,
    value float8, unit text, note text, sort_order integer
)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 30
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.profile_offender(text, integer) IS
    'The rows of view profile_offender for one assessment, for whoever may read assessments. Internal to the view.';

CREATE FUNCTION csp_internal.strategic_by_problem_work(partnership text, assessment integer)
RETURNS TABLE (
    section text, section_order integer, problem_type_id integer, problem_type text, problem_type_label text,
    sort_order integer, side text, measure_order integer, measure text, value float8, unit text,
    data_flag text
)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 150
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT v.section, v.section_order, v.problem_type_id, v.problem_type, v.problem_type_label,
               v.sort_order, v.side, v.measure_order, v.measure, v.value, v.unit, v.data_flag
        FROM %I.counted_strategic_by_problem v
        WHERE v.assessment_id = $1
        $query$, partnership) USING assessment;
END
$$;
COMMENT ON FUNCTION csp_internal.strategic_by_problem_work(text, integer) IS 'The work of csp_internal.strategic_by_problem, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.strategic_by_problem(partnership text, assessment integer)
RETURNS TABLE (
    section text, section_order integer, problem_type_id integer, problem_type text, problem_type_label text,
    sort_order integer, side text, measure_order integer, measure text, value float8, unit text,
    data_flag text
)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 150
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.strategic_by_problem(text, integer) IS
    'The rows of view strategic_by_problem for one assessment, for whoever may read assessments. Internal to the view.';

CREATE FUNCTION csp_internal.strategic_concentration_work(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, problem_type_id integer, problem_type text, problem_type_label text, is_headline boolean,
    sort_order integer, dimension text, dimension_order integer, incidents bigint, incidents_counted bigint,
    units_at_risk bigint, units_with_incidents bigint, units_with_incidents_percent float8, base text,
    top_10_percent_share float8, top_20_percent_share float8, units_for_50_percent float8,
    units_for_80_percent float8, gini float8, generalised_gini float8, repeat_units bigint,
    repeat_share_percent float8, summary text, reason text, data_flag text
)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 300
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT v.row_key, v.problem_type_id, v.problem_type, v.problem_type_label, v.is_headline, v.sort_order,
               v.dimension, v.dimension_order, v.incidents, v.incidents_counted, v.units_at_risk,
               v.units_with_incidents, v.units_with_incidents_percent, v.base, v.top_10_percent_share,
               v.top_20_percent_share, v.units_for_50_percent, v.units_for_80_percent, v.gini,
               v.generalised_gini, v.repeat_units, v.repeat_share_percent, v.summary, v.reason, v.data_flag
        FROM %I.counted_strategic_concentration v
        WHERE v.assessment_id = $1
        $query$, partnership) USING assessment;
END
$$;
COMMENT ON FUNCTION csp_internal.strategic_concentration_work(text, integer) IS 'The work of csp_internal.strategic_concentration, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.strategic_concentration(partnership text, assessment integer)
RETURNS TABLE (
    row_key bigint, problem_type_id integer, problem_type text, problem_type_label text, is_headline boolean,
    sort_order integer, dimension text, dimension_order integer, incidents bigint, incidents_counted bigint,
    units_at_risk bigint, units_with_incidents bigint, units_with_incidents_percent float8, base text,
    top_10_percent_share float8, top_20_percent_share float8, units_for_50_percent float8,
    units_for_80_percent float8, gini float8, generalised_gini float8, repeat_units bigint,
    repeat_share_percent float8, summary text, reason text, data_flag text
)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 300
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.strategic_concentration(text, integer) IS
    'The rows of view strategic_concentration for one assessment, for whoever may read assessments. Internal to the view.';

CREATE FUNCTION csp_internal.evidence_person_source_work(partnership text, assessment integer)
RETURNS TABLE (
    source_id integer, names_victims boolean, names_offenders boolean
)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    RETURN QUERY EXECUTE format($query$
        SELECT v.source_id, v.names_victims, v.names_offenders
        FROM %I.counted_person_source v
        WHERE v.assessment_id = $1
        $query$, partnership) USING assessment;
END
$$;
COMMENT ON FUNCTION csp_internal.evidence_person_source_work(text, integer) IS 'The work of csp_internal.evidence_person_source, done as the owner of the partnership. Internal.';

CREATE FUNCTION csp_internal.evidence_person_source(partnership text, assessment integer)
RETURNS TABLE (
    source_id integer, names_victims boolean, names_offenders boolean
)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10
AS 'MODULE_PATHNAME', 'under_owner';
COMMENT ON FUNCTION csp_internal.evidence_person_source(text, integer) IS
    'The rows of view evidence_person_source for one assessment, for whoever may read assessments. Internal to the view.';
