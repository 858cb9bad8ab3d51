# A role that may only create a schema lays out, fills, reads, upgrades and dumps a partnership; another sees nothing of
# it and cannot touch its registry row; objects that a hostile role puts into a search path do not run.
. test/robustness/helpers.bash
db=non_superuser_$$ alice=alice_$$ mallory=mallory_$$ dba=dba_$$
new_database $db
new_role $alice; new_role $mallory; new_role $dba
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $alice, $mallory" -c "GRANT ALL ON SCHEMA public TO $mallory"
as_alice() { run $db -U $alice "$@"; }

PGUSER=$alice small_partnership $db dorset
same "alice's registry" "dorset|2025|t" "$(as_alice -c "SELECT partnership, 2025, incidents = 3000 FROM csp.partnerships()")"
[ "$(as_alice -c "SELECT count(*) FROM dorset.strategic_levels")" -gt 10 ] || say_wrong "alice reads no levels"
same "alice's upgrade" "dorset" "$(as_alice -c "SELECT csp.upgrade_partnership('dorset')")"
same "alice's recount" "t" "$(as_alice -c "SELECT csp.recount_incident_month('dorset') > 1000")"

# whoever owns the database and is no superuser dumps all of it
run postgres -c "ALTER DATABASE $db OWNER TO $dba" -c "GRANT $alice TO $dba"
pg_dump -U $dba $db > "$work/dump"
grep -q '^dorset	' "$work/dump" || say_wrong "the registry is not in the database owner's dump"
run postgres -c "REVOKE $alice FROM $dba"

# without privileges: nothing is seen, and that is said as what it is
refuses 42501 'permission denied for schema dorset' $db -U $mallory -c "SELECT * FROM dorset.strategic_levels"
refuses 42501 'permission denied to call csp.setting for partnership "dorset"' $db -U $mallory -c "SELECT csp.setting('dorset', 'srid')"
refuses 42501 'permission denied to call csp.upgrade_partnership' $db -U $mallory -c "SELECT csp.upgrade_partnership('dorset')"
same "what mallory learns of alice's partnership" "dorset||" "$(run $db -U $mallory -c "SELECT partnership, srid, incidents FROM csp.partnerships()")"
run $db -c "GRANT USAGE ON SCHEMA dorset TO $mallory"
refuses 42501 'permission denied for' $db -U $mallory -c "SELECT * FROM dorset.strategic_levels"
refuses 42501 'permission denied to call csp.recount_incident_month' $db -U $mallory -c "SELECT csp.recount_incident_month('dorset')"
refuses 42501 'which belongs to role' $db -U $mallory -c "SELECT csp.upgrade_partnership('dorset')"
same "what mallory learns with USAGE" "dorset||" "$(run $db -U $mallory -c "SELECT partnership, srid, incidents FROM csp.partnerships()")"
# a view runs with the rights of its reader: SELECT on it alone does not open the tables
run $db -c "GRANT SELECT ON dorset.strategic_levels TO $mallory"
refuses 42501 'permission denied for' $db -U $mallory -c "SELECT * FROM dorset.strategic_levels"

# the registry
refuses 42501 'belongs to another role' $db -U $mallory -c "UPDATE csp.partnership SET extension_version = 'x'"
refuses 42501 'belongs to another role' $db -U $mallory -c "DELETE FROM csp.partnership"
refuses 42501 'belongs to another role' $db -U $mallory -c "INSERT INTO csp.partnership VALUES ('public', 'x')"
refuses 42501 'permission denied' $db -U $mallory -c "TRUNCATE csp.partnership"
refuses 42501 'permission denied' $db -U $mallory -c "UPDATE csp.partnership_object SET definition = 'DROP SCHEMA dorset CASCADE'"
refuses 42501 'permission denied' $db -U $mallory -c "INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour) VALUES ('x', 1, 'x', 1, 2, '#000000')"
run $db -U $mallory -c "CREATE SCHEMA evil" -c "INSERT INTO csp.partnership VALUES ('evil', '0.0')"
refuses 42501 'belongs to another role' $db -U $mallory -c "UPDATE csp.partnership SET partnership = 'dorset2' WHERE partnership = 'dorset'"
refuses 42501 'belongs to another role' $db -U $mallory -c "UPDATE csp.partnership SET partnership = 'dorset' WHERE partnership = 'evil'"

