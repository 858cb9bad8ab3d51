# Loading runs no code of a partnership's owner with the loader's rights, nor code of the loader with the owner's: a
# role that may create a schema plants code wherever a load reads or writes, and a superuser, a member and a loader who
# has a partnership of his own load every kind of file. Harmless code of the owner goes on working.
. test/robustness/helpers.bash
db=under_owner_load_$$ mallory=mallory_$$ loader=loader_$$ member=member_$$
new_database $db
new_role $mallory; new_role $loader; new_role $member
run $db -c "CREATE EXTENSION csp_analysis CASCADE" -c "GRANT CREATE ON DATABASE $db TO $mallory, $loader" -c "GRANT $mallory TO $member" \
        -c "CREATE TABLE public.victim (v integer)"
run $db -U $loader -c "SELECT csp.create_partnership('kent')" >/dev/null

# ---- what mallory's code does, whoever runs it ----
run $db -U $mallory >/dev/null <<SQL
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
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
    -- once a statement is enough
    IF clock_timestamp() < coalesce(nullif(current_setting('evil.until', true), ''), '-infinity')::timestamptz AND current_setting('evil.how', true) = how THEN
        RETURN;
    END IF;
    PERFORM set_config('evil.how', how, false), set_config('evil.until', (clock_timestamp() + interval '0.2 s')::text, false);
    INSERT INTO evil.caught VALUES (current_user, how, '');
    PERFORM evil.attempt(how, 'ALTER ROLE $mallory SUPERUSER');
    PERFORM evil.attempt(how, 'GRANT $loader TO $mallory');
    PERFORM evil.attempt(how, 'INSERT INTO public.victim VALUES (1)');
    PERFORM evil.attempt(how, 'UPDATE kent.setting SET value = ''caught'' WHERE name = ''title''');
    PERFORM evil.attempt(how, 'SELECT csp.assign_areas(''kent'')');
    PERFORM evil.attempt(how, 'RESET ROLE');
    PERFORM evil.attempt(how, 'SET ROLE NONE');
    PERFORM evil.attempt(how, 'SET ROLE $loader');
    PERFORM evil.attempt(how, 'SET SESSION AUTHORIZATION postgres');
    PERFORM evil.attempt(how, 'RESET SESSION AUTHORIZATION');
    PERFORM evil.attempt(how, 'CREATE TEMP TABLE victim (v integer)');
    PERFORM evil.attempt(how, 'CREATE TEMP VIEW pg_roles AS SELECT 1 AS v');
    PERFORM evil.attempt(how, 'CREATE TEMP SEQUENCE s');
    PERFORM evil.attempt(how, 'DECLARE kept CURSOR WITH HOLD FOR SELECT 1');
    PERFORM evil.attempt(how, 'PREPARE kept AS SELECT 1');
    PERFORM evil.attempt(how, 'SELECT csp.prepare_staging()');
    PERFORM evil.attempt(how, 'CREATE TRIGGER t BEFORE INSERT ON pg_temp.csp_staging FOR EACH ROW EXECUTE FUNCTION evil.on_change()');
    PERFORM evil.attempt(how, 'CREATE INDEX ON pg_temp.csp_staging (evil.constant(line))');
    -- PostgreSQL lets these pass: what is made there must be gone after the load
    BEGIN
        EXECUTE 'CREATE DOMAIN pg_temp.money AS pg_catalog.text CHECK (evil.allowed())';
        EXECUTE 'CREATE FUNCTION pg_temp.victim() RETURNS integer LANGUAGE sql RETURN 1';
    EXCEPTION WHEN OTHERS THEN NULL; END;
    BEGIN
        -- not in the midst of the load that works with it
        IF to_regclass('pg_temp.csp_load_step') IS NULL THEN
            PERFORM csp_internal.scratch('csp_load_step');
            EXECUTE 'ALTER TABLE pg_temp.csp_load_step RENAME TO victim';
        END IF;
    EXCEPTION WHEN OTHERS THEN NULL; END;
    PERFORM set_config('search_path', 'evil', false), set_config('csp_analysis.max_memory', '1024kB', false);
