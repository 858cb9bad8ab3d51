-- csv: one CSV record as an array of its fields, and the reason why a line is none.

CREATE FUNCTION csp.csv_fields(line text)
RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'csv_fields';
COMMENT ON FUNCTION csp.csv_fields(text) IS
    'The fields of one CSV record, as RFC 4180 has them: commas between, quotes around a field that holds commas, quotes (written twice) or line breaks. A field with nothing between its commas is NULL, a quoted empty one is ''''; spaces are kept; an empty line is one NULL field. A byte-order mark at the start and a CR, LF or CRLF at the end are left out. A malformed line gives NULL, never an error (csv_problem says why); NULL gives NULL.';

CREATE FUNCTION csp.csv_problem(line text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'csv_problem';
COMMENT ON FUNCTION csp.csv_problem(text) IS
    'Why csv_fields gives NULL for a line, with the number of the field, such as ''field 3: the quote is not closed''; NULL for a well-formed line and for NULL.';
