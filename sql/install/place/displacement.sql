-- displacement: did a measure reduce crime where it was taken, and did crime move next door?

CREATE TYPE csp.displacement_quotient AS (
    wdq     float8,
    success float8,
    buffer  float8,
    reason  text
);
COMMENT ON TYPE csp.displacement_quotient IS 'Answer of weighted_displacement_quotient';
COMMENT ON COLUMN csp.displacement_quotient.wdq IS 'buffer / success: above 0 benefits spread to the buffer (above 1: more than in the target), below 0 crime moved there (below -1: more than was prevented); NULL where it would mean nothing, and reason says why';
COMMENT ON COLUMN csp.displacement_quotient.success IS 'Change of the target area''s crime as a part of the control area''s; below 0 is success';
COMMENT ON COLUMN csp.displacement_quotient.buffer IS 'Change of the buffer''s crime as a part of the control area''s; below 0 is a fall';
COMMENT ON COLUMN csp.displacement_quotient.reason IS 'Why there is no quotient; NULL where there is one';

CREATE TYPE csp.displacement_difference AS (
    wdd                     float8,
    std_error               float8,
    z                       float8,
    lower                   float8,
    upper                   float8,
    p_value                 float8,
    local_difference        float8,
    local_std_error         float8,
    buffer_difference       float8,
    buffer_std_error        float8
);
COMMENT ON TYPE csp.displacement_difference IS 'Answer of weighted_displacement_difference';
COMMENT ON COLUMN csp.displacement_difference.wdd IS 'Events (per unit of length and size, where given) that the measure added; below 0 prevented: local_difference + buffer_difference';
COMMENT ON COLUMN csp.displacement_difference.std_error IS 'Standard error of wdd, from the counts as Poisson counts; 0 where all counts are 0, and too small where most are';
COMMENT ON COLUMN csp.displacement_difference.z IS 'wdd / std_error; NULL where that is 0';
COMMENT ON COLUMN csp.displacement_difference.lower IS 'Lower limit of the normal interval of wdd';
COMMENT ON COLUMN csp.displacement_difference.upper IS 'Upper limit of the normal interval of wdd';
COMMENT ON COLUMN csp.displacement_difference.p_value IS 'Two-sided p-value of no difference';
COMMENT ON COLUMN csp.displacement_difference.local_difference IS 'Change in the target area less that in its control area';
COMMENT ON COLUMN csp.displacement_difference.local_std_error IS 'Standard error of local_difference';
COMMENT ON COLUMN csp.displacement_difference.buffer_difference IS 'Change in the buffer less that in the buffer''s control area; above 0 points to displacement';
COMMENT ON COLUMN csp.displacement_difference.buffer_std_error IS 'Standard error of buffer_difference';

CREATE FUNCTION csp.weighted_displacement_quotient(target_before float8, target_after float8, buffer_before float8, buffer_after float8, control_before float8, control_after float8)
RETURNS csp.displacement_quotient
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'weighted_displacement_quotient';
COMMENT ON FUNCTION csp.weighted_displacement_quotient(float8, float8, float8, float8, float8, float8) IS
    'Did crime move to the buffer around a target area, or did the buffer benefit? Counts (or rates) before and after in target, buffer and control area: success = target after / control after - target before / control before, buffer likewise, wdq = buffer / success. No quotient, but a reason, where the control area has no events, or where the target did not do better than the control: the sign would mislead. No statement of chance: see weighted_displacement_difference. Any NULL gives NULL. Errors (22023): a negative, NaN or infinite argument. Source: Bowers and Johnson 2003.';

CREATE FUNCTION csp.weighted_displacement_difference(target_before float8, target_after float8, control_before float8, control_after float8,
    buffer_before float8 DEFAULT 0, buffer_after float8 DEFAULT 0, buffer_control_before float8 DEFAULT 0, buffer_control_after float8 DEFAULT 0,
    before_length float8 DEFAULT 1, after_length float8 DEFAULT 1,
    target_size float8 DEFAULT 1, control_size float8 DEFAULT 1, buffer_size float8 DEFAULT 1, buffer_control_size float8 DEFAULT 1,
    confidence float8 DEFAULT 0.95)
RETURNS csp.displacement_difference
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'weighted_displacement_difference';
COMMENT ON FUNCTION csp.weighted_displacement_difference(float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8, float8) IS
    'How many events did a measure prevent, displacement to the buffer included, and could it be chance? Counts before and after in target and control area and, where displacement is asked for, in the buffer and a control area of the buffer. before_length, after_length: lengths of the periods, in any one unit; the sizes: areas or populations, in any one unit; all 1 by default, and then wdd is in events. Counts are divided by length and size. confidence of the interval: default 0.95. Counts are taken as Poisson and the areas as independent and alike in trend; the standard error takes counts for their means and is too small where they are near 0. Any NULL gives NULL. Errors (22023): counts that are negative or not whole, lengths or sizes not above 0, confidence not between 0 and 1. Source: Wheeler and Ratcliffe 2018.';
