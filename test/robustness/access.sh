# Levels of access: what each can and, above all, what each cannot see or do, also through views.
. test/robustness/helpers.bash
db=access_$$ keeper=keeper_$$
new_database $db
new_role $keeper
for level in published analyst personal loader second stranger; do new_role ${level}_$$; done
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $keeper"
as() { local role=$1; shift; run $db -U ${role}_$$ "$@"; }
as_keeper() { run $db -U $keeper "$@"; }
PGUSER=$keeper small_partnership $db kent
as_keeper -c "DELETE FROM kent.incident_person" -c "DELETE FROM kent.person" -c "INSERT INTO kent.person (person_id, pseudonym, birth_year) VALUES (1, 'P-0001', 1990)" \
    -c "INSERT INTO kent.incident_person (incident_id, person_id, role) SELECT incident_id, 1, 'victim' FROM kent.incident WHERE incident_id <= 500"
for level in published analyst personal loader; do as_keeper -c "SELECT csp.grant_partnership('kent', '${level}_$$', '$level')" >/dev/null; done

# every relation is open to just those whose level says so
as_keeper -c "SELECT relation, access FROM csp.partnership_relations('kent')" >"$work/relations"
may() { # may LEVEL ACCESS: does the level read that kind?
    case $1:$2 in
        published:published) return 0 ;;
        analyst:published | analyst:product | analyst:data | analyst:source | analyst:reference | analyst:work | analyst:record) return 0 ;;
        personal:administration | personal:log) return 1 ;;
        personal:*) return 0 ;;
        loader:data | loader:source | loader:people | loader:reference) return 0 ;;
        *) return 1 ;;
    esac
}
checked=0
for level in published analyst personal loader stranger; do
    while IFS='|' read -r relation access; do
        checked=$((checked + 1))
        if may $level $access; then as $level -c "SELECT 1 FROM kent.$relation LIMIT 1" >/dev/null || say_wrong "$level cannot read $relation ($access)"
        else refuses 42501 'permission denied' $db -U ${level}_$$ -c "SELECT 1 FROM kent.$relation LIMIT 1"; fi
    done <"$work/relations"
done
[ $checked -gt 300 ] || say_wrong "only $checked relations were tried"

