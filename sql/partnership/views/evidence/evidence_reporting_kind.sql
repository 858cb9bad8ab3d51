-- Evidence of areas. By which kind of area does the partnership break figures down?

CREATE OR REPLACE VIEW @partnership@.evidence_reporting_kind
WITH (security_invoker = true) AS
-- One row. An assessment with an area_kind of its own goes by that: coalesce(assessment.area_kind,
-- the kind of this row).
SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'reporting_area_kind'),
                max(s.value) FILTER (WHERE s.name = 'base_area_kind')) AS area_kind,
       max(s.value) FILTER (WHERE s.name = 'base_area_kind') AS base_area_kind
FROM @partnership@.setting s
WHERE s.name IN ('reporting_area_kind', 'base_area_kind');
COMMENT ON VIEW @partnership@.evidence_reporting_kind IS 'Kinds of area that figures are broken down by, unless an assessment says otherwise: one row';
COMMENT ON COLUMN @partnership@.evidence_reporting_kind.area_kind IS 'Setting reporting_area_kind, else base_area_kind; NULL before areas are loaded';
COMMENT ON COLUMN @partnership@.evidence_reporting_kind.base_area_kind IS 'Setting base_area_kind: the kind that incidents are assigned to';
