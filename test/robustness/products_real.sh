#!/bin/bash
# Every product over a force's real crimes (CSP_REAL_FORCE, else Leicestershire and Dorset), loaded and planned as a partnership would: each
# view answers, adds up to a count of the incidents, shows no figure that months and map points cannot bear, and says so where
# it has none. Prints times; asserts none, since machines differ.
set -euo pipefail
data=$(readlink -f -- "${CSP_REAL_DATA:-../shared/data}" || true)
if [ ! -d "$data/police_uk" ]; then printf 'SKIP no real police.uk files in %q (CSP_REAL_DATA names another folder)\n' "${CSP_REAL_DATA:-../shared/data}"; exit 0; fi
. test/robustness/helpers.bash
database=products_real_$$
export PSQLRC=/dev/null
new_database $database
export PGDATABASE=$database
run $database -c "CREATE EXTENSION csp_analysis CASCADE" >/dev/null
none() { # none WHAT QUERY: the query finds no row
    local found; found=$(run $database -c "$2" 2>&1) || say_wrong "$force: $1: $found"
    [ -z "$found" ] || say_wrong "$force: $1: $(head -20 <<< "$found")"
    echo "ok: $force: $1"
}
is() { # is WHAT EXPECTED QUERY
    same "$force: $1" "$2" "$(run $database -c "$3")"
    echo "ok: $force: $1"
}
load() { # load LOADER FILE [psql arguments]
    local loader=$1 file=$2; shift 2
    psql -qX -v ON_ERROR_STOP=1 -v partnership=$force -v file="$data/$file" "$@" -f "sql/load/$loader.psql" >/dev/null
}

