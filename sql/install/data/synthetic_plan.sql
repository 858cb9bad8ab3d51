-- synthetic_plan: the made-up partnership's plan, its assessment being written, its intelligence and its peers.

CREATE FUNCTION csp_internal.synthetic_plan(partnership text, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- the last twelve whole months, and the twelve before
    period_to constant date := date_trunc('month', ends_on + 1)::date - 1;
    period_from constant date := (period_to + 1 - interval '12 months')::date;
    baseline_to constant date := period_from - 1;
    baseline_from constant date := (period_from - interval '12 months')::date;
    action_from constant date := (period_to + 1 - interval '9 months')::date;
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.priority (code, title, description, starts_on, ends_on, lead_agency_id, sort_order)
        SELECT l.code, l.title || ' (synthetic)', l.description, $1, $2, a.agency_id, l.sort_order
        FROM (VALUES
            (1, 'SYN-P1', 'Anti-social behaviour', 'Fewer people see nuisance where they live', 'syn_council'),
            (2, 'SYN-P2', 'Violence and the night-time economy', 'Fewer people are hurt, and what health services see is shared', 'syn_police'),
            (3, 'SYN-P3', 'Burglary and vehicle crime', 'Fewer homes are burgled and fewer victims are burgled again', 'syn_police'),
            (4, 'SYN-P4', 'Drugs', 'Less harm from drugs, more dealers brought to justice', 'syn_hospital')
        ) AS l (sort_order, code, title, description, agency)
        JOIN @partnership@.agency a ON a.code = l.agency
        ORDER BY l.sort_order
        $query$) USING period_from, period_to;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.priority_type (priority_id, problem_type_id)
        SELECT p.priority_id, t.problem_type_id
        FROM (VALUES
            ('SYN-P1', 'anti_social_behaviour'), ('SYN-P1', 'environment'),
            ('SYN-P2', 'violence_and_sexual_offences'), ('SYN-P2', 'health'),
            ('SYN-P3', 'burglary'), ('SYN-P3', 'vehicle_crime'),
            ('SYN-P4', 'drugs'), ('SYN-P4', 'substance_misuse')
        ) AS l (priority, type)
        JOIN @partnership@.priority p ON p.code = l.priority
        JOIN @partnership@.problem_type t ON t.code = l.type
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.plan_action
            (priority_id, code, title, theme, owner_agency_id, owner_post, area_id, status, progress_percent, starts_on, due_on, completed_on, note)
        SELECT p.priority_id, l.code, l.title || ' (synthetic)', l.theme, g.agency_id, l.post, a.area_id, l.status, l.progress,
               $1 + l.starts, $1 + l.due, $1 + l.completed, l.note
        FROM (VALUES
            ('SYN-A01', 'SYN-P1', 'One shared record of nuisance reports', 'intelligence', 'syn_council', 'Community safety manager', NULL, 'complete', 100, 0, 180, 170, 'Reports made to two services are found'),
            ('SYN-A02', 'SYN-P1', 'Joint patrols and lighting in Gullmouth Parade', 'prevention', 'syn_council', 'Neighbourhood officer', 'SYNW04', 'in progress', 75, NULL, 400, NULL, 'Patrols on six evenings a week since the start'),
            ('SYN-A03', 'SYN-P1', 'Summer activities for young people', 'prevention', 'syn_voluntary', 'Youth co-ordinator', NULL, 'complete', 100, 90, 240, 244, NULL),
            ('SYN-A04', 'SYN-P2', 'Emergency department shares places of assaults', 'intelligence', 'syn_hospital', 'Information manager', NULL, 'in progress', 40, 30, 270, NULL, 'Waiting for a data sharing agreement'),
            ('SYN-A05', 'SYN-P2', 'Licensing visits to premises with most assaults', 'enforcement', 'syn_police', 'Licensing sergeant', NULL, 'complete', 100, 60, 300, 300, NULL),
            ('SYN-A06', 'SYN-P2', 'Taxi marshals on Friday and Saturday nights', 'prevention', 'syn_council', 'Licensing manager', 'SYNW12', 'stopped', 20, 60, 330, NULL, 'Funding ended'),
            ('SYN-A07', 'SYN-P3', 'Visits to neighbours within 24 hours of a burglary', 'prevention', 'syn_police', 'Neighbourhood inspector', NULL, 'in progress', 60, 120, 300, NULL, 'Two districts of four'),
            ('SYN-A08', 'SYN-P3', 'Marking of tools and bicycles', 'prevention', 'syn_police', 'Crime prevention officer', NULL, 'complete', 100, 0, 365, 350, NULL),
            ('SYN-A09', 'SYN-P3', 'Supervision of prolific offenders', 'enforcement', 'syn_probation', 'Integrated offender management lead', NULL, 'in progress', NULL, 0, 500, NULL, 'No report received'),
            ('SYN-A10', 'SYN-P4', 'Naloxone for hostels and outreach teams', 'prevention', 'syn_housing', 'Housing support manager', NULL, 'in progress', 80, 60, 330, NULL, NULL),
            ('SYN-A11', 'SYN-P4', 'Disruption of supply from outside the county', 'enforcement', 'syn_police', 'Detective inspector', NULL, 'in progress', 50, 0, 450, NULL, NULL),
            ('SYN-A12', 'SYN-P4', 'Profile of young people drawn into supply', 'intelligence', 'syn_council', 'Analyst', NULL, 'planned', 0, 300, 480, NULL, NULL)
        ) AS l (code, priority, title, theme, agency, post, area, status, progress, starts, due, completed, note)
        JOIN @partnership@.priority p ON p.code = l.priority
        JOIN @partnership@.agency g ON g.code = l.agency
        LEFT JOIN @partnership@.area a ON a.code = l.area AND a.area_kind = 'ward'
        ORDER BY l.code
        $query$) USING period_from;
    EXECUTE csp.partnership_sql(partnership, $query$
        UPDATE @partnership@.plan_action SET starts_on = $1 WHERE code = 'SYN-A02'
        $query$) USING action_from;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.indicator
            (priority_id, code, title, denominator, flag, polarity, area_id, baseline_from, baseline_to, target_change_percent, target_on)
        SELECT p.priority_id, l.code, l.title || ' (synthetic)', l.denominator, l.flag, l.polarity, a.area_id, $1, $2, l.target, $3
        FROM (VALUES
            ('SYN-I1', 'SYN-P1', 'Nuisance per 1,000 residents', 'population', NULL, 'lower is better', NULL, -5),
            ('SYN-I2', 'SYN-P1', 'Nuisance in Gullmouth Parade', 'count', NULL, 'lower is better', 'SYNW04', -20),
            ('SYN-I3', 'SYN-P2', 'Violence with injury per 1,000 residents', 'population', NULL, 'lower is better', NULL, -5),
            ('SYN-I4', 'SYN-P2', 'Domestic violence with injury', 'count', 'domestic', 'lower is better', NULL, -3),
            ('SYN-I5', 'SYN-P3', 'Residential burglary per 1,000 households', 'households', NULL, 'lower is better', NULL, -10),
            ('SYN-I6', 'SYN-P3', 'Vehicle crime per 1,000 residents', 'population', NULL, 'lower is better', NULL, -5),
            ('SYN-I7', 'SYN-P4', 'Drug trafficking offences brought to notice', 'count', NULL, 'higher is better', NULL, 10),
            ('SYN-I8', 'SYN-P4', 'Hospital admissions for drugs', 'count', NULL, 'lower is better', NULL, -5)
        ) AS l (code, priority, title, denominator, flag, polarity, area, target)
        JOIN @partnership@.priority p ON p.code = l.priority
        LEFT JOIN @partnership@.area a ON a.code = l.area AND a.area_kind = 'ward'
        ORDER BY l.code
        $query$) USING baseline_from, baseline_to, period_to;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.indicator_type (indicator_id, problem_type_id)
        SELECT i.indicator_id, t.problem_type_id
        FROM (VALUES
            ('SYN-I1', 'asb_nuisance'), ('SYN-I2', 'asb_nuisance'), ('SYN-I3', 'violence_with_injury'), ('SYN-I4', 'violence_with_injury'),
            ('SYN-I5', 'burglary_residential'), ('SYN-I6', 'vehicle_crime'), ('SYN-I7', 'drug_trafficking'), ('SYN-I8', 'drug_admission')
        ) AS l (indicator, type)
        JOIN @partnership@.indicator i ON i.code = l.indicator
        JOIN @partnership@.problem_type t ON t.code = l.type
        $query$);

    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment (kind, title, period_from, period_to, baseline_from, baseline_to, area_kind, status, note)
        VALUES ('strategic', 'Strategic assessment of the synthetic county', $1, $2, $3, $4, 'district', 'draft', 'Made-up data: nothing in this assessment is about a real place')
        $query$) USING period_from, period_to, baseline_from, baseline_to;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment_priority (assessment_id, priority_id)
        SELECT a.assessment_id, p.priority_id
        FROM @partnership@.assessment a
        CROSS JOIN @partnership@.priority p
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment_milestone (assessment_id, title, owner_agency_id, owner_post, due_on, done_on)
        SELECT a.assessment_id, l.title, g.agency_id, l.post, $1 + l.due, $1 + l.done
        FROM @partnership@.assessment a
        CROSS JOIN (VALUES
            (1, 'Scope and method agreed by the strategy group', 'syn_council', 'Community safety manager', -60, -62),
            (2, 'Data of all agencies received', 'syn_council', 'Analyst', -20, NULL),
            (3, 'Scanning of emerging issues', 'syn_police', 'Principal analyst', 10, 8),
            (4, 'First draft', 'syn_council', 'Analyst', 30, NULL),
            (5, 'Workshop with partners', 'syn_council', 'Community safety manager', 45, NULL),
            (6, 'Final draft to the strategy group', 'syn_council', 'Analyst', 60, NULL)
        ) AS l (position, title, agency, post, due, done)
        JOIN @partnership@.agency g ON g.code = l.agency
        ORDER BY l.position
        $query$) USING period_to;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.assessment_reference (assessment_id, reference_number, citation)
        SELECT a.assessment_id, row_number() OVER (ORDER BY s.source_id), s.title || '. ' || s.citation
        FROM @partnership@.assessment a
        CROSS JOIN @partnership@.source s
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.recommendation (assessment_id, problem_type_id, title, rationale, agency_id, status, sort_order)
        SELECT a.assessment_id, t.problem_type_id, l.title, l.rationale, g.agency_id, 'proposed', l.position
        FROM @partnership@.assessment a
        CROSS JOIN (VALUES
            (1, 'shoplifting', 'Make shoplifting a priority (synthetic)', 'It rises steadily and lies outside the present priorities', 'syn_police'),
            (2, 'ambulance_assault', 'Share ambulance places of assault with licensing (synthetic)', 'Most of these assaults are unknown to the police', 'syn_ambulance'),
            (3, 'theft_of_vehicle', 'Open a problem profile on thefts of vehicles in Brinehaven Station (synthetic)', 'A sharp rise in the last six weeks', 'syn_police'),
            (4, 'asb_nuisance', 'Extend the joint patrols of action SYN-A02 (synthetic)', 'Nuisance fell in the ward and did not move elsewhere', 'syn_council')
        ) AS l (position, type, title, rationale, agency)
        JOIN @partnership@.problem_type t ON t.code = l.type
        JOIN @partnership@.agency g ON g.code = l.agency
        ORDER BY l.position
        $query$);
    -- several types and factors are left unscored on purpose: a missing score stays missing
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.risk_score (assessment_id, problem_type_id, scheme, factor, score, rationale, confidence, agency_id)
        SELECT a.assessment_id, t.problem_type_id, 'default', v.factor, v.score, 'Made-up score', l.confidence, g.agency_id
        FROM @partnership@.assessment a
        CROSS JOIN (VALUES
            ('violence_and_sexual_offences', 5, 5, 3, 2, 'high'),
            ('robbery', 4, 3, 2, 2, 'high'),
            ('burglary', 4, 4, 3, 2, 'high'),
            ('vehicle_crime', 2, 3, 3, 3, 'medium'),
            ('shoplifting', 2, 4, 4, 2, 'medium'),
            ('other_theft', 2, 2, 2, 1, 'low'),
            ('criminal_damage_and_arson', 2, 3, 2, 1, 'medium'),
            ('drugs', 3, 4, 3, 3, 'medium'),
            ('possession_of_weapons', 3, 5, 2, 2, 'low'),
            ('public_order', 2, 3, 2, 1, 'medium'),
            ('anti_social_behaviour', 3, 5, 4, 2, 'high'),
            ('substance_misuse', 4, NULL, 4, 4, 'low'),
            ('fire', 3, 2, NULL, NULL, 'medium'),
            ('environment', 1, 4, 3, 1, 'medium'),
            ('health', NULL, 3, NULL, NULL, 'low')
        ) AS l (type, victims, community, capacity, capability, confidence)
        JOIN @partnership@.problem_type t ON t.code = l.type
        CROSS JOIN LATERAL (VALUES ('victims', l.victims), ('community', l.community), ('capacity', l.capacity), ('capability', l.capability)) AS v (factor, score)
        JOIN @partnership@.agency g ON g.code = 'syn_council'
        WHERE v.score IS NOT NULL
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.emerging_issue (title, origin, heading, problem_type_id, area_id, opened_on, last_seen_on, note)
        SELECT l.title || ' (synthetic)', l.origin, l.heading, t.problem_type_id, a.area_id, $1 - l.days_before, $1 - l.seen_before, l.note
        FROM (VALUES
            (1, 'New festival site on the coast', 'external', 'economic', 'violence_and_sexual_offences', 'SYNW07', 60, 60, 'Planning permission for 8,000 visitors a day'),
            (2, 'Change in the law on disposable vapes', 'external', 'legal', 'shoplifting', NULL, 120, 90, 'May move demand to unlawful supply'),
            (3, 'Wardens report more used canisters', 'partner', 'social', 'drug_litter', 'SYNW13', 40, 5, 'Reported by the housing association')
        ) AS l (position, title, origin, heading, type, area, days_before, seen_before, note)
        JOIN @partnership@.problem_type t ON t.code = l.type
        LEFT JOIN @partnership@.area a ON a.code = l.area AND a.area_kind = 'ward'
        ORDER BY l.position
        $query$) USING ends_on;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.intelligence_requirement (assessment_id, problem_type_id, question, owner_agency_id, raised_on, due_on, answered_on, answer)
        SELECT a.assessment_id, t.problem_type_id, l.question || ' (synthetic)', g.agency_id, $1 - l.raised, $1 - l.raised + 60, $1 - l.answered, l.answer
        FROM @partnership@.assessment a
        CROSS JOIN (VALUES
            (1, 'theft_of_vehicle', 'Which vehicles are taken without their keys, and where do they go?', 'syn_police', 20, NULL, NULL),
            (2, 'ambulance_assault', 'Why do injured people not report assaults at three bars?', 'syn_hospital', 90, 15, 'Staff send them home; the police are seldom called'),
            (3, 'drug_trafficking', 'Which young people are drawn into supply?', 'syn_council', 100, NULL, NULL)
        ) AS l (position, type, question, agency, raised, answered, answer)
        JOIN @partnership@.problem_type t ON t.code = l.type
        JOIN @partnership@.agency g ON g.code = l.agency
        ORDER BY l.position
        $query$) USING ends_on;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.intelligence
            (agency_id, received_on, grading_scheme, source_grade, information_grade, handling_code, conditions, text_sanitised, problem_type_id, area_id, intelligence_requirement_id)
        SELECT g.agency_id, $1 - l.days_before, l.scheme, l.source, l.information, l.handling, l.conditions, 'Synthetic: ' || l.report, t.problem_type_id, a.area_id,
               (SELECT r.intelligence_requirement_id FROM @partnership@.intelligence_requirement r WHERE r.problem_type_id = t.problem_type_id AND l.answers)
        FROM (VALUES
            (1, 'syn_police', 10, '3x5x2', '2', 'C', 'P', NULL, 'relay devices are offered for sale in Brinehaven', 'theft_of_vehicle', 'SYNW16', true),
            (2, 'syn_police', 25, '3x5x2', '1', 'A', 'C', 'Not to be shared outside the tasking group', 'stolen vehicles are parked near the station for some days', 'theft_of_vehicle', 'SYNW16', true),
            (3, 'syn_hospital', 30, '3x5x2', '1', 'B', 'P', NULL, 'patients name the same three bars', 'ambulance_assault', 'SYNW12', true),
            (4, 'syn_housing', 50, '3x5x2', '3', 'D', 'C', 'Source at risk', 'a flat is used by dealers from outside the county', 'drug_trafficking', 'SYNW13', true),
            (5, 'syn_council', 400, '5x5x5', 'B', '2', '1', NULL, 'graffiti is the work of one group', 'graffiti', NULL, false)
        ) AS l (position, agency, days_before, scheme, source, information, handling, conditions, report, type, area, answers)
        JOIN @partnership@.agency g ON g.code = l.agency
        JOIN @partnership@.problem_type t ON t.code = l.type
        LEFT JOIN @partnership@.area a ON a.code = l.area AND a.area_kind = 'ward'
        ORDER BY l.position
        $query$) USING ends_on;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description) VALUES
        ('overdue_actions', 'strategic_plan_review', NULL, NULL, '{"codes": ["SYN-A04", "SYN-A07", "SYN-A10"], "late": ["SYN-A03"], "stopped": ["SYN-A06"]}', 'Of twelve actions three are overdue at the end of the period, one was completed late and one was stopped'),
        ('unscored', 'strategic_priority_matrix', 'health', NULL, '{"unscored": {"health": ["victims", "capacity", "capability"], "substance_misuse": ["community"], "fire": ["capacity", "capability"]}}', 'Scores that analysts left out stay missing')
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_plan(text, date) IS
    'Makes up the plan, the strategic assessment and the intelligence of a synthetic partnership. Internal to create_synthetic_partnership.';

