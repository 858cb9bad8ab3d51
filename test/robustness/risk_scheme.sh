# A dump holds the users' risk schemes and not the built-in one: it restores into a database where the extension has
# just been created, and every score has the band it had.
set -eu
from=risk_scheme_from_$$ to=risk_scheme_to_$$
work=$(mktemp -d)
clean() { psql -qXc "DROP DATABASE IF EXISTS $from" -c "DROP DATABASE IF EXISTS $to" 2>/dev/null; rm -rf "$work"; }
trap clean EXIT
psql -qX -v ON_ERROR_STOP=1 -c "CREATE DATABASE $from" -c "CREATE DATABASE $to"
psql -qX -v ON_ERROR_STOP=1 -d $from <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION csp_analysis CASCADE;
INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour)
VALUES ('ours', 3, 'high', 10, 25, '#aa0000'), ('ours', 1, 'low', 1, 4, '#00aa00'), ('ours', 2, 'medium', 5, 9, '#ffbf00'),
       ('percent', 1, 'any', 0, 100, '#888888');
SQL
pg_dump $from > "$work/dump.sql"
grep -q "^ours" "$work/dump.sql" || { echo "the user's scheme is not in the dump"; exit 1; }
if grep -q "^5x5" "$work/dump.sql"; then echo "the built-in scheme is in the dump"; exit 1; fi
psql -qX -v ON_ERROR_STOP=1 -d $to -f "$work/dump.sql" >/dev/null

bands="SELECT scheme, score, csp.risk_band(score, scheme)
       FROM (SELECT DISTINCT scheme FROM csp.risk_scheme_band) AS s CROSS JOIN generate_series(0, 101) AS score ORDER BY 1, 2"
psql -qXAt -d $from -c "$bands" > "$work/from"
psql -qXAt -d $to -c "$bands" > "$work/to"
[ "$(wc -l < "$work/from")" = 306 ] || { echo "expected 3 schemes x 102 scores"; exit 1; }
cmp "$work/from" "$work/to"

# the restored table still keeps its rules
if psql -qX -d $to -c "DELETE FROM csp.risk_scheme_band WHERE scheme = '5x5'" 2>/dev/null; then echo "the built-in scheme was deleted"; exit 1; fi
psql -qX -v ON_ERROR_STOP=1 -d $to -c "DELETE FROM csp.risk_scheme_band WHERE scheme = 'ours'"
