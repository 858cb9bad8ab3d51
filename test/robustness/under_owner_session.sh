# What a session holds while it calls a function of somebody else's partnership: its cursors, its settings, its name.
. test/robustness/helpers.bash
db=under_owner_session_$$ mallory=mallory_$$ keeper=keeper_$$
new_database $db
new_role $mallory; new_role $keeper
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $mallory, $keeper" -c "CREATE TABLE public.secret AS SELECT g FROM generate_series(1, 3) g"

run $db -U $keeper -c "SELECT csp.create_partnership('kent')" -c "SELECT csp.grant_partnership('kent', '$mallory', 'analyst')" \
    -c "UPDATE kent.setting SET value = '5' WHERE name = 'disclosure_threshold'" >/dev/null
run $db -U $keeper -v name=kent -f test/robustness/fixture.sql >/dev/null
run $db -U $mallory >/dev/null <<SQL
CREATE SCHEMA thief;
CREATE TABLE thief.setting (name text, value text);
INSERT INTO thief.setting VALUES ('srid', '27700'), ('time_zone', 'Europe/London');
CREATE TABLE thief.area (area_kind text);
CREATE TABLE thief.incident (incident_id bigint);
CREATE TABLE thief.incident_month (incidents bigint, month date);
CREATE TABLE thief.caught (who name, what text);
CREATE FUNCTION thief.attempt(what text) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN
    EXECUTE what;
    INSERT INTO thief.caught VALUES (current_user, what);
EXCEPTION WHEN OTHERS THEN
    NULL;
END \$\$;
CREATE FUNCTION thief.climb() RETURNS name LANGUAGE plpgsql AS \$\$ BEGIN EXECUTE 'ALTER ROLE $mallory SUPERUSER'; RETURN current_user; END \$\$;
CREATE FUNCTION thief.steal() RETURNS bigint LANGUAGE plpgsql AS \$\$
DECLARE
    known refcursor;
    row record;
    left_behind refcursor := 'left_behind';
BEGIN
    INSERT INTO thief.caught VALUES (current_user, 'ran');
    FOR known IN SELECT c.name FROM pg_cursors c LOOP
        BEGIN
            FETCH known INTO row;
            IF FOUND THEN
                INSERT INTO thief.caught VALUES (current_user, row::text);
            END IF;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
        BEGIN
            CLOSE known;
            OPEN known FOR SELECT thief.climb();
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    PERFORM thief.attempt('UPDATE kent.setting SET value = ''0'' WHERE name = ''disclosure_threshold''');
    PERFORM thief.attempt('INSERT INTO kent.emerging_issue (title, origin, detected_by, problem_type_id, opened_on) SELECT ''forged'', ''scan'', ''season'', min(problem_type_id), current_date FROM kent.problem_type');
    OPEN left_behind FOR SELECT thief.climb();
    RETURN 1;
END \$\$;
CREATE VIEW thief.source AS SELECT thief.steal();
GRANT USAGE ON SCHEMA thief TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA thief TO PUBLIC;
SQL

# ---- cursors: neither read, nor closed and replaced by one whose functions the caller's next FETCH would run; none is left open ----
for fetch in mine held; do
    hold=; [ $fetch = mine ] || hold="WITH HOLD"
    same "cursor $fetch read on after a call" "1:1:2:0" "$(run $db -c "BEGIN" -c "DECLARE $fetch CURSOR $hold FOR SELECT g FROM public.secret" -c "FETCH 1 FROM $fetch" \
        -c "SELECT sources FROM csp.partnership_summary('thief')" -c "FETCH 1 FROM $fetch" -c "SELECT count(*) FROM pg_cursors WHERE name <> '$fetch'" -c "CLOSE $fetch" -c "COMMIT" | paste -sd:)"
done
run $db <<'SQL'
DO $$
DECLARE
    secret record;
    rows integer := 0;
BEGIN
    FOR secret IN SELECT * FROM public.secret LOOP
        rows := rows + 1;
        PERFORM csp.partnership_summary('thief');
    END LOOP;
    ASSERT rows = 3;
END
$$;
-- and after an error behind the gate, which is caught
DO $$
DECLARE
    mine CURSOR FOR SELECT * FROM public.secret;
    secret record;
