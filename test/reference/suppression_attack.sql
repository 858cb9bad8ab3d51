-- Random partnerships with mixed rules, and what the attacker of suppression_attack.mod is given of them.
-- Temporary tables: system_cell, system_part, system_month (true counts), publication, published (after suppression), and from
-- them attack_item and attack_data (one text per system).

SET check_function_bodies = off;
CREATE TEMP TABLE system_cell (system integer, cell integer, problem_type integer, level text, area integer, threshold integer, total integer, breakdown integer NOT NULL DEFAULT 0, PRIMARY KEY (system, cell));
CREATE TEMP TABLE system_month (system integer, cell integer, month integer, incidents bigint, PRIMARY KEY (system, cell, month));
CREATE TEMP TABLE publication (system integer, number integer, first integer, last integer, level text, PRIMARY KEY (system, number));
CREATE TEMP TABLE published (system integer, number integer, cell integer, base integer, incidents bigint, is_hidden boolean, reason text, low bigint, high bigint, PRIMARY KEY (system, number, cell));

-- draw(system, purpose, a, b): a number from 0 to 999,999 that depends on these alone
CREATE FUNCTION pg_temp.draw(system integer, purpose text, a integer DEFAULT 0, b integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT (('x' || substr(md5(format('%s/%s/%s/%s', system, purpose, a, b)), 1, 8))::bit(32)::bigint % 1000000)::integer
$$;

/*
 * make_system: 4 to 8 types in a tree; of some that contain no other such one, counts by ward, and by district; incidents
 * typed at the parent, and of no known area; thresholds 0, 4, 7, 9 by type, the strictest of its subtypes; one publication or
 * up to three over ranges of four months, each by ward, by district or for the whole alone.
 */
CREATE FUNCTION pg_temp.make_system(s integer, several boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    types integer := 4 + pg_temp.draw(s, 'types') % 5;
    wards integer := 2 + pg_temp.draw(s, 'wards') % 4;
    months integer := CASE WHEN several THEN 4 ELSE 1 END;
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP TABLE IF EXISTS own, tree, base, headline;
    CREATE TEMP TABLE own AS
    SELECT t AS problem_type, CASE WHEN t > 1 THEN 1 + pg_temp.draw(s, 'parent', t) % least(t - 1, 3) END AS parent,
           (ARRAY[0, 0, 4, 7, 9])[1 + pg_temp.draw(s, 'threshold', t) % 5] AS threshold
    FROM generate_series(1, types) t;
    CREATE TEMP TABLE tree AS
    WITH RECURSIVE tree (problem_type, member) AS (
        SELECT o.problem_type, o.problem_type FROM own o
      UNION ALL
        SELECT tree.problem_type, o.problem_type FROM tree JOIN own o ON o.parent = tree.member
    ) SELECT * FROM tree;
    CREATE TEMP TABLE headline AS
    SELECT o.problem_type FROM own o
    WHERE pg_temp.draw(s, 'headline', o.problem_type) % 2 = 0
      AND NOT EXISTS (SELECT FROM tree WHERE tree.member = o.problem_type AND tree.problem_type <> o.problem_type AND pg_temp.draw(s, 'headline', tree.problem_type) % 2 = 0);
    CREATE TEMP TABLE base AS
    SELECT o.problem_type, m AS month, w AS ward, d.draw AS incidents
    FROM own o
    CROSS JOIN generate_series(1, months) m
    CROSS JOIN generate_series(0, wards) w
    CROSS JOIN LATERAL (SELECT CASE pg_temp.draw(s, 'size', o.problem_type * 100 + w, m) % 8
        WHEN 0 THEN pg_temp.draw(s, 'n', o.problem_type * 100 + w, m) % 40
        WHEN 1 THEN pg_temp.draw(s, 'n', o.problem_type * 100 + w, m) % 12
        WHEN 2 THEN pg_temp.draw(s, 'n', o.problem_type * 100 + w, m) % 5
        WHEN 3 THEN 1 ELSE 0 END AS draw) d
    -- some types are recorded at their subtypes alone, some places are always known
    WHERE NOT (EXISTS (SELECT FROM own child WHERE child.parent = o.problem_type) AND pg_temp.draw(s, 'direct', o.problem_type) % 3 > 0)
      AND NOT (w = 0 AND pg_temp.draw(s, 'unknown', o.problem_type) % 3 > 0);
    INSERT INTO system_cell (system, cell, problem_type, level, area, threshold)
    SELECT s, row_number() OVER (ORDER BY c.level = 'ward', c.level = 'district', c.problem_type, c.area), c.problem_type, c.level, c.area,
           (SELECT max(m.threshold) FROM tree JOIN own m ON m.problem_type = tree.member WHERE tree.problem_type = c.problem_type)
    FROM (
        SELECT o.problem_type, 'whole' AS level, 0 AS area FROM own o
      UNION ALL
        SELECT h.problem_type, 'district', d FROM headline h CROSS JOIN generate_series(0, (wards - 1) / 2) d WHERE several
      UNION ALL
        SELECT h.problem_type, 'ward', w FROM headline h CROSS JOIN generate_series(1, wards) w
    ) c;
    -- wards 1 and 2 are in district 0, 3 and 4 in 1
    UPDATE system_cell c SET total = w.cell, breakdown = CASE WHEN c.level = 'whole' THEN 1 ELSE 2 END
    FROM system_cell w
    JOIN own o ON true
    WHERE c.system = s AND w.system = s AND o.problem_type = c.problem_type
      AND CASE WHEN c.level = 'whole' THEN w.level = 'whole' AND w.problem_type = o.parent
               WHEN c.level = 'district' OR NOT several THEN w.level = 'whole' AND w.problem_type = c.problem_type
               ELSE w.level = 'district' AND w.problem_type = c.problem_type AND w.area = (c.area - 1) / 2 END;
    INSERT INTO system_month
    SELECT s, c.cell, b.month, sum(b.incidents)
    FROM system_cell c
    JOIN tree USING (problem_type)
    JOIN base b ON b.problem_type = tree.member
    WHERE c.system = s
      AND CASE c.level WHEN 'whole' THEN true WHEN 'district' THEN b.ward > 0 AND (b.ward - 1) / 2 = c.area ELSE b.ward = c.area END
    GROUP BY c.cell, b.month;
    INSERT INTO publication
    SELECT s, row_number() OVER (ORDER BY min(n)) - 1, p.first, p.last, p.level
    FROM (
        SELECT n, CASE WHEN several THEN 1 + pg_temp.draw(s, 'first', n) % 3 ELSE 1 END AS first,
               CASE WHEN several THEN least(4, 1 + pg_temp.draw(s, 'first', n) % 3 + pg_temp.draw(s, 'months', n) % 4) ELSE 1 END AS last,
               CASE WHEN several THEN (ARRAY['ward', 'ward', 'district', 'none'])[1 + pg_temp.draw(s, 'level', n) % 4] ELSE 'ward' END AS level
        FROM generate_series(0, CASE WHEN several THEN 1 + pg_temp.draw(s, 'publications') % 2 ELSE 0 END) n
    ) p
    GROUP BY p.first, p.last, p.level;
END
$$;

-- system_region: months that lie in the same publications up to one
CREATE FUNCTION pg_temp.system_region(s integer, upto integer) RETURNS TABLE (region integer, tables bigint, months integer[]) LANGUAGE sql STABLE AS $$
    SELECT row_number() OVER (ORDER BY k.tables)::integer, k.tables, array_agg(k.month)
    FROM (
        SELECT m AS month, coalesce(sum(1::bigint << p.number) FILTER (WHERE m BETWEEN p.first AND p.last), 0)::bigint AS tables
        FROM generate_series(1, 4) m
        JOIN publication p ON p.system = s AND p.number <= upto
        GROUP BY m
    ) k
    WHERE k.tables > 0
    GROUP BY k.tables
$$;

-- publish: one publication after another, each beside what was published before; rule: kernel, or primary for no more than that
CREATE FUNCTION pg_temp.publish(s integer, rule text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    stage record;
BEGIN
    FOR stage IN SELECT p.* FROM publication p WHERE p.system = s ORDER BY p.number LOOP
        INSERT INTO published (system, number, cell, base, incidents, is_hidden, reason, low, high)
        WITH region AS MATERIALIZED (SELECT r.* FROM pg_temp.system_region(s, stage.number) r),
        grid AS (
            SELECT array_agg(coalesce((SELECT sum(m.incidents) FROM system_month m WHERE m.system = s AND m.cell = c.cell AND m.month = ANY (r.months)), 0)::bigint ORDER BY r.region, c.cell) AS counts
            FROM region r CROSS JOIN system_cell c WHERE c.system = s
        ),
        status AS (
            SELECT array_agg(CASE WHEN p.number < stage.number THEN CASE WHEN d.cell IS NULL THEN -1 WHEN d.is_hidden THEN 0 ELSE 1 END
                                  WHEN c.level IN ('whole', p.level) THEN 2 ELSE -1 END ORDER BY p.number, c.cell) AS status
            FROM publication p
            JOIN system_cell c USING (system)
            LEFT JOIN published d ON d.system = s AND d.number = p.number AND d.cell = c.cell
            WHERE p.system = s AND p.number <= stage.number
        ),
        chosen AS (
            SELECT k.cell, k.is_suppressed, k.reason, k.low, k.high
            FROM grid, status, (SELECT array_agg(c.total ORDER BY c.cell) AS total, array_agg(c.breakdown ORDER BY c.cell) AS breakdown, array_agg(c.threshold ORDER BY c.cell) AS threshold FROM system_cell c WHERE c.system = s) a,
                 LATERAL csp_internal.suppress_overlapping(a.total, a.breakdown, a.threshold, (SELECT array_agg(r.tables ORDER BY r.region) FROM region r), grid.counts, status.status, stage.number + 1) k
        )
        SELECT s, stage.number, c.cell, CASE pg_temp.draw(s, 'base', c.problem_type) % 4 WHEN 0 THEN 5 ELSE 1 END, n.incidents,
               CASE rule WHEN 'kernel' THEN k.is_suppressed ELSE n.incidents BETWEEN 1 AND c.threshold END, CASE rule WHEN 'kernel' THEN k.reason ELSE 'primary' END, k.low, k.high
        FROM system_cell c
        JOIN chosen k USING (cell)
        CROSS JOIN LATERAL (SELECT coalesce(sum(m.incidents), 0) AS incidents FROM system_month m WHERE m.system = s AND m.cell = c.cell AND m.month BETWEEN stage.first AND stage.last) n
        WHERE c.system = s;
    END LOOP;
END
$$;

-- prepare_attack: regions, equations, remainders and items of all systems
CREATE FUNCTION pg_temp.prepare_attack() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS attack_region, attack_equation, attack_part, attack_count, attack_remainder, attack_item;
    CREATE TEMP TABLE attack_region AS
    SELECT s.system, r.region, r.tables, r.months
    FROM (SELECT p.system, max(p.number) AS last FROM publication p GROUP BY p.system) s CROSS JOIN LATERAL pg_temp.system_region(s.system, s.last) r;
    CREATE TEMP TABLE attack_equation AS
    SELECT c.system, c.total, c.breakdown, row_number() OVER (PARTITION BY c.system ORDER BY c.total, c.breakdown) AS equation
    FROM system_cell c WHERE c.total IS NOT NULL GROUP BY c.system, c.total, c.breakdown;
    CREATE TEMP TABLE attack_part AS
    SELECT e.system, e.equation, e.total, c.cell FROM attack_equation e JOIN system_cell c USING (system, total, breakdown);
    CREATE TEMP TABLE attack_count AS
    SELECT r.system, r.region, r.tables, c.cell, c.threshold, coalesce(sum(m.incidents), 0)::bigint AS incidents
    FROM attack_region r
    JOIN system_cell c USING (system)
    LEFT JOIN system_month m ON m.system = c.system AND m.cell = c.cell AND m.month = ANY (r.months)
    GROUP BY r.system, r.region, r.tables, c.cell, c.threshold;
    CREATE INDEX ON attack_count (system, region, cell);
    ANALYZE;
    CREATE TEMP TABLE attack_remainder AS
    SELECT e.system, t.region, e.equation, e.total, t.threshold, t.incidents - sum(p.incidents) AS incidents
    FROM attack_equation e
    JOIN attack_count t ON t.system = e.system AND t.cell = e.total
    JOIN attack_part a ON a.system = e.system AND a.equation = e.equation
    JOIN attack_count p ON p.system = e.system AND p.region = t.region AND p.cell = a.cell
    GROUP BY e.system, t.region, e.equation, e.total, t.threshold, t.incidents;
    -- what it works at: every hidden count, and small counts that nobody published: of the months between two publications, and
    -- of what is in no part
    CREATE TEMP TABLE attack_item AS
    SELECT i.system, row_number() OVER (PARTITION BY i.system ORDER BY i.what, i.number, i.region, i.cell, i.equation) AS item,
           i.what, i.number, i.region, i.cell, i.equation, i.incidents, i.threshold, i.low, i.high
    FROM (
        SELECT d.system, 'count' AS what, d.number, NULL::integer AS region, d.cell, NULL::bigint AS equation, d.incidents, c.threshold, d.low, d.high
        FROM published d JOIN system_cell c USING (system, cell) WHERE d.is_hidden
      UNION ALL
        SELECT n.system, 'difference', NULL, n.region, n.cell, NULL, n.incidents, n.threshold, NULL, NULL
        FROM attack_count n WHERE n.incidents BETWEEN 1 AND n.threshold AND (SELECT count(*) FROM publication p WHERE p.system = n.system) > 1
          AND EXISTS (SELECT FROM published d WHERE d.system = n.system AND d.cell = n.cell)
      UNION ALL
        SELECT m.system, 'remainder', NULL, m.region, m.total, m.equation, m.incidents, m.threshold, NULL, NULL
        FROM attack_remainder m WHERE m.incidents BETWEEN 1 AND m.threshold
    ) i;
    CREATE INDEX ON attack_item (system);
    CREATE INDEX ON attack_part (system);
    CREATE INDEX ON attack_remainder (system);
    ANALYZE;
END
$$;

-- What the attacker is given, as data of the programme. By system it knows from elsewhere all that is in no part of a total (0),
-- what is so and not small (1), or nothing of it (2); working at what is in no part, that of the other equations; working at
-- a count that is hidden for the sake of others, only what was published.
CREATE FUNCTION pg_temp.reader(s integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT s / 3 % 3 $$;
CREATE FUNCTION pg_temp.attack_data(s integer) RETURNS text LANGUAGE sql STABLE AS $$
    WITH shown AS (
        SELECT d.number, d.cell, d.is_hidden, d.reason, d.incidents,
               -- the rounded figure: halves go up
               csp.disclose(d.incidents, 0, d.base) - d.base / 2 AS low, csp.disclose(d.incidents, 0, d.base) + (d.base + 1) / 2 - 1 AS high
        FROM published d WHERE d.system = s
    ),
    seeks AS (
        SELECT i.item, r.region, i.cell, 1 AS sign FROM attack_item i JOIN attack_region r ON r.system = s AND (i.what = 'count' AND r.tables >> i.number & 1 = 1 OR r.region = i.region) WHERE i.system = s
      UNION ALL
        SELECT i.item, i.region, p.cell, -1 FROM attack_item i JOIN attack_part p ON p.system = s AND p.equation = i.equation WHERE i.system = s
    )
    SELECT concat_ws(E'\n', 'data;',
        format('param regions := %s; param cells := %s; param equations := %s; param tables := %s; param items := %s;',
               (SELECT count(*) FROM attack_region WHERE system = s), (SELECT count(*) FROM system_cell WHERE system = s), (SELECT count(*) FROM attack_equation WHERE system = s),
               (SELECT count(*) FROM publication WHERE system = s), (SELECT count(*) FROM attack_item WHERE system = s)),
        'param total := ' || (SELECT string_agg(format('%s %s', equation, total), ', ') FROM attack_equation WHERE system = s) || ';',
        'set PART := ' || (SELECT string_agg(format('(%s,%s)', equation, cell), ' ') FROM attack_part WHERE system = s) || ';',
        'param remainder := ' || (SELECT string_agg(format('%s %s %s', region, equation, incidents), ', ') FROM attack_remainder WHERE system = s) || ';',
        'set INSIDE := ' || (SELECT string_agg(format('(%s,%s)', p.number + 1, r.region), ' ') FROM publication p JOIN attack_region r USING (system) WHERE p.system = s AND r.tables >> p.number & 1 = 1) || ';',
        'set SHOWN := ' || coalesce((SELECT string_agg(format('(%s,%s)', number + 1, cell), ' ') FROM shown WHERE NOT is_hidden), '') || ';',
        'param low := ' || coalesce((SELECT string_agg(format('%s %s %s', number + 1, cell, low), ', ') FROM shown WHERE NOT is_hidden), '') || ';',
        'param high := ' || coalesce((SELECT string_agg(format('%s %s %s', number + 1, cell, high), ', ') FROM shown WHERE NOT is_hidden), '') || ';',
        'set HIDDEN := ' || coalesce((SELECT string_agg(format('(%s,%s)', number + 1, cell), ' ') FROM shown WHERE is_hidden AND incidents > 0 AND reason IS DISTINCT FROM 'withheld'), '') || ';',
        'set POSITIVE := ' || coalesce((SELECT string_agg(format('(%s,%s)', number + 1, cell), ' ') FROM shown WHERE incidents > 0 AND number = (SELECT max(number) FROM publication WHERE system = s) AND reason IS DISTINCT FROM 'withheld'), '') || ';',
        format('param last := %s;', (SELECT max(number) + 1 FROM publication WHERE system = s)),
        'set SEEKS := ' || (SELECT string_agg(format('(%s,%s,%s)', item, region, cell), ' ') FROM seeks) || ';',
        'param sign := ' || (SELECT string_agg(format('%s %s %s %s', item, region, cell, sign), ', ') FROM seeks) || ';',
        'set UNKNOWN := ' || coalesce((SELECT string_agg(format('(%s,%s,%s)', i.item, r.region, r.equation), ' ') FROM attack_item i JOIN attack_remainder r ON r.system = s AND (i.what = 'remainder' AND r.equation = i.equation OR i.what = 'count' AND i.incidents > i.threshold OR pg_temp.reader(s) = 2 OR pg_temp.reader(s) = 1 AND r.incidents BETWEEN 1 AND r.threshold) WHERE i.system = s), '') || ';',
        'end;')
$$;
