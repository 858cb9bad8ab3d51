-- near_repeat: the near repeats themselves: links, classes, chains, inherited risk.

CREATE TYPE csp.near_repeat_link AS (
    earlier_id  bigint,
    later_id    bigint,
    distance    float8,
    days        float8
);
COMMENT ON TYPE csp.near_repeat_link IS 'A pair of events close in space and in time';
COMMENT ON COLUMN csp.near_repeat_link.earlier_id IS 'The event that came first; of two at the same time the one with the lower id';
COMMENT ON COLUMN csp.near_repeat_link.later_id IS 'The event that followed';
COMMENT ON COLUMN csp.near_repeat_link.distance IS 'Distance between them, in the units of the SRID';
COMMENT ON COLUMN csp.near_repeat_link.days IS 'Days between them: whole for date, fractional for timestamptz';

CREATE FUNCTION csp_internal.near_repeat_links_accum(internal, bigint, geometry,
                        {date|timestamptz}, float8, float8)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'near_repeat_links_accum_{date|timestamptz}';
COMMENT ON FUNCTION csp_internal.near_repeat_links_accum(...) IS 'Internal: part of the aggregate near_repeat_links.';

CREATE FUNCTION csp_internal.near_repeat_links_final(internal)
RETURNS csp.near_repeat_link[]
LANGUAGE c STABLE PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'near_repeat_links_final';
COMMENT ON FUNCTION csp_internal.near_repeat_links_final(internal) IS 'Internal: part of the aggregate near_repeat_links.';

CREATE AGGREGATE csp.near_repeat_links(id bigint, location geometry, occurred {date|timestamptz},
                        distance float8, days float8) (
    SFUNC = csp_internal.near_repeat_links_accum,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = csp_internal.near_repeat_links_final,
    COMBINEFUNC = csp_internal.events_combine,
    SERIALFUNC = csp_internal.events_serialize,
    DESERIALFUNC = csp_internal.events_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csp.near_repeat_links(...) IS
    'The pairs of events closer than distance (units of the SRID) and fewer than days apart, both strictly, each pair once, ordered by the earlier event''s time and id, then the later''s. Rows with a NULL id, location or occurred are skipped; no rows give NULL, no pairs an empty array. Errors: not a planar point, mixed SRIDs, distance or days not above 0 (22023); infinite dates (22008); NULL limits (22004); more than 10,000,000 pairs (54000).';

CREATE FUNCTION csp.near_repeat_class(location geometry, occurred {date|timestamptz},
                        distance float8, days float8 [, tolerance float8])
RETURNS text
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'near_repeat_class_{date|timestamptz}';
COMMENT ON FUNCTION csp.near_repeat_class(...) IS
    'Window function: what each event of the partition is. repeat: follows a linked event at the same place (not farther than tolerance, default 0); near repeat: follows a linked event elsewhere; originator: follows none but is followed; isolated: linked to none. location: points in a planar SRID. occurred: date or timestamptz. Linked are events closer than distance (units of the SRID) and fewer than days apart, both strictly; distance and days are read from the partition''s first row. A row with a NULL location or occurred gives NULL and does not count. The order of events is by time, then x, then y; only events at the same place and time fall back on the window''s order. Errors: not a planar point, mixed SRIDs, limits not above 0 (22023); infinite dates (22008); NULL limits (22004).';

CREATE FUNCTION csp.near_repeat_chain(location geometry, occurred {date|timestamptz},
                        distance float8, days float8)
RETURNS bigint
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'near_repeat_chain_{date|timestamptz}';
COMMENT ON FUNCTION csp.near_repeat_chain(...) IS
    'Window function: the number of the chain of linked events that each event belongs to: events linked directly or through others share a number, numbers follow the chains first events, an event linked to none has a number of its own. GROUP BY it for size, span and centre. location: points in a planar SRID. occurred: date or timestamptz. Linked are events closer than distance (units of the SRID) and fewer than days apart, both strictly; distance and days are read from the partition''s first row. A row with a NULL location or occurred gives NULL and does not count. The order of events is by time, then x, then y; only events at the same place and time fall back on the window''s order. Errors: not a planar point, mixed SRIDs, limits not above 0 (22023); infinite dates (22008); NULL limits (22004).';

CREATE FUNCTION csp.near_repeat_score(location geometry, occurred {date|timestamptz},
                        distance float8, days float8)
RETURNS float8
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'near_repeat_score_{date|timestamptz}';
COMMENT ON FUNCTION csp.near_repeat_score(...) IS
    'Window function: the risk each event inherits from linked events strictly before it: the sum of near_repeat_weight(..., form => smooth), which is 1 for an event at the same place a moment ago and falls to 0 at distance and at days. 0 if there are none. location: points in a planar SRID. occurred: date or timestamptz. Linked are events closer than distance (units of the SRID) and fewer than days apart, both strictly; distance and days are read from the partition''s first row. A row with a NULL location or occurred gives NULL and does not count. The order of events is by time, then x, then y; only events at the same place and time fall back on the window''s order. Errors: not a planar point, mixed SRIDs, limits not above 0 (22023); infinite dates (22008); NULL limits (22004).';

CREATE FUNCTION csp.near_repeat_weight(distance float8, days float8, bandwidth float8 DEFAULT 400, "window" float8 DEFAULT 56, form text DEFAULT 'smooth', cell_size float8 DEFAULT 50)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', 'near_repeat_weight';
COMMENT ON FUNCTION csp.near_repeat_weight(float8, float8, float8, float8, text, float8) IS
    'The risk that an event leaves at a distance (SRID units) after some days; 0 from bandwidth and from window (days) on.
smooth: (1 - (distance/bandwidth)^2)^2 (1 - (days/window)^2)^2.
promap_2004: 1 / ((1 + d)(1 + t)), d whole cell widths, t whole weeks.
promap_2007: (1 + 1/d)(1/t), d and t counted from 1 (own cell, first week).
NULL gives NULL; negative distance or days, bandwidth, window or cell_size not above 0, and other forms are errors (22023). Sources: Bowers, Johnson and Pease 2004; Johnson, Bowers, Birks and Pease 2007.';
