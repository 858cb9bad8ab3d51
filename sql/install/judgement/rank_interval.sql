-- rank_interval: how settled is a ranking whose scores are uncertain?

CREATE TYPE csp.rank_interval AS (
    rank       integer,
    mean_rank  float8,
    lower      integer,
    upper      integer,
    top_3      float8,
    top_5      float8
);
COMMENT ON TYPE csp.rank_interval IS 'The rank of one issue and how sure it is; what the window function rank_interval returns';
COMMENT ON COLUMN csp.rank_interval.rank IS 'Rank of the score as it stands: 1 is the highest; equal scores share the better rank';
COMMENT ON COLUMN csp.rank_interval.mean_rank IS 'Mean rank over the draws';
COMMENT ON COLUMN csp.rank_interval.lower IS 'Best rank of the interval';
COMMENT ON COLUMN csp.rank_interval.upper IS 'Worst rank of the interval';
COMMENT ON COLUMN csp.rank_interval.top_3 IS 'Share of the draws in which the issue is among the three highest, 0 to 1';
COMMENT ON COLUMN csp.rank_interval.top_5 IS 'Share of the draws in which the issue is among the five highest, 0 to 1';

CREATE FUNCTION csp.rank_interval(score float8, std_error float8, confidence float8 DEFAULT 0.95, draws integer DEFAULT 9999, seed bigint DEFAULT 1)
RETURNS csp.rank_interval
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'rank_interval';
COMMENT ON FUNCTION csp.rank_interval(float8, float8, float8, integer, bigint) IS
    'Window function: between which ranks does an issue lie, given how uncertain the scores are? Scores are drawn again, each from a normal distribution about itself with its standard error, and every draw is ranked, highest first. score: any number, higher means more. std_error: its standard error, 0 for a score that is certain. confidence: of the interval of ranks. draws: 1 to 10,000,000. The answer depends on the seed and the figures, not on the order of the rows; rows with equal figures have equal answers. A row with a NULL score or standard error gives NULL and does not count. ORDER BY and frame make no difference. Errors: NaN and infinite values, a negative standard error, draws out of range (22023); NULL settings (22004); more rows than csp_analysis.max_memory holds (54000). Goldstein and Spiegelhalter 1996.';

CREATE FUNCTION csp.rank_interval(likelihood_scores float8[], likelihood_errors float8[], likelihood_weights float8[],
                                  impact_scores float8[], impact_errors float8[], impact_weights float8[],
                                  weight_spread float8 DEFAULT 0, confidence float8 DEFAULT 0.95, draws integer DEFAULT 9999, seed bigint DEFAULT 1)
RETURNS csp.rank_interval
LANGUAGE c IMMUTABLE WINDOW PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'rank_interval_factors';
COMMENT ON FUNCTION csp.rank_interval(float8[], float8[], float8[], float8[], float8[], float8[], float8, float8, integer, bigint) IS
    'Window function: between which ranks does an issue of a risk matrix lie, given how uncertain its factors are? In every draw each factor is drawn from a normal distribution, likelihood and impact are the weighted means of their factors, and their product is ranked, highest first. The three lists of a side (scores, their standard errors, their weights) have one element per factor, in one order for all rows; a factor with a NULL score is left out of the mean, a NULL standard error counts as 0, a NULL weight as 0. weight_spread: standard deviation of the logarithm of a weight, drawn once a draw for each factor and used for every issue; 0 leaves the weights as they are. confidence: of the interval of ranks. draws: 1 to 10,000,000. The answer depends on the seed and the figures, not on the order of the rows. A row with a NULL list, or with a side without any weight, gives NULL and does not count. Errors: lists of unequal length (2202E); NaN and infinite values, negative errors and weights, draws out of range (22023); NULL settings (22004); more rows than csp_analysis.max_memory holds, more than 1000 factors (54000).';

CREATE FUNCTION csp.confidence_z(confidence float8)
RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'confidence_z';
COMMENT ON FUNCTION csp.confidence_z(float8) IS
    'How many standard errors an interval of this confidence reaches to each side under the normal distribution: 1.959964 for 0.95. NULL gives NULL. Error: confidence not between 0 and 1 (22023).';