BEGIN
    OPEN mine;
    FETCH mine INTO secret;
    BEGIN
        PERFORM csp.freeze_assessment('thief', 1);
        ASSERT false;
    EXCEPTION WHEN undefined_table THEN NULL;
    END;
    FETCH mine INTO secret;
    ASSERT secret.g = 2;
END
$$;
SQL

# ---- names: what the owner of one partnership does to another's is not done in the name of whoever called him ----
for who in postgres $keeper; do run $db -U "$who" -c "SELECT count(*) FROM csp.partnerships()" -c "SELECT sources FROM csp.partnership_summary('thief')" >/dev/null; done
same "what mallory's code did" "$mallory|ran" "$(run $db -c "SELECT DISTINCT who, what FROM thief.caught")"
same "mallory's rank" "f" "$(run $db -c "SELECT rolsuper FROM pg_roles WHERE rolname = '$mallory'")"
same "what mallory did in another's name" "5|0" "$(run $db -c "SELECT (SELECT value FROM kent.setting WHERE name = 'disclosure_threshold'), (SELECT count(*) FROM kent.emerging_issue WHERE title = 'forged')")"

# ---- scratch tables: none in other operations that run the owner's functions, where nobody sweeps them up ----
run $db -U $mallory >/dev/null <<SQL
CREATE TABLE thief.plain (x integer);
INSERT INTO thief.plain VALUES (1);
CREATE FUNCTION thief.on_insert() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN PERFORM thief.climb(); RETURN NEW; END \$\$;
CREATE FUNCTION thief.plant() RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO thief.caught VALUES (current_user, 'reindexed');
    PERFORM csp_internal.scratch('csp_load_line');
    ALTER TABLE pg_temp.csp_load_line RENAME TO secret;
    ALTER TABLE pg_temp.secret ADD COLUMN g integer;
    CREATE TRIGGER planted BEFORE INSERT ON pg_temp.secret FOR EACH ROW EXECUTE FUNCTION thief.on_insert();
    GRANT ALL ON pg_temp.secret TO PUBLIC;
END \$\$;
CREATE FUNCTION thief.attempt_plant() RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN PERFORM thief.plant(); EXCEPTION WHEN insufficient_privilege THEN INSERT INTO thief.caught VALUES (current_user, SQLERRM); END \$\$;
CREATE FUNCTION thief.key(x integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN IF session_user <> current_user THEN PERFORM thief.attempt_plant(); END IF; RETURN x; END \$\$;
CREATE INDEX ON thief.plain (thief.key(x));
TRUNCATE thief.caught;
SQL
run $db -c "BEGIN" -c "REINDEX TABLE thief.plain" -c "INSERT INTO secret (g) VALUES (4)" -c "COMMIT"
same "what REINDEX ran" "$mallory|cannot make scratch table \"csp_load_line\" within security-restricted operation" "$(run $db -c "SELECT who, what FROM thief.caught")"
same "mallory's rank after REINDEX" "f|4" "$(run $db -c "SELECT rolsuper, (SELECT max(g) FROM public.secret) FROM pg_roles WHERE rolname = '$mallory'")"

# ---- settings: what is frozen does not depend on how the session writes numbers and dates ----
frozen() { # frozen SETTINGS: the digest of a freeze under them, which is rolled back
    run $db -U $mallory -c "$1" -c "BEGIN" -c "SELECT csp.freeze_assessment('kent', (SELECT min(assessment_id) FROM kent.assessment WHERE kind = 'strategic'))" -c "SELECT digest FROM kent.frozen_assessment" -c "ROLLBACK" | tail -1
}
plain=$(frozen "SELECT 1")
[ ${#plain} = 64 ] || say_wrong "no digest: $plain"
same "frozen with few digits" "$plain" "$(frozen "SET extra_float_digits = -15")"
same "frozen with other settings" "$plain" "$(frozen "SET datestyle = 'German, DMY'; SET intervalstyle = iso_8601; SET bytea_output = escape; SET array_nulls = off; SET transform_null_equals = on; SET standard_conforming_strings = off; SET quote_all_identifiers = on")"
run $db -c "DROP OWNED BY $mallory, $keeper CASCADE" 2>/dev/null
