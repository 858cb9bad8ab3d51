# The attacker with two scopes: an analyst, who may not read people, opens two problem profiles that differ by one victim and subtracts. Before
# figures about people had noise the difference was that victim's age band and sex. Also by EXPLAIN, frozen rows, other views and other sessions.
. test/robustness/helpers.bash
db=differencing_$$ copy=differencing_copy_$$ keeper=keeper_$$
new_database $db
new_role $keeper
for level in analyst personal; do new_role ${level}_$$; done
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $keeper"
as() { local role=$1; shift; run $db -U ${role}_$$ "$@"; }
as_keeper() { run $db -U $keeper "$@"; }
as_keeper -c "SELECT csp.create_partnership('kent')" >/dev/null
# one burglary a day, each with a victim of its own but every seventh, whose victim suffers again. The secret is set so that a run can be repeated.
as_keeper >/dev/null <<'SQL'
UPDATE kent.cell_secret SET secret = 20260712;
INSERT INTO kent.source (code, title, place_precision, time_precision) VALUES ('police', 'Recorded crime', 'exact', 'minute');
INSERT INTO kent.source_coverage (source_id, month, status) SELECT 1, m::date, 'complete' FROM generate_series(timestamp '2023-01-01', '2024-12-01', '1 month') m;
INSERT INTO kent.incident (incident_id, source_id, source_reference, problem_type_id, occurred_from, occurred_to)
SELECT g, 1, 'R' || g, (SELECT problem_type_id FROM kent.problem_type WHERE code = 'burglary_residential'), t, t
FROM generate_series(1, 730) AS g CROSS JOIN LATERAL (SELECT timestamptz '2022-12-31 12:00+00' + g * interval '1 day' AS t) d;
INSERT INTO kent.person (person_id, pseudonym, sex) SELECT g, 'P' || g, (ARRAY['F', 'M'])[csp.seeded_integer(1, 'sex', g, 1, 2)] FROM generate_series(1, 730) AS g;
INSERT INTO kent.incident_person (incident_id, person_id, role, age_at_incident)
SELECT g, CASE WHEN g % 7 = 0 THEN g - 6 ELSE g END, 'victim', (ARRAY[20, 30, 40, 50, 60, 70])[csp.seeded_integer(1, 'age', g, 1, 6)] FROM generate_series(1, 730) AS g;
INSERT INTO kent.incident_person (incident_id, person_id, role, age_at_incident)
SELECT g, g + 1, 'offender', 20 FROM generate_series(1, 729, 3) AS g;
-- two hundred profiles and one, each a day longer
INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to)
SELECT g, 'problem profile', 'to day ' || g, '2023-01-01', date '2022-12-31' + g FROM generate_series(300, 500) AS g;
INSERT INTO kent.assessment_type SELECT g, problem_type_id FROM generate_series(300, 500) AS g CROSS JOIN kent.problem_type WHERE code = 'burglary_residential';
-- the same records by another scope: a wider type of which nothing else happened; a year of whole months for the strategic assessment
INSERT INTO kent.assessment (assessment_id, kind, title, period_from, period_to) VALUES
    (601, 'problem profile', 'All of 2023', '2023-01-01', '2023-12-31'), (602, 'strategic', '2023', '2023-01-01', '2023-12-31'), (603, 'problem profile', 'None', '2023-01-01', '2023-12-31'),
    (604, 'problem profile', 'Three', '2023-01-01', '2023-01-03'), (605, 'tactical', 'December', '2023-12-04', '2023-12-31');
INSERT INTO kent.assessment_type SELECT a, problem_type_id FROM (VALUES (601, 'crime'), (603, 'anti_social_behaviour'), (604, 'burglary_residential')) AS v (a, code) JOIN kent.problem_type USING (code);
SQL
for level in analyst personal; do as_keeper -c "SELECT csp.grant_partnership('kent', '${level}_$$', '$level')" >/dev/null; done