# a schema made to look like a partnership: listing the partnerships runs nothing of it
run $db -U $mallory >/dev/null <<SQL
CREATE TABLE evil.caught (who text);
GRANT ALL ON SCHEMA evil TO PUBLIC; GRANT ALL ON evil.caught TO PUBLIC;
CREATE FUNCTION evil.catch() RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO evil.caught VALUES (current_user); RETURN ''27700''; END';
CREATE VIEW evil.setting AS SELECT v.name, evil.catch() AS value FROM (VALUES ('srid'), ('time_zone'), ('harm_scheme'), ('harm_edition')) AS v (name);
CREATE VIEW evil.source AS SELECT evil.catch() AS code;
CREATE VIEW evil.area AS SELECT evil.catch() AS area_kind;
CREATE VIEW evil.incident_month AS SELECT evil.catch() AS incidents, now() AS month;
GRANT SELECT ON ALL TABLES IN SCHEMA evil TO PUBLIC;
SQL
same "the listed partnerships" "dorset|3000
evil|" "$(run $db -c "SELECT partnership, incidents FROM csp.partnerships()")"
refuses 3F000 'there is no partnership "evil"' $db -c "SELECT csp.setting('evil', 'srid')"
refuses 3F000 'there is no partnership "evil"' $db -c "SELECT csp.upgrade_partnership('evil')"
same "callers caught by views" "" "$(run $db -c "SELECT c.who FROM evil.caught c")"

# a partnership with triggers and settings of mallory's: an upgrade by a superuser is mallory's own doing
run $db -U $mallory >/dev/null <<SQL
DROP VIEW evil.setting, evil.source, evil.area, evil.incident_month;
SELECT csp.create_partnership('mallory');
CREATE FUNCTION evil.on_insert() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO evil.caught VALUES (current_user); RETURN NULL; END';
CREATE TRIGGER evil AFTER INSERT ON mallory.setting FOR EACH STATEMENT EXECUTE FUNCTION evil.on_insert();
SQL
run $db -c "SELECT csp.upgrade_partnership('mallory')" >/dev/null
same "whose rights mallory's triggers had" "$mallory" "$(run $db -c "SELECT DISTINCT c.who FROM evil.caught c")"
run $db -U $mallory -c "ALTER TABLE mallory.setting DISABLE TRIGGER setting_keep" -c "UPDATE mallory.setting SET value = '27700); INSERT INTO evil.caught VALUES (current_user); --' WHERE name = 'srid'"
refuses 22P02 'invalid input syntax for type integer' $db -c "SELECT csp.refresh_areas('mallory')"
same "callers caught by a setting" "$mallory" "$(run $db -c "SELECT DISTINCT c.who FROM evil.caught c")"
same "the listed partnerships" "dorset|3000
evil|
mallory|" "$(run $db -c "SELECT partnership, incidents FROM csp.partnerships()")"
run $db -U $mallory -c "DROP SCHEMA mallory CASCADE" -c "TRUNCATE evil.caught"

