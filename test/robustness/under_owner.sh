# Code of one role never runs with the rights of another: a role that may create a schema plants code wherever a
# partnership can hold some, and whoever then calls anything of ours for that partnership keeps his rights to himself.
. test/robustness/helpers.bash
db=under_owner_$$ mallory=mallory_$$ analyst=analyst_$$ member=member_$$ loader=loader_$$
new_database $db
new_role $mallory; new_role $analyst; new_role $member; new_role $loader
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $mallory, $analyst" -c "GRANT $mallory TO $member" \
        -c "CREATE TABLE public.victim (v integer)"

# ---- what mallory's code does, whoever runs it ----
run $db -U $mallory >/dev/null <<SQL
CREATE SCHEMA evil;
GRANT ALL ON SCHEMA evil TO PUBLIC;
CREATE TABLE evil.caught (who name, how text, what text);
GRANT ALL ON evil.caught TO PUBLIC;
CREATE FUNCTION evil.attempt(how text, what text) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN
    EXECUTE what;
    INSERT INTO evil.caught VALUES (current_user, how, what);
EXCEPTION WHEN OTHERS THEN
    NULL;
END \$\$;
CREATE FUNCTION evil.act(how text) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO evil.caught VALUES (current_user, how, '');
    PERFORM evil.attempt(how, 'ALTER ROLE $mallory SUPERUSER');
    PERFORM evil.attempt(how, 'INSERT INTO public.victim VALUES (1)');
    PERFORM evil.attempt(how, 'RESET ROLE');
    PERFORM evil.attempt(how, 'SET ROLE NONE');
    PERFORM evil.attempt(how, 'RESET SESSION AUTHORIZATION');
    PERFORM evil.attempt(how, 'SET SESSION AUTHORIZATION postgres');
    PERFORM evil.attempt(how, 'SET LOCAL SESSION AUTHORIZATION DEFAULT');
    PERFORM evil.attempt(how, 'CREATE TEMP TABLE pg_class_copy AS SELECT 1 AS x');
    PERFORM evil.attempt(how, 'CREATE TEMP VIEW victim AS SELECT 1 AS v');
    PERFORM evil.attempt(how, 'DECLARE kept CURSOR WITH HOLD FOR SELECT 1');
    PERFORM evil.attempt(how, 'SET CONSTRAINTS ALL DEFERRED');
    PERFORM set_config('search_path', 'evil', false);
    PERFORM set_config('csp_analysis.max_memory', '1024kB', false);