# ---- the attack ----
cat >"$work/attack.sql" <<'SQL'
-- the likelihood that a cell's figure changes so, if the victim is in it and if not: the noise of either scope, subtracted; without noise 0 and 1
CREATE TEMP TABLE noise AS SELECT noise, probability FROM csp.perturbation_table() WHERE count = 5 AND :noisy UNION ALL SELECT 0, 1 WHERE NOT :noisy;
CREATE TEMP TABLE difference AS SELECT a.noise - b.noise AS d, sum(a.probability * b.probability) AS likelihood FROM noise a CROSS JOIN noise b GROUP BY 1;
CREATE TEMP TABLE figure AS SELECT assessment_id, section, label, people FROM kent.profile_victim WHERE assessment_id BETWEEN 300 AND 500 AND section IN ('age', 'sex');
CREATE TEMP TABLE guess AS
SELECT c.assessment_id, c.section, c.label, coalesce(one.likelihood, 1e-9) / coalesce(none.likelihood, 1e-9) AS odds
FROM figure c
JOIN figure b ON b.assessment_id = c.assessment_id - 1 AND b.section = c.section AND b.label = c.label
LEFT JOIN difference one ON one.d = c.people - b.people - 1
LEFT JOIN difference none ON none.d = c.people - b.people
-- days that brought a person of their own
WHERE c.assessment_id % 7 NOT IN (0, 1);
CREATE TEMP TABLE truth AS
SELECT g AS assessment_id, 'sex' AS section, (ARRAY['F', 'M'])[csp.seeded_integer(1, 'sex', g, 1, 2)] AS label FROM generate_series(301, 500) AS g
UNION ALL
SELECT g, 'age', (ARRAY['18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over'])[csp.seeded_integer(1, 'age', g, 1, 6)] FROM generate_series(301, 500) AS g;
SELECT t.section, round(100 * avg((g.label = t.label)::integer)) AS right_guesses, round(100 * avg(g.posterior) FILTER (WHERE g.label = t.label)) AS certainty_when_right
FROM (
    SELECT DISTINCT ON (assessment_id, section) assessment_id, section, label, odds / sum(odds) OVER (PARTITION BY assessment_id, section) AS posterior
    FROM guess ORDER BY assessment_id, section, odds DESC, label
) g
JOIN truth t USING (assessment_id, section)
GROUP BY t.section ORDER BY t.section;
SQL
same "what two true figures give away, in per cent" "age|100|100
sex|100|100" "$(as_keeper -v noisy=false -f "$work/attack.sql")"
same "the personal level sees the same" "age|100|100
sex|100|100" "$(as personal -v noisy=false -f "$work/attack.sql")"
as analyst -v noisy=true -f "$work/attack.sql" >"$work/success"
# by chance 17 and 50; of the best guess that the noise leaves about 25 and 62
while IFS='|' read -r section right certainty; do
    case $section in age) most=38 ;; sex) most=72 ;; esac
    [ "$right" -le $most ] || say_wrong "the analyst reads the $section of $right victims in a hundred"
    [ "$certainty" -le 80 ] || say_wrong "the analyst is sure of the $section he guesses right: $certainty per cent"
done <"$work/success"
[ "$(wc -l <"$work/success")" = 2 ] || say_wrong "the attack did not run: $(cat "$work/success")"
# a day that brings an old victim again changes every figure as any other day does: nobody reads that it was one
same "days without any change in the figures" "0" "$(as analyst -c "SELECT count(*) FROM (SELECT string_agg(format('%s %s', label, people), ',' ORDER BY label) AS f, lag(string_agg(format('%s %s', label, people), ',' ORDER BY label)) OVER (ORDER BY assessment_id) AS before FROM kent.profile_victim WHERE assessment_id BETWEEN 300 AND 500 AND section IN ('age', 'sex') GROUP BY assessment_id) d WHERE f = before")"

