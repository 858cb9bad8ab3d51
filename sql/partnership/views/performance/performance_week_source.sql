-- Performance: week by week. Which sources are counted by week, and why not the others?

CREATE OR REPLACE VIEW @partnership@.performance_week_source
WITH (security_invoker = true) AS
-- One row per source: whether its incidents stand in performance_week, and why not.
SELECT csp_internal.row_key(s.source_id) AS row_key, s.source_id, s.source, s.title, s.time_precision,
       supplied.source_id IS NOT NULL AND s.has_days AS is_used,
       CASE
           WHEN supplied.source_id IS NULL THEN 'left out: it supplies no headline problem'
           WHEN NOT s.has_days THEN 'left out: ' || s.day_lack || ': no weeks'
           ELSE 'used: days are known'
       END AS reason
FROM @partnership@.evidence_source_fitness s
LEFT JOIN (
    SELECT DISTINCT ts.source_id
    FROM @partnership@.evidence_type_source ts
    JOIN @partnership@.problem_type t USING (problem_type_id)
    WHERE t.is_headline
      AND t.is_active
) supplied USING (source_id);
COMMENT ON VIEW @partnership@.performance_week_source IS 'Performance, weeks: which sources count in performance_week, and why not the others? One row per source. Where none is used that view has no rows: weeks are not known, and not 0';
COMMENT ON COLUMN @partnership@.performance_week_source.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.performance_week_source.source_id IS 'Source';
COMMENT ON COLUMN @partnership@.performance_week_source.source IS 'Code of the source';
COMMENT ON COLUMN @partnership@.performance_week_source.title IS 'Title of the source';
COMMENT ON COLUMN @partnership@.performance_week_source.time_precision IS 'minute, day or month';
COMMENT ON COLUMN @partnership@.performance_week_source.is_used IS 'True when its incidents stand in performance_week';
COMMENT ON COLUMN @partnership@.performance_week_source.reason IS 'Why it is used or left out, in words';
