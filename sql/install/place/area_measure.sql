-- area_measure: areas compared with the study area they are part of.

CREATE FUNCTION csp.location_quotient(area_events float8, area_total float8, study_events float8, study_total float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'location_quotient';
COMMENT ON FUNCTION csp.location_quotient(float8, float8, float8, float8) IS
    'Does an area have more than its share of one crime type? (area_events / area_total) / (study_events / study_total): crimes of the type over all crimes, in the area and in the study area. 1 is the same mix, 2 twice the share. The totals may also be populations or places. NULL where a total, or the type in the study area, is 0; any NULL gives NULL. Errors (22023): a negative, NaN or infinite argument, or an area with more than the study area that holds it. Source: Brantingham and Brantingham 1995.';

CREATE TYPE csp.vulnerable_locality AS (
    vli                     float8,
    burglary                float8,
    criminal_damage         float8,
    income_deprivation      float8,
    employment_deprivation  float8,
    young_people            float8,
    low_attainment          float8
);
COMMENT ON TYPE csp.vulnerable_locality IS 'Vulnerable Localities Index of an area and the six indices it is the mean of: 100 is the study area''s rate, 200 twice that';
COMMENT ON COLUMN csp.vulnerable_locality.vli IS 'Weighted mean of the six indices; 200 and above is commonly taken as a priority; NULL where one of the six is unknown';
COMMENT ON COLUMN csp.vulnerable_locality.burglary IS 'Index of dwelling burglary';
COMMENT ON COLUMN csp.vulnerable_locality.criminal_damage IS 'Index of criminal damage to dwellings';
COMMENT ON COLUMN csp.vulnerable_locality.income_deprivation IS 'Index of income deprivation';
COMMENT ON COLUMN csp.vulnerable_locality.employment_deprivation IS 'Index of employment deprivation';
COMMENT ON COLUMN csp.vulnerable_locality.young_people IS 'Index of the share of people aged 15 to 24';
COMMENT ON COLUMN csp.vulnerable_locality.low_attainment IS 'Index of low educational attainment';

CREATE FUNCTION csp.vulnerable_localities_index(burglary float8, criminal_damage float8, income_deprivation float8, employment_deprivation float8, young_people float8, low_attainment float8,
    study_rates float8[], weights float8[] DEFAULT '{1,1,1,1,1,1}')
RETURNS csp.vulnerable_locality
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'vulnerable_localities_index';
COMMENT ON FUNCTION csp.vulnerable_localities_index(float8, float8, float8, float8, float8, float8, float8[], float8[]) IS
    'Which small areas combine crime and disadvantage? Six rates of an area, each as an index of 100 times its rate over the study area''s, and their mean. study_rates: the same six rates of the study area, in the same order: the pooled rate (all events over all population, csp.crude_rate) or the mean of the areas'' rates (avg); the choice is the caller''s and must be told. low_attainment: the share without qualifications, so that higher is worse. weights: six, default equal. An index whose rate is NULL or whose study rate is NULL or 0 is NULL, and with it vli: an index of five is not comparable. Errors (22023): a negative, NaN or infinite number, arrays not of six, weights that are all 0; NULL arrays (22004). Source: Chainey 2008 (Jill Dando Institute).';