# people, through views: an analyst reads about how many there are, of ten or more, and a filter with side effects sees no more than the rows
[ "$(as analyst -c "SELECT count(*) FROM kent.strategic_by_problem WHERE side = 'victim'")" -gt 0 ] || say_wrong "the analyst reads no figures of victims"
same "few victims in the analyst's concentration" "fewer than ten people: figures would speak of them one by one" "$(as analyst -c "SELECT DISTINCT reason FROM kent.strategic_concentration WHERE dimension = 'victim' AND problem_type = 'burglary'")"
refuses 42501 'permission denied for table person' $db -U analyst_$$ -c "SELECT p.pseudonym FROM kent.incident_month m, kent.person p"
refuses 42501 'permission denied' $db -U analyst_$$ -c "CREATE VIEW kent.through AS SELECT * FROM kent.person"
as analyst >"$work/leak" 2>&1 <<'SQL'
CREATE FUNCTION pg_temp.peek(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''%'', value; RETURN true; END';
SET client_min_messages = notice;
SELECT count(*) FROM kent.strategic_by_problem p WHERE pg_temp.peek(p::text);
SQL
grep -q 'Not shown' "$work/leak" || say_wrong "the filter did not run"
if grep -q 'P-0001' "$work/leak"; then say_wrong "a filter saw a pseudonym"; fi

# the same filter over the published views: it must not see drafts
as_keeper -c "INSERT INTO kent.assessment (kind, title, period_from, period_to) VALUES ('strategic', 'Secret draft', '2023-01-01', '2023-12-31')" \
    -c "SELECT csp.freeze_assessment('kent', (SELECT assessment_id FROM kent.assessment WHERE title = 'Secret draft'))" >/dev/null
as published >"$work/leak" 2>&1 <<'SQL'
CREATE FUNCTION pg_temp.peek(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''saw %'', value; RETURN true; END';
SET client_min_messages = notice;
SELECT count(*) FROM kent.published_assessment p WHERE pg_temp.peek(p.title);
SELECT count(*) FROM kent.published_count p WHERE pg_temp.peek(p.area_name);
SQL
if grep -q 'saw' "$work/leak"; then say_wrong "a filter saw what is not published: $(grep -m 1 saw "$work/leak")"; fi
same "views with their owner's rights that a filter could look into" "" \
    "$(run $db -c "SELECT relname FROM pg_class JOIN csp.partnership_relations('kent') r ON r.relation = relname WHERE relnamespace = 'kent'::regnamespace AND relkind = 'v' AND NOT coalesce(reloptions, '{}') @> '{security_invoker=true}' AND NOT coalesce(reloptions, '{}') @> '{security_barrier=true}'")"

# writing
as analyst -c "INSERT INTO kent.assessment (kind, title, period_from, period_to) VALUES ('tactical', 'An analyst''s', '2024-01-01', '2024-01-28')" -c "UPDATE kent.setting SET value = '300' WHERE name = 'near_repeat_distance'"
refuses 42501 'permission denied for table incident' $db -U analyst_$$ -c "UPDATE kent.setting SET value = 'Europe/Paris' WHERE name = 'time_zone'"
refuses 42501 'permission denied for table setting' $db -U analyst_$$ -c "DELETE FROM kent.setting"
refuses 42501 'permission denied for table incident' $db -U analyst_$$ -c "DELETE FROM kent.incident"
refuses 42501 'permission denied for table person' $db -U personal_$$ -c "DELETE FROM kent.person"
same "the personal level reads people" "P-0001" "$(as personal -c "SELECT pseudonym FROM kent.person")"
as loader -c "UPDATE kent.incident SET alcohol = NOT alcohol WHERE incident_id < 20" -c "INSERT INTO kent.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) VALUES (1, 'loaded', 10, '2024-05-05', '2024-05-06')"
as loader -c "SELECT csp.refresh_areas('kent')" >/dev/null 2>"$work/warnings"
same "warnings of a loader's refresh" "" "$(cat "$work/warnings")"
refuses 42501 'permission denied to call csp.refresh_hex_cells' $db -U analyst_$$ -c "UPDATE kent.setting SET value = '400' WHERE name = 'hex_side'"
same "counts after the loader's writes" "" "$(as_keeper -c "SELECT * FROM csp.check_incident_month('kent')")"
refuses 42501 'permission denied for table assessment' $db -U loader_$$ -c "UPDATE kent.assessment SET title = 'x'"
refuses 42501 'permission denied for schema kent' $db -U stranger_$$ -c "SELECT 1 FROM kent.incident"

# subject profiles: for the personal level, each read logged first, where the reader can neither see it nor make it up
same "a profile" "subject|P-0001|born 1990" "$(as personal -c "SELECT section, label, value FROM csp.subject_profile('kent', 'P-0001', 'case 7') LIMIT 1")"
same "the log" "P-0001|case 7|personal_$$|personal_$$|t" "$(as_keeper -c "SELECT subject, purpose, role_name, session_role, read_at > now() - interval '1 hour' FROM kent.access_log")"
refuses 22023 'for a purpose' $db -U personal_$$ -c "SELECT * FROM csp.subject_profile('kent', 'P-0001', '')"
refuses 25006 'log cannot be written' $db -U personal_$$ -c "BEGIN READ ONLY; SELECT * FROM csp.subject_profile('kent', 'P-0001', 'case 7')"
for level in analyst loader published stranger; do refuses 42501 'permission denied' $db -U ${level}_$$ -c "SELECT * FROM csp.subject_profile('kent', 'P-0001', 'case 7')"; done
for verb in "SELECT 1 FROM kent.access_log" "DELETE FROM kent.access_log" "UPDATE kent.access_log SET purpose = 'another'" "TRUNCATE kent.access_log" \
    "INSERT INTO kent.access_log (subject, purpose, role_name) VALUES ('P-0001', 'case 7', 'analyst_$$')" "INSERT INTO kent.access_log (subject, purpose, read_at) VALUES ('P-0001', 'case 7', '2001-01-01')"; do
    refuses 42501 'permission denied for table access_log' $db -U personal_$$ -c "$verb"
done
same "one read, one row" "1" "$(as_keeper -c "SELECT count(*) FROM kent.access_log")"
as personal -c "INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to) VALUES (900, 'subject profile', 'A subject', '2024-01-01', '2024-12-31')" -c "INSERT INTO kent.assessment_person VALUES (900, 1)"
# graded intelligence is kept at the personal level, and what its handling holds back reaches an analyst in no row
as personal -c "INSERT INTO kent.intelligence (received_on, source_grade, information_grade, handling_code, conditions, text_sanitised) VALUES ('2024-05-01', '1', 'A', 'C', 'Ask first', 'HELD-1'), ('2024-05-01', '1', 'A', 'P', 'Not beyond the group', 'HELD-2'), ('2024-05-01', '1', 'A', 'P', NULL, 'SHARED')"
refuses 42501 'permission denied for table intelligence' $db -U analyst_$$ -c "INSERT INTO kent.intelligence (received_on, source_grade, information_grade, handling_code, text_sanitised) VALUES ('2024-05-01', '1', 'A', 'P', 'x')"
same "what an analyst reads of it" "SHARED" "$(as analyst -c "SELECT text_sanitised FROM kent.intelligence_digest WHERE text_sanitised IS NOT NULL")"
same "held texts in other relations" "" "$(while IFS='|' read -r relation access; do psql -qXAt -d $db -U analyst_$$ -c "SELECT '$relation' FROM kent.$relation r WHERE r::text LIKE '%HELD-%' LIMIT 1" 2>>"$work/looked"; done < <(grep -E '^(intelligence|control|planner|performance_plan|tactical_recommendation|strategic_recommendation|frozen|assessment|setting|recommendation|emerging)' "$work/relations"))"
same "relations that could not be searched for another reason" "" "$(grep 'ERROR: ' "$work/looked" | grep -v 'permission denied for' || true)"
# the search finds them where they may be read
as personal -c "SELECT 'found' FROM kent.intelligence r WHERE r::text LIKE '%HELD-%' LIMIT 1" | grep -q found || say_wrong "the search for held texts finds none at the personal level"
refuses 42501 'permission denied for table assessment_person' $db -U analyst_$$ -c "INSERT INTO kent.assessment_person VALUES (900, 1)"
# problem profiles are an analyst's, and count people without showing one
profile=$(as analyst -c "SELECT csp.profile('kent', 'All', '{crime,anti_social_behaviour}', '2023-01-01', '2024-12-31')")
same "one victim, to an analyst" "Not shown|||fewer than 10 people, or none: they could be told apart" "$(as analyst -c "SELECT label, people, incidents, note FROM kent.profile_victim WHERE assessment_id = $profile AND section = 'repeats'")"
[ "$(as personal -c "SELECT incidents FROM kent.profile_victim WHERE assessment_id = $profile AND section = 'repeats' AND position = 1 AND people = 1")" -gt 0 ] || say_wrong "the personal level reads no figures of victims in profiles"
refuses 42501 'permission denied' $db -U loader_$$ -c "SELECT csp.profile('kent', 'All', '{crime}', '2023-01-01', '2024-12-31')"
same "one victim has no age" "Not shown" "$(as analyst -c "SELECT label FROM kent.profile_victim WHERE assessment_id = $profile AND section = 'age'")"

# who may grant, and what
for level in published analyst personal loader; do
    refuses 42501 'belongs to role' $db -U ${level}_$$ -c "SELECT csp.grant_partnership('kent', 'stranger_$$', 'published')"
done
refuses 42501 'belongs to role' $db -U stranger_$$ -c "SELECT csp.revoke_partnership('kent', 'analyst_$$')"
refuses 42501 'belongs to role' $db -U analyst_$$ -c "SELECT csp.grant_partnership('kent', 'analyst_$$', 'personal')"
refuses 42501 'permission denied' $db -U analyst_$$ -c "INSERT INTO kent.access_grant (role_name, level) VALUES ('analyst_$$', 'personal')"
refuses 22023 'level "boss" is not known' $db -U $keeper -c "SELECT csp.grant_partnership('kent', 'analyst_$$', 'boss')"
refuses 42704 'does not exist' $db -U $keeper -c "SELECT csp.grant_partnership('kent', 'nobody_$$', 'analyst')"
refuses 22023 'cannot be given to PUBLIC' $db -U $keeper -c "SELECT csp.grant_partnership('kent', 'public', 'analyst')"
as_keeper -c "SELECT csp.grant_partnership('kent', 'public', 'published')" >/dev/null
as stranger -c "SELECT count(*) FROM kent.published_count" >/dev/null
same "taking back from the public" "t" "$(as_keeper -c "SELECT csp.revoke_partnership('kent', 'public')")"
refuses 42501 'permission denied for schema kent' $db -U stranger_$$ -c "SELECT count(*) FROM kent.published_count"
refuses 55000 'sees everything already' $db -U $keeper -c "SELECT csp.grant_partnership('kent', '$keeper', 'analyst')"
refuses 3F000 'there is no partnership' $db -U $keeper -c "SELECT csp.grant_partnership('essex', 'analyst_$$', 'analyst')"

# one level in place of another; what an upgrade makes anew stays open; taking back takes all
as_keeper -c "SELECT csp.grant_partnership('kent', 'personal_$$', 'analyst')" >/dev/null
refuses 42501 'permission denied for table person' $db -U personal_$$ -c "SELECT pseudonym FROM kent.person"
as personal -c "SELECT 1 FROM kent.strategic_levels LIMIT 1" >/dev/null
as_keeper -c "DROP VIEW kent.strategic_summary CASCADE" -c "SELECT csp.upgrade_partnership('kent')" >/dev/null
as analyst -c "SELECT 1 FROM kent.strategic_summary LIMIT 1" >/dev/null
refuses 42501 'which "keeper_[0-9]*" may not grant' $db -U $keeper -c "SELECT csp.grant_partnership('kent', 'second_$$', 'owner')"
run $db -c "SELECT csp.grant_partnership('kent', 'second_$$', 'owner')" >/dev/null
as second -c "SELECT csp.grant_partnership('kent', 'stranger_$$', 'analyst')" -c "ALTER TABLE kent.incident ADD COLUMN note text" >/dev/null
same "taking back" "t|f" "$(run $db -c "SELECT csp.revoke_partnership('kent', 'second_$$') || '|' || csp.revoke_partnership('kent', 'second_$$')" | sed 's/true/t/; s/false/f/')"
refuses 42501 'permission denied for schema kent' $db -U second_$$ -c "SELECT 1 FROM kent.incident"
for level in published analyst personal loader stranger; do as_keeper -c "SELECT csp.revoke_partnership('kent', '${level}_$$')" >/dev/null; done
same "privileges left" "" "$(run $db -c "SELECT c.relname, a.grantee::regrole FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.relnamespace = 'kent'::regnamespace AND a.grantee <> c.relowner")"
same "columns' privileges left" "" "$(run $db -c "SELECT a.attrelid::regclass, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'kent'::regnamespace AND a.attacl IS NOT NULL AND a.attacl <> '{}'")"
same "grants left" "" "$(as_keeper -c "SELECT * FROM kent.access_grant")"