# ---- the same records have the same noise ----
figures="SELECT section, label, people, incidents FROM kent.profile_victim WHERE assessment_id = 601 ORDER BY sort_order"
same "in another session" "$(as analyst -c "$figures")" "$(as analyst -c "SET work_mem = '64kB'" -c "SET enable_hashagg = off" -c "$figures")"
# day 365 is the last of 2023: profile 365 is of the narrow type
same "in another scope" "$(as analyst -c "$figures")" "$(as analyst -c "${figures//601/365}")"
same "in another product" "$(as analyst -c "SELECT people FROM kent.profile_victim WHERE assessment_id = 601 AND label = 'All victims'")" \
    "$(as analyst -c "SELECT value FROM kent.strategic_by_problem WHERE assessment_id = 602 AND problem_type = 'burglary' AND side = 'victim' AND measure_order = 1")"
same "in a third" "$(as analyst -c "SELECT people, incidents FROM kent.profile_victim WHERE assessment_id = 601 AND label = 'All victims'")" \
    "$(as analyst -c "SELECT units_with_incidents, incidents_counted FROM kent.strategic_concentration WHERE assessment_id = 602 AND problem_type = 'burglary' AND dimension = 'victim'")"
[ "$(as analyst -c "$figures")" != "$(as personal -c "$figures")" ] || say_wrong "the analyst's figures have no noise"

# ---- none and a few look the same ----
few="SELECT section, label, people, incidents, note FROM kent.profile_victim WHERE assessment_id = 603 ORDER BY sort_order"
same "none and three victims" "$(as analyst -c "$few")" "$(as analyst -c "${few//603/604}")"
few="SELECT section, label, people, incidents, value, note FROM kent.profile_offender WHERE assessment_id = 603 ORDER BY sort_order"
same "none and one offender" "$(as analyst -c "$few")" "$(as analyst -c "${few//603/604}")"
same "figures below ten" "" "$(as analyst -c "SELECT * FROM kent.profile_victim WHERE people < 10 OR incidents < 10" -c "SELECT * FROM kent.profile_offender WHERE people < 10 OR incidents < 10" -c "SELECT * FROM kent.strategic_by_problem WHERE side <> 'location' AND unit = 'count' AND value < 10")"

# ---- what a reader can set ----
same "off is not for the analyst to say" "$(as analyst -c "$figures")" "$(as analyst -c "SET csp_analysis.protect_people = off" -c "$figures")"
same "on is for everybody" "$(as analyst -c "$figures")" "$(as_keeper -c "SET csp_analysis.protect_people = on" -c "$figures")"
refuses 42501 'permission denied' $db -U analyst_$$ -c "TABLE kent.cell_secret"
refuses 42501 'permission denied' $db -U personal_$$ -c "TABLE kent.cell_secret"
as_keeper -c "SELECT relation FROM csp.partnership_relations('kent') WHERE relation LIKE 'counted\_%'" >"$work/counted"
[ "$(wc -l <"$work/counted")" = 5 ] || say_wrong "not five views of what is counted"
while read -r view; do refuses 42501 'permission denied' $db -U analyst_$$ -c "TABLE kent.$view"; done <"$work/counted"
# a view of somebody who may read people is read on behalf of its reader
as_keeper -c "CREATE VIEW kent.through AS SELECT * FROM kent.profile_victim" -c "GRANT SELECT ON kent.through TO analyst_$$"
same "through the owner's view" "$(as analyst -c "$figures")" "$(as analyst -c "${figures/profile_victim/through}")"

# ---- plans: no view that an analyst reads has a step over people ----
as_keeper -c "SELECT relation FROM csp.partnership_relations('kent') WHERE kind = 'view' AND access IN ('product', 'published')" >"$work/views"
while read -r view; do
    as analyst -c "EXPLAIN (VERBOSE) SELECT * FROM kent.$view" >"$work/plan"
    if grep -qE 'kent\.(incident_person|person)\b' "$work/plan"; then say_wrong "the plan of $view shows people: $(grep -m 1 -E 'kent\.(incident_person|person)\b' "$work/plan")"; fi
done <"$work/views"
[ "$(wc -l <"$work/views")" -gt 60 ] || say_wrong "few views: $(wc -l <"$work/views")"
as analyst -c "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM kent.profile_victim WHERE assessment_id = 601" >"$work/plan"
grep -q "Function Scan on csp_internal.profile_victim f .*rows=$(as analyst -c "SELECT count(*) FROM kent.profile_victim WHERE assessment_id = 601") " "$work/plan" || say_wrong "not the plan: $(cat "$work/plan")"

# ---- what is frozen is for analysts to read, whoever freezes it ----
as_keeper -c "SELECT csp.freeze_assessment('kent', 601)" -c "SELECT csp.freeze_assessment('kent', 602)" >/dev/null
for product in profile_victim profile_offender; do
    same "frozen $product" "$(as analyst -c "SELECT to_jsonb(v) FROM kent.$product v WHERE assessment_id = 601 ORDER BY sort_order")" "$(as analyst -c "SELECT content FROM kent.frozen_row WHERE assessment_id = 601 AND product = '$product' ORDER BY (content ->> 'sort_order')::integer")"
done
same "frozen strategic_by_problem" "$(as analyst -c "SELECT md5(string_agg(to_jsonb(v)::text, '' ORDER BY to_jsonb(v)::text COLLATE \"C\")) FROM kent.strategic_by_problem v WHERE assessment_id = 602")" \
    "$(as analyst -c "SELECT md5(string_agg(content::text, '' ORDER BY content::text COLLATE \"C\")) FROM kent.frozen_row WHERE assessment_id = 602 AND product = 'strategic_by_problem'")"

# ---- a restored partnership has the same noise; an upgrade keeps it, and gives one to a partnership that has none ----
new_database $copy
pg_dump -d $db -Fc -f "$work/dump" && pg_restore -d $copy "$work/dump"
same "restored" "$(as analyst -c "$figures")" "$(run $copy -U analyst_$$ -c "$figures")"
as_keeper -c "SELECT csp.upgrade_partnership('kent')" >/dev/null
same "upgraded" "$(as analyst -c "$figures")" "$(run $copy -U analyst_$$ -c "$figures")"
run $copy -U $keeper -c "DELETE FROM kent.cell_secret"
refuses 55000 'lacks the secret' $copy -U analyst_$$ -c "SELECT people FROM kent.profile_victim WHERE assessment_id = 601"
run $copy -U $keeper -c "SELECT csp.upgrade_partnership('kent')" >/dev/null
[ "$(run $copy -U analyst_$$ -c "$figures")" != "$(as analyst -c "$figures")" ] || say_wrong "two partnerships have the same secret"
