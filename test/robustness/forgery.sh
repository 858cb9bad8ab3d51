# Nothing forged: rows slipped into what is frozen and published, by transactions that are open meanwhile; made-up and missing
# rows of the log of subject profiles; rules of disclosure set by a loader; who and when made up; drafts seen in a plan.
. test/robustness/helpers.bash
db=forgery_$$ keeper=keeper_$$
new_database $db
new_role $keeper
for level in published analyst personal loader; do new_role ${level}_$$; done
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $keeper"
as() { local role=$1; shift; run $db -U ${role}_$$ "$@"; }
PGUSER=$keeper small_partnership $db kent
for level in published analyst personal loader; do as keeper -c "SELECT csp.grant_partnership('kent', '${level}_$$', '$level')" >/dev/null; done
as keeper -c "INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to, baseline_from, baseline_to) SELECT n, 'strategic', 'Year ' || n, '2024-01-01', '2024-12-31', '2023-01-01', '2023-12-31' FROM generate_series(11, 16) n" \
    -c "INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to) VALUES (20, 'tactical', 'Weeks', '2024-06-01', '2024-06-28'), (21, 'tactical', 'Other weeks', '2024-07-01', '2024-07-28'), (22, 'tactical', 'More weeks', '2024-08-01', '2024-08-28')"

# a session that stays open: open_session NAME ROLE DESCRIPTOR returns when it is connected; tell returns when its statements are answered
told=0
open_session() {
    mkfifo "$work/$1"
    psql -qXAt -d $db -U "$2_$$" <"$work/$1" >"$work/$1.out" 2>&1 &
    eval "exec $3>\"$work/$1\""
    tell "$1" "$3" "SELECT 1 WHERE false;"
}
tell() { # tell NAME DESCRIPTOR SQL
    told=$((told + 1))
    printf '%s\n\\echo told %s\n' "$3" $told >&"$2"
    for _ in $(seq 300); do grep -q "^told $told$" "$work/$1.out" && return; sleep 0.1; done
    say_wrong "no answer to $3: $(cat "$work/$1.out")"
}
waits() { # waits ROLE: until a session of the role waits for a lock
    for _ in $(seq 300); do
        [ "$(run $db -c "SELECT count(*) FROM pg_stat_activity WHERE usename = '$1_$$' AND wait_event_type = 'Lock'")" = 0 ] || return 0
        sleep 0.1
    done
    say_wrong "nobody of $1 waits"
}

# ---- rows written before the freeze and committed after it ----
for role in analyst keeper; do
    open_session forger_$role $role 7
    tell forger_$role 7 "BEGIN;"
    tell forger_$role 7 "INSERT INTO kent.disclosed_count (assessment_id, part, area_kind, area_code, area_name, problem_type, problem_type_label, sort_order, incidents, token, threshold, base, denominator)
        VALUES (11, 'period', 'ward', 'X', 'FORGED AREA', 'burglary', 'Burglary', 1, 99999, '*', 0, 1, 'population');"
    tell forger_$role 7 "INSERT INTO kent.frozen_row VALUES (11, 'strategic_levels', 999999, '{\"area_name\": \"FORGED AREA\", \"incidents\": 99999}');"
    [ $role = keeper ] || as keeper -c "SELECT csp.freeze_assessment('kent', 11)" >/dev/null
    tell forger_$role 7 "COMMIT;"
    exec 7>&-
    wait
done
as analyst -c "UPDATE kent.assessment SET status = 'published' WHERE assessment_id = 11"
[ "$(as published -c "SELECT count(*) FROM kent.published_count WHERE assessment_id = 11")" -gt 10 ] || say_wrong "what an analyst publishes does not show"
same "the public's count of a forged area" "" "$(as published -c "SELECT area_name, incidents_text FROM kent.published_count WHERE area_name ~ 'FORGED'")"
same "forged rows of a product" "" "$(as analyst -c "SELECT content FROM kent.frozen_row WHERE content::text ~ 'FORGED'")"
same "the digest" "t" "$(as analyst -c "SELECT csp.check_frozen_assessment('kent', 11)")"
same "who published" "analyst_$$" "$(as analyst -c "SELECT published_by FROM kent.publication WHERE assessment_id = 11")"
refuses 42501 'permission denied for table frozen_row' $db -U analyst_$$ -c "INSERT INTO kent.frozen_row VALUES (12, 'strategic_levels', 1, '{}')"
refuses 42501 'permission denied for table publication_count' $db -U analyst_$$ -c "UPDATE kent.publication_count SET incidents = 1"
refuses 55000 'written by csp.freeze_assessment alone' $db -U $keeper -c "INSERT INTO kent.frozen_row VALUES (12, 'strategic_levels', 1, '{}')"
refuses 55000 'written by csp.freeze_assessment alone' $db -c "COPY kent.frozen_row FROM STDIN" </dev/null
# the gates do not lend their rights: a function of one's own that they might run is not run as the owner
refuses 42501 'permission denied for table frozen_assessment' $db -U analyst_$$ -c "SELECT csp_internal.freeze_assessment('kent', 12)"
refuses 42501 'permission denied for table publication' $db -U analyst_$$ -c "SELECT csp_internal.refresh_publication_work('kent', 12)"
for level in published loader; do refuses 42501 'permission denied' $db -U ${level}_$$ -c "SELECT csp.freeze_assessment('kent', 12)"; done
refuses 42501 'permission denied' $db -U published_$$ -c "SELECT csp_internal.refresh_publication('kent', 11)"