END \$\$;
CREATE FUNCTION evil.on_change() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    PERFORM evil.act(TG_NAME || ' ' || TG_TABLE_NAME);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END \$\$;
CREATE FUNCTION evil.constant(how text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN PERFORM evil.act(how); RETURN how; END \$\$;
CREATE FUNCTION evil.allowed() RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('allowed'); RETURN true; END \$\$;
CREATE TYPE evil.value AS ENUM ('27700', 'Europe/London', 'lsoa21');
CREATE FUNCTION evil.value_integer(evil.value) RETURNS integer LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('cast'); RETURN 27700; END \$\$;
CREATE FUNCTION evil.value_text(evil.value) RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('cast'); RETURN enum_out(\$1); END \$\$;
CREATE CAST (evil.value AS integer) WITH FUNCTION evil.value_integer(evil.value);
CREATE CAST (evil.value AS text) WITH FUNCTION evil.value_text(evil.value) AS IMPLICIT;
CREATE TYPE evil.label AS ENUM ('a');
CREATE FUNCTION evil.label_of(text) RETURNS evil.label LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.act('label'); RETURN 'a'::evil.label; END \$\$;
CREATE CAST (text AS evil.label) WITH FUNCTION evil.label_of(text) AS ASSIGNMENT;
SQL

# ---- the files ----
run $db <<'SQL' >/dev/null
CREATE TABLE public.file (name text PRIMARY KEY, content text);
GRANT SELECT ON public.file TO PUBLIC;
INSERT INTO public.file VALUES
('2024-01-shire-street.csv', E'Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\na,2024-01,Shire Police,Shire Police,-2.02,50.71,Mill Lane,E01000001,,Burglary,,\nb,2024-01,Shire Police,Shire Police,-2.02,50.71,Mill Lane,E01000001,,Drugs,Under investigation,\nc,2024-01,Shire Police,Shire Police,200,50.71,Mill Lane,E01000001,,Drugs,,\n'),
('2024-01-shire-street.csv again', E'Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\na,2024-01,Shire Police,Shire Police,-2.02,50.71,Mill Lane,E01000001,,Burglary,Corrected,\n'),
('2024-01-shire-outcomes.csv', E'Crime ID,Month,Reported by,Falls within,Outcome type\na,2024-01,Shire Police,Shire Police,Suspect charged\nx,2024-01,Shire Police,Shire Police,Suspect charged\n'),
('areas.geojson', '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"LSOA21CD":"E01000001","LSOA21NM":"One"},"geometry":{"type":"Polygon","coordinates":[[[-2.1,50.6],[-2.0,50.6],[-2.0,50.8],[-2.1,50.8],[-2.1,50.6]]]}}]}'),
('lookup.csv', E'lsoa21_code,ward24_code,ward24_name\nE01000001,E05000001,Ward\n'),
('population_2023.csv', E'lsoa21_code,population,households\nE01000001,1500,600\nE01000009,,\n'),
('imd_2025.csv', E'lsoa21_code,score\nE01000001,12.5\n'),
('peers.csv', E'force,district,month,crime_type,n\nShire Police,Shire,2024-01,Burglary,4\n');
SQL
load() { # load FILE CALL: stages a file and loads it
    printf "SELECT csp.stage_bytes(convert_to((SELECT f.content FROM public.file f WHERE f.name = '%s'), 'UTF8'));\nSELECT 'loaded', l.kind, l.rows_inserted, l.rows_updated, l.rows_rejected FROM csp.%s AS l;\n" "$1" "$2"
}
loads() { # loads PARTNERSHIP: every load there is
    load areas.geojson "load_areas_staged('$1', 'areas.geojson')"
    echo "SELECT 'loaded', l.kind FROM csp.load_areas_geojson('$1', (SELECT f.content FROM public.file f WHERE f.name = 'areas.geojson')) AS l;"
    load lookup.csv "load_area_lookup_staged('$1', 'lookup.csv')"
    load population_2023.csv "load_population_staged('$1', 'population_2023.csv')"
    load imd_2025.csv "load_area_measures_staged('$1', 'imd_2025.csv')"
    load peers.csv "load_peers_staged('$1', 'peers.csv')"
    load 2024-01-shire-street.csv "load_police_uk_staged('$1', '2024-01-shire-street.csv')"
    load '2024-01-shire-street.csv again' "load_police_uk_staged('$1', '2024-01-shire-street.csv')"
    load 2024-01-shire-outcomes.csv "load_police_uk_staged('$1', '2024-01-shire-outcomes.csv')"
    echo "SELECT csp.assign_areas('$1');"
    echo "SELECT count(*) FROM csp.area_codes('$1');"
}
# every function named load_..., other than those that read a file of the server and then call one of these, is in the list
missing=$(run $db -c "SELECT string_agg(p.proname, ', ') FROM pg_proc p WHERE p.pronamespace = 'csp'::regnamespace AND p.proname ~ '^load_|^assign_' AND p.prosrc = 'under_owner' AND position('csp.' || p.proname || '(' IN \$list\$$(loads x)\$list\$) = 0")
same "loads that are not attacked" "" "$missing"
same "loads that are gates" "8" "$(run $db -c "SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'csp'::regnamespace AND p.proname ~ '^load_.*(_staged|_geojson)\$|^assign_areas' AND p.prosrc = 'under_owner'")"

leftovers="(SELECT count(*) FROM pg_type t WHERE t.typnamespace = pg_my_temp_schema() AND t.typtype = 'd'), (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = pg_my_temp_schema()), to_regclass('pg_temp.victim'), to_regclass('pg_temp.pg_roles'), (SELECT count(*) FROM pg_cursors WHERE is_holdable), (SELECT count(*) FROM pg_prepared_statements)"
state="SELECT 'state', current_setting('search_path'), current_setting('csp_analysis.max_memory'), current_user, session_user, $leftovers"
innocent() { # innocent WHO WHAT: after the commands on standard input nobody but mallory was caught, and nothing stays behind
    psql -qXAt -d $db -U "$1" -v VERBOSITY=verbose >"$work/out" 2>"$work/err" || true
    grep '^state' "$work/out" > "$work/states" || say_wrong "$1, $2: no state: $(cat "$work/err")"
    same "$1, $2: the session afterwards" "state|\"\$user\", public|2GB|$1|$1|0|0|||0|0" "$(sort -u "$work/states")"
    same "$1, $2: rights that mallory's code had" "" "$(run $db -c "SELECT DISTINCT c.who, c.how, c.what FROM evil.caught c WHERE c.who <> '$mallory' OR c.what NOT IN ('', 'RESET ROLE', 'SET ROLE NONE')")"
    same "mallory's rank after $1, $2" "f|f" "$(run $db -c "SELECT rolsuper, pg_has_role(oid, '$loader', 'MEMBER') FROM pg_roles WHERE rolname = '$mallory'")"
    same "the victims after $1, $2" "0|0" "$(run $db -c "SELECT (SELECT count(*) FROM public.victim), (SELECT count(*) FROM kent.setting WHERE value = 'caught')")"
    if grep -E 'ERROR:  (XX|42P01|42703)' "$work/err"; then say_wrong "$1, $2: an internal error"; fi
}
plants=()
plant() { # plant NAME: a partnership of mallory's with the code on standard input; @m@ is its name
    plants+=("$1")
    run $db -U $mallory -c "SELECT csp.create_partnership('m_$1')" >/dev/null
    sed "s/@m@/m_$1/g" | run $db -U $mallory >/dev/null
    run $db -U $mallory -c "SELECT csp.grant_partnership('m_$1', '$loader', 'loader')" >/dev/null
}
written="incident load_batch load_reject source source_coverage agency area area_lookup area_ancestor area_population area_measure peer peer_count incident_month_entry setting"
plant triggers < <(for t in $written; do
    echo "CREATE TRIGGER a_row BEFORE INSERT OR UPDATE OR DELETE ON @m@.$t FOR EACH ROW EXECUTE FUNCTION evil.on_change();"
    echo "CREATE TRIGGER a_statement AFTER INSERT OR UPDATE OR DELETE ON @m@.$t FOR EACH STATEMENT EXECUTE FUNCTION evil.on_change();"; done)
plant deferred < <(for t in incident load_batch load_reject source agency area; do echo "CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE ON @m@.$t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evil.on_change();"; done)
plant columns < <(for t in incident load_batch load_reject source agency area area_population peer; do echo "ALTER TABLE @m@.$t ADD d text DEFAULT evil.constant('default $t'), ADD g text GENERATED ALWAYS AS (evil.constant('generated')) STORED, ADD CHECK (evil.allowed());"; done)
plant policies < <(for t in incident load_batch load_reject source agency area area_kind area_lookup setting type_mapping peer area_population; do echo "ALTER TABLE @m@.$t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON @m@.$t USING (evil.allowed()) WITH CHECK (evil.allowed());"; done)
# (where a load says ON CONFLICT PostgreSQL refuses tables with rules)
plant rules < <(for t in load_reject incident; do echo "CREATE RULE r AS ON INSERT TO @m@.$t DO ALSO SELECT evil.act('rule $t');"; done)
plant indexes < <(for t in incident load_batch source agency area area_kind area_lookup setting type_mapping peer; do echo "CREATE INDEX ON @m@.$t (evil.constant('index $t')); CREATE STATISTICS @m@.s_$t ON (evil.constant('statistics')) FROM @m@.$t;"; done)
plant cast <<'SQL'
DO $$ BEGIN
    EXECUTE (SELECT format('DROP VIEW %s CASCADE', string_agg(c.oid::regclass::text, ', ')) FROM pg_class c WHERE c.relnamespace = '@m@'::regnamespace AND c.relkind = 'v');
END $$;
ALTER TABLE @m@.setting DISABLE TRIGGER USER;
ALTER TABLE @m@.setting ALTER value TYPE evil.value USING CASE name WHEN 'srid' THEN '27700' WHEN 'time_zone' THEN 'Europe/London' WHEN 'base_area_kind' THEN 'lsoa21' END::evil.value;
SQL
plant label <<'SQL'
DO $$ BEGIN
    EXECUTE (SELECT format('DROP VIEW %s CASCADE', string_agg(c.oid::regclass::text, ', ')) FROM pg_class c WHERE c.relnamespace = '@m@'::regnamespace AND c.relkind = 'v');
END $$;
ALTER TABLE @m@.load_batch ALTER file_name TYPE evil.label USING 'a';
ALTER TABLE @m@.agency ALTER name TYPE evil.label USING 'a';
SQL
plant views <<'SQL'
ALTER TABLE @m@.type_mapping RENAME TO type_mapping_2;
CREATE VIEW @m@.type_mapping AS SELECT t.* FROM @m@.type_mapping_2 t WHERE evil.allowed();
ALTER TABLE @m@.area_kind RENAME TO area_kind_2;
CREATE VIEW @m@.area_kind AS SELECT t.* FROM @m@.area_kind_2 t WHERE evil.allowed();
ALTER TABLE @m@.load_reject RENAME TO load_reject_2;
CREATE VIEW @m@.load_reject AS SELECT t.* FROM @m@.load_reject_2 t WHERE evil.allowed();
CREATE TRIGGER v INSTEAD OF INSERT ON @m@.load_reject FOR EACH ROW EXECUTE FUNCTION evil.on_change();
SQL

run $db -c "TRUNCATE evil.caught"
for who in postgres $member $loader; do
    for name in "${plants[@]}"; do
        # each load by itself, and then all in a transaction, where what is left behind would be found by the next command
        { echo "SELECT csp.number_of('1');"; loads "m_$name" | while read -r line; do echo "$line"; echo "$state;"; done
          echo "BEGIN;"; load peers.csv "load_peers_staged('m_$name', 'peers.csv')"; echo "$state;"; echo "INSERT INTO victim SELECT 1 WHERE false;"; echo "ROLLBACK;"
          echo "$state;"; } > "$work/commands"
        innocent "$who" "$name" < "$work/commands"
        case $name in
            deferred) grep -q 'deferred trigger within security-restricted' "$work/err" || say_wrong "$who: deferred triggers were kept for the commit: $(cat "$work/err")" ;;
            cast|label|views) ;;
            *) [ "$(grep -c '^loaded' "$work/out")" -ge 9 ] || say_wrong "$who, $name: loads were refused: $(cat "$work/err")" ;;
        esac
    done
