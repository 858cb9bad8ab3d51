-- keep: what the tables of a partnership refuse, so that one slip in a row cannot stop every view that reads it.

CREATE FUNCTION csp_internal.is_for_owner(relation oid)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 10
BEGIN ATOMIC
    SELECT pg_catalog.pg_has_role(csp_internal.caller(c.oid), c.relowner, 'USAGE') FROM pg_catalog.pg_class c WHERE c.oid = relation;
END;
COMMENT ON FUNCTION csp_internal.is_for_owner(oid) IS
    'Whether what runs now runs for a role that may act as the owner of a table. NULL gives NULL. Internal to the triggers that leave some values to the owner.';

CREATE FUNCTION csp_internal.keep_setting()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    form text;
    lowest numeric;
    highest numeric;
    wanted text;
    is_wrong boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.name IN ('srid', 'time_zone') AND NEW.value IS NULL
       OR TG_OP = 'UPDATE' AND NEW.name = 'srid' AND NEW.value IS DISTINCT FROM OLD.value THEN
        RAISE EXCEPTION 'setting % is not changed to %', NEW.name, coalesce('"' || NEW.value || '"', 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = CASE NEW.name WHEN 'srid' THEN 'It is fixed when the partnership is laid out: create another with the SRID wanted.'
                                       ELSE 'Give the full name of a time zone, such as Europe/London.' END;
    ELSIF NEW.name LIKE 'disclosure\_%' AND NOT csp_internal.is_for_owner(TG_RELID)
          AND (TG_OP = 'INSERT' OR NEW.value IS DISTINCT FROM OLD.value) THEN
        RAISE EXCEPTION 'setting % is a rule of disclosure', NEW.name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'The owner of the partnership sets it.';
    ELSIF NEW.value IS NULL THEN
        RETURN NEW;    -- not set: the products take the default
    END IF;
    -- hex_side, hex_side_snapped, hot_spot_days and hot_spot_years are held by keep_hot_spot_settings
    SELECT rule.form, rule.lowest, rule.highest, rule.wanted
    INTO form, lowest, highest, wanted
    FROM (VALUES
        ('alarm_incidents', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('alert_weeks', 'whole', 1, 52, 'whole weeks from 1 to 52'),
        ('alert_years', 'whole', 1, 20, 'whole years from 1 to 20'),
        ('combination_incidents', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('disclosure_base', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('disclosure_threshold', 'whole', 0, 1000, 'a whole number from 0 to 1000'),
        ('is_synthetic', 'boolean', NULL, NULL, 'true or false'),
        ('level_incidents', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('match_distance', 'number', 1, 10000, 'metres from 1 to 10000'),
        ('match_hours', 'number', 0, 744, 'hours from 0 to 744'),
        ('near_repeat_days', 'whole', 1, 365, 'whole days from 1 to 365'),
        ('near_repeat_distance', 'number', 1, 100000, 'metres from 1 to 100000'),
        ('performance_alpha', 'share', NULL, NULL, 'a number between 0 and 1, such as 0.05'),
        ('performance_confidence', 'share', NULL, NULL, 'a number between 0 and 1, such as 0.95'),
        ('performance_green_probability', 'number', 0, 1, 'a number from 0 to 1, such as 0.8'),
        ('performance_last_day', 'day', NULL, NULL, 'a day as YYYY-MM-DD, such as 2025-12-31, or NULL for yesterday'),
        ('performance_red_probability', 'number', 0, 1, 'a number from 0 to 1, such as 0.2'),
        ('performance_trend_months', 'whole', 3, 600, 'whole months from 3 to 600'),
        ('performance_weeks', 'whole', 1, 520, 'whole weeks from 1 to 520'),
        ('performance_year_starts', 'whole', 1, 12, 'a month from 1 to 12: 4 for the financial year, 1 for the calendar year'),
        ('performance_years', 'whole', 1, 20, 'whole years from 1 to 20'),
        ('priority_weight_spread', 'number', 0, 10, 'a number from 0 to 10: 0 takes the weights as they are'),
        ('scan_close_weeks', 'whole', 1, 520, 'whole weeks from 1 to 520'),
        ('scan_false_discovery_rate', 'share', NULL, NULL, 'a number between 0 and 1, such as 0.05'),
        ('scan_map_incidents', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('scan_near_repeat_incidents', 'whole', 2, 1000, 'a whole number from 2 to 1000'),
        ('score_error_high', 'number', 0, 10, 'a number from 0 to 10'),
        ('score_error_low', 'number', 0, 10, 'a number from 0 to 10'),
        ('score_error_medium', 'number', 0, 10, 'a number from 0 to 10'),
        ('series_days', 'whole', 1, 3650, 'whole days from 1 to 3650'),
        ('series_distance', 'number', 1, 100000, 'metres from 1 to 100000'),
        ('series_lookback', 'whole', 1, 3650, 'whole days from 1 to 3650'),
        ('strategic_cadence', 'interval', NULL, NULL, 'an interval of a day or more, such as 12 months'),
        ('tactical_cadence', 'interval', NULL, NULL, 'an interval of a day or more, such as 28 days'),
        ('tactical_days', 'whole', 1, 364, 'whole days from 1 to 364, such as 14 or 28'),
        ('test_incidents', 'whole', 1, 1000, 'a whole number from 1 to 1000'),
        ('time_zone', 'time zone', NULL, NULL, 'the full name of a time zone, such as Europe/London'),
        ('base_area_kind', 'area kind', NULL, NULL, format('a kind of area: SELECT area_kind FROM %I.area_kind lists them', TG_TABLE_SCHEMA)),
        ('reporting_area_kind', 'area kind', NULL, NULL, format('a kind of area: SELECT area_kind FROM %I.area_kind lists them; or NULL for the base kind', TG_TABLE_SCHEMA))
    ) AS rule (name, form, lowest, highest, wanted)
    WHERE rule.name = NEW.name;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    CASE form
        WHEN 'whole' THEN
            is_wrong := NEW.value !~ '^[0-9]{1,9}$' OR CASE WHEN NEW.value ~ '^[0-9]{1,9}$' THEN NEW.value::numeric NOT BETWEEN lowest AND highest END;
        WHEN 'number' THEN
            is_wrong := NEW.value !~ '^[0-9]{1,9}(\.[0-9]{1,15})?$' OR CASE WHEN NEW.value ~ '^[0-9]{1,9}(\.[0-9]{1,15})?$' THEN NEW.value::numeric NOT BETWEEN lowest AND highest END;
        WHEN 'share' THEN
            is_wrong := NEW.value !~ '^0?\.[0-9]{1,15}$' OR NEW.value !~ '[1-9]';
        WHEN 'boolean' THEN
            is_wrong := NEW.value NOT IN ('true', 'false');
        WHEN 'day' THEN
            -- no other form: what 01/02/2026 means depends on who reads it
            is_wrong := NEW.value !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
            IF NOT is_wrong THEN
                BEGIN
                    PERFORM NEW.value::date;
                EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
                    is_wrong := true;
                END;
            END IF;
        WHEN 'interval' THEN
            BEGIN
                is_wrong := NEW.value::interval < interval '1 day' OR NEW.value::interval > interval '100 years';
            EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format OR interval_field_overflow THEN
                is_wrong := true;
            END;
        WHEN 'time zone' THEN
            is_wrong := NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = NEW.value);
        WHEN 'area kind' THEN
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.area_kind k WHERE k.area_kind = $1)', TG_TABLE_SCHEMA) INTO is_wrong USING NEW.value;
    END CASE;
    IF is_wrong THEN
        RAISE EXCEPTION 'setting % is "%"', NEW.name, NEW.value
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Give %s.', wanted);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_setting() IS
    'Trigger function on setting (row level, before): refuses a value that the products could not work with (22023), with what is wanted in the hint, and a change of srid. NULL is not set and taken as the default; settings of the user''s own are not looked at.';

CREATE FUNCTION csp_internal.keep_finite()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    content constant jsonb := to_jsonb(NEW);
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF lower(content ->> name) IN ('infinity', '-infinity', 'nan') THEN
            RAISE EXCEPTION '%.%: % is %', TG_TABLE_SCHEMA, TG_TABLE_NAME, name, content ->> name
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = CASE WHEN name LIKE 'target\_%' AND name <> 'target_on' THEN 'Give a number, or NULL where there is none.'
                                  ELSE 'Give a day, or NULL where there is none and the column allows it: the products count from day to day.' END;
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_finite() IS
    'Trigger function (row level, before; arguments: names of columns): refuses infinite days and numbers that are none (22023), which would stop every view that reads the row, or keep it counting for ever.';

CREATE FUNCTION csp_internal.keep_source()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    default_threshold integer;
    default_base integer;
    is_changed boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format($query$
            SELECT coalesce(max(s.value) FILTER (WHERE s.name = 'disclosure_threshold')::integer, 0),
                   coalesce(max(s.value) FILTER (WHERE s.name = 'disclosure_base')::integer, 1)
            FROM %I.setting s
            WHERE s.name IN ('disclosure_threshold', 'disclosure_base')
            $query$, TG_TABLE_SCHEMA) INTO default_threshold, default_base;
        NEW.disclosure_threshold := coalesce(NEW.disclosure_threshold, default_threshold);
        NEW.disclosure_base := coalesce(NEW.disclosure_base, default_base);
        is_changed := (NEW.disclosure_threshold, NEW.disclosure_base, NEW.disclosure_token) IS DISTINCT FROM (default_threshold, default_base, '*'::text);
    ELSE
        is_changed := (NEW.disclosure_threshold, NEW.disclosure_base, NEW.disclosure_token) IS DISTINCT FROM (OLD.disclosure_threshold, OLD.disclosure_base, OLD.disclosure_token);
    END IF;
    IF is_changed AND NOT csp_internal.is_for_owner(TG_RELID) THEN
        RAISE EXCEPTION 'the rules of disclosure of source "%" are not for role "%" to set', NEW.code, csp_internal.caller(TG_RELID)
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'The owner of the partnership sets disclosure_threshold, disclosure_base and disclosure_token; a new source gets the settings.';
    ELSIF is_changed AND (NEW.disclosure_token !~ '^[] !#$%(-;=?-[^_a-~]{1,12}$' OR btrim(NEW.disclosure_token) = ''
                          OR NEW.disclosure_token ~ '[0-9]' AND NEW.disclosure_token ~ '^[-+0-9., %eE]*$') THEN
        RAISE EXCEPTION 'disclosure_token of source "%" is not a plain token', NEW.code
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give 1 to 12 printable ASCII characters without < > & \ or quotes that do not read as a number, such as * or [c].';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_source() IS
    'Trigger function on source (row level, before): a new source gets its rules of disclosure from the settings; only the owner of the partnership sets others (42501); the token is short plain text that is no number (22023), since it is printed in place of a count.';

CREATE FUNCTION csp_internal.sign_row()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    signature jsonb;
BEGIN
    -- the owner may enter a record of earlier days
    IF csp_internal.is_for_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    signature := CASE TG_OP
        WHEN 'INSERT' THEN jsonb_build_object(TG_ARGV[0], csp_internal.caller(TG_RELID), TG_ARGV[1], clock_timestamp())
        ELSE jsonb_build_object(TG_ARGV[0], to_jsonb(OLD) -> TG_ARGV[0], TG_ARGV[1], to_jsonb(OLD) -> TG_ARGV[1]) END;
    RETURN jsonb_populate_record(NEW, signature);
END
$$;
COMMENT ON FUNCTION csp_internal.sign_row() IS
    'Trigger function (row level, before; arguments: the columns of who and when): both are the server''s to say and stay as they are, whatever the row brings, unless the owner of the partnership writes it.';

CREATE FUNCTION csp_internal.keep_origin()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (CASE TG_OP WHEN 'INSERT' THEN NEW.origin = 'scan' OR NEW.detected_by IS NOT NULL
                   ELSE (NEW.origin, NEW.detected_by) IS DISTINCT FROM (OLD.origin, OLD.detected_by) END)
       AND NOT csp_internal.within('scan', TG_TABLE_SCHEMA)
       AND NOT csp_internal.is_for_owner(TG_RELID) THEN
        RAISE EXCEPTION 'an emerging issue with origin "%" and detected_by "%" is for csp.scan to write', NEW.origin, coalesce(NEW.detected_by, '(null)')
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Enter an issue by hand with origin external or partner, and without detected_by.';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION csp_internal.keep_origin() IS
    'Trigger function on emerging_issue (row level, before): what a scan found is written by csp.scan, so that nobody''s own entry passes for a finding (42501); the owner may.';
