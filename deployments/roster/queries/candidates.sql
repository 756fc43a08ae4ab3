-- Everybody the viewer may see, judged for one place, in one statement.
--
-- Set-wise: each source (skills, languages, clearances, time, work) is gathered once for all
-- volunteers, joined by volunteer, counted and ranked; the details that become sentences are
-- fetched for the page alone. Two queries are put in where names stand in braces: they say which
-- volunteers and which deployments the viewer may see. Parameters, in order: place, instant, only
-- those who fit (or only the others, or null), size of the page, how many to skip, the holding
-- states, then those of the two queries.
WITH RECURSIVE
asked AS MATERIALIZED (
    SELECT
        %s::uuid AS slot_id,
        %s::timestamptz AS at,
        %s::boolean AS fitting,
        %s::bigint AS size,
        %s::bigint AS skipped,
        %s::text[] AS holding
),
visible (id, callsign, standing, zone) AS MATERIALIZED ({volunteers}),
known_deployments (id) AS NOT MATERIALIZED ({deployments}),
place AS MATERIALIZED (
    SELECT
        s.id, s.period, tstzmultirange(s.period) AS whole, s.clearance, d.time_zone AS zone,
        -- Days of clearances and of what lapses are days where the deployment is.
        daterange(
            (lower(s.period) AT TIME ZONE d.time_zone)::date,
            ((upper(s.period) - interval '1 microsecond') AT TIME ZONE d.time_zone)::date,
            '[]'
        ) AS days
    FROM deployments_slot s
    JOIN deployments_deployment d ON d.id = s.deployment_id
    WHERE s.id = (SELECT slot_id FROM asked)
),

-- Skills: a level held counts for everything the skill implies, however far, if it is still valid
-- at the end of the place's period.
skill_needs AS MATERIALIZED (
    SELECT n.skill_id, n.level FROM deployments_slotskill n JOIN place ON place.id = n.slot_id
),
counts_for (needed, held) AS (
    SELECT skill_id, skill_id FROM skill_needs
    UNION
    SELECT c.needed, i.from_skill_id
    FROM counts_for c
    JOIN volunteers_skill_implies i ON i.to_skill_id = c.held
),
skills_had AS (
    SELECT h.volunteer_id, n.skill_id, n.level, max(h.level) AS had
    FROM skill_needs n
    JOIN counts_for c ON c.needed = n.skill_id
    JOIN volunteers_skillheld h ON h.skill_id = c.held
    JOIN visible v ON v.id = h.volunteer_id
    CROSS JOIN place p
    WHERE h.valid_until IS NULL OR h.valid_until >= upper(p.days)
    GROUP BY h.volunteer_id, n.skill_id, n.level
),
skills AS (
    SELECT
        volunteer_id,
        count(*) FILTER (WHERE had >= level) AS met,
        sum(greatest(had - level, 0)) AS above
    FROM skills_had
    GROUP BY volunteer_id
),

-- Languages: the level in the mode that is asked for.
language_needs AS MATERIALIZED (
    SELECT n.language_id, n.mode, n.level FROM deployments_slotlanguage n JOIN place ON place.id = n.slot_id
),
languages_had AS (
    SELECT
        h.volunteer_id, n.level,
        CASE n.mode
            WHEN 'listening' THEN h.listening
            WHEN 'speaking' THEN h.speaking
            WHEN 'reading' THEN h.reading
            WHEN 'writing' THEN h.writing
        END AS had
    FROM language_needs n
    JOIN volunteers_languageheld h ON h.language_id = n.language_id
    JOIN visible v ON v.id = h.volunteer_id
),
languages AS (
    SELECT
        volunteer_id,
        count(*) FILTER (WHERE had >= level) AS met,
        sum(greatest(had - level, 0)) AS above
    FROM languages_had
    GROUP BY volunteer_id
),

-- Clearance: all cleared cases of a sufficient level together; ranges that touch count as one.
clearances AS (
    SELECT
        c.volunteer_id,
        range_agg(c.holds) FILTER (WHERE c.level >= p.clearance) AS enough,
        max(c.level) FILTER (WHERE c.holds @> p.days) AS best,
        max(c.level) FILTER (WHERE c.level < p.clearance AND c.holds && p.days) AS lesser
    FROM volunteers_vettingcase c
    JOIN visible v ON v.id = c.volunteer_id
    CROSS JOIN place p
    WHERE c.state = 'cleared'
    GROUP BY c.volunteer_id
),