# a search path with shadows of what our functions and views call: the same results, and none of them runs
run $db -U $mallory <<'SQL'
CREATE FUNCTION public.trap(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.caught VALUES (what); RETURN true; END $$;
CREATE FUNCTION public.format(pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('format'); RETURN 'SELECT 1'; END $$;
CREATE FUNCTION public.format(pg_catalog.text, name) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('format'); RETURN 'SELECT 1'; END $$;
CREATE FUNCTION public.quote_ident(name) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('quote_ident'); RETURN 'evil'; END $$;
CREATE FUNCTION public.date_trunc(pg_catalog.text, timestamp) RETURNS timestamp LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('date_trunc'); RETURN '2000-01-01'; END $$;
CREATE FUNCTION public.replace(pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('replace'); RETURN 'SELECT 1'; END $$;
CREATE FUNCTION public.generate_series(timestamp, timestamp, interval) RETURNS SETOF timestamp LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('generate_series'); RETURN; END $$;
CREATE FUNCTION public.generate_series(integer, integer) RETURNS SETOF integer LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('generate_series'); RETURN; END $$;
CREATE FUNCTION public.array_position(pg_catalog.text[], pg_catalog.text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('array_position'); RETURN 1; END $$;
CREATE FUNCTION public.lower(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('lower'); RETURN 'x'; END $$;
CREATE FUNCTION public.pg_has_role(oid, pg_catalog.text) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('pg_has_role') $$;
CREATE FUNCTION public.risk_score(integer, integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('risk_score'); RETURN 99; END $$;
CREATE FUNCTION public.equal_text(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('= text') $$;
CREATE FUNCTION public.equal_name(name, pg_catalog.text) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('= name') $$;
CREATE FUNCTION public.equal_integer(integer, integer) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('= integer') $$;
CREATE FUNCTION public.equal_date(date, date) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('= date') $$;
CREATE FUNCTION public.plus(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('+'); RETURN 0; END $$;
CREATE FUNCTION public.times(integer, integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap('*'); RETURN 0; END $$;
CREATE OPERATOR public.= (FUNCTION = public.equal_text, LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text);
CREATE OPERATOR public.= (FUNCTION = public.equal_name, LEFTARG = name, RIGHTARG = pg_catalog.text);
CREATE OPERATOR public.= (FUNCTION = public.equal_integer, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.= (FUNCTION = public.equal_date, LEFTARG = date, RIGHTARG = date);
CREATE OPERATOR public.+ (FUNCTION = public.plus, LEFTARG = bigint, RIGHTARG = bigint);
CREATE OPERATOR public.* (FUNCTION = public.times, LEFTARG = integer, RIGHTARG = integer);
CREATE DOMAIN public.text AS pg_catalog.text CHECK (public.trap('text'));
CREATE TABLE public.setting (name pg_catalog.text, value pg_catalog.text);
CREATE TABLE public.partnership (partnership pg_catalog.text);
CREATE TABLE public.incident (incident_id bigint);
CREATE TABLE public.pg_namespace (nspname name);
GRANT SELECT, INSERT ON public.setting, public.partnership, public.incident, public.pg_namespace TO PUBLIC;
SQL
hostile='SET search_path = public, pg_catalog, csp'
change() { # change PARTNERSHIP [first command]: everything that runs code of ours
    as_alice -c "${2:-SELECT 1}" \
        -c "SELECT csp.create_partnership('$1')" -c "SELECT csp.upgrade_partnership('$1')" >/dev/null
    as_alice -v name="$1" -f test/robustness/fixture.sql >/dev/null
    as_alice -c "${2:-SELECT 1}" \
        -c "DELETE FROM $1.incident WHERE incident_id OPERATOR(pg_catalog.<) 100" \
        -c "UPDATE $1.incident SET alcohol = NOT alcohol WHERE incident_id OPERATOR(pg_catalog.<) 200" \
        -c "INSERT INTO $1.incident (source_id, source_reference, problem_type_id, occurred_from, occurred_to) VALUES (1, 'new', 10, '2024-05-05', '2024-05-06')" \
        -c "UPDATE $1.setting SET value = 'Europe/Paris' WHERE name OPERATOR(pg_catalog.=) 'time_zone'" \
        -c "UPDATE $1.harm_weight SET weight = 7 WHERE harm_weight_id OPERATOR(pg_catalog.<) 50" \
        -c "SELECT csp.refresh_areas('$1')" -c "SELECT csp.upgrade_partnership('$1')" -c "SELECT csp.setting('$1', 'srid')" >/dev/null
    as_alice -c "${2:-SELECT 1}" -c "SELECT * FROM csp.check_incident_month('$1')" -c "SELECT csp.rate_per(3::bigint, 4::bigint, 5)" \
        -c "SELECT csp.month_number(timestamptz '2024-07-01 00:30+01', 'Europe/London')" -c "SELECT csp.risk_band(12), csp.risk_score(2, 3)" \
        -c "SELECT csp.risk_matrix_text(csp.priority_risk_matrix('a', 1, 2))" -c "SELECT csp_internal.column_position('{a,b}', 'B')" \
        -c "SELECT csp.police_uk_force('Dorset Police'), csp.base_name('a/b')" \
        -c "COPY (SELECT problem_type, risk, risk_band, confidence FROM $1.strategic_priority_matrix) TO STDOUT" \
        -c "COPY (SELECT * FROM $1.strategic_plan_review) TO STDOUT" -c "COPY (SELECT position_label, incidents FROM $1.strategic_pattern_time) TO STDOUT"
}
expected=$(change kent | sort)
found=$(change devon "$hostile" | sort)
same "results under a hostile search path" "$(grep -v '^SET$' <<<"$expected" | grep -vx 1)" "$(grep -v '^SET$' <<<"$found" | grep -vx 1)"
run $db -c "UPDATE kent.area SET code = 'x' WHERE area_kind = 'partnership'" -c "UPDATE devon.area SET code = 'x' WHERE area_kind = 'partnership'" \
        -c "UPDATE kent.setting SET value = 'x' WHERE name = 'title'" -c "UPDATE devon.setting SET value = 'x' WHERE name = 'title'"
# all but the secret, which is random
same "partnership under a hostile search path" "$(relation_digests $db kent r,v | grep -v ^cell_secret)" "$(relation_digests $db devon r,v | grep -v ^cell_secret)"
run $db -c "$hostile" -c "INSERT INTO csp.risk_scheme_band (scheme, rank, band, lower_score, upper_score, colour) VALUES ('x', 1, 'x', 1, 2, '#000000')" >/dev/null
same "shadows that ran" "" "$(run $db -c "SELECT DISTINCT c.who FROM evil.caught c")"
# the trap works: a query of the caller's own walks into it
run $db -c "$hostile" -c "SELECT risk_score(1, 2), 'a'::pg_catalog.text = 'b'::pg_catalog.text" >/dev/null
same "the caller's own query" "= text
risk_score" "$(run $db -c "SELECT DISTINCT c.who FROM evil.caught c ORDER BY 1")"