# ---- an analyst freezes, as who he is ----
as analyst -c "SELECT csp.freeze_assessment('kent', 20)" >/dev/null
same "who froze" "analyst_$$" "$(as analyst -c "SELECT frozen_by FROM kent.frozen_assessment WHERE assessment_id = 20")"

# ---- what it is about, changed meanwhile: freezing waits for an open change, and a change waits for an open freezing ----
open_session writer analyst 7
tell writer 7 "BEGIN;"
tell writer 7 "INSERT INTO kent.assessment_type SELECT 21, problem_type_id FROM kent.problem_type WHERE code = 'burglary';"
as keeper -c "SELECT csp.freeze_assessment('kent', 21)" >/dev/null & freezing=$!
waits keeper
tell writer 7 "UPDATE kent.assessment SET title = 'Burglary in July' WHERE assessment_id = 21;"
tell writer 7 "COMMIT;"
wait $freezing || say_wrong "the freezing that waited failed"
same "what was frozen after the wait" "Burglary in July|[\"burglary\"]" "$(as analyst -c "SELECT parameters -> 'assessment' ->> 'title', parameters ->> 'problem_types' FROM kent.frozen_assessment WHERE assessment_id = 21")"
# a transaction that does not see the freezing
tell writer 7 "BEGIN ISOLATION LEVEL REPEATABLE READ;"
tell writer 7 "SELECT count(*) FROM kent.frozen_assessment;"
as keeper -c "SELECT csp.freeze_assessment('kent', 22)" >/dev/null
tell writer 7 "UPDATE kent.assessment SET title = 'FORGED TITLE' WHERE assessment_id = 22;"
tell writer 7 "ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;"
tell writer 7 "COMMIT; BEGIN;"
tell writer 7 "INSERT INTO kent.assessment_area SELECT 22, min(area_id) FROM kent.area;"
tell writer 7 "COMMIT;"
exec 7>&-
wait
same "title and scope of what was frozen" "More weeks|0" "$(as analyst -c "SELECT a.title, (SELECT count(*) FROM kent.assessment_area s WHERE s.assessment_id = 22) FROM kent.assessment a WHERE a.assessment_id = 22")"
grep -q 'could not serialize access' "$work/writer.out" || say_wrong "the stale transaction was not refused: $(cat "$work/writer.out")"

# ---- the plan of a query shows the public nothing of drafts ----
plans() {
    for query in "SELECT * FROM kent.published_assessment" "SELECT * FROM kent.published_count" "SELECT * FROM kent.published_count WHERE assessment_id = 11 AND area_code = 'W1'" \
        "SELECT a.title, count(*) FROM kent.published_assessment a JOIN kent.published_count c USING (assessment_id) GROUP BY a.title"; do
        as published -c "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF) $query"
    done
}
as keeper -c "ANALYZE kent.publication, kent.publication_count"
before=$(plans)
as keeper -c "INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to) SELECT 100 + n, 'strategic', 'Draft ' || n, '2024-01-01', '2024-12-31' FROM generate_series(1, 40) n" \
    -c "SELECT csp.freeze_assessment('kent', 12), csp.freeze_assessment('kent', 13)" -c "UPDATE kent.assessment SET status = 'published' WHERE title = 'Draft 1'" >/dev/null
same "plans before and after 40 drafts and two frozen ones" "$before" "$(plans)"
same "tables in the plans" "kent.publication
kent.publication_count" "$(grep -o 'kent\.[a-z_]*' <<<"$before" | sort -u)"

