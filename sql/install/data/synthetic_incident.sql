-- synthetic_incident: draws the incidents of a synthetic partnership from its components.
--
-- Every number drawn is a function of the seed, the name of what is drawn and the incident's number, so that neither the
-- plan nor the order of rows can change a row.

CREATE FUNCTION csp_internal.synthetic_place_children(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- a child at sea stands on the other side of its parent, or failing that at its parent's place
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO pg_temp.synthetic_draw (n, component, generation, local_time, area_no, place, k, x, y, is_located, method_n)
        SELECT c.n, c.component, c.generation, c.local_time,
               coalesce(at.area_no, c.area_no), c.place,
               CASE WHEN at.choice < 3 THEN c.k_moved ELSE c.k END,
               coalesce(at.x, c.x), coalesce(at.y, c.y), true, c.method_n
        FROM pg_temp.synthetic_child c
        LEFT JOIN LATERAL (
            SELECT s.area_no, t.choice, t.x, t.y
            FROM (VALUES (1, c.x + c.dx, c.y + c.dy), (2, c.x - c.dx, c.y - c.dy)) AS t (choice, x, y)
            JOIN @partnership@.area a
              ON a.area_kind = 'lsoa21'
             AND @postgis@.ST_Intersects(a.boundary, @postgis@.ST_SetSRID(@postgis@.ST_MakePoint(t.x, t.y), @srid@))
            JOIN pg_temp.synthetic_area s ON s.area_id = a.area_id
            WHERE (c.dx, c.dy) <> (0, 0)
            ORDER BY t.choice, s.area_no
            LIMIT 1) AS at ON true
        $query$);
    TRUNCATE pg_temp.synthetic_child;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_place_children(text) IS
    'Places the incidents of pg_temp.synthetic_child near their parents, on land, and moves them to pg_temp.synthetic_draw. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_independent(seed bigint, starts_on date, first_generation integer)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- independent incidents: area, day, hour and minute by their shares; a place in the area with a heavy tail; its point in a cell
    WITH area_share AS MATERIALIZED (
        SELECT s.component, array_agg(s.upto / s.total ORDER BY s.area_no) AS shares
        FROM (SELECT w.component, w.area_no,
                     sum(w.weight) OVER (PARTITION BY w.component ORDER BY w.area_no) AS upto,
                     sum(w.weight) OVER (PARTITION BY w.component ORDER BY w.area_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS total
              FROM pg_temp.synthetic_area_weight w) s
        GROUP BY s.component
    ),
    day_share AS MATERIALIZED (
        SELECT s.component, array_agg(s.upto / s.total ORDER BY s.day_no) AS shares
        FROM (SELECT w.component, w.day_no,
                     sum(w.planted_weight) OVER (PARTITION BY w.component ORDER BY w.day_no) AS upto,
                     sum(w.planted_weight) OVER (PARTITION BY w.component ORDER BY w.day_no ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS total
              FROM pg_temp.synthetic_day_weight w) s
        GROUP BY s.component
    ),
    component AS MATERIALIZED (
        SELECT c.component, c.hours, c.source, c.place, c.low, c.size, a.shares AS area_shares, d.shares AS day_shares,
               CASE WHEN c.mirror_of IS NOT NULL THEN round(c.size * c.mirror_share)::integer ELSE 0 END AS mirrored,
               CASE WHEN c.component = 'burglary_residential' THEN first_generation ELSE c.size END AS own
        FROM pg_temp.synthetic_component c
        JOIN area_share a USING (component)
        JOIN day_share d USING (component)
        WHERE c.component <> 'series'
    ),
    drawn AS (
        SELECT c.component, c.hours, c.source, c.place, n.n,
               width_bucket(csp.seeded_uniform(seed, 'area', n.n), c.area_shares) + 1 AS area_no,
               starts_on + width_bucket(csp.seeded_uniform(seed, 'day', n.n), c.day_shares) AS day
        FROM component c
        CROSS JOIN LATERAL generate_series(c.low + 1 + c.mirrored, c.low + c.own) AS n (n)
        OFFSET 0
    ),
    numbered AS (
        SELECT d.component, d.n, d.source, d.place, d.day, a.area_no, a.i0, a.j0, a.w, a.h,
               width_bucket(csp.seeded_uniform(seed, 'hour', d.n), h.shares) AS hour,
               CASE d.place
                   WHEN 'dwelling' THEN csp.seeded_integer(seed, 'place', d.n, 1, a.households)
                   WHEN 'street' THEN 1 + floor(60 * csp.seeded_uniform(seed, 'place', d.n) ^ 2)
                   WHEN 'junction' THEN 1 + floor(15 * csp.seeded_uniform(seed, 'place', d.n) ^ 2)
                   WHEN 'bar' THEN 1
                   WHEN 'school' THEN 1
                   ELSE 1 + floor((10 + 90 * a.centre) * csp.seeded_uniform(seed, 'place', d.n) ^ 3)
               END::integer AS k
        FROM drawn d
        JOIN pg_temp.synthetic_area a USING (area_no)
        JOIN pg_temp.synthetic_hours_share h ON h.hours = d.hours AND h.dow = extract(isodow FROM d.day)
        OFFSET 0
    ),
    placed AS (
        SELECT p.*, csp.seeded_uniform(seed, p.place, p.area_no * 100000 + p.k) AS across,
               csp.seeded_uniform(seed, p.place, -p.area_no * 100000 - p.k) AS up
        FROM numbered p
        OFFSET 0
    )
    INSERT INTO pg_temp.synthetic_draw
    SELECT p.n, p.component, 0,
           p.day + make_interval(hours => p.hour, mins => csp.seeded_integer(seed, 'minute', p.n, 0, 59)::integer),
           p.area_no, p.place, p.k,
           round(((1 - f.v) * ((1 - f.u) * c.x00 + f.u * c.x10) + f.v * ((1 - f.u) * c.x01 + f.u * c.x11))::numeric)::float8,
           round(((1 - f.v) * ((1 - f.u) * c.y00 + f.u * c.y10) + f.v * ((1 - f.u) * c.y01 + f.u * c.y11))::numeric)::float8,
           CASE
               WHEN p.place = 'area' THEN false
               WHEN p.source IN ('syn_police_crime', 'syn_police_asb') THEN csp.seeded_uniform(seed, 'located', p.n) > 0.015
               ELSE true
           END,
           p.n
    FROM placed p
    JOIN pg_temp.synthetic_cell c
      ON c.i = p.i0 + floor(p.w * p.across)::integer
     AND c.j = p.j0 + floor(p.h * p.up)::integer
    CROSS JOIN LATERAL (SELECT 0.03 + 0.94 * (p.w * p.across - floor(p.w * p.across)) AS u,
                               0.03 + 0.94 * (p.h * p.up - floor(p.h * p.up)) AS v) AS f;
    ANALYZE pg_temp.synthetic_draw;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_independent(bigint, date, integer) IS
    'Draws the incidents that nothing ties to others into pg_temp.synthetic_draw; of residential burglaries so many as first_generation. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_near_repeat(partnership text, seed bigint, ends_on date, low integer, generation_size integer[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_n integer;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- planted: each burglary is followed by 0.3 others on average, 1 to 14 days later, at the same place (a quarter) or within 200 metres
    first_n := low + generation_size[0];
    FOR step IN 1 .. 3 LOOP
        WITH parent AS (
            SELECT d.*, row_number() OVER (ORDER BY d.n) AS rank, count(*) OVER () AS parents
            FROM pg_temp.synthetic_draw d
            WHERE d.component = 'burglary_residential' AND d.generation = step - 1
              AND d.is_located AND d.local_time < ends_on - 14
        ),
        child AS (
            SELECT n, csp.seeded_integer(seed, 'parent', n, 1, (SELECT max(parents) FROM parent)) AS rank
            FROM generate_series(first_n + 1, first_n + generation_size[step]) AS n
        )
        INSERT INTO pg_temp.synthetic_child
        SELECT c.n, p.component, step,
               date_trunc('day', p.local_time)
               + make_interval(days => csp.seeded_integer(seed, 'near repeat days', c.n, 1, 14)::integer,
                               hours => csp.seeded_integer(seed, 'near repeat hour', c.n, 6, 23)::integer,
                               mins => csp.seeded_integer(seed, 'minute', c.n, 0, 59)::integer),
               p.area_no, p.place, p.k, 10000 + c.n,
               p.x, p.y,
               CASE WHEN f.same_place THEN 0 ELSE round((f.radius * cos(f.angle))::numeric)::float8 END,
               CASE WHEN f.same_place THEN 0 ELSE round((f.radius * sin(f.angle))::numeric)::float8 END,
               CASE WHEN csp.seeded_uniform(seed, 'same method', c.n) < 0.8 THEN p.method_n ELSE c.n END
        FROM child c
        JOIN parent p USING (rank)
        CROSS JOIN LATERAL (SELECT csp.seeded_uniform(seed, 'same place', c.n) < 0.25 AS same_place,
                                   5 + 194 * sqrt(csp.seeded_uniform(seed, 'radius', c.n)) AS radius,
                                   2 * pi() * csp.seeded_uniform(seed, 'angle', c.n) AS angle) AS f;
        PERFORM csp_internal.synthetic_place_children(partnership);
        first_n := first_n + generation_size[step];
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_near_repeat(text, bigint, date, integer, integer[]) IS
    'Adds the burglaries that earlier ones trigger, in three generations of the sizes given, numbered from low on. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_double(partnership text, seed bigint, starts_on date, ends_on date, time_zone text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    gap constant date := (date_trunc('month', ends_on) - interval '5 months')::date;
    mirror record;
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- planted: events that two services saw
    FOR mirror IN
        SELECT c.component, c.place, c.low, c.mirror_of, round(c.size * c.mirror_share)::integer AS size
        FROM pg_temp.synthetic_component c
        WHERE c.mirror_of IS NOT NULL
        ORDER BY c.component COLLATE "C"
    LOOP
        WITH parent AS (
            SELECT d.*, row_number() OVER (ORDER BY d.n) - 1 AS rank, count(*) OVER () AS parents
            FROM pg_temp.synthetic_draw d
            WHERE d.component = mirror.mirror_of AND d.is_located
              AND d.local_time >= starts_on + 1 AND d.local_time < ends_on
              AND d.local_time NOT BETWEEN gap - 1 AND gap + interval '1 month 1 day'
              -- minutes apart are counted on the local clock: not in a night when it changes
              AND (d.local_time + interval '3 hours') AT TIME ZONE time_zone - (d.local_time - interval '3 hours') AT TIME ZONE time_zone = interval '6 hours'
        )
        INSERT INTO pg_temp.synthetic_child
        SELECT c.n, mirror.component, 0,
               p.local_time + make_interval(mins => csp.seeded_integer(seed, 'minutes apart', c.n, -45, 45)::integer),
               p.area_no, p.place, p.k, p.k, p.x, p.y,
               round((f.radius * cos(f.angle))::numeric)::float8,
               round((f.radius * sin(f.angle))::numeric)::float8,
               c.n
        FROM (SELECT mirror.low + 1 + number AS n, number FROM generate_series(0, mirror.size - 1) AS number) c
        JOIN parent p ON p.rank = c.number * p.parents / mirror.size
        CROSS JOIN LATERAL (SELECT 38 * sqrt(csp.seeded_uniform(seed, 'radius', c.n)) AS radius,
                                   2 * pi() * csp.seeded_uniform(seed, 'angle', c.n) AS angle) AS f;
        PERFORM csp_internal.synthetic_place_children(partnership);
    END LOOP;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_double(text, bigint, date, date, text) IS
    'Adds the incidents of one service that another service has recorded as well. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_series(partnership text, seed bigint, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- planted: one offender's series around an anchor, with a method of its own
    INSERT INTO pg_temp.synthetic_child
    SELECT c.low + number, c.component, 0,
           ends_on - 7 * (c.size - number) - 3 + make_interval(hours => 2, mins => csp.seeded_integer(seed, 'minute', c.low + number, 0, 59)::integer),
           a.area_no, 'site', 0, 900 + number, a.x, a.y,
           round((f.radius * cos(f.angle))::numeric)::float8,
           round((f.radius * sin(f.angle))::numeric)::float8,
           c.low + 1
    FROM pg_temp.synthetic_component c
    CROSS JOIN generate_series(1, c.size) AS number
    CROSS JOIN (SELECT a.area_no, l.x10 AS x, l.y10 AS y
                FROM pg_temp.synthetic_area a
                JOIN pg_temp.synthetic_cell l ON l.i = a.i0 AND l.j = a.j0
                WHERE a.ward_no = 24
                ORDER BY a.area_no OFFSET 5 LIMIT 1) AS a
    CROSS JOIN LATERAL (SELECT 250 + csp.seeded_exponential(seed, 'radius', c.low + number, 600) AS radius,
                               2 * pi() * (number + csp.seeded_uniform(seed, 'angle', c.low + number)) / c.size AS angle) AS f
    WHERE c.component = 'series';
    PERFORM csp_internal.synthetic_place_children(partnership);
    ANALYZE pg_temp.synthetic_draw;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_series(text, bigint, date) IS
    'Adds the business burglaries of one offender around an anchor. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_event(seed bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CREATE TEMP TABLE synthetic_method AS
    SELECT * FROM (VALUES
        ('burglary_residential', ARRAY['rear door forced', 'rear window smashed', 'insecure door', 'front door lock snapped', 'insecure window', 'keys fished through letter box']),
        ('burglary_business', ARRAY['front door forced', 'window smashed', 'shutter lifted', 'rear door forced', 'wall or roof breached']),
        ('theft_from_vehicle', ARRAY['window smashed', 'insecure vehicle', 'load space peeled', 'no sign of force']),
        ('theft_of_vehicle', ARRAY['keys stolen', 'insecure vehicle', 'ignition forced', 'lifted', 'keyless relay']),
        ('shoplifting', ARRAY['concealed on person', 'bag', 'walked out with trolley', 'group distraction', 'threats to staff']),
        ('theft_from_the_person', ARRAY['dipping', 'table surfing', 'snatch']),
        ('robbery_personal', ARRAY['street robbery on foot', 'robbery on bicycle', 'robbery by known associates']),
        ('violence_with_injury', ARRAY['punch or kick', 'pushed', 'bottle or glass', 'other weapon']),
        ('bicycle_theft', ARRAY['lock cut', 'unlocked', 'stand dismantled']),
        ('deliberate_secondary_fire', ARRAY['refuse', 'grass or scrub', 'wheelie bin', 'bonfire']),
        ('fly_tipping', ARRAY['van load', 'car boot load', 'single item', 'tipper lorry load'])
    ) AS m (code, methods);

    CREATE TEMP TABLE synthetic_event AS
    SELECT row_number() OVER (ORDER BY d.local_time, d.n) AS incident_id,
           d.n, d.component, d.generation, d.local_time, d.place, d.k, d.x, d.y, d.is_located, d.method_n,
           c.code, c.source, c.victim,
           csp.seeded_uniform(seed, 'detected', d.n) < c.detection OR d.component = 'series' AS is_detected,
           CASE WHEN d.is_located OR (d.place = 'area' AND csp.seeded_uniform(seed, 'located', d.n) > 0.08) THEN d.area_no END AS area_no,
           d.area_no AS true_area_no
    FROM pg_temp.synthetic_draw d
    JOIN pg_temp.synthetic_component c USING (component);
    ANALYZE pg_temp.synthetic_event;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_event(bigint) IS
    'Numbers all drawn incidents in order of time in pg_temp.synthetic_event, and lists the methods of each kind of crime. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_write_incident(partnership text, seed bigint, starts_on date, ends_on date, time_zone text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        WITH event AS (
            SELECT e.*, c.interval_hours, c.delay_hours, c.domestic, c.alcohol, c.drugs, c.hate, c.weapon, c.offences,
                   s.source_id, s.code AS source_code, b.load_batch_id, t.problem_type_id, a.area_id, a.code AS area_code, a.name AS area_name, m.methods,
                   e.local_time AT TIME ZONE $4 AS occurred_from,
                   CASE e.place
                       WHEN 'shop' THEN (ARRAY['supermarket', 'convenience store', 'clothes shop', 'chemist'])[1 + e.k % 4]
                       WHEN 'venue' THEN (ARRAY['nightclub', 'public house', 'takeaway', 'late shop'])[1 + e.k % 4]
                       WHEN 'site' THEN (ARRAY['warehouse', 'office', 'community hall', 'car park'])[1 + e.k % 4]
                       WHEN 'school' THEN 'school'
                       WHEN 'bar' THEN 'bar'
                       WHEN 'dwelling' THEN 'dwelling'
                       WHEN 'street' THEN 'street'
                       WHEN 'junction' THEN 'road junction'
                   END AS premises_type
            FROM pg_temp.synthetic_event e
            JOIN pg_temp.synthetic_component c USING (component)
            JOIN @partnership@.source s ON s.code = e.source
            JOIN @partnership@.load_batch b ON b.source_id = s.source_id
            JOIN @partnership@.problem_type t ON t.code = e.code
            LEFT JOIN pg_temp.synthetic_area a ON a.area_no = e.area_no
            LEFT JOIN pg_temp.synthetic_method m ON m.code = e.code
        ),
        timed AS (
            SELECT e.*,
                   CASE
                       WHEN e.interval_hours > 0 AND csp.seeded_uniform($1, 'interval', e.n) < 0.7
                       THEN least(e.occurred_from + make_interval(mins => ceil(60 * csp.seeded_exponential($1, 'interval hours', e.n, greatest(e.interval_hours, 0.1)))::integer),
                                  ($3 + time '23:59') AT TIME ZONE $4)
                       ELSE e.occurred_from
                   END AS occurred_to
            FROM event e
            OFFSET 0
        )
        INSERT INTO @partnership@.incident
            (incident_id, source_id, source_reference, problem_type_id, offence_code, occurred_from, occurred_to, reported_at,
             location, place_reference, area_id, source_area_code, method, outcome,
             domestic, alcohol, drugs, hate, weapon, attributes, load_batch_id)
        SELECT e.incident_id, e.source_id,
               upper(e.source_code) || '-' || to_char(e.n, 'FM00000000'),
               e.problem_type_id,
               e.offences[1 + floor(cardinality(e.offences) * csp.seeded_uniform($1, 'offence', e.n) ^ 2)::integer],
               e.occurred_from, e.occurred_to,
               e.occurred_to + make_interval(mins => ceil(60 * csp.seeded_exponential($1, 'delay', e.n, e.delay_hours))::integer),
               CASE WHEN e.is_located THEN @postgis@.ST_SetSRID(@postgis@.ST_MakePoint(e.x, e.y), @srid@) END,
               CASE WHEN e.is_located THEN 'Synthetic ' || e.premises_type || ' '
                    || CASE e.place
                           WHEN 'bar' THEN (SELECT count(DISTINCT w.area_no) FROM pg_temp.synthetic_area_weight w WHERE w.component = 'ambulance_bars' AND w.weight > 0 AND w.area_no <= e.area_no)::text
                           ELSE substr(e.area_name, 11) || '-' || e.k
                       END
               END,
               e.area_id, e.area_code,
               CASE
                   WHEN e.component = 'series' THEN 'roof hatch lifted, safe cut with angle grinder'
                   WHEN e.component = 'vehicle_emerging' AND csp.seeded_uniform($1, 'method', e.n) < 0.8 THEN 'keyless relay'
                   ELSE e.methods[1 + floor(cardinality(e.methods) * csp.seeded_uniform($1, 'method', e.method_n) ^ 1.5)::integer]
               END,
               CASE
                   WHEN e.source <> 'syn_police_crime' THEN NULL
                   WHEN e.is_detected THEN (ARRAY['Suspect charged', 'Local resolution', 'Unable to prosecute suspect'])[1 + floor(3 * csp.seeded_uniform($1, 'outcome', e.n) ^ 1.4)::integer]
                   WHEN e.local_time >= $3 - 45 AND csp.seeded_uniform($1, 'outcome', e.n) < 0.7 THEN 'Under investigation'
                   WHEN csp.seeded_uniform($1, 'outcome', e.n) < 0.75 THEN 'Investigation complete; no suspect identified'
                   ELSE 'Unable to prosecute suspect'
               END,
               csp.seeded_uniform($1, 'domestic', e.n) < e.domestic,
               csp.seeded_uniform($1, 'alcohol', e.n) < e.alcohol,
               csp.seeded_uniform($1, 'drugs', e.n) < e.drugs,
               csp.seeded_uniform($1, 'hate', e.n) < e.hate,
               csp.seeded_uniform($1, 'weapon', e.n) < e.weapon,
               CASE WHEN e.is_located THEN jsonb_build_object('premises_type', e.premises_type) END,
               e.load_batch_id
        FROM timed e
        ORDER BY e.incident_id
        $query$) USING seed, starts_on, ends_on, time_zone;
    EXECUTE csp.partnership_sql(partnership, $query$
        SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('@partnership@.incident', 'incident_id'), (SELECT max(incident_id) FROM @partnership@.incident))
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        UPDATE @partnership@.load_batch b
        SET rows_read = c.rows, rows_inserted = c.rows, rows_without_location = c.unlocated
        FROM (SELECT i.load_batch_id, count(*) AS rows, count(*) FILTER (WHERE i.location IS NULL) AS unlocated
              FROM @partnership@.incident i
              GROUP BY i.load_batch_id) c
        WHERE c.load_batch_id = b.load_batch_id
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_write_incident(text, bigint, date, date, text) IS
    'Writes the drawn incidents into the table incident in one INSERT, and counts them in load_batch. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_incident_truth(partnership text, branching float8, independent integer, triggered integer, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description) VALUES
        ('near_repeat', 'tactical_near_repeat', 'burglary_residential', NULL,
            jsonb_build_object('branching', $1, 'metres', 200, 'days_from', 1, 'days_to', 14, 'same_place_share', 0.25, 'same_method_share', 0.8,
                'independent', $2, 'triggered', $3,
                'background', 'per household, rising with deprivation, with a winter season'),
            'Residential burglaries trigger others: 0.3 each on average, 1 to 14 days later, a quarter at the same dwelling and the others within 200 metres; up to three generations'),
        ('series', 'tactical_series', 'burglary_business', 'SYNW24',
            jsonb_build_object('incidents', 12, 'method', 'roof hatch lifted, safe cut with angle grinder', 'every_days', 7, 'last_on', $4 - 3, 'offender', 'SYN-P000001',
                'anchor_x', (SELECT l.x10 FROM pg_temp.synthetic_area a JOIN pg_temp.synthetic_cell l ON l.i = a.i0 AND l.j = a.j0 WHERE a.ward_no = 24 ORDER BY a.area_no OFFSET 5 LIMIT 1),
                'anchor_y', (SELECT l.y10 FROM pg_temp.synthetic_area a JOIN pg_temp.synthetic_cell l ON l.i = a.i0 AND l.j = a.j0 WHERE a.ward_no = 24 ORDER BY a.area_no OFFSET 5 LIMIT 1),
                'buffer_metres', 250, 'mean_metres_beyond_buffer', 600),
            'Twelve weekly business burglaries by one offender around an anchor in Netherquill Market, with a method that occurs nowhere else')
        $query$) USING branching, independent, triggered, ends_on;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_incident_truth(text, float8, integer, integer, date) IS
    'Writes down which near repeats and which series were planted. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_incident(partnership text, seed bigint, starts_on date, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    time_zone constant text := csp.setting(partnership, 'time_zone');
    branching constant float8 := 0.3;
    burglary record;
    generation_size integer[];
