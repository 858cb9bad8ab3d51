-- priority: issues scored by likelihood and impact, the bands that scores fall into, and the risk matrix.

CREATE FUNCTION csp.risk_score(likelihood integer, impact integer)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'risk_score';
COMMENT ON FUNCTION csp.risk_score(integer, integer) IS
    'Risk of an issue: likelihood times impact, each scored from 1 (lowest) to 5 (highest), so 1 to 25. An issue without one of the two has no risk score: NULL, not 0. A score off the scale is an error (22023).';

CREATE TABLE csp.risk_scheme_band (
    scheme       text NOT NULL CHECK (scheme <> ''),
    rank         integer NOT NULL CHECK (rank >= 1),
    band         text NOT NULL CHECK (band <> ''),
    lower_score  integer NOT NULL,
    upper_score  integer NOT NULL,
    colour       text NOT NULL CHECK (colour ~ '^#[0-9A-Fa-f]{6}$'),
    built_in     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (scheme, lower_score),
    UNIQUE (scheme, rank),
    UNIQUE (scheme, band),
    CHECK (lower_score <= upper_score)
);
COMMENT ON TABLE csp.risk_scheme_band IS
    'What a risk score is called, by scheme: one row per band. The scheme 5x5 is built in; add others by INSERT (the owner of the extension grants the right). A dump holds the added ones.';
COMMENT ON COLUMN csp.risk_scheme_band.scheme IS 'Name of the scheme, as given to risk_band';
COMMENT ON COLUMN csp.risk_scheme_band.rank IS 'Order of the bands within the scheme: 1 is the lowest risk';
COMMENT ON COLUMN csp.risk_scheme_band.band IS 'What risk_band returns';
COMMENT ON COLUMN csp.risk_scheme_band.lower_score IS 'Lowest score of the band, included';
COMMENT ON COLUMN csp.risk_scheme_band.upper_score IS 'Highest score of the band, included; bands of one scheme may leave gaps but not overlap';
COMMENT ON COLUMN csp.risk_scheme_band.colour IS 'Colour for reports and maps, as #rrggbb';
COMMENT ON COLUMN csp.risk_scheme_band.built_in IS 'True for the rows that come with the extension, which cannot be changed; always false for added ones';

INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour, built_in)
VALUES ('5x5', 1, 'green', 1, 4, '#1a9850', true),
       ('5x5', 2, 'yellow', 5, 9, '#fee08b', true),
       ('5x5', 3, 'amber', 10, 14, '#fc8d59', true),
       ('5x5', 4, 'red', 15, 25, '#d73027', true);

SELECT pg_catalog.pg_extension_config_dump('csp.risk_scheme_band', 'WHERE NOT built_in');

-- A changed built-in row would be in no dump: whoever wants other bands makes a scheme of their own.
CREATE FUNCTION csp_internal.risk_scheme_band_keep()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed csp.risk_scheme_band := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
    result csp.risk_scheme_band := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF EXISTS (SELECT FROM csp.risk_scheme_band AS b WHERE b.built_in AND b.scheme IN (changed.scheme, result.scheme)) THEN
        RAISE EXCEPTION 'risk scheme "%" is built in and cannot be changed', CASE WHEN changed.built_in THEN changed.scheme ELSE result.scheme END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Add a scheme under another name and give that name to risk_band.';
    ELSIF result.built_in THEN
        RAISE EXCEPTION 'risk scheme "%" does not come with the extension and cannot be built in', result.scheme
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Leave built_in false: a dump holds only such rows.';
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION csp_internal.risk_scheme_band_keep() IS 'Trigger of risk_scheme_band: refuses changes to built-in schemes (55000).';

CREATE FUNCTION csp_internal.risk_scheme_band_overlap()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    overlap record;
BEGIN
    SELECT a.scheme, a.band AS lower_band, a.upper_score, b.band AS upper_band, b.lower_score
    INTO overlap
    FROM csp.risk_scheme_band AS a
    JOIN csp.risk_scheme_band AS b ON b.scheme = a.scheme AND b.lower_score > a.lower_score AND b.lower_score <= a.upper_score
    ORDER BY a.scheme, a.lower_score, b.lower_score
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'bands "%" (to %) and "%" (from %) of risk scheme "%" overlap',
                        overlap.lower_band, overlap.upper_score, overlap.upper_band, overlap.lower_score, overlap.scheme
            USING ERRCODE = 'check_violation',
                  HINT = 'Both ends of a band are part of it: begin each band above the end of the one below.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION csp_internal.risk_scheme_band_overlap() IS 'Trigger of risk_scheme_band: refuses overlapping bands of one scheme (23514).';