# ---- the log of subject profiles ----
log() { as keeper -c "SELECT subject, purpose, role_name, session_role FROM kent.access_log WHERE purpose = '$1' ORDER BY 1"; }
person=p1
as personal -c "BEGIN" -c "SELECT count(*) FROM csp.subject_profile('kent', '$person', 'rolled back')" -c "ROLLBACK" >/dev/null
same "the log of a read that was rolled back" "$person|rolled back|personal_$$|personal_$$" "$(log 'rolled back')"
may_fail $db -U personal_$$ >"$work/half" 2>&1 -c "SELECT s.section, 1 / (s.section <> 'offences')::integer FROM csp.subject_profile('kent', '{p1,p2}'::text[], 'half read') s"
grep -q 'division by zero' "$work/half" || say_wrong "no error while reading: $(cat "$work/half")"
same "the log of a read that failed half-way" "p1|half read|personal_$$|personal_$$
p2|half read|personal_$$|personal_$$" "$(log 'half read')"
as personal -c "BEGIN" -c "SAVEPOINT s" -c "DECLARE c CURSOR FOR SELECT * FROM csp.subject_profile('kent', '$person', 'cursor')" -c "FETCH 1 FROM c" -c "ROLLBACK TO s" -c "ROLLBACK" >/dev/null
same "the log of a cursor in a savepoint" "$person|cursor|personal_$$|personal_$$" "$(log cursor)"
run postgres -c "GRANT personal_$$ TO analyst_$$"
as analyst -c "SET ROLE personal_$$" -c "SELECT count(*) FROM csp.subject_profile('kent', '$person', 'as another')" >/dev/null
run postgres -c "REVOKE personal_$$ FROM analyst_$$"
same "the log of a role that another set" "$person|as another|personal_$$|analyst_$$" "$(log 'as another')"
count=$(as keeper -c "SELECT count(*) FROM kent.access_log")
for row in "INSERT INTO kent.access_log (subject, purpose) VALUES ('p1', 'made up')" "COPY kent.access_log (subject, purpose) FROM STDIN"; do
    refuses 42501 'permission denied for table access_log' $db -U personal_$$ -c "$row" </dev/null
    refuses 55000 'written by csp.subject_profile alone' $db -U $keeper -c "$row" </dev/null
done
for level in personal analyst keeper; do refuses 42501 'written by csp.subject_profile alone' $db -U ${level}_$$ -c "SELECT csp_internal.log_read('kent.access_log'::regclass, 'boss', '{p1}', 'made up')"; done
refuses 42501 'written by csp.subject_profile alone' $db -U personal_$$ -c "SELECT * FROM csp_internal.subject_profile('kent', '{p1}'::text[], 'past the gate')"
refuses 55000 'not changed' $db -U $keeper -c "UPDATE kent.access_log SET purpose = 'another'"
for level in analyst loader published; do refuses 42501 'permission denied' $db -U ${level}_$$ -c "SELECT * FROM csp.subject_profile('kent', 'p1', 'curious')"; done
same "rows of the log" "$count" "$(as keeper -c "SELECT count(*) FROM kent.access_log")"
# what cannot be logged is not read, and the reader can go
open_session locker keeper 7
tell locker 7 "BEGIN; LOCK TABLE kent.access_log IN ACCESS EXCLUSIVE MODE;"
refuses 57014 'statement timeout' $db -U personal_$$ -c "SET statement_timeout = '500ms'" -c "SELECT * FROM csp.subject_profile('kent', 'p1', 'locked out')"
refuses 55000 'nothing was read' $db -U personal_$$ -c "SELECT * FROM csp.subject_profile('kent', 'p1', 'locked out')"
[ ! -s "$work/out" ] || say_wrong "read without a log: $(cat "$work/out")"
tell locker 7 "ROLLBACK;"
exec 7>&-
wait
refuses 55000 'not committed' $db -U $keeper -c "BEGIN" -c "SELECT csp.create_partnership('surrey')" -c "SELECT * FROM csp.subject_profile('surrey', 'p1', 'too early')"
# an owner who may not log in, and a database that nobody else may enter
open_session reader personal 7
run postgres -c "ALTER ROLE $keeper NOLOGIN CONNECTION LIMIT 0" -c "ALTER DATABASE $db CONNECTION LIMIT 0"
tell reader 7 "SELECT count(*) > 0 FROM csp.subject_profile('kent', '$person', 'no login');"
run postgres -c "ALTER ROLE $keeper LOGIN CONNECTION LIMIT -1" -c "ALTER DATABASE $db CONNECTION LIMIT -1"
exec 7>&-
wait
same "the log of an owner without LOGIN" "$person|no login|personal_$$|personal_$$" "$(log 'no login')"
# what the owner hung on the log runs as the owner
as keeper -c "CREATE TABLE kent.seen (who text, how text)" -c "CREATE FUNCTION kent.see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
    INSERT INTO kent.seen VALUES (current_user, (SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user));
    BEGIN EXECUTE ''RESET ROLE''; EXECUTE ''RESET SESSION AUTHORIZATION''; INSERT INTO kent.seen VALUES (current_user, ''escaped''); EXCEPTION WHEN OTHERS THEN NULL; END;
    RETURN NEW; END'" -c "CREATE TRIGGER see BEFORE INSERT ON kent.access_log FOR EACH ROW EXECUTE FUNCTION kent.see()"
