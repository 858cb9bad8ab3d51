-- Intelligence: what has been asked, what answers it, how sure is it, and what may be passed on?

CREATE OR REPLACE VIEW @partnership@.intelligence_digest
-- With its owner's rights: it shows the text of a report only where the report's handling code lets the partnership share it.
WITH (security_invoker = false, security_barrier = true) AS
-- One row per intelligence report.
SELECT csp_internal.row_key(i.intelligence_id) AS row_key,
       i.intelligence_id, i.received_on, g.name AS agency, i.problem_type_id, t.code AS problem_type, t.label AS problem_type_label,
       i.area_id, area.code AS area_code, area.name AS area_name,
       i.intelligence_requirement_id,
       i.grading_scheme, i.source_grade || i.information_grade || i.handling_code AS grading,
       CASE i.grading_scheme
           WHEN '3x5x2' THEN CASE i.source_grade WHEN '1' THEN 'reliable' WHEN '2' THEN 'untested' WHEN '3' THEN 'not reliable' END
           ELSE CASE i.source_grade WHEN 'A' THEN 'always reliable' WHEN 'B' THEN 'mostly reliable' WHEN 'C' THEN 'sometimes reliable' WHEN 'D' THEN 'unreliable' WHEN 'E' THEN 'untested' END
       END AS source_reliability,
       CASE i.grading_scheme
           WHEN '3x5x2' THEN CASE i.information_grade WHEN 'A' THEN 'known directly' WHEN 'B' THEN 'known indirectly, corroborated' WHEN 'C' THEN 'known indirectly' WHEN 'D' THEN 'not known' WHEN 'E' THEN 'suspected to be false' END
           ELSE CASE i.information_grade WHEN '1' THEN 'known to be true' WHEN '2' THEN 'known personally to the source' WHEN '3' THEN 'not known personally, corroborated' WHEN '4' THEN 'cannot be judged' WHEN '5' THEN 'suspected to be false' END
       END AS information_assessment,
       shared.is_shared,
       CASE WHEN shared.is_shared THEN i.text_sanitised END AS text_sanitised,
       CASE WHEN NOT shared.is_shared THEN 'held: ' || CASE i.grading_scheme WHEN '3x5x2' THEN 'conditions apply; ask the agency that submitted it' ELSE CASE i.handling_code WHEN '1' THEN 'for the police and law enforcement' WHEN '2' THEN 'conditions apply' ELSE 'handling code ' || i.handling_code END || '; ask the agency that submitted it' END END AS held_reason
FROM @partnership@.intelligence i
CROSS JOIN LATERAL (SELECT CASE i.grading_scheme WHEN '3x5x2' THEN i.handling_code = 'P' ELSE i.handling_code = '2' END AND i.conditions IS NULL AS is_shared) shared
LEFT JOIN @partnership@.agency g USING (agency_id)
LEFT JOIN @partnership@.problem_type t USING (problem_type_id)
LEFT JOIN @partnership@.area area ON area.area_id = i.area_id;
COMMENT ON VIEW @partnership@.intelligence_digest IS 'Graded intelligence for those who may not read all of it: one row per report; the text stands only where the handling code permits the partnership to share it (3x5x2: P; 5x5x5: 2, which permits parties that do not prosecute; 1 is for law enforcement) and no conditions were set. The two grading schemes have no lossless mapping and are shown each in its own words';
COMMENT ON COLUMN @partnership@.intelligence_digest.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.intelligence_digest.intelligence_id IS 'Key of the report';
COMMENT ON COLUMN @partnership@.intelligence_digest.received_on IS 'When it was received';
COMMENT ON COLUMN @partnership@.intelligence_digest.agency IS 'Agency that submitted it';
COMMENT ON COLUMN @partnership@.intelligence_digest.problem_type_id IS 'Problem type, where it is about one';
COMMENT ON COLUMN @partnership@.intelligence_digest.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.intelligence_digest.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.intelligence_digest.area_id IS 'Area, where it is about one';
COMMENT ON COLUMN @partnership@.intelligence_digest.area_code IS 'Code of the area';
COMMENT ON COLUMN @partnership@.intelligence_digest.area_name IS 'Name of the area';
COMMENT ON COLUMN @partnership@.intelligence_digest.intelligence_requirement_id IS 'Question it helps to answer';
COMMENT ON COLUMN @partnership@.intelligence_digest.grading_scheme IS 'Scheme of the grades';
COMMENT ON COLUMN @partnership@.intelligence_digest.grading IS 'Grades of source, information and handling, in the order of the scheme';
COMMENT ON COLUMN @partnership@.intelligence_digest.source_reliability IS 'The source''s grade in words';
COMMENT ON COLUMN @partnership@.intelligence_digest.information_assessment IS 'The information''s grade in words';
COMMENT ON COLUMN @partnership@.intelligence_digest.is_shared IS 'True when the text may be shown';
COMMENT ON COLUMN @partnership@.intelligence_digest.text_sanitised IS 'The report, sanitised; NULL when it is held';
COMMENT ON COLUMN @partnership@.intelligence_digest.held_reason IS 'Why the text is held; NULL when it is shown';
