-- row_key: the key of a row of a product view. A foundation: every product view calls it.
--
-- One contract for all: GIS and BI tools want one whole number that is unique in the view, over all assessments, and that
-- is the same for the same thing at every reading, so that joins, selections and edits survive a refresh. A number of the row
-- (row_number) changes when a row comes before it. Arithmetic of ids cannot hold three of 31 bits, or a word, in 64, and
-- repeats as soon as an id is greater than was thought. So the key is a hash of what identifies the row.
--
-- Two rows of 300,000 share a key once in 400 million such views, two of 10,000,000 once in 370,000: n^2 / 2^65. The hash
-- is the server's, that of partitions by hash, which stays the same from version to version; between machines of unlike
-- byte order it differs. What is cast to text must not depend on settings: days and months are given as numbers.

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