-- Time: dated windows beat weekly rules; on one layer unavailable beats avoid beats available.
-- Weekdays are days where the volunteer is, so each zone has its own.
zone_weekdays AS MATERIALIZED (
    SELECT
        z.zone,
        extract(isodow FROM day)::int AS weekday,
        range_agg(
            p.period * tstzrange(day AT TIME ZONE z.zone, (day + interval '1 day') AT TIME ZONE z.zone)
        ) AS during
    FROM (SELECT DISTINCT zone FROM visible) z
    CROSS JOIN place p
    CROSS JOIN LATERAL generate_series(
        date_trunc('day', lower(p.period) AT TIME ZONE z.zone),
        upper(p.period) AT TIME ZONE z.zone,
        interval '1 day'
    ) AS day
    GROUP BY z.zone, weekday
),
weekly AS (
    SELECT
        r.volunteer_id,
        range_agg(z.during) FILTER (WHERE r.kind = 'available') AS available,
        range_agg(z.during) FILTER (WHERE r.kind = 'avoid') AS avoid,
        range_agg(z.during) FILTER (WHERE r.kind = 'unavailable') AS unavailable
    FROM volunteers_weeklyrule r
    JOIN visible v ON v.id = r.volunteer_id
    JOIN zone_weekdays z ON z.zone = v.zone AND z.weekday = r.weekday
    GROUP BY r.volunteer_id
),
dated AS (
    SELECT
        w.volunteer_id,
        range_agg(w.during * p.period) AS said,
        range_agg(w.during * p.period) FILTER (WHERE w.kind = 'avoid') AS avoid,
        range_agg(w.during * p.period) FILTER (WHERE w.kind = 'unavailable') AS unavailable
    FROM volunteers_availabilitywindow w
    JOIN visible v ON v.id = w.volunteer_id
    JOIN place p ON w.during && p.period
    GROUP BY w.volunteer_id
),
times AS (
    SELECT
        v.id AS volunteer_id,
        CASE
            WHEN k.volunteer_id IS NULL THEN coalesce(d.unavailable, '{{}}')
            ELSE coalesce(d.unavailable, '{{}}')
                + (coalesce(k.unavailable, '{{}}') - coalesce(d.said, '{{}}'))
        END AS unavailable,
        CASE
            WHEN k.volunteer_id IS NULL THEN coalesce(d.avoid - coalesce(d.unavailable, '{{}}'), '{{}}')
            ELSE coalesce(d.avoid - coalesce(d.unavailable, '{{}}'), '{{}}')
                + (coalesce(k.avoid, '{{}}') - coalesce(d.said, '{{}}'))
        END AS avoid,
        CASE
            WHEN k.volunteer_id IS NULL THEN p.whole - coalesce(d.said, '{{}}')
            ELSE p.whole - coalesce(d.said, '{{}}') - coalesce(k.available, '{{}}')
                - coalesce(k.avoid, '{{}}') - coalesce(k.unavailable, '{{}}')
        END AS unsaid
    FROM visible v
    CROSS JOIN place p
    LEFT JOIN dated d ON d.volunteer_id = v.id
    LEFT JOIN weekly k ON k.volunteer_id = v.id
),

-- Work: places held (half-open, so that touching is no overlap), load, when last asked.
work AS (
    SELECT
        a.volunteer_id,
        count(*) FILTER (WHERE a.state = ANY (q.holding) AND a.period && p.period) AS overlaps,
        count(*) FILTER (
            WHERE a.state = ANY (q.holding)
            OR (a.state = 'completed' AND a.state_since > q.at - interval '180 days')
        ) AS load,
        max(a.offered_at) AS last_asked
    FROM deployments_assignment a
    JOIN visible v ON v.id = a.volunteer_id
    CROSS JOIN place p
    CROSS JOIN asked q
    GROUP BY a.volunteer_id
),

