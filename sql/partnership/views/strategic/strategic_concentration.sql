-- Strategic assessment, section 1: concentration. How much of each problem is at how few areas,
-- places, victims and offenders?

CREATE OR REPLACE VIEW @partnership@.strategic_concentration
WITH (security_invoker = true) AS
-- One row per assessment, problem type in use and dimension: area, place, map point, victim, offender. Behind a function: see profile_victim.
SELECT a.assessment_id, f.row_key, f.problem_type_id, f.problem_type, f.problem_type_label, f.is_headline, f.sort_order,
       f.dimension, f.dimension_order, f.incidents, f.incidents_counted, f.units_at_risk, f.units_with_incidents,
       f.units_with_incidents_percent, f.base, f.top_10_percent_share, f.top_20_percent_share, f.units_for_50_percent, f.units_for_80_percent,
       f.gini, f.generalised_gini, f.repeat_units, f.repeat_share_percent, f.summary, f.reason, f.data_flag
FROM @partnership@.assessment a
CROSS JOIN LATERAL csp_internal.strategic_concentration(csp_internal.partnership_of('@partnership@.assessment'::regclass), a.assessment_id) f;
COMMENT ON VIEW @partnership@.strategic_concentration IS 'Strategic assessment 1, concentration: how much of each problem is at how few areas, places, map points, victims and offenders? One row per assessment, problem type in use and dimension, for the whole partnership. No unit and no person can be told from it; where the sources cannot tell, figures are NULL and reason says why. Figures about people come with a noise of up to 5 to whoever may not read people, and none below ten: parts do not add up to totals';
COMMENT ON COLUMN @partnership@.strategic_concentration.assessment_id IS 'Assessment the row belongs to: filter by it';
COMMENT ON COLUMN @partnership@.strategic_concentration.row_key IS 'Key of the row, for GIS and BI tools: unique in the view, and the same for the same row when data change';
COMMENT ON COLUMN @partnership@.strategic_concentration.problem_type_id IS 'Problem type';
COMMENT ON COLUMN @partnership@.strategic_concentration.problem_type IS 'Code of the problem type';
COMMENT ON COLUMN @partnership@.strategic_concentration.problem_type_label IS 'Name of the problem type';
COMMENT ON COLUMN @partnership@.strategic_concentration.is_headline IS 'True for the problems that products rank and lead with';
COMMENT ON COLUMN @partnership@.strategic_concentration.sort_order IS 'Order for display';
COMMENT ON COLUMN @partnership@.strategic_concentration.dimension IS 'area: areas of the assessment''s kind; place: named places, else points, of sources with exact places; map point: points of sources with snapped places; victim; offender: offenders and suspects';
COMMENT ON COLUMN @partnership@.strategic_concentration.dimension_order IS 'Order of the dimension';
COMMENT ON COLUMN @partnership@.strategic_concentration.incidents IS 'Incidents in the covered whole months of the period, subtypes included';
COMMENT ON COLUMN @partnership@.strategic_concentration.incidents_counted IS 'Of these, with a unit of the dimension; for people their involvements, of which an incident may have several or none. NULL when there are none';
COMMENT ON COLUMN @partnership@.strategic_concentration.units_at_risk IS 'How many units could have had one: all areas, households for problems counted per household, map points with any incident of the period, residents for victims; NULL when not known';
COMMENT ON COLUMN @partnership@.strategic_concentration.units_with_incidents IS 'Units with at least one incident';
COMMENT ON COLUMN @partnership@.strategic_concentration.units_with_incidents_percent IS 'units_with_incidents as a share of units_at_risk, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.base IS 'What the shares and gini are of: all areas, those without incidents included; else only units with an incident';
COMMENT ON COLUMN @partnership@.strategic_concentration.top_10_percent_share IS 'Share of the incidents at the top 10% of the base, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.top_20_percent_share IS 'Share of the incidents at the top 20% of the base, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.units_for_50_percent IS 'Share of the base that holds half of the incidents, the largest first, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.units_for_80_percent IS 'Share of the base that holds 80% of the incidents, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.gini IS 'Gini''s coefficient over the base: 0 even, towards 1 all at one';
COMMENT ON COLUMN @partnership@.strategic_concentration.generalised_gini IS 'The same over all units at risk, measured from the most even spread that so many incidents allow; where they are not known they are taken to be at least as many as incidents';
COMMENT ON COLUMN @partnership@.strategic_concentration.repeat_units IS 'Units with more than one incident';
COMMENT ON COLUMN @partnership@.strategic_concentration.repeat_share_percent IS 'Share of the incidents at units with more than one, in per cent';
COMMENT ON COLUMN @partnership@.strategic_concentration.summary IS 'The figures in a sentence';
COMMENT ON COLUMN @partnership@.strategic_concentration.reason IS 'Why there are no figures; NULL when there are';
COMMENT ON COLUMN @partnership@.strategic_concentration.data_flag IS 'What the reader must know: incidents without a place, map points, missing months, breaks in the series; NULL when nothing';
