-- title: 应报到和已报到的人
-- asks: 这个地点应报到的是哪些人，谁报到了？
-- columns: id person org reported
--
-- The people of checkins.sql for one place with all that is below it.
WITH reported AS (
  SELECT DISTINCT COALESCE(m.same_as, m.id) AS person
  FROM checkin AS c
  JOIN person AS m ON m.id = c.who_person
  JOIN place_tree AS t ON t.place = c.place
  WHERE t.ancestor = :place AND c.voided IS NULL
    AND COALESCE(c.since, '') < :until AND COALESCE(c.until, '9999') >= :start
)
SELECT
  h.id,
  h.name AS person,
  o.name AS org,
  CASE WHEN h.id IN (SELECT r.person FROM reported AS r) THEN 1 ELSE 0 END AS reported
FROM person AS h
LEFT JOIN org AS u ON u.id = h.org
LEFT JOIN org AS o ON o.id = COALESCE(u.same_as, u.id)
WHERE h.id IN (SELECT r.person FROM reported AS r)
  OR (h.voided IS NULL AND h.same_as IS NULL AND h.community IN (
    SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place
  ))
ORDER BY 4 DESC, h.name, h.id
