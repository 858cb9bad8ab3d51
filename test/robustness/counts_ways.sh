# Monthly counts stay exact whichever way incidents are written: COPY, MERGE, upserts, moved keys, triggers of the user's
# own, cascades, partitions and children, TRUNCATE, triggers switched off and repaired; folded or not, and at every
# isolation level. Rules of counting that change meanwhile make no wrong count.
. test/robustness/helpers.bash
db=counts_ways_$$ writer=counts_writer_$$
new_database $db
new_role $writer
run $db -c "CREATE EXTENSION csp_analysis CASCADE"
small_partnership $db dorset
exact() { # exact WHAT [incidents]: the counts, added and folded, and one row a key
    same "counts $1" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
    same "sum of counts $1" "$(run $db -c "SELECT count(*) FROM dorset.incident")" "$(run $db -c "SELECT coalesce(sum(incidents), 0) FROM dorset.incident_month")"
    same "keys without incidents $1" "0" "$(run $db -c "SELECT count(*) FROM dorset.incident_month WHERE incidents <= 0")"
    same "keys that have two rows $1" "" "$(run $db -c "SELECT problem_type_id, month, area_id, source_id FROM dorset.incident_month GROUP BY 1, 2, 3, 4 HAVING count(*) > 1")"
    same "months without incidents $1" "" "$(run $db -c "SELECT * FROM dorset.evidence_recorded_month EXCEPT SELECT DISTINCT source_id, date_trunc('month', occurred_from AT TIME ZONE 'Europe/London')::date FROM dorset.incident")"
}
unfolded() { run $db -c "SELECT count(*) FROM dorset.incident_month_entry WHERE NOT is_folded"; }
views() { run $db -c "SELECT md5(string_agg(v::text, '' ORDER BY v::text)) FROM dorset.$1 v"; }
settled() { # settled WHAT: products say the same before and after folding, and folding leaves nothing
    local before after view
    [ "$(unfolded)" -gt 0 ] || say_wrong "nothing is unfolded after $1"
    exact "$1, unfolded"
    before=$(for view in evidence_type_source evidence_source_month evidence_count strategic_levels strategic_drivers strategic_sources strategic_by_organisation evidence_trend; do echo "$view $(views $view)"; done; relation_digests $db dorset v | grep '^incident_month')
    run $db -c "SELECT csp.fold_incident_month('dorset')" >/dev/null
    same "entries to fold $1" "0" "$(unfolded)"
    exact "$1, folded"
    after=$(for view in evidence_type_source evidence_source_month evidence_count strategic_levels strategic_drivers strategic_sources strategic_by_organisation evidence_trend; do echo "$view $(views $view)"; done; relation_digests $db dorset v | grep '^incident_month')
    same "products $1" "$before" "$after"
}
new="(source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)"

# the kinds of statement
run $db -c "INSERT INTO dorset.incident $new SELECT 1, 'many' || n, 10, d, d, 2 FROM generate_series(1, 200) n CROSS JOIN LATERAL (SELECT timestamptz '2022-03-31 23:30+01' + n * interval '1 hour') t (d)"
printf '1\tcopied\t10\t2023-02-03\t2023-02-03\t3\n2\tcopied\t11\t2023-02-03\t2023-02-03\t\\N\n' | run $db -c "COPY dorset.incident $new FROM STDIN"
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'copied', 12, '2024-01-01', '2024-01-01', 4), (1, 'new', 12, '2024-01-01', '2024-01-01', 4) ON CONFLICT (source_id, source_reference) DO UPDATE SET problem_type_id = excluded.problem_type_id, occurred_from = excluded.occurred_from, occurred_to = excluded.occurred_to"
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'copied', 13, '2024-01-01', '2024-01-01', 4) ON CONFLICT DO NOTHING"
run $db -c "MERGE INTO dorset.incident i USING (VALUES ('copied', 5), ('merged', 6), ('R1', 2), ('R2', 3)) AS v (reference, area) ON i.source_reference = v.reference AND i.source_id = 1
            WHEN MATCHED AND v.reference = 'R1' THEN DELETE WHEN MATCHED THEN UPDATE SET area_id = v.area, occurred_from = occurred_from - interval '70 days'
            WHEN NOT MATCHED THEN INSERT $new VALUES (1, v.reference, 14, '2024-05-05', '2024-05-05', v.area)"