CREATE TRIGGER keep_built_in
BEFORE INSERT OR UPDATE OR DELETE ON csp.risk_scheme_band
FOR EACH ROW EXECUTE FUNCTION csp_internal.risk_scheme_band_keep();

CREATE TRIGGER refuse_overlap
AFTER INSERT OR UPDATE ON csp.risk_scheme_band
FOR EACH STATEMENT EXECUTE FUNCTION csp_internal.risk_scheme_band_overlap();

GRANT SELECT ON csp.risk_scheme_band TO PUBLIC;

CREATE FUNCTION csp_internal.risk_scheme_check(scheme text, schemes text[])
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'risk_scheme_check';
COMMENT ON FUNCTION csp_internal.risk_scheme_check(text, text[]) IS 'Internal part of risk_band: NULL if the scheme is among the schemes, else an error that lists them (22023).';

CREATE FUNCTION csp.risk_band(score integer, scheme text DEFAULT '5x5')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
    SELECT coalesce((SELECT b.band
                     FROM csp.risk_scheme_band AS b
                     WHERE b.scheme = risk_band.scheme
                       AND risk_band.score BETWEEN b.lower_score AND b.upper_score),
                    csp_internal.risk_scheme_check(risk_band.scheme, ARRAY(SELECT DISTINCT b.scheme FROM csp.risk_scheme_band AS b ORDER BY b.scheme)));
END;
COMMENT ON FUNCTION csp.risk_band(integer, text) IS
    'Name of the band that a risk score falls into, from csp.risk_scheme_band; without a scheme, 5x5: 1-4 green, 5-9 yellow, 10-14 amber, 15-25 red. A score outside every band of the scheme, and any NULL, give NULL; an unknown scheme is an error that lists those there are (22023).';

CREATE FUNCTION csp_internal.priority_risk_matrix_accum(state internal, issue text, likelihood integer, impact integer)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'priority_risk_matrix_accum';
COMMENT ON FUNCTION csp_internal.priority_risk_matrix_accum(internal, text, integer, integer) IS 'Internal part of the aggregate priority_risk_matrix: adds an issue.';

CREATE FUNCTION csp_internal.priority_risk_matrix_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'priority_risk_matrix_combine';
COMMENT ON FUNCTION csp_internal.priority_risk_matrix_combine(internal, internal) IS 'Internal part of the aggregate priority_risk_matrix: joins two states.';

CREATE FUNCTION csp_internal.priority_risk_matrix_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'priority_risk_matrix_serialize';
COMMENT ON FUNCTION csp_internal.priority_risk_matrix_serialize(internal) IS 'Internal part of the aggregate priority_risk_matrix: a state as bytes.';

CREATE FUNCTION csp_internal.priority_risk_matrix_deserialize(bytes bytea, unused internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'priority_risk_matrix_deserialize';
COMMENT ON FUNCTION csp_internal.priority_risk_matrix_deserialize(bytea, internal) IS 'Internal part of the aggregate priority_risk_matrix: a state from bytes.';

CREATE FUNCTION csp_internal.priority_risk_matrix_final(state internal)
RETURNS jsonb
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'priority_risk_matrix_final';
COMMENT ON FUNCTION csp_internal.priority_risk_matrix_final(internal) IS 'Internal part of the aggregate priority_risk_matrix: the matrix of a state.';

CREATE AGGREGATE csp.priority_risk_matrix(issue text, likelihood integer, impact integer) (
    SFUNC = csp_internal.priority_risk_matrix_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.priority_risk_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = csp_internal.priority_risk_matrix_combine,
    SERIALFUNC = csp_internal.priority_risk_matrix_serialize,
    DESERIALFUNC = csp_internal.priority_risk_matrix_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.priority_risk_matrix(text, integer, integer) IS
    'The 5x5 risk matrix of a group''s issues, likelihood and impact each from 1 to 5: {"scale": 5, "cells": [{"likelihood": 1, "impact": 1, "score": 1, "issues": [...]}, ... 25 cells by likelihood, then impact], "unscored": [...]}. Issues stand in the order of their bytes, repeated ones as often as they come (use DISTINCT for once). An issue whose likelihood or impact is NULL is in "unscored"; a NULL issue is skipped; no rows give an empty matrix; a score off the scale is an error (22023).';
