-- Which types of different sources may record one and the same event.

CREATE TABLE IF NOT EXISTS @partnership@.type_equivalent (
    problem_type_id integer NOT NULL REFERENCES @partnership@.problem_type ON DELETE CASCADE,
    other_problem_type_id integer NOT NULL REFERENCES @partnership@.problem_type ON DELETE CASCADE,
    PRIMARY KEY (problem_type_id, other_problem_type_id),
    CHECK (problem_type_id <> other_problem_type_id)
);
COMMENT ON TABLE @partnership@.type_equivalent IS 'Problem types that may record one and the same event in different sources, subtypes included, one row per pair in either order; a type is equivalent to itself without a row';
COMMENT ON COLUMN @partnership@.type_equivalent.problem_type_id IS 'A problem type, with all its subtypes';
COMMENT ON COLUMN @partnership@.type_equivalent.other_problem_type_id IS 'What another source may call the same event';