CREATE FUNCTION csp_internal.synthetic_peer(partnership text, seed bigint, starts_on date, ends_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM csp.check_partnership(partnership);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.peer (code, name, population, households, is_self, is_synthetic, citation)
        SELECT 'syn_peer_0', 'Synthetic county (this partnership)', sum(a.population), sum(a.households), true, true, 'Made up by csp_analysis; not real'
        FROM pg_temp.synthetic_area a
        $query$);
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.peer (code, name, population, households, is_self, is_synthetic, citation)
        SELECT 'syn_peer_' || p.n, 'Synthetic peer ' || chr(64 + p.n),
               round(s.population * f.size), round(s.households * f.size), false, true, 'Made up by csp_analysis; not real'
        FROM generate_series(1, 8) AS p (n)
        CROSS JOIN @partnership@.peer s
        CROSS JOIN LATERAL (SELECT 0.6 + 0.9 * csp.seeded_uniform($1, 'peer size', p.n) AS size) AS f
        ORDER BY p.n
        $query$) USING seed;
    -- a peer's expected count is ours for the month, per resident, times a factor of the peer and type; the factors of a type
    -- have mean 1, except that peers have 1 / 1.6 of our drug offences
    EXECUTE csp.partnership_sql(partnership, $query$
        WITH RECURSIVE published (position, code) AS (VALUES
            (1, 'violence_and_sexual_offences'), (2, 'robbery'), (3, 'burglary'), (4, 'vehicle_crime'), (5, 'theft_from_the_person'), (6, 'bicycle_theft'),
            (7, 'shoplifting'), (8, 'other_theft'), (9, 'criminal_damage_and_arson'), (10, 'drugs'), (11, 'possession_of_weapons'), (12, 'public_order'),
            (13, 'other_crime'), (14, 'anti_social_behaviour')
        ),
        part (position, problem_type_id, part_id, part_code) AS (
            SELECT l.position, t.problem_type_id, t.problem_type_id, t.code
            FROM published l
            JOIN @partnership@.problem_type t USING (code)
          UNION ALL
            SELECT p.position, p.problem_type_id, t.problem_type_id, t.code
            FROM part p
            JOIN @partnership@.problem_type t ON t.parent_id = p.part_id
        ),
        month AS (
            SELECT m.month::date AS month, row_number() OVER (ORDER BY m.month) AS month_no,
                   m.month::date - $2 AS first_day, (m.month + interval '1 month')::date - 1 - $2 AS last_day
            FROM generate_series($2::timestamp, $3::timestamp, interval '1 month') AS m (month)
        ),
        component_month AS (
            SELECT w.component, m.month, m.month_no,
                   sum(w.planted_weight) / sum(sum(w.planted_weight)) OVER (PARTITION BY w.component) AS share
            FROM pg_temp.synthetic_day_weight w
            JOIN month m ON w.day_no BETWEEN m.first_day AND m.last_day
            GROUP BY w.component, m.month, m.month_no
        ),
        ours AS (
            SELECT p.position, p.problem_type_id, w.month, w.month_no, sum(c.size * w.share) AS expected
            FROM part p
            JOIN pg_temp.synthetic_component c ON c.code = p.part_code AND c.source IN ('syn_police_crime', 'syn_police_asb') AND c.component <> 'series'
            JOIN component_month w ON w.component = c.component
            GROUP BY p.position, p.problem_type_id, w.month, w.month_no
        ),
        factor AS (
            SELECT p.peer_id, l.position, p.population / s.population::float8 AS size,
                   (1 + CASE WHEN l.code = 'burglary' THEN 0
                             ELSE 0.08 * (csp.seeded_normal($1, 'peer factor', p.peer_id * 100 + l.position)
                                          - avg(csp.seeded_normal($1, 'peer factor', p.peer_id * 100 + l.position)) OVER (PARTITION BY l.position)) END)
                   / CASE WHEN l.code = 'drugs' THEN 1.6 ELSE 1 END AS factor
            FROM @partnership@.peer p
            CROSS JOIN published l
            JOIN @partnership@.peer s ON s.is_self
            WHERE NOT p.is_self
        )
        INSERT INTO @partnership@.peer_count (peer_id, problem_type_id, month, incidents)
        SELECT f.peer_id, o.problem_type_id, o.month,
               csp.seeded_poisson($1, 'peer count', f.peer_id * 1000000 + o.position * 1000 + o.month_no, greatest(0, round((o.expected * f.size * f.factor)::numeric, 6)::float8))
        FROM factor f
        JOIN ours o USING (position)
        UNION ALL
        SELECT s.peer_id, p.problem_type_id, m.month, coalesce(sum(i.incidents), 0)
        FROM part p
        CROSS JOIN month m
        JOIN @partnership@.peer s ON s.is_self
        JOIN @partnership@.source police ON police.code IN ('syn_police_crime', 'syn_police_asb')
        LEFT JOIN @partnership@.incident_month i ON i.problem_type_id = p.part_id AND i.month = m.month AND i.source_id = police.source_id
        GROUP BY s.peer_id, p.problem_type_id, m.month
        ORDER BY 1, 2, 3
        $query$) USING seed, starts_on, ends_on;
    EXECUTE csp.partnership_sql(partnership, $query$
        INSERT INTO @partnership@.synthetic_truth (truth, product, problem_type_code, area_code, parameters, description) VALUES
        ('peers_high', 'strategic_levels', 'drugs', NULL, '{"ratio_to_other_peers": 1.6}', 'Our rate of drug offences is 1.6 times the mean of the eight other members of the similar group'),
        ('peers_in_line', 'strategic_levels', 'burglary', NULL, '{"ratio_to_other_peers": 1}', 'Control: our rate of burglary is that of every peer but for chance')
        $query$);
END
$$;
COMMENT ON FUNCTION csp_internal.synthetic_peer(text, bigint, date, date) IS
    'Makes up the similar group of a synthetic partnership and its monthly counts. Internal to create_synthetic_partnership.';