done
for how in a_row a_statement 'default' allowed rule label; do
    same "mallory's code ran: $how" "t" "$(run $db -c "SELECT count(*) > 0 FROM evil.caught c WHERE c.how LIKE '$how%'")"
done
# the role that a superuser has taken is no boundary
{ echo "SELECT csp.number_of('1');"; echo "SET ROLE $mallory;"; loads m_triggers | grep load_areas_geojson; echo "RESET ROLE;"; echo "$state;"; } > "$work/commands"
innocent postgres "as mallory" < "$work/commands"

# ---- harmless code of the owner works, and the account names who loaded ----
run $db -U $mallory >/dev/null <<SQL
SELECT csp.create_partnership('fair');
CREATE TABLE fair.audit (who name, source_reference text);
CREATE FUNCTION fair.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO fair.audit VALUES (current_user, NEW.source_reference); RETURN NEW; END';
CREATE TRIGGER audit BEFORE INSERT ON fair.incident FOR EACH ROW EXECUTE FUNCTION fair.audit();
SELECT csp.grant_partnership('fair', '$loader', 'loader');
SQL
loads fair > "$work/commands"
same "loads by the loader" "areas|1|0|0
areas
lookup|1|0|0
population|1|0|1
measures|1|0|0
peers|1|0|0
street|2|0|1
street|0|1|0
outcomes|0|1|1" "$(run $db -U $loader -f "$work/commands" | sed -n 's/^loaded|//p')"
same "the owner's audit" "$mallory|a
$mallory|b" "$(run $db -c "SELECT who, source_reference FROM fair.audit ORDER BY 2")"
same "who loaded" "$loader" "$(run $db -c "SELECT DISTINCT loaded_by FROM fair.load_batch")"
run $db -f "$work/commands" >/dev/null
same "who loaded then" "$loader
postgres" "$(run $db -c "SELECT DISTINCT loaded_by FROM fair.load_batch ORDER BY 1")"