run $db -c "UPDATE dorset.incident SET area_id = NULL WHERE incident_id % 50 = 0" -c "UPDATE dorset.incident SET source_id = 3, problem_type_id = 12 WHERE incident_id % 50 = 1" \
        -c "WITH gone AS (DELETE FROM dorset.incident WHERE incident_id % 50 = 2 RETURNING source_reference) INSERT INTO dorset.incident $new SELECT 1, 'again ' || source_reference, 13, '2024-02-29', '2024-02-29', 2 FROM gone"
settled "after every kind of statement"

# a whole month and a whole type of a source go: it has no row in any product, folded or not
run $db -c "DELETE FROM dorset.incident WHERE source_id = 2 AND date_trunc('month', occurred_from AT TIME ZONE 'Europe/London') = '2023-05-01'" \
        -c "UPDATE dorset.incident SET problem_type_id = 10 WHERE source_id = 2 AND problem_type_id = 11"
same "the month that went" "" "$(run $db -c "SELECT * FROM dorset.evidence_recorded_month WHERE source_id = 2 AND month = '2023-05-01'")"
settled "after a month and a type went"

# harm: however counts came about, they read alike
run $db -c "INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, offence_code, occurred_from, occurred_to) VALUES (1, 'h1', 10, '34A', '2021-01-05', '2021-01-05')" \
        -c "UPDATE dorset.harm_weight SET weight = 0.750 WHERE offence_code = '34A' AND scheme = 'ons_css'" -c "UPDATE dorset.harm_weight SET weight = 2.50 WHERE offence_code = '34A' AND scheme = 'ons_css'" \
        -c "UPDATE dorset.incident SET alcohol = true WHERE source_reference = 'h1'"
same "harm as it is shown" "2.5" "$(run $db -c "SELECT harm FROM dorset.incident_month WHERE month = '2021-01-01'")"
run $db -c "SELECT csp.fold_incident_month('dorset')" >/dev/null
same "harm as it is shown, folded" "2.5" "$(run $db -c "SELECT harm FROM dorset.incident_month WHERE month = '2021-01-01'")"

# triggers of the user's own that write the row again
run $db <<'SQL'
CREATE FUNCTION public.move_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dorset.incident SET area_id = 5, alcohol = true WHERE incident_id = NEW.incident_id AND area_id = 3;
    RETURN NULL;
END $$;
CREATE TRIGGER a_move AFTER INSERT ON dorset.incident FOR EACH ROW EXECUTE FUNCTION public.move_row();
CREATE FUNCTION public.move_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dorset.incident SET problem_type_id = 14 WHERE source_reference LIKE 'moved%' AND problem_type_id = 10;
    RETURN NULL;
END $$;
CREATE TRIGGER a_move_all AFTER INSERT ON dorset.incident FOR EACH STATEMENT EXECUTE FUNCTION public.move_rows();
SQL
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'moved', 10, '2020-01-01', '2020-01-01', 3)"
same "the row that moved itself" "14|5|1|1" "$(run $db -c "SELECT problem_type_id, area_id, incidents, alcohol FROM dorset.incident_month WHERE month = '2020-01-01'")"
run $db -c "INSERT INTO dorset.incident $new SELECT 1, 'moved' || n, 10, '2020-02-01', '2020-02-01', 3 FROM generate_series(1, 1500) n"
same "many rows that moved themselves" "14|5|1500|1500" "$(run $db -c "SELECT problem_type_id, area_id, incidents, alcohol FROM dorset.incident_month WHERE month = '2020-02-01'")"
exact "after triggers of the user's own"
run $db -c "SELECT csp.fold_incident_month('dorset')" -c "DROP FUNCTION public.move_row, public.move_rows CASCADE" >/dev/null
exact "after triggers of the user's own, folded"
same "entries of nothing" "0" "$(run $db -c "SELECT count(*) FROM dorset.incident_month_entry WHERE incidents = 0")"