as personal -c "SELECT count(*) FROM csp.subject_profile('kent', '$person', 'with a trigger')" >/dev/null
same "rights of a trigger of the log" "$keeper|false" "$(as keeper -c "TABLE kent.seen")"
as keeper -c "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON kent.access_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kent.see()"
refuses 55000 'deferred trigger' $db -U personal_$$ -c "SELECT * FROM csp.subject_profile('kent', 'p1', 'late')"
as keeper -c "DROP TRIGGER late ON kent.access_log" -c "CREATE RULE nothing AS ON INSERT TO kent.access_log DO INSTEAD NOTHING"
refuses 55000 'nothing was read' $db -U personal_$$ -c "SELECT * FROM csp.subject_profile('kent', 'p1', 'a rule')"
as keeper -c "DROP RULE nothing ON kent.access_log" -c "DROP TRIGGER see ON kent.access_log" -c "DELETE FROM kent.access_log WHERE purpose = 'with a trigger'"
same "shared memory left behind" "0" "$(run $db -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'csp_analysis access log'")"

# ---- rules of disclosure are the owner's ----
as keeper -c "UPDATE kent.setting SET value = CASE name WHEN 'disclosure_base' THEN '5' ELSE '7' END WHERE name IN ('disclosure_threshold', 'disclosure_base')"
for column in disclosure_threshold disclosure_base disclosure_token code; do
    refuses 42501 'permission denied for table source' $db -U loader_$$ -c "UPDATE kent.source SET $column = DEFAULT"
done
refuses 42501 'permission denied for table source' $db -U loader_$$ -c "INSERT INTO kent.source (code, title, disclosure_threshold) VALUES ('mine', 'Mine', 0)"
refuses 42501 'permission denied for table source' $db -U loader_$$ -c "DELETE FROM kent.source"
refuses 42501 'permission denied for table source' $db -U loader_$$ -c "INSERT INTO kent.source (code, title) VALUES ('police', 'Mine') ON CONFLICT (code) DO UPDATE SET disclosure_threshold = 0"
as loader -c "INSERT INTO kent.source (code, title) VALUES ('new', 'New')" -c "UPDATE kent.source SET citation = 'A citation' WHERE code = 'new'"
same "rules of a loader's source" "7|5|*" "$(as loader -c "SELECT disclosure_threshold, disclosure_base, disclosure_token FROM kent.source WHERE code = 'new'")"
for level in analyst personal; do
    refuses 42501 'is a rule of disclosure' $db -U ${level}_$$ -c "UPDATE kent.setting SET value = '0' WHERE name = 'disclosure_threshold'"
    refuses 42501 'permission denied for table source' $db -U ${level}_$$ -c "UPDATE kent.source SET disclosure_threshold = 0"
done
# column privileges given by hand do not open them either
run $db -c "GRANT INSERT, UPDATE, DELETE ON kent.source TO loader_$$"
refuses 42501 'rules of disclosure of source "police" are not for role' $db -U loader_$$ -c "UPDATE kent.source SET disclosure_token = '0' WHERE code = 'police'"
refuses 42501 'rules of disclosure of source "mine" are not for role' $db -U loader_$$ -c "INSERT INTO kent.source (code, title, disclosure_threshold) VALUES ('mine', 'Mine', 0)"

