-- Evidence of areas. By which kind of area does a problem profile break its figures down?

CREATE OR REPLACE VIEW @partnership@.evidence_profile_kind
WITH (security_invoker = true) AS
-- One row per problem profile. One that is about chosen areas looks within them, by the base kind.
SELECT p.assessment_id,
       coalesce(p.area_kind,
                CASE WHEN EXISTS (SELECT
                                  FROM @partnership@.assessment_area sa
                                  WHERE sa.assessment_id = p.assessment_id)
                     THEN k.base_area_kind ELSE k.area_kind END) AS area_kind
FROM @partnership@.assessment p
CROSS JOIN @partnership@.evidence_reporting_kind k
WHERE p.kind = 'problem profile';
COMMENT ON VIEW @partnership@.evidence_profile_kind IS 'Kind of area that a problem profile is broken down by: one row per problem profile';
COMMENT ON COLUMN @partnership@.evidence_profile_kind.assessment_id IS 'Problem profile: filter by it';
COMMENT ON COLUMN @partnership@.evidence_profile_kind.area_kind IS 'Kind of area; NULL before areas are loaded';