needs AS MATERIALIZED (
    SELECT
        (SELECT count(*) FROM skill_needs) AS skills,
        (SELECT count(*) FROM language_needs) AS languages
),
judged AS MATERIALIZED (
    SELECT
        v.id, v.callsign, v.standing, v.zone,
        (v.standing <> 'active')::int
            + needs.skills - coalesce(s.met, 0)
            + needs.languages - coalesce(l.met, 0)
            + (NOT coalesce(c.enough @> p.days, false))::int
            + (NOT isempty(t.unavailable))::int
            + (NOT isempty(t.unsaid))::int
            + coalesce(w.overlaps, 0) AS against,
        coalesce(s.above, 0) + coalesce(l.above, 0) AS above,
        NOT isempty(t.avoid) AS prefers_not,
        coalesce(w.load, 0) AS load,
        w.last_asked,
        t.unavailable, t.avoid, t.unsaid, c.enough, c.best, c.lesser
    FROM visible v
    CROSS JOIN place p
    CROSS JOIN needs
    JOIN times t ON t.volunteer_id = v.id
    LEFT JOIN skills s ON s.volunteer_id = v.id
    LEFT JOIN languages l ON l.volunteer_id = v.id
    LEFT JOIN clearances c ON c.volunteer_id = v.id
    LEFT JOIN work w ON w.volunteer_id = v.id
),
totals AS (
    SELECT
        count(*) FILTER (WHERE against = 0) AS fitting,
        count(*) FILTER (WHERE against > 0) AS others
    FROM judged
),
ranked AS (
    SELECT
        j.*,
        row_number() OVER (
            ORDER BY
                against,
                CASE WHEN against = 0 THEN above END DESC,
                CASE WHEN against = 0 THEN prefers_not END,
                CASE WHEN against = 0 THEN load END,
                CASE WHEN against = 0 THEN last_asked END NULLS FIRST,
                callsign COLLATE "C"
        ) AS rank
    FROM judged j
    CROSS JOIN asked q
    WHERE q.fitting IS NULL OR q.fitting = (against = 0)
),
page AS MATERIALIZED (
    SELECT * FROM ranked
    ORDER BY rank
    LIMIT (SELECT size FROM asked)
    OFFSET (SELECT skipped FROM asked)
)

SELECT
    totals.fitting, totals.others,
    p.period, p.clearance AS needed, p.days, p.zone AS place_zone,
    page.id, page.callsign, page.standing, page.zone, page.against, page.above, page.prefers_not,
    page.load, page.last_asked, page.unavailable, page.avoid, page.unsaid, page.enough, page.best,
    page.lesser,
    skill_details.list AS skills,
    language_details.list AS languages,
    held_details.list AS held,
    (
        EXISTS (SELECT 1 FROM volunteers_availabilitywindow w WHERE w.volunteer_id = page.id)
        OR EXISTS (SELECT 1 FROM volunteers_weeklyrule r WHERE r.volunteer_id = page.id)
    ) AS ever
FROM totals
CROSS JOIN place p
CROSS JOIN asked q
LEFT JOIN page ON true
LEFT JOIN LATERAL (
    SELECT json_agg(
        json_build_object(
            'id', s.id, 'name_ko', s.name_ko, 'name_en', s.name_en, 'name_uk', s.name_uk,
            'needed', n.level, 'held', h.held, 'lapses', h.lapses
        ) ORDER BY s.code
    ) AS list
    FROM skill_needs n
    JOIN volunteers_skill s ON s.id = n.skill_id
    CROSS JOIN LATERAL (
        SELECT
            max(h.level) FILTER (WHERE h.valid_until IS NULL OR h.valid_until >= upper(p.days)) AS held,
            max(h.valid_until) FILTER (WHERE h.valid_until < upper(p.days) AND h.level >= n.level) AS lapses
        FROM counts_for c
        JOIN volunteers_skillheld h ON h.skill_id = c.held
        WHERE c.needed = n.skill_id AND h.volunteer_id = page.id
    ) h
    WHERE page.id IS NOT NULL
) skill_details ON true
LEFT JOIN LATERAL (
    SELECT json_agg(
        json_build_object(
            'code', g.code, 'name_ko', g.name_ko, 'name_en', g.name_en, 'name_uk', g.name_uk,
            'mode', n.mode, 'needed', n.level,
            'held', CASE n.mode
                WHEN 'listening' THEN h.listening
                WHEN 'speaking' THEN h.speaking
                WHEN 'reading' THEN h.reading
                WHEN 'writing' THEN h.writing
            END
        ) ORDER BY g.code, n.mode
    ) AS list
    FROM language_needs n
    JOIN volunteers_language g ON g.code = n.language_id
    LEFT JOIN volunteers_languageheld h ON h.language_id = n.language_id AND h.volunteer_id = page.id
    WHERE page.id IS NOT NULL
) language_details ON true
LEFT JOIN LATERAL (
    SELECT json_agg(
        json_build_object(
            'first', lower(a.period), 'until', upper(a.period),
            'here', a.slot_id = q.slot_id,
            'codename', CASE WHEN k.id IS NULL THEN '' ELSE d.codename END
        ) ORDER BY a.period
    ) AS list
    FROM deployments_assignment a
    JOIN deployments_slot s ON s.id = a.slot_id
    JOIN deployments_deployment d ON d.id = s.deployment_id
    LEFT JOIN known_deployments k ON k.id = d.id
    WHERE a.volunteer_id = page.id AND a.state = ANY (q.holding) AND a.period && p.period
) held_details ON true
ORDER BY page.rank