END \$\$;
CREATE FUNCTION evil.on_change() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    PERFORM evil.act(TG_NAME || ' ' || TG_TABLE_NAME);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END \$\$;
CREATE FUNCTION evil.constant(value text, how text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN PERFORM evil.act(how); RETURN value; END \$\$;
CREATE FUNCTION evil.allowed(how text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act(how); RETURN true; END \$\$;

-- made by hand: what looks like a partnership, with a cast where a value is read
CREATE SCHEMA fake;
CREATE TYPE evil.value AS ENUM ('27700', 'Europe/London', 'true');
CREATE FUNCTION evil.value_integer(evil.value) RETURNS integer LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('cast'); RETURN 27700; END \$\$;
CREATE FUNCTION evil.value_text(evil.value) RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('cast'); RETURN '27700'; END \$\$;
CREATE FUNCTION evil.value_equal(evil.value, text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('operator'); RETURN true; END \$\$;
CREATE CAST (evil.value AS integer) WITH FUNCTION evil.value_integer(evil.value);
CREATE CAST (evil.value AS text) WITH FUNCTION evil.value_text(evil.value) AS IMPLICIT;

CREATE TABLE fake.setting (name text, value evil.value);
INSERT INTO fake.setting VALUES ('srid', '27700'), ('time_zone', 'Europe/London'), ('is_synthetic', 'true');
CREATE TABLE fake.source (source_id integer GENERATED ALWAYS AS IDENTITY, code text);
CREATE TABLE fake.area (area_id integer, area_kind text);
CREATE TABLE fake.incident_month (incidents bigint, month date);
CREATE TABLE fake.incident (incident_id bigint);
CREATE INDEX ON fake.source (evil.constant('a', 'index'));
ALTER TABLE fake.area ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON fake.area USING (evil.allowed('policy'));
GRANT USAGE ON SCHEMA fake TO PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA fake TO PUBLIC;
INSERT INTO csp.partnership VALUES ('fake', '0.1.0');

-- a real one, with code at every table
SELECT csp.create_partnership('mallory');
SQL
run $db -U $mallory -v name=mallory -f test/robustness/fixture.sql >/dev/null
run $db -U $mallory >/dev/null <<SQL
SELECT format('CREATE TRIGGER a_row BEFORE INSERT OR UPDATE OR DELETE ON %1\$s FOR EACH ROW EXECUTE FUNCTION evil.on_change()', c.oid::regclass),
       format('CREATE TRIGGER a_statement AFTER INSERT OR UPDATE OR DELETE ON %1\$s FOR EACH STATEMENT EXECUTE FUNCTION evil.on_change()', c.oid::regclass)
FROM pg_class c WHERE c.relnamespace = 'mallory'::regnamespace AND c.relkind = 'r' \gexec
CREATE INDEX ON mallory.area (evil.constant('a', 'index'));
ALTER TABLE mallory.source ADD COLUMN note_2 text DEFAULT evil.constant('a', 'default');
ALTER TABLE mallory.assessment ADD COLUMN note_2 text GENERATED ALWAYS AS (evil.constant('a', 'generated')) STORED;
ALTER TABLE mallory.scan ADD CHECK (evil.allowed('check'));
ALTER TABLE mallory.problem_type ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY see ON mallory.problem_type USING (evil.allowed('policy')) WITH CHECK (evil.allowed('policy'));
CREATE STATISTICS mallory.s ON (evil.constant('a', 'statistics')), code FROM mallory.agency;
SELECT csp.grant_partnership('mallory', '$analyst', 'analyst');
SELECT csp.grant_partnership('mallory', '$loader', 'loader');
TRUNCATE evil.caught;
SQL

# ---- every function of a partnership, called by everybody ----
# the arguments after the partnership: what a call takes to get as far as it can
run $db -c "COPY (
    SELECT DISTINCT format('SELECT * FROM %s.%I(%%L%s)', p.pronamespace::regnamespace, p.proname,
        (SELECT string_agg(', ' || CASE t.type
             WHEN 'text'::regtype THEN CASE p.proname WHEN 'partnership_sql' THEN quote_literal('SELECT 1') WHEN 'setting' THEN quote_literal('srid') WHEN 'check_near_repeat_sources' THEN quote_literal('burglary')
                                                      ELSE quote_literal('a') END
             WHEN 'text[]'::regtype THEN 'ARRAY[''burglary'']' WHEN 'date'::regtype THEN quote_literal('2024-06-30') WHEN 'integer'::regtype THEN '1' WHEN 'bigint'::regtype THEN '1'
             ELSE format('NULL::%s', t.type::regtype) END, '' ORDER BY t.n)
         FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, n)
         WHERE t.n > 1 AND t.n <= p.pronargs))
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace IN ('csp'::regnamespace, 'csp_internal'::regnamespace) AND (l.lanname = 'c' AND p.prosrc = 'under_owner'
          OR p.proname IN ('grant_partnership', 'revoke_partnership', 'check_partnership', 'partnership_relations', 'check_partnership_owner'))
    ORDER BY 1) TO STDOUT" > "$work/calls"
[ "$(wc -l < "$work/calls")" -ge 14 ] || say_wrong "only $(wc -l < "$work/calls") calls were found"
state="SELECT current_setting('search_path'), current_setting('csp_analysis.max_memory'), current_user, session_user, to_regclass('pg_temp.pg_class_copy'), to_regclass('pg_temp.victim'), (SELECT count(*) FROM pg_cursors WHERE is_holdable)"
innocent() { # innocent WHO [psql arguments]: after these commands nobody but mallory was caught, and nothing stays behind
    local who=$1; shift
    psql -qXAt -d $db "$@" -c "SELECT csp_internal.printable(NULL)" -c "SELECT 'state', s.* FROM ($state) s" >"$work/out" 2>"$work/err" || true
    same "$who: the session afterwards" "state|\"\$user\", public|2GB|$who|$who|||0" "$(grep ^state "$work/out" | sed "s/^state|/state|/")"
    same "$who: rights that mallory's code had" "" "$(run $db -c "SELECT DISTINCT c.who, c.how, c.what FROM evil.caught c WHERE c.who <> '$mallory' OR c.what NOT IN ('', 'SET CONSTRAINTS ALL DEFERRED', 'RESET ROLE', 'SET ROLE NONE')")"
    same "mallory's rank after $who" "f" "$(run $db -c "SELECT rolsuper FROM pg_roles WHERE rolname = '$mallory'")"
    same "the victim after $who" "0" "$(run $db -c "SELECT count(*) FROM public.victim")"
}
for who in postgres $member $analyst $loader; do
    for partnership in fake mallory; do
        while read -r call; do
            # shellcheck disable=SC2059
            innocent "$who" -U "$who" -c "$(printf "${call//%L/%s}" "'$partnership'")"
        done < "$work/calls"
    done
    innocent "$who" -U "$who" -c "SELECT * FROM csp.partnerships()"
    innocent "$who" -U "$who" -c "SELECT csp.check_frozen_assessment('mallory', 1)"
done
# the role that a superuser has taken is no boundary either
innocent postgres -c "SET ROLE $mallory" -c "SELECT csp.upgrade_partnership('mallory')" -c "RESET ROLE"
innocent postgres -c "SET SESSION AUTHORIZATION $mallory" -c "SELECT csp.upgrade_partnership('mallory')" -c "RESET SESSION AUTHORIZATION"
# all this did run mallory's code
same "mallory's triggers ran" "t" "$(run $db -c "SELECT count(DISTINCT c.how) > 8 FROM evil.caught c")"
same "mallory's casts ran" "t" "$(run $db -c "SELECT count(*) > 0 FROM evil.caught c WHERE c.how = 'cast'")"

# ---- deferred triggers would run when the caller commits ----
run $db -U $mallory -c "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON mallory.scan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evil.on_change()" -c "TRUNCATE evil.caught"
innocent postgres -c "SELECT count(*) FROM csp.scan('mallory', '2024-12-31')"
grep -q "deferred trigger" "$work/err" || say_wrong "a deferred trigger was kept for the end of the transaction: $(cat "$work/err")"
run $db -U $mallory -c "DROP TRIGGER later ON mallory.scan"

# ---- who is neither owner nor member nor has the level is told so, and runs nothing ----
run $db -c "REVOKE $mallory FROM $member" -U postgres
run $db -U $mallory -c "TRUNCATE evil.caught" -c "SELECT csp.create_partnership('kent')" >/dev/null
refuses 42501 'permission denied to call csp.scan for partnership "mallory", which belongs to role' $db -U $member -c "SELECT csp.scan('mallory')"
refuses 42501 'permission denied to call csp.upgrade_partnership' $db -U $analyst -c "SELECT csp.upgrade_partnership('mallory')"
same "what ran of mallory's" "" "$(run $db -c "SELECT c.who FROM evil.caught c")"

# ---- relations of somebody else's in an owner's partnership ----
run $db -U $mallory -c "DROP TABLE kent.series_break CASCADE" -c "GRANT CREATE, USAGE ON SCHEMA kent TO $analyst" 2>/dev/null
run $db -U $analyst -c "CREATE TABLE kent.series_break (x integer)"
refuses 42501 'kent.series_break belongs to role' $db -U $mallory -c "SELECT csp.upgrade_partnership('kent')"
run $db -U $mallory -c "DROP TABLE kent.series_break"
same "the upgrade afterwards" "kent" "$(run $db -U $mallory -c "SELECT csp.upgrade_partnership('kent')")"
run $db -c "ALTER TABLE kent.setting OWNER TO $analyst"
refuses 42501 "is not one owner's partnership" $db -c "SELECT csp.setting('kent', 'srid')"

# ---- the registry: a name and a version that others can be shown, of a schema that exists and is the writer's ----
esc=$'\e'
refuses 42602 'cannot be used' $db -U $mallory -c "CREATE SCHEMA \"x${esc}[2J\"" -c "INSERT INTO csp.partnership VALUES (E'x\e[2J', '0.1.0')"
grep -q "$esc" "$work/err" && say_wrong "an escape sequence came through"
refuses 42602 'cannot be used' $db -U $mallory -c "INSERT INTO csp.partnership VALUES ('Call 0800 for support', '0.1.0')"
refuses 3F000 'there is no schema' $db -U $mallory -c "INSERT INTO csp.partnership VALUES ('not_there', '0.1.0')"
refuses 22023 'is not a version' $db -U $mallory -c "UPDATE csp.partnership SET extension_version = E'\e]0;x' WHERE partnership = 'mallory'"
grep -q "$esc" "$work/err" && say_wrong "an escape sequence came through"
refuses 3F000 'there is no partnership' $db -c "SELECT csp.setting(E'x\e[2J\n', 'srid')"
grep -q "$esc" "$work/err" && say_wrong "an escape sequence came through"

# ---- one partnership restored alone is listed, and as registered after an upgrade ----
run $db -U $mallory -c "SELECT csp.create_partnership('devon')" >/dev/null
pg_dump -d $db -n devon > "$work/dump"
second=under_owner_second_$$
new_database $second
run $second -c "CREATE EXTENSION csp_analysis CASCADE"
run $second -f "$work/dump" >/dev/null
same "the restored partnership" "devon||27700" "$(run $second -c "SELECT partnership, extension_version, srid FROM csp.partnerships()")"
run $second -c "SELECT csp.upgrade_partnership('devon')" >/dev/null
same "after its upgrade" "devon|t" "$(run $second -c "SELECT partnership, extension_version IS NOT NULL FROM csp.partnerships()")"
run $second -c "DROP SCHEMA devon CASCADE"

# ---- an extension is not installed into somebody else's schema ----
third=under_owner_third_$$
new_database $third
run $third -c "GRANT CREATE ON DATABASE $third TO $mallory" -c "CREATE EXTENSION postgis"
run $third -U $mallory -c "CREATE SCHEMA csp"
refuses 42501 'schema "csp" belongs to role' $third -c "CREATE EXTENSION csp_analysis"
run $third -U $mallory -c "DROP SCHEMA csp"
run $third -c "CREATE EXTENSION csp_analysis"
for database in $db $third; do run $database -c "DROP OWNED BY $mallory, $analyst, $loader CASCADE" 2>/dev/null; done