# what refers to incidents, and what they refer to
run $db <<SQL
CREATE TABLE public.case_file (case_id integer PRIMARY KEY);
INSERT INTO public.case_file SELECT generate_series(1, 20);
ALTER TABLE dorset.incident ADD COLUMN case_id integer REFERENCES public.case_file ON DELETE CASCADE;
UPDATE dorset.incident SET case_id = incident_id % 20 + 1 WHERE incident_id % 7 = 0;
DELETE FROM public.case_file WHERE case_id > 10;
SQL
exact "after a cascade of the user's own"
refuses 23503 'violates foreign key' $db -c "DELETE FROM dorset.source WHERE source_id = 1"
refuses 23503 'violates foreign key' $db -c "DELETE FROM dorset.area WHERE area_id = 2"
refuses 23503 'violates foreign key' $db -c "DELETE FROM dorset.person WHERE person_id IN (SELECT person_id FROM dorset.incident_person)"
exact "after deletions that were refused"
# an area, a type and a source whose incidents are gone may go at once, though nothing was folded
run $db <<SQL
INSERT INTO dorset.area (area_id, area_kind, code, name) VALUES (900, 'lsoa21', 'L900', 'Area 900');
INSERT INTO dorset.problem_type (problem_type_id, code, label, domain, sort_order) SELECT 9000, 'passing', 'Passing', domain, 9000 FROM dorset.problem_type LIMIT 1;
INSERT INTO dorset.source (source_id, code, title, agency_id, place_precision, time_precision) SELECT 900, 'passing', 'Passing', agency_id, 'area', 'day' FROM dorset.agency LIMIT 1;
INSERT INTO dorset.incident $new VALUES (900, 'a', 9000, '2024-01-01', '2024-01-01', 900), (900, 'b', 9000, '2024-02-01', '2024-02-01', 900);
BEGIN;
DELETE FROM dorset.incident WHERE source_id = 900 AND source_reference = 'a';
UPDATE dorset.incident SET source_id = 1, problem_type_id = 10, area_id = 2 WHERE source_id = 900;
DELETE FROM dorset.area WHERE area_id = 900;
DELETE FROM dorset.problem_type WHERE problem_type_id = 9000;
DELETE FROM dorset.source WHERE source_id = 900;
COMMIT;
SQL
exact "after the source, the type and the area went"

# children and partitions: written through the parent or directly, in another schema, attached, detached, truncated
run $db -c "CREATE SCHEMA apart" -c "CREATE TABLE apart.incident_old (LIKE dorset.incident INCLUDING DEFAULTS INCLUDING IDENTITY) INHERITS (dorset.incident)" -c "ALTER TABLE apart.incident_old ALTER COLUMN incident_id RESTART WITH 500000" -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
run $db -c "INSERT INTO apart.incident_old $new SELECT 1, 'old' || n, 10, '2019-05-05', '2019-05-05', 2 FROM generate_series(1, 30) n" \
        -c "UPDATE apart.incident_old SET area_id = 3 WHERE source_reference LIKE 'old1%'" -c "UPDATE dorset.incident SET drugs = true WHERE source_reference LIKE 'old%'" \
        -c "DELETE FROM apart.incident_old WHERE source_reference = 'old2'" -c "DELETE FROM dorset.incident WHERE source_reference = 'old3'"
same "incidents of the child" "28|28" "$(run $db -c "SELECT sum(incidents), sum(drugs) FROM dorset.incident_month WHERE month = '2019-05-01'")"
exact "after writing to a child"
run $db -c "TRUNCATE apart.incident_old"
exact "after the child was truncated"
run $db -c "INSERT INTO apart.incident_old $new VALUES (1, 'old', 10, '2019-05-05', '2019-05-05', 2)" -c "ALTER TABLE apart.incident_old NO INHERIT dorset.incident"
same "what a child takes with it is reported" "2|10|1|2019-05-01|1|" "$(run $db -c "SELECT area_id, problem_type_id, source_id, month, stored_incidents, recounted_incidents FROM csp.check_incident_month('dorset') c")"
run $db -c "INSERT INTO apart.incident_old $new VALUES (1, 'old4', 10, '2019-05-05', '2019-05-05', 2)" -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
exact "after the upgrade that follows a child's leaving"
run $db <<SQL
CREATE TABLE apart.later (LIKE dorset.incident INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO apart.later (incident_id, source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id) VALUES (990001, 1, 'later', 10, '2018-01-01', '2018-01-01', 2);
ALTER TABLE apart.later INHERIT dorset.incident;
SQL
same "what a child brings is reported" "2|10|1|2018-01-01||1" "$(run $db -c "SELECT area_id, problem_type_id, source_id, month, stored_incidents, recounted_incidents FROM csp.check_incident_month('dorset') c")"
run $db -c "SELECT csp.upgrade_partnership('dorset')" >/dev/null
run $db -c "DELETE FROM apart.later"
exact "after the upgrade that follows a child's coming"
# the same with declarative partitions: incident made anew as a partitioned table, as its owner may
run $db -c "SELECT csp.create_partnership('parted')" >/dev/null
run $db <<SQL
DROP TABLE parted.incident CASCADE;
CREATE TABLE parted.incident (LIKE dorset.incident INCLUDING DEFAULTS INCLUDING IDENTITY) PARTITION BY RANGE (occurred_from);
CREATE TABLE parted.incident_2023 PARTITION OF parted.incident FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE parted.incident_2024 (LIKE parted.incident INCLUDING DEFAULTS INCLUDING IDENTITY);
SELECT csp.upgrade_partnership('parted');
INSERT INTO parted.source (code, title, agency_id, place_precision, time_precision) VALUES ('s', 'S', NULL, 'area', 'day');
INSERT INTO parted.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) SELECT 1, 'p' || n, 10, d, d FROM generate_series(1, 40) n CROSS JOIN LATERAL (SELECT timestamptz '2023-01-01' + n * interval '5 days') t (d);
INSERT INTO parted.incident_2023 (incident_id, source_id, source_reference, problem_type_id, occurred_from, occurred_to) SELECT 1000 + n, 1, 'q' || n, 10, d, d FROM generate_series(1, 40) n CROSS JOIN LATERAL (SELECT timestamptz '2023-01-01' + n * interval '5 days') t (d);
INSERT INTO parted.incident_2024 (incident_id, source_id, source_reference, problem_type_id, occurred_from, occurred_to) VALUES (9999, 1, 'before', 10, '2024-01-01', '2024-01-01');
ALTER TABLE parted.incident ATTACH PARTITION parted.incident_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
SQL
same "what an attached partition brings is reported" "1" "$(run $db -c "SELECT count(*) FROM csp.check_incident_month('parted')")"
run $db -c "SELECT csp.upgrade_partnership('parted')" >/dev/null
run $db -c "INSERT INTO parted.incident_2024 (incident_id, source_id, source_reference, problem_type_id, occurred_from, occurred_to) VALUES (2000, 1, 'direct', 10, '2024-05-01', '2024-05-01')" -c "UPDATE parted.incident SET occurred_from = occurred_from + interval '300 days', occurred_to = occurred_to + interval '300 days' WHERE source_reference LIKE 'p%'"
same "counts of partitions" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('parted') c")"
same "incidents of partitions" "82" "$(run $db -c "SELECT sum(incidents) FROM parted.incident_month")"
run $db -c "TRUNCATE parted.incident_2023"
same "counts after a partition was truncated" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('parted') c")"

