-- Tactical assessment: sources. Which product can rest on which source, and why not?

CREATE OR REPLACE VIEW @partnership@.tactical_source
WITH (security_invoker = true) AS
-- One row per tactical assessment, product and source. Assessment by assessment, so that a filter is not computed for all.
SELECT a.assessment_id,
       csp_internal.row_key(a.assessment_id::text, f.source_id::text, f.product) AS row_key,
       f.product, f.product_order, f.source_id, s.code AS source, s.title, s.place_precision, s.time_precision,
       f.is_used,
       CASE WHEN f.is_used THEN 'used' || coalesce(': ' || f.reason, '') ELSE 'left out: ' || f.reason END AS reason
FROM (
    SELECT m.assessment_id, m.as_of,
           (SELECT coalesce(max(st.value), '182')::integer FROM @partnership@.setting st WHERE st.name = 'series_lookback') AS lookback
    FROM @partnership@.evidence_tactical_day m
) a
CROSS JOIN LATERAL (
    WITH known AS MATERIALIZED (
        SELECT src.source_id, src.supplies,
               -- what each lacks, in words; NULL: nothing
               src.place_lack || CASE src.place_precision WHEN 'snapped' THEN ': equal places are not repeats'
                                                          ELSE '' END AS place_lack,
               src.day_lack || ': no days' AS day_lack,
               CASE WHEN p.source_id IS NULL THEN 'it has no incidents in the twelve months' END AS year_lack,
               CASE WHEN NOT p.names_victims THEN 'it names no victims' END AS victim_lack,
               CASE WHEN NOT p.names_offenders THEN 'it names no suspects or offenders' END AS offender_lack,
               CASE WHEN NOT EXISTS (SELECT
                                     FROM @partnership@.incident i
                                     WHERE i.source_id = src.source_id
                                       AND i.occurred_from >= (a.as_of - a.lookback + 1)::timestamp AT TIME ZONE @time_zone@
                                       AND i.occurred_from < (a.as_of + 1)::timestamp AT TIME ZONE @time_zone@
                                       AND btrim(i.method) <> '') THEN 'it gives no methods of the last ' || a.lookback || ' days' END AS method_lack
        FROM @partnership@.evidence_source_fitness src
        LEFT JOIN (SELECT e.source_id, e.names_victims, e.names_offenders FROM @partnership@.evidence_person_source e WHERE e.assessment_id = a.assessment_id OFFSET 0) p USING (source_id)
    ),
    counted AS (
        SELECT v.product, v.product_order, c.source_id, c.is_current AS is_used,
               CASE
                   WHEN NOT c.is_current THEN c.reason
                   WHEN c.is_monthly THEN 'dates are months, so by the last whole month (' || to_char(c.last_month, 'FMMonth YYYY') || '), and only for types of which no source knows days'
               END AS reason
        FROM @partnership@.evidence_alert_source c
        CROSS JOIN (VALUES ('tactical_summary', 1), ('tactical_alert', 2)) AS v (product, product_order)
        WHERE c.assessment_id = a.assessment_id
      UNION ALL
        SELECT 'tactical_hotspot', 3, h.source_id, bool_or(h.is_used),
               -- of areas and of hexagons; one sentence where both are the same
               CASE WHEN count(DISTINCT h.reason) = 1 THEN min(h.text) ELSE string_agg(h.map || ': ' || CASE WHEN h.is_any_used THEN h.reason ELSE h.text END, '; ' ORDER BY h.map) END
        FROM (
            SELECT t.source_id, t.is_used, bool_or(t.is_used) OVER (PARTITION BY t.source_id) AS is_any_used, t.reason, regexp_replace(t.reason, '^(used|left out): ', '') AS text,
                   CASE t.place_kind WHEN 'area' THEN 'areas' ELSE 'hexagons' END AS map
            FROM @partnership@.tactical_hotspot_source t
            WHERE t.assessment_id = a.assessment_id
        ) h
        GROUP BY h.source_id
      UNION ALL
        SELECT 'tactical_near_repeat', 4, n.source_id, n.is_used, regexp_replace(n.reason, '^(used|left out): ', '')
        FROM @partnership@.tactical_near_repeat_source n
      UNION ALL
        SELECT v.product, v.product_order, k.source_id, v.lacks = '', nullif(v.lacks, '')
        FROM known k
        CROSS JOIN LATERAL (VALUES
            ('tactical_series', 5, concat_ws('; ', k.place_lack, k.day_lack, k.method_lack)),
            ('tactical_repeat_location', 6, concat_ws('; ', k.place_lack, k.day_lack, k.year_lack)),
            ('tactical_repeat_victim', 7, concat_ws('; ', k.victim_lack, k.day_lack, k.year_lack)),
            ('tactical_offender', 8, concat_ws('; ', k.offender_lack, k.day_lack, k.year_lack))
        ) AS v (product, product_order, lacks)
    ),
    listed AS (
        SELECT v.product, v.product_order, k.source_id, k.supplies
        FROM known k
        CROSS JOIN (VALUES ('tactical_summary', 1), ('tactical_alert', 2), ('tactical_hotspot', 3), ('tactical_near_repeat', 4),
                           ('tactical_series', 5), ('tactical_repeat_location', 6), ('tactical_repeat_victim', 7), ('tactical_offender', 8)) AS v (product, product_order)
    )
    SELECT l.product, l.product_order, l.source_id,
           l.supplies AND coalesce(c.is_used, false) AS is_used,
           CASE WHEN l.supplies THEN c.reason ELSE 'it supplies no incidents' END AS reason
    FROM listed l
    LEFT JOIN counted c ON c.source_id::bigint * 16 + c.product_order = l.source_id::bigint * 16 + l.product_order
) f
JOIN @partnership@.source s USING (source_id);
COMMENT ON VIEW @partnership@.tactical_source IS 'Tactical assessment, sources: which product can rest on which source, and why not? One row per tactical assessment, product and source; filter by assessment_id. A product without rows, of which every source is left out here, is one that the sources cannot support; one with a source that is used found nothing';
COMMENT ON COLUMN @partnership@.tactical_source.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.tactical_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.tactical_source.product IS 'Name of the product view';
COMMENT ON COLUMN @partnership@.tactical_source.product_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.tactical_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.tactical_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.tactical_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.tactical_source.place_precision IS 'exact, snapped or area';
COMMENT ON COLUMN @partnership@.tactical_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.tactical_source.is_used IS 'True when its incidents count in the product; which of them, of what types and days, says the product';
COMMENT ON COLUMN @partnership@.tactical_source.reason IS 'Why it is used or left out, in words';