products_of() {
force=$1
export PGOPTIONS="-c client_min_messages=warning"
local began; began=$(date +%s)
run $database -c "SELECT csp.create_partnership('$force')" >/dev/null
load areas "boundaries/${force}_lsoa21.geojson"
load area_lookup lookups/lookup_lsoa11_lsoa21_ltla22.csv
load area_lookup lookups/lookup_lsoa21_ward24_ltla24.csv
load population population/census2021_households_by_accommodation_type_lsoa21.csv
load population population/population_lsoa11_mid2017_2019_2020.csv
load area_measures imd/imd2025_england_lsoa21.csv
# months of peers are of 2025: Dorset's own year, after Leicestershire's. Residents to the nearest thousand
load peers peers/2025_lad_month_crimetype_counts.csv -v level=force -v self=$force -v members="$2" \
    -v populations='{"dorset": 786000, "gloucestershire": 651000, "norfolk": 925000, "suffolk": 768000, "wiltshire": 750000, "leicestershire": 1134000, "derbyshire": 1066000, "nottinghamshire": 1162000, "staffordshire": 1151000}'
sql/load/police_uk_folder.sh $force "$data/police_uk/$force" >/dev/null
export PGOPTIONS="-c client_min_messages=warning -c search_path=$force,public"
echo "$force: loaded in $(($(date +%s) - began)) s"
is "every row is there" "$3" "SELECT count(*) FROM incident"

# the plan and the products of a year, by rows. $4 the year looked at, $5 what it is compared with, both inclusive
run $database -v force=$force -v p1="${4%,*}" -v p2="${4#*,}" -v b1="${5%,*}" -v b2="${5#*,}" >/dev/null <<'SQL'
UPDATE setting SET value = :'p2' WHERE name = 'performance_last_day';
UPDATE setting SET value = 'district' WHERE name = 'reporting_area_kind';
INSERT INTO priority (code, title, starts_on, ends_on, sort_order)
SELECT v.code, v.code, :'b1', date :'p2' + 365, v.n FROM (VALUES ('burglary', 1), ('anti_social_behaviour', 2), ('violence_and_sexual_offences', 3), ('shoplifting', 4)) AS v (code, n);
INSERT INTO priority_type SELECT p.priority_id, t.problem_type_id FROM priority p JOIN problem_type t USING (code);
-- every denominator, one area, a flag that police.uk does not have, and an indicator that somebody forgot to give types
INSERT INTO indicator (priority_id, code, title, denominator, flag, area_id, target_change_percent, target_on, baseline_from, baseline_to)
SELECT p.priority_id, v.indicator, v.indicator, v.denominator, v.flag, CASE WHEN v.indicator = 'burglary of a district' THEN d.area_id END, -5, (date :'p2' + interval '5 months')::date, :'b1', :'b2'
FROM (VALUES ('burglary', 'burglary', 'households', NULL), ('burglary', 'burglary of a district', 'count', NULL), ('anti_social_behaviour', 'nuisance', 'count', NULL),
             ('violence_and_sexual_offences', 'violence', 'population', NULL), ('violence_and_sexual_offences', 'harm of violence', 'harm', NULL),
             ('violence_and_sexual_offences', 'domestic violence', 'count', 'domestic'), ('shoplifting', 'shoplifting', 'population', NULL), ('shoplifting', 'forgotten', 'count', NULL)) AS v (priority, indicator, denominator, flag)
JOIN priority p ON p.code = v.priority
CROSS JOIN (SELECT area_id FROM area WHERE area_kind = 'district' ORDER BY code COLLATE "C" LIMIT 1) d;
INSERT INTO indicator_type SELECT i.indicator_id, pt.problem_type_id FROM indicator i JOIN priority_type pt USING (priority_id) WHERE i.code <> 'forgotten';
INSERT INTO plan_action (priority_id, code, title, theme, status, starts_on, due_on, area_id)
SELECT p.priority_id, 'locks', 'Locks and lights', 'prevention', 'in progress', date :'p1' + 90, date :'p1' + 300, d.area_id
FROM priority p, (SELECT area_id FROM area WHERE area_kind = 'district' ORDER BY code COLLATE "C" LIMIT 1) d WHERE p.code = 'burglary';
INSERT INTO assessment (kind, title, period_from, period_to, baseline_from, baseline_to) VALUES ('strategic', 'Year', :'p1', :'p2', :'b1', :'b2');
INSERT INTO assessment_priority SELECT 1, priority_id FROM priority;
INSERT INTO assessment_milestone (assessment_id, title, due_on) VALUES (1, 'Draft', date :'p2' - 7), (1, 'Decision', date :'p2' + 30);
INSERT INTO recommendation (assessment_id, problem_type_id, title, status) SELECT 1, problem_type_id, 'Locks', 'accepted' FROM problem_type WHERE code = 'burglary';
SELECT csp.open_tactical_assessment(:'force', daterange(date :'p2' - 27, :'p2', '[]'));
SELECT csp.profile(:'force', t.code, ARRAY[t.code], :'p1', :'p2', NULL, :'b1', :'b2') FROM unnest(ARRAY['burglary', 'anti_social_behaviour', 'violence_and_sexual_offences', 'shoplifting']) AS t (code);
INSERT INTO assessment (kind, title, period_from, period_to) VALUES ('subject profile', 'Nobody', :'p1', :'p2');
VACUUM ANALYZE;
SQL
is "nobody is known, and that is the answer" "subject|not known|P-0001" "SELECT * FROM csp.subject_profile('$force', 'P-0001', 'Test')"
run $database -c "SELECT '$force: ' || count(*) || ' issues opened by a scan of the last day' FROM csp.scan('$force', (SELECT max(period_to) FROM assessment))"
none "a second scan of the day does nothing" "SELECT action, title FROM csp.scan('$force', (SELECT max(period_to) FROM assessment))"

# each view is read once, whole, for assessments of its kind, and kept: what follows is asked of what a reader saw
run $database <<SQL
CREATE SCHEMA saw_$force;
CREATE TABLE saw_$force.read (view text PRIMARY KEY, rows bigint, seconds numeric, is_of_assessment boolean);
DO \$do\$
DECLARE
    v record;
    began timestamptz;
    found bigint;
BEGIN
    FOR v IN
        SELECT r.relation, a.attname IS NOT NULL AS is_of_assessment,
               CASE WHEN a.attname IS NULL THEN 'true'
                    -- by number, as a reader filters
                    ELSE (SELECT 'assessment_id IN (' || string_agg(a.assessment_id::text, ', ') || ')' FROM $force.assessment a
                          WHERE a.kind = CASE split_part(r.relation, '_', 1) WHEN 'tactical' THEN 'tactical' WHEN 'profile' THEN 'problem profile' ELSE 'strategic' END)
               END AS condition
        FROM csp.partnership_relations('$force') r
        LEFT JOIN pg_attribute a ON a.attrelid = format('%I.%I', '$force', r.relation)::regclass AND a.attname = 'assessment_id'
        WHERE r.kind = 'view' AND r.relation NOT LIKE 'evidence\_%' AND r.relation NOT LIKE 'counted\_%'
    LOOP
        began := clock_timestamp();
        EXECUTE format('CREATE TABLE saw_$force.%1\$I AS SELECT * FROM $force.%1\$I WHERE %2\$s', v.relation, v.condition);
        GET DIAGNOSTICS found = ROW_COUNT;
        INSERT INTO saw_$force.read VALUES (v.relation, found, extract(epoch FROM clock_timestamp() - began), v.is_of_assessment);
    END LOOP;
END
\$do\$;
SELECT format('$force: %s products read in %s s; the slowest: %s', count(*), round(sum(seconds), 1), (SELECT string_agg(view || ' ' || round(seconds, 1), ', ' ORDER BY seconds DESC) FROM (SELECT view, seconds FROM saw_$force.read ORDER BY seconds DESC LIMIT 5) s)) FROM saw_$force.read;
SQL
export PGOPTIONS="-c client_min_messages=warning -c search_path=saw_$force,$force,public"
columns="(SELECT c.table_name AS view, c.column_name AS name, c.data_type FROM information_schema.columns c JOIN read r ON r.view = c.table_name WHERE c.table_schema = 'saw_$force') c"
none_of() { # none_of WHAT QUERY: none of the queries that the query makes of the catalogue finds a row
    local queries; queries=$(run $database -c "SELECT string_agg(q, E'\n UNION ALL ') FROM ($2) AS made (q)")
    [ -n "$queries" ] || say_wrong "$force: $1: nothing to ask"
    none "$1 ($(grep -c '^' <<< "$queries") columns)" "$queries"
}

# nothing is empty without a word: what has no rows has a companion that says why, or waits for people to write
none "every empty product is explained" "
    SELECT r.view FROM read r
    WHERE r.rows = 0
      AND r.view NOT IN ('intelligence_collection', 'intelligence_digest', 'published_assessment', 'published_count')
      AND NOT EXISTS (SELECT FROM tactical_source s WHERE s.product = r.view HAVING count(*) > 0 AND bool_and(NOT s.is_used AND s.reason LIKE 'left out: %'))
      -- a scan was made, tested what there is and raised nothing
      AND NOT (r.view = 'scanning_register' AND EXISTS (SELECT FROM scan s WHERE s.series_tested IS NOT NULL AND s.places_tested = 0))
      AND NOT (r.view = 'performance_week' AND (SELECT bool_and(NOT s.is_used AND s.reason LIKE 'left out: %') FROM performance_week_source s))
      AND NOT (r.view IN ('quality_added_value', 'quality_duplicate') AND (SELECT bool_and(NOT s.is_used AND s.reason LIKE 'left out: %') FROM quality_match_source s))
      AND NOT (r.view = 'profile_response_week' AND (SELECT bool_and(p.reason IS NOT NULL) FROM profile_response p))"
is "and these are those that months and map points cannot bear" "performance_week, profile_response_week, quality_added_value, quality_duplicate, tactical_hotspot, tactical_near_repeat, tactical_offender, tactical_repeat_location, tactical_repeat_victim, tactical_series" "
    SELECT string_agg(r.view, ', ' ORDER BY r.view) FROM read r WHERE r.rows = 0 AND r.view !~ '^(intelligence|published|scanning)'"
is "why a tactical product has nothing" "tactical_hotspot|left out: dates are months
tactical_near_repeat|left out: it supplies none of the types followed; places are snapped to map points, which makes false repeats; dates are months
tactical_series|left out: places are snapped to map points: equal places are not repeats; dates are months: no days; it gives no methods of the last 182 days
tactical_repeat_location|left out: places are snapped to map points: equal places are not repeats; dates are months: no days
tactical_repeat_victim|left out: it names no victims; dates are months: no days
tactical_offender|left out: it names no suspects or offenders; dates are months: no days" "SELECT product, reason FROM tactical_source WHERE NOT is_used ORDER BY product_order"
is "what a profile does not know" "location|place|Not known|4
location|premises|Not known|4
method|against the baseline|Not known|4
offender|prolific|Not known|4
time|day of week|Not known|4
time|hour of week|Not known|4
victim|repeats|Not known|4" "
    SELECT * FROM (
        SELECT 'location', dimension, CASE WHEN name = 'Not known' AND incidents IS NULL AND note IS NOT NULL THEN name END AS label, count(*) FROM profile_location WHERE dimension IN ('place', 'premises') GROUP BY 1, 2, 3
        UNION ALL SELECT 'method', section, CASE WHEN incidents IS NULL AND note IS NOT NULL THEN method END, count(*) FROM profile_method GROUP BY 1, 2, 3
        UNION ALL SELECT 'offender', section, CASE WHEN people IS NULL AND value IS NULL AND note IS NOT NULL THEN label END, count(*) FROM profile_offender GROUP BY 1, 2, 3
        UNION ALL SELECT 'time', section, CASE WHEN aoristic_incidents IS NULL AND hour IS NULL AND iso_weekday IS NULL AND note IS NOT NULL THEN label END, count(*) FROM profile_time WHERE section <> 'month of year' GROUP BY 1, 2, 3
        UNION ALL SELECT 'victim', section, CASE WHEN people IS NULL AND incidents IS NULL AND note IS NOT NULL THEN label END, count(*) FROM profile_victim GROUP BY 1, 2, 3) k
    ORDER BY 1, 2"
none "no hour and no day of the week in the strategic pattern, but the reason" "SELECT problem_type, dimension FROM strategic_pattern_time WHERE dimension <> 'month of year' AND (incidents IS NOT NULL OR share_percent IS NOT NULL OR reason IS NULL)"
none "no victims, offenders and repeat places in the concentration, but the reason" "SELECT problem_type, dimension FROM strategic_concentration WHERE dimension IN ('victim', 'offender', 'place') AND (incidents IS NOT NULL AND incidents > 0 AND reason IS NULL OR repeat_share_percent IS NOT NULL OR reason IS NULL)"
none "map points are not called places" "SELECT rank FROM profile_location WHERE dimension = 'map point' AND note IS DISTINCT FROM 'a map point stands for several addresses: not a repeat place'"
none "no flag is told, and fitness says so" "SELECT problem_type, fitness FROM profile_definition WHERE coalesce(domestic_percent, alcohol_percent, drugs_percent, hate_percent, weapon_percent) IS NOT NULL OR fitness NOT LIKE '%no repeat places%no days, no hours%no methods; no flags'"
is "indicators that have no figure" "domestic violence|grey|no figure: no source of its types records the flag domestic
forgotten|grey|no figure: it counts no problem type (indicator_type)
harm of violence|grey|no figure: incidents of its types have no harm weight" "SELECT indicator, rag, rag_reason FROM performance_scorecard WHERE latest_value IS NULL ORDER BY indicator"
none "no harm is told of a force that gives no offences" "SELECT problem_type, harm_score FROM strategic_levels WHERE harm_score IS NOT NULL AND unweighted_incidents = incidents"
none "an action is not measured by months" "SELECT action FROM profile_response WHERE finding <> 'not measured' OR coalesce(target_before, target_after, buffer_before, control_before) IS NOT NULL OR reason IS NULL"

# sums
whole="i.occurred_from >= w.window_from::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < (w.window_to + 1)::timestamp AT TIME ZONE 'Europe/London'"
none "the tactical summary and the alerts are counts of a month" "
    SELECT w.what, w.problem_type, w.area_code, w.incidents, count(i.incident_id)
    FROM (SELECT 'summary' AS what, problem_type, problem_type_id, area_id, area_code, area_kind, window_from, window_to, incidents FROM tactical_summary
          UNION ALL SELECT 'alert', problem_type, problem_type_id, area_id, area_code, area_kind, window_from, window_to, incidents FROM tactical_alert) w
    JOIN evidence_type tree USING (problem_type_id)
    LEFT JOIN (incident i LEFT JOIN area_ancestor aa ON aa.area_id = i.area_id AND aa.ancestor_kind = 'district') ON i.problem_type_id = tree.member_id AND $whole AND (w.area_kind = 'partnership' OR aa.ancestor_id = w.area_id)
    GROUP BY w.what, w.problem_type, w.area_code, w.incidents HAVING count(i.incident_id) <> w.incidents"
none "the year to date is a count of its months" "
    SELECT y.problem_type, y.incidents, count(i.incident_id)
    FROM performance_year_to_date y
    JOIN evidence_type tree USING (problem_type_id)
    LEFT JOIN incident i ON i.problem_type_id = tree.member_id AND i.occurred_from >= y.year_from::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < (y.year_to + 1)::timestamp AT TIME ZONE 'Europe/London'
    WHERE y.area_kind = 'partnership'
    GROUP BY y.problem_type, y.incidents HAVING count(i.incident_id) <> y.incidents"
none "the year before likewise" "
    SELECT y.problem_type, y.last_year_incidents, count(i.incident_id)
    FROM performance_year_to_date y
    JOIN evidence_type tree USING (problem_type_id)
    LEFT JOIN incident i ON i.problem_type_id = tree.member_id AND i.occurred_from >= (y.year_from - interval '1 year')::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < (y.year_to + 1 - interval '1 year')::timestamp AT TIME ZONE 'Europe/London'
    WHERE y.area_kind = 'partnership' AND y.last_year_incidents IS NOT NULL
    GROUP BY y.problem_type, y.last_year_incidents HAVING count(i.incident_id) <> y.last_year_incidents"
none "the scorecard's last month and last twelve are counts, over households of the census and residents of mid-2020" "
    SELECT s.indicator, s.latest_value, c.month, s.value_12_months, c.year, c.per
    FROM performance_scorecard s
    JOIN indicator i ON i.code = s.indicator
    CROSS JOIN LATERAL (
        SELECT 1000.0 * count(*) FILTER (WHERE x.occurred_from >= s.latest_month::timestamp AT TIME ZONE 'Europe/London') / p.per AS month,
               1000.0 * count(*) / p.per AS year, p.per
        FROM (SELECT CASE i.denominator WHEN 'count' THEN 1000 WHEN 'households' THEN (SELECT sum(households) FROM area_population WHERE year = 2021) ELSE (SELECT sum(population) FROM area_population WHERE year = 2020) END AS per) p
        CROSS JOIN incident x
        LEFT JOIN area_ancestor aa ON aa.area_id = x.area_id AND aa.ancestor_id = i.area_id
        WHERE x.problem_type_id IN (SELECT m.problem_type_id FROM evidence_indicator_member m WHERE m.indicator_id = i.indicator_id)
          AND x.occurred_from >= (s.latest_month - interval '11 months')::timestamp AT TIME ZONE 'Europe/London'
          AND x.occurred_from < (s.latest_month + interval '1 month')::timestamp AT TIME ZONE 'Europe/London'
          AND (i.area_id IS NULL OR aa.area_id IS NOT NULL)
        GROUP BY p.per) c
    WHERE s.latest_value IS NOT NULL
      AND (abs(s.latest_value / c.month - 1) > 1e-9 OR abs(s.value_12_months / c.year - 1) > 1e-9)"
none "profiles count their type in their period, and by area" "
    SELECT d.assessment_id, d.period_incidents, c.n, l.n
    FROM profile_definition d
    JOIN assessment a USING (assessment_id)
    JOIN (SELECT assessment_id, sum(incidents) AS n FROM profile_location WHERE dimension = 'area' GROUP BY assessment_id) l USING (assessment_id)
    CROSS JOIN LATERAL (SELECT count(*) AS n, count(i.area_id) AS placed FROM incident i WHERE i.problem_type_id = d.problem_type_id AND i.occurred_from >= a.period_from::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < (a.period_to + 1)::timestamp AT TIME ZONE 'Europe/London') c
    WHERE d.period_incidents <> c.n OR l.n NOT IN (c.n, c.placed)"
none "drivers add up in every dimension" "
    SELECT assessment_id, dimension, sum(contribution), max(total_change), sum(period_incidents) - sum(baseline_incidents) FROM profile_driver
    GROUP BY assessment_id, dimension HAVING sum(contribution) <> max(total_change) OR sum(period_incidents) - sum(baseline_incidents) <> max(total_change)"
none "residents and households are known, and so are the correlations" "SELECT assessment_id, item, note FROM profile_context WHERE note IS NOT NULL OR value_in_scope IS NULL OR section <> 'residents' AND (rank_correlation NOT BETWEEN -1 AND 1 OR areas < 400)"

# what holds of every product
none_of "keys are unique" "SELECT format('SELECT %L FROM %1\$I GROUP BY row_key HAVING count(*) > 1', c.view) FROM $columns JOIN read r USING (view) WHERE c.name = 'row_key'"
none_of "p-values and probabilities lie between 0 and 1" "SELECT format('SELECT %L, %L FROM %1\$I WHERE NOT %2\$I BETWEEN 0 AND 1', view, name) FROM $columns WHERE name ~ '(p_value|probability|probability_of_meeting)$'"
none_of "adjustment raises p-values" "SELECT format('SELECT %L, %L FROM %1\$I WHERE %2\$I < %3\$I * (1 - 1e-12) OR %2\$I IS NULL AND %3\$I IS NOT NULL', c.view, c.name, raw.name) FROM $columns JOIN (SELECT table_name AS view, column_name AS name FROM information_schema.columns WHERE table_schema = 'saw_$force') raw ON raw.view = c.view AND raw.name = replace(c.name, 'adjusted_', '') WHERE c.name LIKE '%adjusted_p_value'"
none_of "shares lie between 0 and 100" "SELECT format('SELECT %L, %L FROM %1\$I WHERE NOT %2\$I BETWEEN 0 AND 100 + 1e-9', view, name) FROM $columns WHERE name ~ '(share_percent|cumulative_percent|cumulative_share_percent|located_percent|area_percent|method_percent|outcome_percent|only_here_percent|incidents_percent|people_percent)$'"
none_of "intervals are in order" "SELECT format('SELECT %L, %L FROM %1\$I WHERE %2\$I > %3\$I', c.view, c.name, above.name) FROM $columns JOIN (SELECT table_name AS view, column_name AS name FROM information_schema.columns WHERE table_schema = 'saw_$force') above ON above.view = c.view AND above.name = replace(c.name, 'lower', 'upper') WHERE c.name ~ '(^|_)lower$'"
none "a change lies in its interval" "
    SELECT problem_type, area_code FROM strategic_change WHERE NOT change_percent BETWEEN change_lower AND change_upper
    UNION ALL SELECT problem_type, area_code FROM performance_year_to_date WHERE NOT change_percent BETWEEN change_lower AND change_upper
    UNION ALL SELECT problem_type, area_code FROM tactical_summary WHERE NOT season_change_percent BETWEEN season_change_lower AND season_change_upper"
none "words agree with p-values" "
    SELECT 'change', problem_type, area_code, verdict FROM strategic_change WHERE CASE WHEN p_value IS NULL THEN verdict NOT IN ('not comparable', 'none in either period') WHEN adjusted_p_value > 0.05 THEN verdict NOT IN ('no clear change', 'none in either period') ELSE verdict <> CASE WHEN change_percent > 0 OR change_percent IS NULL THEN CASE WHEN baseline_incidents = 0 THEN 'new' ELSE 'higher' END WHEN period_incidents = 0 THEN 'gone' ELSE 'lower' END END
    UNION ALL SELECT 'year to date', problem_type, area_code, verdict FROM performance_year_to_date WHERE CASE WHEN p_value IS NULL THEN verdict NOT IN ('not comparable', 'none in either period') WHEN adjusted_p_value > 0.05 THEN verdict NOT IN ('no clear change', 'none in either period') ELSE verdict <> CASE WHEN last_year_incidents = 0 THEN 'new' WHEN incidents = 0 THEN 'gone' WHEN change_percent > 0 THEN 'higher' ELSE 'lower' END END
    UNION ALL SELECT 'alert', problem_type, area_code, reason FROM tactical_alert WHERE alarm IS DISTINCT FROM CASE WHEN p_value IS NOT NULL THEN adjusted_p_value <= 0.05 AND incidents >= 5 AND incidents > expected END OR coalesce(alarm, false) <> (reason LIKE 'alarm: %') OR (p_value IS NULL) <> (reason LIKE 'not judged: %')
    UNION ALL SELECT 'summary', problem_type, area_code, verdict FROM tactical_summary WHERE season_adjusted_p_value <= 0.05 AND verdict NOT LIKE CASE WHEN incidents > season_expected THEN 'above the season%' ELSE 'below the season%' END OR season_adjusted_p_value > 0.05 AND verdict NOT LIKE 'not clearly different%'
    UNION ALL SELECT 'scorecard', indicator, direction, against_last_year FROM performance_scorecard WHERE change_adjusted_p_value <= 0.05 AND against_last_year <> CASE WHEN change_percent < 0 THEN 'better' ELSE 'worse' END OR change_adjusted_p_value > 0.05 AND against_last_year <> 'no clear change' OR change_adjusted_p_value IS NULL AND against_last_year <> 'not tested'
    UNION ALL SELECT 'peers', problem_type, peer_code, verdict FROM performance_peer WHERE rate_per_1000 > funnel_upper AND verdict <> 'higher than peers' OR rate_per_1000 < funnel_lower AND verdict <> 'lower than peers' OR rate_per_1000 BETWEEN funnel_lower AND funnel_upper AND verdict <> 'in line with peers'"
none "a hexagon of snapped places is shown with care" "SELECT place_code FROM strategic_hotspot WHERE incidents < 0 OR place_kind = 'hex' AND place_flag NOT LIKE '%used with care: places are snapped%' OR place_kind = 'hex' AND place_flag IS NULL"

# frozen and published: what was read stands, whole counts since the source asks for no suppression
run $database -c "SELECT csp.freeze_assessment('$force', a) FROM generate_series(1, 3) AS a" >/dev/null
is "a strategic, a tactical product and a profile are frozen, and stay as they were" "t|3" "SELECT bool_and(csp.check_frozen_assessment('$force', a)), count(*) FROM generate_series(1, 3) AS a"
psql -qX -v ON_ERROR_STOP=1 -v partnership=$force -o "$work/tactical.html" -f sql/report/tactical_assessment.psql || say_wrong "$force: the tactical report was not written"
same "$force: what the tactical report does not know" 4 "$(grep -c '^<p>Not known: no source' "$work/tactical.html")"
is "what could not be said is frozen with it" "8" "SELECT count(*) FROM frozen_row WHERE assessment_id = 2 AND product = 'tactical_source'"
run $database -c "UPDATE assessment SET status = 'published' WHERE assessment_id = 1" >/dev/null
none "what is published are the compared counts" "
    SELECT l.problem_type, l.area_code, l.period_incidents, p.incidents
    FROM strategic_change l
    LEFT JOIN $force.published_count p ON p.assessment_id = l.assessment_id AND p.problem_type = l.problem_type AND p.area_code IS NOT DISTINCT FROM l.area_code AND p.area_kind = l.area_kind
    WHERE l.assessment_id = 1 AND (l.area_kind = 'partnership' OR l.is_headline) AND p.incidents IS DISTINCT FROM l.period_incidents"
}