# triggers switched off, and the documented repair
run $db -c "SET session_replication_role = replica; DELETE FROM dorset.incident WHERE incident_id % 9 = 0; UPDATE dorset.incident SET area_id = 4 WHERE incident_id % 9 = 1"
[ "$(run $db -c "SELECT count(*) FROM csp.check_incident_month('dorset')")" -gt 50 ] || say_wrong "what the replica did is not reported"
run $db -c "SELECT csp.recount_incident_month('dorset')" >/dev/null
exact "after the repair"
# two recounts beside each other, the second by an older snapshot: the same differences are not added twice
run $db -c "SET session_replication_role = replica; DELETE FROM dorset.incident WHERE incident_id % 9 = 2"
( may_fail $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM dorset.incident LIMIT 1; SELECT pg_sleep(1.5); SELECT csp.recount_incident_month('dorset'); COMMIT" >"$work/second" 2>&1 || true ) & second=$!
sleep 0.5
run $db -c "SELECT csp.recount_incident_month('dorset')" >/dev/null
wait $second
exact "after two recounts"
grep -q 'could not serialize' "$work/second" || say_wrong "the older recount went through: $(cat "$work/second")"

# data without triggers, as pg_restore --disable-triggers restores them
run $db -c "DROP TABLE apart.later"
pg_dump --data-only -Fc -n dorset -f "$work/data" $db
before=$(relation_digests $db dorset r)
run $db -c "$(run $db -c "SELECT format('TRUNCATE %s', string_agg(c.oid::regclass::text, ', ')) FROM pg_class c WHERE relnamespace = 'dorset'::regnamespace AND relkind = 'r'")"
exact "of an empty partnership"
pg_restore --data-only --disable-triggers -n dorset -d $db "$work/data"
same "tables after a restore of data" "$before" "$(relation_digests $db dorset r)"
exact "after a restore of data"

# TRUNCATE
run $db -c "BEGIN; TRUNCATE dorset.incident CASCADE; INSERT INTO dorset.incident $new VALUES (1, 'one', 10, '2024-01-01', '2024-01-01', 2); ROLLBACK"
exact "after a truncation that was undone"
run $db -c "TRUNCATE dorset.incident CASCADE" -c "INSERT INTO dorset.incident $new VALUES (1, 'one', 10, '2024-01-01', '2024-01-01', 2)"
same "counts after a truncation" "1" "$(run $db -c "SELECT sum(incidents) FROM dorset.incident_month")"
exact "after a truncation"
( run $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM dorset.incident LIMIT 1; SELECT pg_sleep(1); TRUNCATE dorset.incident CASCADE; COMMIT" >/dev/null ) & truncating=$!
sleep 0.4
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'unseen', 10, '2024-01-01', '2024-01-01', 2)"
wait $truncating
exact "after a truncation that did not see all it took"

# the rules change while others write: they wait, or fail, and never count by the old rules
run $db -c "INSERT INTO dorset.incident $new SELECT 1, 'r' || n, 10, timestamptz '2024-03-31 22:30+00', '2024-04-01', 2 FROM generate_series(1, 50) n"
( may_fail $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM dorset.incident LIMIT 1; SELECT pg_sleep(1.2); INSERT INTO dorset.incident $new VALUES (1, 'old rules', 10, '2024-03-31 22:30+00', '2024-04-01', 2); COMMIT" >"$work/late" 2>&1 || true ) & late=$!
( run $db -c "BEGIN; INSERT INTO dorset.incident $new VALUES (1, 'under way', 10, '2024-03-31 22:30+00', '2024-04-01', 2); SELECT pg_sleep(0.8); INSERT INTO dorset.incident $new VALUES (1, 'under way 2', 10, '2024-03-31 22:30+00', '2024-04-01', 2); COMMIT" >/dev/null ) & under_way=$!
sleep 0.4
( run $db -c "UPDATE dorset.setting SET value = 'Asia/Tokyo' WHERE name = 'time_zone'" ) & ruling=$!
sleep 0.2
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'new rules', 10, '2024-03-31 22:30+00', '2024-04-01', 2)"
wait $late; wait $under_way; wait $ruling
same "counts after the time zone changed" "" "$(run $db -c "SELECT c.* FROM csp.check_incident_month('dorset') c")"
same "the months" "2024-04-01" "$(run $db -c "SELECT DISTINCT month FROM dorset.incident_month WHERE incidents > 5")"
grep -q 'could not serialize' "$work/late" || say_wrong "a transaction counted by the old rules: $(cat "$work/late")"
refuses 25000 'READ COMMITTED' $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; UPDATE dorset.setting SET value = 'Europe/London' WHERE name = 'time_zone'"
run $db -c "UPDATE dorset.setting SET value = 'Europe/London' WHERE name = 'time_zone'"
# a snapshot of its own: exact within, folding included
same "counts within a snapshot" "0|0" "$(run $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO dorset.incident $new VALUES (1, 'mine', 10, '2024-05-01', '2024-05-01', 2)" \
    -c "SELECT count(*), csp.fold_incident_month('dorset') * 0 FROM csp.check_incident_month('dorset')")"
