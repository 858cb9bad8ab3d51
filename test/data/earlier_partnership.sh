#!/bin/bash
# test/data/earlier_partnership.sh: on standard output a dump of a small partnership as the working tree's version lays it out, to be
# kept as test/data/partnership_COMMIT.sql.gz and restored by later versions (test/robustness/upgrade_dump.sh). Run in a worktree of that
# commit, with its extension installed into the server that psql reaches; makes and drops the database earlier_partnership:
#   git worktree add ../earlier COMMIT && cd ../earlier && make install
#   ../csp_analysis/test/data/earlier_partnership.sh | gzip -9n > ../csp_analysis/test/data/partnership_COMMIT.sql.gz
set -euo pipefail
db=earlier_partnership
psql -qX -d postgres -c "DROP DATABASE IF EXISTS $db" -c "CREATE DATABASE $db"
trap 'psql -qX -d postgres -c "DROP DATABASE $db"' EXIT
psql -qX -v ON_ERROR_STOP=1 -d $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "SELECT csp.create_partnership('dorset')" >&2
# a thousand incidents, to keep the file small
sed 's/generate_series(1, 3000)/generate_series(1, 1000)/' test/robustness/fixture.sql | psql -qX -v ON_ERROR_STOP=1 -d $db -v name=dorset -f - >&2
psql -qX -v ON_ERROR_STOP=1 -d $db >&2 <<'SQL'
UPDATE dorset.setting SET value = '2024-12-31' WHERE name = 'performance_last_day';
SELECT csp.scan('dorset', '2024-12-31');
SELECT csp.open_tactical_assessment('dorset', '[2024-12-04,2024-12-31]');
SELECT csp.profile('dorset', 'Burglary', ARRAY['burglary'], '2024-01-01', '2024-12-31', NULL, '2023-01-01', '2023-12-31');
SELECT csp.freeze_assessment('dorset', 1);
UPDATE dorset.assessment SET status = 'published' WHERE assessment_id = 1;
SQL
# \restrict is known to the newest psql of each version alone
pg_dump --no-owner --no-privileges $db | sed '/^\\\(un\)\?restrict /d'