leicestershire() { # 35 months without a gap, under the restrictions of COVID-19 for 16 of them
products_of leicestershire 'leicestershire; derbyshire; nottinghamshire; staffordshire' 301838 2021-11-01,2022-10-31 2020-11-01,2021-10-31
ended='COVID-19 restrictions ended in England (19 Jul 2021)'
none "each comparison with earlier years says that they were under restrictions" "
    SELECT 'change', problem_type FROM strategic_change WHERE data_flag NOT LIKE '%$ended%' OR data_flag IS NULL
    UNION ALL SELECT 'season', problem_type FROM strategic_season WHERE note NOT LIKE '%$ended%' OR note IS NULL
    UNION ALL SELECT 'alert', problem_type FROM tactical_alert WHERE season_flag NOT LIKE '%$ended%' OR season_flag IS NULL
    UNION ALL SELECT 'summary', problem_type FROM tactical_summary WHERE season_flag NOT LIKE '%$ended%' OR season_flag IS NULL
    UNION ALL SELECT 'year to date', problem_type FROM performance_year_to_date WHERE note NOT LIKE '%$ended%' OR note IS NULL
    UNION ALL SELECT 'scorecard', indicator FROM performance_scorecard WHERE latest_value IS NOT NULL AND (note NOT LIKE '%$ended%' OR note IS NULL)
    UNION ALL SELECT 'definition', problem_type FROM profile_definition WHERE data_flag NOT LIKE '%$ended%' OR data_flag IS NULL
    UNION ALL SELECT 'driver', member_label FROM profile_driver WHERE data_flag NOT LIKE '%$ended%' OR data_flag IS NULL
    UNION ALL SELECT 'month of year', label FROM profile_time WHERE section = 'month of year' AND note NOT LIKE '%$ended%'"
none "areas are also told of the new map points" "SELECT problem_type FROM tactical_alert WHERE area_kind <> 'partnership' AND season_flag NOT LIKE '%map points%'"
is "peers of 2025 say nothing of 2022" "not known|peers report January 2025 to December 2025: no whole month of the period that every member has" "SELECT verdict, note FROM performance_peer"
none "nor does the scorecard rank it" "SELECT indicator FROM performance_scorecard WHERE peer_rank IS NOT NULL OR indicator IN ('violence', 'shoplifting', 'nuisance') AND note NOT LIKE '%not compared with peers: they do not report its types in the period%'"
}