( run $db -c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM dorset.incident LIMIT 1; SELECT pg_sleep(1); SELECT csp.fold_incident_month('dorset'); INSERT INTO dorset.incident $new VALUES (1, 'mine 2', 10, '2024-05-01', '2024-05-01', 2); COMMIT" >"$work/snapshot" 2>&1 ) & snapshot=$!
sleep 0.4
run $db -c "INSERT INTO dorset.incident $new VALUES (1, 'theirs', 10, '2024-05-01', '2024-05-01', 2); SELECT csp.fold_incident_month('dorset')" >/dev/null
wait $snapshot || say_wrong "a fold by an older snapshot failed: $(cat "$work/snapshot")"
exact "after folding by an older snapshot"

# nobody calls fold: writers do, now and then
run $db <<'SQL'
DO $$ BEGIN FOR n IN 1..60 LOOP
    INSERT INTO dorset.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to, area_id)
    SELECT 1, 'bound ' || n || ' ' || s, 10, d, d, 2 FROM generate_series(1, 400) s CROSS JOIN LATERAL (SELECT timestamptz '2000-01-15' + (s % 300) * interval '1 month') t (d);
    COMMIT;
END LOOP; END $$;
SQL
[ "$(unfolded)" -lt 11000 ] || say_wrong "$(unfolded) entries were left unfolded"
exact "after many small statements"

# who writes incidents needs no more of the counts than to add to them
run $db -c "GRANT USAGE ON SCHEMA dorset TO $writer" -c "GRANT INSERT ON dorset.incident, dorset.incident_month_entry TO $writer" -c "GRANT SELECT ON dorset.setting, dorset.harm_weight TO $writer"
run $db -U $writer -c "INSERT INTO dorset.incident $new VALUES (1, 'by the writer', 10, '2024-01-01', '2024-01-01', 2)" \
    -c "INSERT INTO dorset.incident $new SELECT 1, 'by the writer ' || n, 10, '2024-01-01', '2024-01-01', 2 FROM generate_series(1, 1200) n"
exact "after a writer with few privileges"