BEGIN
    PERFORM csp.check_partnership(partnership);
    SELECT * INTO burglary FROM pg_temp.synthetic_component c WHERE c.component = 'burglary_residential';
    generation_size[0] := round(burglary.size * (1 - branching) / (1 - branching ^ 4));
    generation_size[1] := round(generation_size[0] * branching);
    generation_size[2] := round(generation_size[0] * branching ^ 2);
    generation_size[3] := burglary.size - generation_size[0] - generation_size[1] - generation_size[2];

    CREATE TEMP TABLE synthetic_draw (
        n integer, component text, generation integer, local_time timestamp, area_no integer, place text, k integer,
        x float8, y float8, is_located boolean, method_n integer);
    CREATE TEMP TABLE synthetic_child (
        n integer, component text, generation integer, local_time timestamp, area_no integer, place text, k integer, k_moved integer,
        x float8, y float8, dx float8, dy float8, method_n integer);

    PERFORM csp_internal.synthetic_independent(seed, starts_on, generation_size[0]);
    PERFORM csp_internal.synthetic_near_repeat(partnership, seed, ends_on, burglary.low, generation_size);
    PERFORM csp_internal.synthetic_double(partnership, seed, starts_on, ends_on, time_zone);
    PERFORM csp_internal.synthetic_series(partnership, seed, ends_on);
    PERFORM csp_internal.synthetic_event(seed);
    PERFORM csp_internal.synthetic_write_incident(partnership, seed, starts_on, ends_on, time_zone);
    PERFORM csp_internal.synthetic_incident_truth(partnership, branching, generation_size[0], burglary.size - generation_size[0], ends_on);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_incident(text, bigint, date, date) IS
    'Draws the incidents of a synthetic partnership, in one INSERT, with the planted chains, doubles and series. Internal to create_synthetic_partnership.';