# ---- who and when ----
as loader -c "INSERT INTO kent.load_batch (load_batch_id, kind, file_name, loaded_by, started_at) VALUES (900, 'incidents', 'f', 'boss', '2001-01-01')" -c "UPDATE kent.load_batch SET loaded_by = 'boss', started_at = '2001-01-01', rows_read = 1, rows_inserted = 1 WHERE load_batch_id = 900"
same "who loaded and when" "loader_$$|t|1" "$(as loader -c "SELECT loaded_by, started_at > now() - interval '1 hour', rows_read FROM kent.load_batch WHERE load_batch_id = 900")"
as analyst -c "INSERT INTO kent.scan (as_of, scanned_by, scanned_at) VALUES ('2001-01-01', 'boss', '2001-01-01')" -c "UPDATE kent.scan SET scanned_by = 'boss' WHERE as_of = '2001-01-01'"
same "who scanned and when" "analyst_$$|t" "$(as analyst -c "SELECT scanned_by, scanned_at > now() - interval '1 hour' FROM kent.scan WHERE as_of = '2001-01-01'")"
refuses 42501 'for csp.scan to write' $db -U analyst_$$ -c "INSERT INTO kent.emerging_issue (title, origin, detected_by) VALUES ('Made up', 'scan', 'season')"
as analyst -c "INSERT INTO kent.emerging_issue (title, origin) VALUES ('By hand', 'partner')"
refuses 42501 'for csp.scan to write' $db -U analyst_$$ -c "UPDATE kent.emerging_issue SET origin = 'scan' WHERE title = 'By hand'"

# ---- a partnership laid out before: the upgrade publishes what was published, and takes back what it had granted ----
published=$(as published -c "SELECT * FROM kent.published_assessment" -c "SELECT * FROM kent.published_count ORDER BY assessment_id, row_key")
as keeper >/dev/null <<SQL
DROP VIEW kent.published_assessment, kent.published_count;
DROP TABLE kent.publication_count, kent.publication;
DROP TRIGGER frozen_row_record ON kent.frozen_row;
DROP TRIGGER disclosed_count_record ON kent.disclosed_count;
DROP TRIGGER frozen_assessment_record ON kent.frozen_assessment;
DROP TRIGGER assessment_show_published ON kent.assessment;
DROP TRIGGER access_log_keep ON kent.access_log;
ALTER TABLE kent.frozen_row ALTER CONSTRAINT frozen_row_assessment_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE kent.disclosed_count ALTER CONSTRAINT disclosed_count_assessment_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE kent.source ALTER disclosure_threshold SET DEFAULT 0, ALTER disclosure_base SET DEFAULT 1;
GRANT INSERT ON kent.frozen_row, kent.disclosed_count, kent.frozen_assessment TO analyst_$$, personal_$$;
GRANT INSERT (subject, purpose) ON kent.access_log TO personal_$$;
GRANT INSERT, UPDATE, DELETE ON kent.source TO loader_$$;
SQL
run $db -c "SELECT csp.upgrade_partnership('kent')" >/dev/null
same "what is published after an upgrade" "$published" "$(as published -c "SELECT * FROM kent.published_assessment" -c "SELECT * FROM kent.published_count ORDER BY assessment_id, row_key")"
same "rights after an upgrade" "" "$(run $db -c "SELECT c.relname, a.grantee::regrole, a.privilege_type FROM pg_class c CROSS JOIN aclexplode(c.relacl) a WHERE c.relnamespace = 'kent'::regnamespace AND c.relname IN ('frozen_row', 'frozen_assessment', 'disclosed_count', 'publication', 'publication_count', 'access_log', 'source') AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'")"
refuses 42501 'permission denied for table access_log' $db -U personal_$$ -c "INSERT INTO kent.access_log (subject, purpose) VALUES ('p1', 'made up')"
as loader -c "INSERT INTO kent.source (code, title) VALUES ('newer', 'Newer')"
same "rules of a source after an upgrade" "7" "$(as loader -c "SELECT disclosure_threshold FROM kent.source WHERE code = 'newer'")"
as analyst -c "UPDATE kent.assessment SET status = 'withdrawn' WHERE assessment_id = 11"
same "withdrawn" "0" "$(as published -c "SELECT count(*) FROM kent.published_count")"
# what was switched off and changed by hand is not published any more
as keeper -c "ALTER TABLE kent.disclosed_count DISABLE TRIGGER USER" -c "UPDATE kent.disclosed_count SET incidents = 99999 WHERE assessment_id = 12 AND incidents IS NOT NULL" -c "ALTER TABLE kent.disclosed_count ENABLE TRIGGER USER"
refuses 55000 'are not those that were frozen' $db -U analyst_$$ -c "UPDATE kent.assessment SET status = 'published' WHERE assessment_id = 12"
