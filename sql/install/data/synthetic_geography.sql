-- synthetic_geography: the areas of create_synthetic_partnership's made-up county.
--
-- A lattice of 72 x 32 cells, bent and jittered, with its southern edge for a coast, lies in the North Sea, where no real
-- place can be meant. Every area is a block of cells and its boundary runs through the lattice's own vertices, so that the
-- areas of each kind tile the county without gaps or overlaps and no overlay of polygons is needed: the same seed gives
-- the same coordinates with every version of PostGIS and GEOS. Vertices and places are whole metres.

CREATE FUNCTION csp_internal.synthetic_lattice(seed bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CREATE TEMP TABLE synthetic_vertex AS
    SELECT i, j,
           round((560000 + 550 * i + 600 * sin(0.35 * i) + 250 * sin(0.4 * j)
                  + 110 * (csp.seeded_uniform(seed, 'vertex x', i * 100 + j) - 0.5))::numeric)::float8 AS x,
           round((480000 + 520 * j + 250 * sin(0.45 * j)
                  + (1 - j / 40.0::float8) * (1300 * sin(0.16 * i + 1) + 300 * sin(0.55 * i))
                  + (CASE j WHEN 0 THEN 300 ELSE 110 END) * (csp.seeded_uniform(seed, 'vertex y', i * 100 + j) - 0.5))::numeric)::float8 AS y
    FROM generate_series(0, 72) AS i
    CROSS JOIN generate_series(0, 32) AS j;

    CREATE TEMP TABLE synthetic_cell AS
    SELECT sw.i, sw.j,
           sw.x AS x00, sw.y AS y00, se.x AS x10, se.y AS y10,
           nw.x AS x01, nw.y AS y01, ne.x AS x11, ne.y AS y11
    FROM pg_temp.synthetic_vertex sw
    JOIN pg_temp.synthetic_vertex se ON se.i = sw.i + 1 AND se.j = sw.j
    JOIN pg_temp.synthetic_vertex nw ON nw.i = sw.i AND nw.j = sw.j + 1
    JOIN pg_temp.synthetic_vertex ne ON ne.i = sw.i + 1 AND ne.j = sw.j + 1;
    ANALYZE pg_temp.synthetic_cell;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_lattice(bigint) IS
    'Makes the vertices and cells of the county''s lattice, in pg_temp.synthetic_vertex and synthetic_cell. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_draw_areas(partnership text, seed bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- wards are blocks of 8 x 8 cells: U towns (16 small areas), S suburbs (8), R countryside (4)
    CREATE TEMP TABLE synthetic_ward AS
    SELECT w.ward_no, w.settlement, w.name,
           (w.ward_no - 1) % 9 * 8 AS i0,
           (w.ward_no - 1) / 9 * 8 AS j0,
           CASE
               WHEN (w.ward_no - 1) / 9 < 2 THEN CASE WHEN (w.ward_no - 1) % 9 < 5 THEN 1 ELSE 2 END
               ELSE CASE WHEN (w.ward_no - 1) % 9 < 4 THEN 3 ELSE 4 END
           END AS district_no
    FROM (VALUES
        (1, 'R', 'Kelpstrand'), (2, 'S', 'Oysterley'), (3, 'U', 'Gullmouth Harbour'), (4, 'U', 'Gullmouth Parade'), (5, 'S', 'Limpet Bay'),
        (6, 'R', 'Driftover'), (7, 'U', 'Brinehaven Sands'), (8, 'S', 'Winkleton'), (9, 'R', 'Spindrift Point'),
        (10, 'R', 'Marlcombe'), (11, 'S', 'Withyfold'), (12, 'U', 'Gullmouth Minster'), (13, 'U', 'Gullmouth Foundry'), (14, 'S', 'Larkmead'),
        (15, 'R', 'Osierbeck'), (16, 'U', 'Brinehaven Station'), (17, 'S', 'Teaselby'), (18, 'R', 'Plovergate'),
        (19, 'R', 'Sedgewarren'), (20, 'R', 'Burdockham'), (21, 'S', 'Thornwold East'), (22, 'S', 'Thornwold West'), (23, 'U', 'Netherquill Bridge'),
        (24, 'U', 'Netherquill Market'), (25, 'S', 'Comfreyton'), (26, 'R', 'Hazelrigg Moss'), (27, 'R', 'Dunlinmere'),
        (28, 'R', 'Yarrowden'), (29, 'R', 'Fescue Hill'), (30, 'R', 'Gorsebarrow'), (31, 'S', 'Thornwold North'), (32, 'S', 'Vetchley'),
        (33, 'U', 'Netherquill Park'), (34, 'R', 'Rookfallow'), (35, 'R', 'Sorrelthwaite'), (36, 'R', 'Merlincote')
    ) AS w (ward_no, settlement, name);

    CREATE TEMP TABLE synthetic_block AS
    SELECT 'partnership' AS area_kind, partnership AS code, 'Synthetic county' AS name, 0 AS i0, 0 AS j0, 72 AS w, 32 AS h
    UNION ALL
    SELECT 'district', 'SYND0' || d.district_no, d.name || ' (synthetic)', d.i0, d.j0, d.w, 16
    FROM (VALUES (1, 'Gullmouth', 0, 0, 40), (2, 'Brinehaven', 40, 0, 32), (3, 'Thornwold', 0, 16, 32), (4, 'Netherquill', 32, 16, 40)) AS d (district_no, name, i0, j0, w)
    UNION ALL
    SELECT 'ward', 'SYNW' || to_char(w.ward_no, 'FM00'), w.name || ' (synthetic)', w.i0, w.j0, 8, 8
    FROM pg_temp.synthetic_ward w;

    CREATE TEMP TABLE synthetic_area AS
    WITH shape (settlement, w, h) AS (VALUES ('U', 2, 2), ('S', 4, 2), ('R', 4, 4)),
    block AS (
        SELECT w.ward_no, w.district_no, w.settlement, w.i0 + s.w * c AS i0, w.j0 + s.h * r AS j0, s.w, s.h,
               row_number() OVER (ORDER BY w.ward_no, r, c)::integer AS area_no,
               row_number() OVER (PARTITION BY w.ward_no ORDER BY r, c)::integer AS number_in_ward
        FROM pg_temp.synthetic_ward w
        JOIN shape s USING (settlement)
        CROSS JOIN LATERAL generate_series(0, 8 / s.w - 1) AS c
        CROSS JOIN LATERAL generate_series(0, 8 / s.h - 1) AS r
    ),
    measured AS (
        SELECT b.*,
               'SYN' || to_char(b.area_no, 'FM00000') AS code,
               -- retail and night-time economy of three town centres, 1 at the heart of the largest
               round((1.0 * exp(-((b.i0 + b.w / 2.0 - 24) ^ 2 + (b.j0 + b.h / 2.0 - 8) ^ 2) / 8)
                      + 0.6 * exp(-((b.i0 + b.w / 2.0 - 52) ^ 2 + (b.j0 + b.h / 2.0 - 9) ^ 2) / 6)
                      + 0.5 * exp(-((b.i0 + b.w / 2.0 - 40) ^ 2 + (b.j0 + b.h / 2.0 - 21) ^ 2) / 6))::numeric, 6)::float8 AS centre,
               round((0.7 * csp.seeded_normal(seed, 'deprivation of ward', b.ward_no)
                      + 0.5 * csp.seeded_normal(seed, 'deprivation of area', b.area_no)
                      + CASE b.settlement WHEN 'U' THEN 0.6 WHEN 'R' THEN -0.5 ELSE 0 END)::numeric, 6)::float8 AS deprivation,
               1350 + round(250 * csp.seeded_uniform(seed, 'population', b.area_no) + 250 * csp.seeded_uniform(seed, 'population', -b.area_no))::integer AS population
        FROM block b
    )
    SELECT m.area_no, NULL::integer AS area_id, m.code,
           'Synthetic ' || to_char(m.ward_no, 'FM00') || chr(64 + m.number_in_ward) AS name,
           m.ward_no, m.district_no, m.settlement, m.i0, m.j0, m.w, m.h, m.centre,
           m.ward_no = 33 AND m.number_in_ward IN (10, 11, 12, 14, 15, 16) AS is_hot_spot,
           m.ward_no = 13 AND m.number_in_ward = 4 AS is_vulnerable,
           CASE WHEN m.ward_no = 13 AND m.number_in_ward = 4 THEN 3 ELSE m.deprivation END AS deprivation,
           m.population,
           round(m.population / (2.15 + 0.3 * csp.seeded_uniform(seed, 'household size', m.area_no)))::integer AS households,
           NULL::float8 AS square_km
    FROM measured m
    ORDER BY m.area_no;

    INSERT INTO pg_temp.synthetic_block
    SELECT 'lsoa21', a.code, a.name, a.i0, a.j0, a.w, a.h
    FROM pg_temp.synthetic_area a;
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_draw_areas(text, bigint) IS
    'Draws the areas as blocks of cells: wards, districts and small areas with their people, centres and deprivation, in pg_temp.synthetic_ward, synthetic_block and synthetic_area. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_write_areas(partnership text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    -- a block's ring runs through every lattice vertex on its edge: east, north, west, south
    EXECUTE csp.partnership_sql(partnership, $query$
        WITH ring AS (
            SELECT b.area_kind, b.code,
                   @postgis@.ST_Multi(@postgis@.ST_MakePolygon(@postgis@.ST_MakeLine(
                       @postgis@.ST_SetSRID(@postgis@.ST_MakePoint(v.x, v.y), @srid@) ORDER BY step))) AS boundary
            FROM pg_temp.synthetic_block b
            CROSS JOIN LATERAL generate_series(0, 2 * (b.w + b.h)) AS step
            JOIN pg_temp.synthetic_vertex v
              ON v.i = b.i0 + CASE WHEN step <= b.w THEN step
                                   WHEN step <= b.w + b.h THEN b.w
                                   WHEN step <= 2 * b.w + b.h THEN 2 * b.w + b.h - step
                                   ELSE 0 END
             AND v.j = b.j0 + CASE WHEN step <= b.w THEN 0
                                   WHEN step <= b.w + b.h THEN step - b.w
                                   WHEN step <= 2 * b.w + b.h THEN b.h
                                   ELSE 2 * (b.w + b.h) - step END
            GROUP BY b.area_kind, b.code
        )
        INSERT INTO @partnership@.area (area_kind, code, name, boundary, square_km)
        SELECT b.area_kind, b.code, b.name, r.boundary, round((@postgis@.ST_Area(r.boundary) / 1e6)::numeric, 4)::float8
        FROM pg_temp.synthetic_block b
        JOIN ring r USING (area_kind, code)
        ORDER BY array_position(ARRAY['partnership', 'district', 'ward', 'lsoa21'], b.area_kind), b.code
        ON CONFLICT (area_kind, code) DO UPDATE
        SET name = excluded.name, boundary = excluded.boundary, square_km = excluded.square_km
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        UPDATE pg_temp.synthetic_area s
        SET area_id = a.area_id, square_km = a.square_km
        FROM @partnership@.area a
        WHERE a.area_kind = 'lsoa21' AND a.code = s.code
        $query$);
    ANALYZE pg_temp.synthetic_area;

    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.area_lookup (from_kind, from_code, to_kind, to_code, relation, to_name)
        SELECT 'lsoa21', a.code, 'ward', 'SYNW' || to_char(a.ward_no, 'FM00'), 'within', w.name || ' (synthetic)'
        FROM pg_temp.synthetic_area a
        JOIN pg_temp.synthetic_ward w USING (ward_no)
        UNION ALL
        SELECT 'ward', b.code, 'district', 'SYND0' || w.district_no, 'within', d.name
        FROM pg_temp.synthetic_ward w
        JOIN pg_temp.synthetic_block b ON b.area_kind = 'ward' AND b.code = 'SYNW' || to_char(w.ward_no, 'FM00')
        JOIN pg_temp.synthetic_block d ON d.area_kind = 'district' AND d.code = 'SYND0' || w.district_no
        ORDER BY 1, 2
        $query$);
    PERFORM csp.refresh_areas(partnership);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_write_areas(text) IS
    'Writes the drawn areas with their boundaries and their nesting. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_write_measures(partnership text, seed bigint, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.area_population (area_id, year, population, households, citation, method)
        SELECT a.area_id, y.year,
               round(a.population * (1 - 0.006 * y.years_before))::bigint,
               round(a.households * (1 - 0.006 * y.years_before))::bigint,
               'Made up by csp_analysis; not real', 'synthetic'
        FROM pg_temp.synthetic_area a
        CROSS JOIN (VALUES ($1, 0), ($1 - 1, 1)) AS y (year, years_before)
        ORDER BY a.area_id, y.year
        $query$) USING extract(year FROM ends_on)::integer;

    EXECUTE csp.partnership_sql(partnership, $query$
        WITH measured AS (
            SELECT a.area_id, a.area_no, a.population, a.is_vulnerable,
                   round((21.7 * exp(0.5 * a.deprivation))::numeric, 3)::float8 AS imd_score,
                   round(least(0.6, 0.11 * exp(0.5 * a.deprivation + 0.10 * csp.seeded_normal($1, 'income', a.area_no)))::numeric, 4)::float8 AS income,
                   round(least(0.5, 0.09 * exp(0.5 * a.deprivation + 0.12 * csp.seeded_normal($1, 'employment', a.area_no)))::numeric, 4)::float8 AS employment,
                   round((21.7 * exp(0.45 * a.deprivation + 0.20 * csp.seeded_normal($1, 'education', a.area_no)))::numeric, 3)::float8 AS education,
                   round(a.population * least(0.5, 0.11 + 0.12 * a.centre + 0.01 * csp.seeded_normal($1, 'young people', a.area_no)
                                                   + CASE WHEN a.is_vulnerable THEN 0.18 ELSE 0 END))::float8 AS young
            FROM pg_temp.synthetic_area a
        ),
        ranked AS (
            SELECT m.*, row_number() OVER (ORDER BY m.imd_score DESC, m.area_no) AS imd_rank
            FROM measured m
        )
        INSERT INTO @partnership@.area_measure (area_id, measure, year, value, citation)
        SELECT r.area_id, v.measure, $2, v.value, 'Made up by csp_analysis; not real'
        FROM ranked r
        CROSS JOIN LATERAL (VALUES
            ('imd_score', r.imd_score),
            ('imd_rank', r.imd_rank::float8),
            ('imd_decile', ceil(r.imd_rank * 10.0 / (SELECT count(*) FROM ranked))::float8),
            ('income_deprivation', r.income),
            ('employment_deprivation', r.employment),
            ('education_deprivation', r.education),
            ('population_15_24', r.young)
        ) AS v (measure, value)
        ORDER BY r.area_id, v.measure COLLATE "C"
        $query$) USING seed, extract(year FROM ends_on)::integer - 1;

    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description)
        SELECT 'vulnerable_locality', 'strategic_vulnerable_locality', NULL, a.code,
               jsonb_build_object('area_kind', 'lsoa21', 'burglary_factor', 3, 'damage_factor', 3, 'deprivation', 3),
               'One small area of ' || w.name || ' has three times the burglary and damage to dwellings that its households would give, the highest deprivation and many young people'
        FROM pg_temp.synthetic_area a
        JOIN pg_temp.synthetic_ward w USING (ward_no)
        WHERE a.is_vulnerable
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_write_measures(text, bigint, date) IS
    'Writes population, households and measures of deprivation of the drawn areas, and which area is planted as vulnerable. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_geography(partnership text, seed bigint, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    PERFORM csp_internal.synthetic_lattice(seed);
    PERFORM csp_internal.synthetic_draw_areas(partnership, seed);
    PERFORM csp_internal.synthetic_write_areas(partnership);
    PERFORM csp_internal.synthetic_write_measures(partnership, seed, ends_on);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_geography(text, bigint, date) IS
    'Makes up the areas of a synthetic partnership with their nesting, population, households and deprivation, and leaves work tables (pg_temp.synthetic_*) for the steps that follow. Internal to create_synthetic_partnership.';
