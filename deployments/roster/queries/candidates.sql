-- Everybody the viewer may see, judged for one place, in one statement.
--
-- Set-wise: each source (skills, languages, clearances, time, work) is gathered once for all
-- volunteers, joined by volunteer, counted and ranked; the details that become sentences are
-- fetched for the page alone.
--
-- The sources hold nobody but the visible, so a full join is a left join that cannot become a loop
-- in a loop: the time stays in proportion even where the planner knows nothing of the tables yet,
-- as after a large import.
--
-- Names in braces are put in by candidates.py: which volunteers and which deployments the viewer
-- may see, and the condition that somebody is among the visible. Parameters, in order: place,
-- instant, only those who fit (or only the others, or null), size of the page, how many to skip,
-- the holding states, then those of the two queries.
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
    CROSS JOIN place p
    WHERE h.volunteer_id {among}
        AND (h.valid_until IS NULL OR h.valid_until >= upper(p.days))
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
    SELECT n.language_id, n.mode, n.level
    FROM deployments_slotlanguage n
    JOIN place ON place.id = n.slot_id
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
    WHERE h.volunteer_id {among}
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
    CROSS JOIN place p
    WHERE c.volunteer_id {among} AND c.state = 'cleared'
    GROUP BY c.volunteer_id
),

-- Time: dated windows beat weekly rules; on one layer unavailable beats avoid beats available.
-- Weekdays are days where the volunteer is, so each zone has its own.
zone_weekdays AS MATERIALIZED (
    SELECT
        z.zone,
        extract(isodow FROM day)::int AS weekday,
        range_agg(
            p.period * tstzrange(
                day AT TIME ZONE z.zone, (day + interval '1 day') AT TIME ZONE z.zone
            )
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
-- Few different weeks are lived by many people: the set of weekdays of each kind is a bit mask, and
-- each different week is laid out once.
weekly AS (
    SELECT
        r.volunteer_id,
        bit_or(1 << r.weekday) FILTER (WHERE r.kind = 'available') AS available,
        bit_or(1 << r.weekday) FILTER (WHERE r.kind = 'avoid') AS avoid,
        bit_or(1 << r.weekday) FILTER (WHERE r.kind = 'unavailable') AS unavailable
    FROM volunteers_weeklyrule r
    WHERE r.volunteer_id {among}
    GROUP BY r.volunteer_id
),
lived AS MATERIALIZED (
    SELECT
        v.id, v.zone,
        coalesce(w.available, 0) AS available,
        coalesce(w.avoid, 0) AS avoid,
        coalesce(w.unavailable, 0) AS unavailable
    FROM visible v
    FULL JOIN weekly w ON w.volunteer_id = v.id
),
weeks AS MATERIALIZED (
    SELECT
        k.zone, k.available, k.avoid, k.unavailable,
        range_agg(z.during) FILTER (WHERE k.avoid & (1 << z.weekday) > 0) AS avoided,
        range_agg(z.during) FILTER (WHERE k.unavailable & (1 << z.weekday) > 0) AS blocked,
        range_agg(z.during) FILTER (
            WHERE (k.available | k.avoid | k.unavailable) & (1 << z.weekday) > 0
        ) AS said
    FROM (SELECT DISTINCT zone, available, avoid, unavailable FROM lived) k
    JOIN zone_weekdays z ON z.zone = k.zone
    GROUP BY k.zone, k.available, k.avoid, k.unavailable
),
dated AS (
    SELECT
        w.volunteer_id,
        range_agg(w.during * p.period) AS said,
        range_agg(w.during * p.period) FILTER (WHERE w.kind = 'avoid') AS avoid,
        range_agg(w.during * p.period) FILTER (WHERE w.kind = 'unavailable') AS unavailable
    FROM volunteers_availabilitywindow w
    JOIN place p ON w.during && p.period
    WHERE w.volunteer_id {among}
    GROUP BY w.volunteer_id
),
times AS (
    SELECT
        v.id AS volunteer_id,
        CASE
            WHEN k.said IS NULL THEN coalesce(d.unavailable, '{{}}')
            ELSE coalesce(d.unavailable, '{{}}')
                + (coalesce(k.blocked, '{{}}') - coalesce(d.said, '{{}}'))
        END AS unavailable,
        CASE
            WHEN k.said IS NULL THEN coalesce(d.avoid - coalesce(d.unavailable, '{{}}'), '{{}}')
            ELSE coalesce(d.avoid - coalesce(d.unavailable, '{{}}'), '{{}}')
                + (coalesce(k.avoided, '{{}}') - coalesce(d.said, '{{}}'))
        END AS avoid,
        p.whole - coalesce(d.said, '{{}}') - coalesce(k.said, '{{}}') AS unsaid
    FROM lived v
    FULL JOIN dated d ON d.volunteer_id = v.id
    LEFT JOIN weeks k
        ON (k.zone, k.available, k.avoid, k.unavailable)
        = (v.zone, v.available, v.avoid, v.unavailable)
    CROSS JOIN place p
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
    CROSS JOIN place p
    CROSS JOIN asked q
    WHERE a.volunteer_id {among}
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
    FULL JOIN times t ON t.volunteer_id = v.id
    FULL JOIN skills s ON s.volunteer_id = v.id
    FULL JOIN languages l ON l.volunteer_id = v.id
    FULL JOIN clearances c ON c.volunteer_id = v.id
    FULL JOIN work w ON w.volunteer_id = v.id
    CROSS JOIN place p
    CROSS JOIN needs
),
totals AS (
    SELECT
        count(*) FILTER (WHERE against = 0) AS fitting,
        count(*) FILTER (WHERE against > 0) AS others
    FROM judged
),
ordered AS (
    SELECT
        j.*,
        CASE WHEN against = 0 THEN above END AS first_by,
        CASE WHEN against = 0 THEN prefers_not END AS second_by,
        CASE WHEN against = 0 THEN load END AS third_by,
        CASE WHEN against = 0 THEN last_asked END AS fourth_by
    FROM judged j
    CROSS JOIN asked q
    WHERE q.fitting IS NULL OR q.fitting = (against = 0)
),
page AS MATERIALIZED (
    SELECT * FROM ordered
    ORDER BY
        against, first_by DESC, second_by, third_by, fourth_by NULLS FIRST, callsign COLLATE "C"
    LIMIT (SELECT size FROM asked)
    OFFSET (SELECT skipped FROM asked)
),

-- What the sentences of the page tell: a few rows for each volunteer on it.
page_skills AS MATERIALIZED (
    SELECT h.volunteer_id, h.skill_id, h.level, h.valid_until
    FROM volunteers_skillheld h
    WHERE h.volunteer_id = ANY (ARRAY(SELECT id FROM page))
),
page_languages AS MATERIALIZED (
    SELECT h.volunteer_id, h.language_id, h.listening, h.speaking, h.reading, h.writing
    FROM volunteers_languageheld h
    WHERE h.volunteer_id = ANY (ARRAY(SELECT id FROM page))
),
page_work AS MATERIALIZED (
    SELECT a.volunteer_id, a.slot_id, a.period
    FROM deployments_assignment a
    CROSS JOIN place p
    CROSS JOIN asked q
    WHERE a.volunteer_id = ANY (ARRAY(SELECT id FROM page))
        AND a.state = ANY (q.holding)
        AND a.period && p.period
),
page_places AS MATERIALIZED (
    SELECT s.id AS slot_id, CASE WHEN k.id IS NULL THEN '' ELSE d.codename END AS codename
    FROM deployments_slot s
    JOIN deployments_deployment d ON d.id = s.deployment_id
    LEFT JOIN known_deployments k ON k.id = d.id
    WHERE s.id = ANY (ARRAY(SELECT slot_id FROM page_work))
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
            max(h.level) FILTER (
                WHERE h.valid_until IS NULL OR h.valid_until >= upper(p.days)
            ) AS held,
            max(h.valid_until) FILTER (
                WHERE h.valid_until < upper(p.days) AND h.level >= n.level
            ) AS lapses
        FROM counts_for c
        JOIN page_skills h ON h.skill_id = c.held
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
    LEFT JOIN page_languages h
        ON h.language_id = n.language_id AND h.volunteer_id = page.id
    WHERE page.id IS NOT NULL
) language_details ON true
LEFT JOIN LATERAL (
    SELECT json_agg(
        json_build_object(
            'first', lower(a.period), 'until', upper(a.period),
            'here', a.slot_id = q.slot_id, 'codename', w.codename
        ) ORDER BY a.period
    ) AS list
    FROM page_work a
    JOIN page_places w ON w.slot_id = a.slot_id
    WHERE a.volunteer_id = page.id
) held_details ON true
ORDER BY
    page.against, page.first_by DESC, page.second_by, page.third_by,
    page.fourth_by NULLS FIRST, page.callsign COLLATE "C"
