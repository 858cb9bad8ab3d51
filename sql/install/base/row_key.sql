-- row_key: the key of a row of a product view. A foundation: every product view calls it.
--
-- One contract for all: GIS and BI tools want one whole number that is unique in the view, over all assessments, and that
-- is the same for the same thing at every reading, so that joins, selections and edits survive a refresh. row_number()
-- changes when another row comes before it. Ids put side by side in 64 bits do not fit when there are three of them, or
-- a word, and repeat as soon as an id is greater than was thought. So the key is a hash of what identifies the row.
--
-- Two rows have the same key in one of 400 million views of 300,000 rows, in one of 370,000 views of 10,000,000 rows
-- (n^2 / 2^65). The hash is the one by which the server partitions: it stays the same from version to version, but differs
-- between machines of unlike byte order. Callers give days and months as numbers, since text of dates depends on settings.

CREATE FUNCTION csp_internal.row_key(VARIADIC identity text[])
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN pg_catalog.hash_array_extended(identity COLLATE pg_catalog."C", 0);
COMMENT ON FUNCTION csp_internal.row_key(text[]) IS
    'Key of a row of a product view: a hash of 64 bits of what identifies the row, words and numbers as text, in their order; NULL is a value of its own, and a null array gives NULL. Internal.';

CREATE FUNCTION csp_internal.row_key(VARIADIC identity bigint[])
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
-- as text: the server's hash of a bigint folds it to 32 bits
RETURN pg_catalog.hash_array_extended(identity::text[] COLLATE pg_catalog."C", 0);
COMMENT ON FUNCTION csp_internal.row_key(bigint[]) IS
    'The same for a row that numbers alone identify: equal to the key of their text. Internal.';