dorset() { # three runs: 2014, the winter of 2018 to 2019, 2025; codes of 2011 and of 2021
products_of dorset 'dorset; gloucestershire; norfolk; suffolk; wiltshire' 142232 2025-01-01,2025-12-31 2018-10-01,2019-02-28
is "no earlier year is covered, and no alert is made up" "not judged: no earlier year is covered" "SELECT DISTINCT reason FROM tactical_alert WHERE alarm IS NULL AND expected IS NULL AND p_value IS NULL"
none "the summary has no season" "SELECT problem_type FROM tactical_summary WHERE season_expected IS NOT NULL OR verdict NOT LIKE 'no season to compare with%'"
is "no last year to date" "the same months of last year are not covered|0" "SELECT DISTINCT note, count(last_year_incidents) OVER () FROM performance_year_to_date"
none "no season" "SELECT problem_type FROM strategic_season WHERE finding <> 'not known' OR note NOT LIKE 'a season needs more than two years%'"
none "five winter months are compared with their likes" "
    SELECT c.problem_type, c.baseline_incidents, count(*)
    FROM strategic_change c
    JOIN evidence_type tree USING (problem_type_id)
    JOIN incident i ON i.problem_type_id = tree.member_id AND i.occurred_from >= '2018-10-01'::timestamp AT TIME ZONE 'Europe/London' AND i.occurred_from < '2019-03-01'::timestamp AT TIME ZONE 'Europe/London'
    WHERE c.area_kind = 'partnership'
    GROUP BY c.problem_type, c.baseline_incidents, c.period_months_compared, c.baseline_months_compared, c.data_flag
    HAVING count(*) <> c.baseline_incidents OR c.period_months_compared <> 5 OR c.baseline_months_compared <> 5 OR c.data_flag NOT LIKE 'only the months of the year that period and baseline share are compared;%COVID-19 restrictions began%'"
is "the summary says what trends run across" "limits|Trends run across what breaks them: 116 of 144 months are left out of the trend; COVID-19 restrictions began: opportunities and recording changed (23 Mar 2020); COVID-19 restrictions ended in England (19 Jul 2021)." "SELECT topic, finding FROM strategic_summary WHERE finding LIKE 'Trends run across%'"
none "areas are told of the new codes" "SELECT problem_type FROM strategic_change WHERE area_kind <> 'partnership' AND data_flag NOT LIKE '%2011 to 2021 LSOA codes%'"
none "targets say that they rest on five months" "SELECT indicator FROM performance_scorecard WHERE target_a_year IS NOT NULL AND note NOT LIKE 'the target rests on 5 months of baseline%'"
none "a month that was never sent has no value" "SELECT month FROM performance_indicator_month WHERE status = 'not covered' AND (value IS NOT NULL OR note IS NULL) OR status = 'covered' AND month NOT IN (SELECT month FROM source_coverage)"
is "a quarter of the months from 2014 to 2025 were sent" "28|144" "SELECT count(*) FILTER (WHERE status = 'covered'), count(*) FROM performance_indicator_month WHERE indicator = 'nuisance'"
none "our count among the peers is ours" "SELECT p.problem_type, p.incidents, l.incidents FROM performance_peer p JOIN strategic_levels l ON l.problem_type = p.problem_type AND l.area_kind = 'partnership' WHERE p.is_self AND p.incidents <> l.incidents"
}

for one in ${CSP_REAL_FORCE:-leicestershire dorset}; do
    case $one in leicestershire | dorset) $one ;; *) printf 'SKIP products_real knows leicestershire and dorset, not CSP_REAL_FORCE=%q\n' "$one"; exit 0 ;; esac
done
