-- title: 空白点
-- asks: 哪些社区、村、网格还没有党支部、没有单位包联、没有党员报到或没有活动？
-- columns: place branches units members services
--
-- Each counts with all that is below it.
SELECT
  p.name AS place,
  p.level,
  p.kind,
  (SELECT COUNT(*) FROM branch AS b JOIN place_tree AS t ON t.place = b.place
   WHERE t.ancestor = p.id AND b.voided IS NULL) AS branches,
  (SELECT COUNT(DISTINCT COALESCE(u.same_as, u.id)) FROM pairing AS r JOIN org AS u ON u.id = r.org
   JOIN place_tree AS t ON t.place = r.place
   WHERE t.ancestor = p.id AND r.voided IS NULL) AS units,
  (SELECT COUNT(DISTINCT COALESCE(q.same_as, q.id)) FROM (
    SELECT h.id AS person, h.community AS place FROM person AS h WHERE h.voided IS NULL
    UNION SELECT c.who_person, c.place FROM checkin AS c WHERE c.voided IS NULL AND c.who_person IS NOT NULL
    UNION SELECT f.person, f.place FROM area AS f WHERE f.voided IS NULL
  ) AS m JOIN person AS q ON q.id = m.person JOIN place_tree AS t ON t.place = m.place WHERE t.ancestor = p.id) AS members,
  (SELECT COUNT(*) FROM activity AS a JOIN place_tree AS t ON t.place = a.place
   WHERE t.ancestor = p.id AND a.voided IS NULL AND a.date >= :start AND a.date < :until) AS services
FROM place AS p
WHERE p.voided IS NULL AND p.level IN ('community', 'village', 'grid')
  AND (:place IS NULL OR p.id IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY p.level, p.id
