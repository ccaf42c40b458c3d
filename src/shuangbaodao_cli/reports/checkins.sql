-- title: 报到情况
-- asks: 各社区（村）应报到多少人、已报到多少人，报到率多少，包联和报到的单位各几家？
-- columns: place due reported rate paired units
--
-- Who is to report: whoever lives there, and whoever has reported there. Each counts with all that is below.
WITH reported AS (
  SELECT DISTINCT t.ancestor AS place, COALESCE(m.same_as, m.id) AS person
  FROM checkin AS c
  JOIN person AS m ON m.id = c.who_person
  JOIN place_tree AS t ON t.place = c.place
  WHERE c.voided IS NULL AND COALESCE(c.since, '') < :until AND COALESCE(c.until, '9999') >= :start
),
living AS (
  SELECT DISTINCT t.ancestor AS place, h.id AS person
  FROM person AS h
  JOIN place_tree AS t ON t.place = h.community
  WHERE h.voided IS NULL AND h.same_as IS NULL
)
SELECT
  p.id,
  p.name AS place,
  (SELECT COUNT(*) FROM (
    SELECT l.person FROM living AS l WHERE l.place = p.id UNION SELECT r.person FROM reported AS r WHERE r.place = p.id
  ) AS d) AS due,
  (SELECT COUNT(*) FROM reported AS r WHERE r.place = p.id) AS reported,
  (SELECT COUNT(DISTINCT COALESCE(u.same_as, u.id)) FROM pairing AS g JOIN org AS u ON u.id = g.org
   JOIN place_tree AS t ON t.place = g.place
   WHERE t.ancestor = p.id AND g.voided IS NULL AND COALESCE(g.until, '9999') >= :start) AS paired,
  (SELECT COUNT(DISTINCT COALESCE(u.same_as, u.id)) FROM checkin AS c JOIN org AS u ON u.id = c.who_org
   JOIN place_tree AS t ON t.place = c.place
   WHERE t.ancestor = p.id AND c.voided IS NULL
   AND COALESCE(c.since, '') < :until AND COALESCE(c.until, '9999') >= :start) AS units
FROM place AS p
WHERE p.voided IS NULL
  AND (p.id = :place OR (
    p.level IN ('community', 'village')
    AND (:place IS NULL OR p.id IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
  ))
ORDER BY p.id
