-- cell_key: counts with a small noise that is always the same for the same set of records.

CREATE FUNCTION csp.record_key(secret bigint, id bigint)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'record_key';
COMMENT ON FUNCTION csp.record_key(bigint, bigint) IS
    'The random key of a record for csp.perturbed_count: 32 bits that follow from the record''s number and a secret, always the same ones. Whoever knows the secret can work out every noise: keep it where readers of the counts cannot read it. Any NULL gives NULL.';

CREATE FUNCTION csp.record_key(secret bigint, id bigint, second_id bigint)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'record_key';
COMMENT ON FUNCTION csp.record_key(bigint, bigint, bigint) IS
    'The random key of a record that two numbers name, such as a person and an incident: see csp.record_key(secret, id). Any NULL gives NULL.';

CREATE FUNCTION csp.cell_noise(count bigint, cell_key bigint)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'cell_noise';
COMMENT ON FUNCTION csp.cell_noise(bigint, bigint) IS
    'The noise of a cell, to be added to its count: from -5 to 5, mean 0, variance 4 (of counts below 4: the count), never more than the count; 0 for 0. cell_key: the sum of the record keys of the cell''s records, of which the lowest 32 bits decide. The distribution is csp.perturbation_table(5, 4). Any NULL gives NULL; a negative count is an error (22023).';

CREATE FUNCTION csp_internal.perturbed_count_accum(float8[], integer)
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'perturbed_count_accum';
COMMENT ON FUNCTION csp_internal.perturbed_count_accum(float8[], integer) IS 'Transition function of csp.perturbed_count. Internal.';

CREATE FUNCTION csp_internal.perturbed_count_combine(float8[], float8[])
RETURNS float8[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'perturbed_count_combine';
COMMENT ON FUNCTION csp_internal.perturbed_count_combine(float8[], float8[]) IS 'Combine function of csp.perturbed_count. Internal.';

CREATE FUNCTION csp_internal.perturbed_count_final(float8[])
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'perturbed_count_final';
COMMENT ON FUNCTION csp_internal.perturbed_count_final(float8[]) IS 'Final function of csp.perturbed_count. Internal.';

CREATE AGGREGATE csp.perturbed_count(record_key integer) (
    SFUNC = csp_internal.perturbed_count_accum,
    STYPE = float8[],
    INITCOND = '{0,0}',
    COMBINEFUNC = csp_internal.perturbed_count_combine,
    FINALFUNC = csp_internal.perturbed_count_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.perturbed_count(integer) IS
    'The number of records, with the noise of csp.cell_noise: cell-key perturbation. record_key: a fixed random number of the record, spread over all integers, such as csp.record_key gives. The same set of records always has the same noise, whatever the query; a set without records is 0. NULL keys are not counted. Counts of a total''s parts do not add up to the count of the total. Source: Fraser and Wooton 2005; the census of England and Wales, 2021.';

CREATE FUNCTION csp.perturbation_table(maximum integer DEFAULT 5, variance float8 DEFAULT 4)
RETURNS TABLE (count integer, noise integer, probability float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50
AS 'MODULE_PATHNAME', 'perturbation_table';
COMMENT ON FUNCTION csp.perturbation_table(integer, float8) IS
    'The noise of cell-key perturbation: one row for each count and each noise that it may get, with its probability; the last count is for all greater ones too, and 0 has no noise. Of all distributions with mean 0, no noise beyond maximum (1 to 50), none that makes a count negative, and the variance (that of a count below it is the count) it is the one of the greatest entropy. csp.cell_noise draws from perturbation_table(5, 4). NULL gives no rows; a maximum out of range and a variance below 0.01 or beyond maximum * (maximum + 1) / 3 are errors (22023). Source: Marley and Leaver 2011, Giessing 2016.';

CREATE FUNCTION csp.perturbation_row(count bigint)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN CASE WHEN count <= 750 THEN count ELSE (count - 1) % 250 + 501 END;
COMMENT ON FUNCTION csp.perturbation_row(bigint) IS
    'The row of a perturbation table of the Office for National Statistics that a count uses: the count itself up to 750, beyond that 501 to 750 by turns. For tables of one''s own, with record keys from 0 to 255 and the sum of them modulo 256 as cell key. NULL gives NULL.';

CREATE FUNCTION csp_internal.shown_count(count bigint, cell_key bigint, scope_key bigint, is_protected boolean)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'shown_count';
COMMENT ON FUNCTION csp_internal.shown_count(bigint, bigint, bigint, boolean) IS
    'A count of people, or of what people did or suffered, as a reader may see it: as it is, or where is_protected with the noise of csp.cell_noise''s table, and NULL below ten. cell_key, scope_key: sums of the record keys of the cell, and of all records of the table that the cell is a part of. Any NULL gives NULL. Internal.';

CREATE FUNCTION csp_internal.percent(part bigint, whole bigint)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
RETURN CASE WHEN part > whole THEN 100.0::float8 ELSE 100.0::float8 * part / nullif(whole, 0) END;
COMMENT ON FUNCTION csp_internal.percent(bigint, bigint) IS
    'What per cent a part is of the whole: 100 where noise has made it greater; NULL where either is not shown, or the whole is 0. Internal.';

CREATE FUNCTION csp_internal.shown_percent(share float8, base bigint, base_shown bigint, cell_key bigint, scope_key bigint, is_protected boolean)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN CASE
    WHEN NOT is_protected THEN 100.0::float8 * share
    -- as a count of the base: with the same noise, over the base that is shown, in whole per cent
    ELSE pg_catalog.round(csp_internal.percent(csp_internal.shown_count(pg_catalog.round(share * base)::bigint, cell_key, scope_key, true), base_shown))
END;
COMMENT ON FUNCTION csp_internal.shown_percent(float8, bigint, bigint, bigint, bigint, boolean) IS
    'A share of a base of people or of their incidents as a reader may see it, in per cent: as it is, or where is_protected from the two counts with their noise, in whole per cent, and NULL where either is below ten. Internal.';

CREATE FUNCTION csp_internal.partnership_of(relation regclass)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
    SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
END;
COMMENT ON FUNCTION csp_internal.partnership_of(regclass) IS 'The schema that a relation is in: views name their own partnership so, and it may be renamed. NULL for none. Internal.';

CREATE FUNCTION csp_internal.protects_people(people regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    has_secret boolean;
BEGIN
    IF coalesce(current_setting('csp_analysis.protect_people', true), 'off') = 'off' AND has_table_privilege(csp_internal.caller(people), people, 'SELECT') THEN
        RETURN false;
    END IF;
    PERFORM csp.check_partnership(csp_internal.partnership_of(people));
    -- noise that anybody could work out would be none
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.cell_secret)', csp_internal.partnership_of(people)) INTO has_secret;
    IF NOT has_secret THEN
        RAISE EXCEPTION 'partnership "%" lacks the secret of its figures about people', csp_internal.partnership_of(people)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Its owner makes one with csp.upgrade_partnership, or puts back the row of cell_secret.';
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION csp_internal.protects_people(regclass) IS
    'Whether figures about people are shown with noise: to readers without the privilege to read incident_person, and to all while csp_analysis.protect_people is on, as it is in freezing. The setting can only take from what is shown. A partnership without a secret is an error where noise is due (55000). Internal.';