# ---- who may not load ----
refuses 42501 'permission denied to call csp.load_areas_geojson' $db -U $mallory -c "SELECT csp.load_areas_geojson('kent', '{}')"
refuses 42501 'permission denied to call csp.assign_areas' $db -U $mallory -c "SELECT csp.assign_areas('kent')"

# ---- the other way round: what the loader attaches to the staging table does not run with the owner's rights ----
run $db -U $loader >/dev/null <<SQL
CREATE SCHEMA own;
CREATE TABLE own.caught (who name);
GRANT ALL ON SCHEMA own TO PUBLIC; GRANT ALL ON own.caught TO PUBLIC;
CREATE FUNCTION own.catch(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM own.see(t); RETURN t; END';
CREATE FUNCTION own.see(t text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO own.caught VALUES (current_user); RETURN true; END';
CREATE FUNCTION own.on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO own.caught VALUES (current_user); RETURN NEW; END';
SQL
for attached in "CREATE INDEX ON pg_temp.csp_staging (own.catch('a'))" \
                "CREATE TRIGGER t BEFORE UPDATE ON pg_temp.csp_staging FOR EACH ROW EXECUTE FUNCTION own.on_change()" \
                "CREATE RULE r AS ON UPDATE TO pg_temp.csp_staging DO ALSO SELECT own.see('a')" \
                "CREATE STATISTICS pg_temp.s ON (own.catch(line)), (own.catch(raw)) FROM pg_temp.csp_staging" \
                "ALTER TABLE pg_temp.csp_staging ADD CHECK (own.see(line))" \
                "ALTER TABLE pg_temp.csp_staging ADD g text GENERATED ALWAYS AS (own.catch(line)) STORED" \
                "ALTER TABLE pg_temp.csp_staging ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON pg_temp.csp_staging USING (own.see(line))" \
                "ALTER TABLE pg_temp.csp_staging RENAME TO other; CREATE TEMP VIEW csp_staging AS SELECT o.line_number, own.catch(o.raw) AS raw, o.line, o.damage FROM pg_temp.other o"; do
    { load 2024-01-shire-street.csv "load_police_uk_staged('fair', '2024-01-shire-street.csv')" | head -1; echo "$attached;"; echo "TRUNCATE own.caught;"
      load 2024-01-shire-street.csv "load_police_uk_staged('fair', '2024-01-shire-street.csv')" | tail -1; } > "$work/commands"
    refuses 55000 'not the table that csp.prepare_staging makes' $db -U $loader -f "$work/commands"
    same "caught: $attached" "" "$(run $db -c "SELECT DISTINCT who FROM own.caught WHERE who <> '$loader'")"
done
