-- title: 包联和报到的单位
-- asks: 包联这个地点和在这里报到的是哪些单位？
-- columns: id org paired reported
--
-- The units of checkins.sql for one place with all that is below it.
SELECT
  o.id,
  o.name AS org,
  CASE WHEN o.id IN (
    SELECT COALESCE(u.same_as, u.id) FROM pairing AS g JOIN org AS u ON u.id = g.org JOIN place_tree AS t ON t.place = g.place
    WHERE t.ancestor = :place AND g.voided IS NULL AND COALESCE(g.until, '9999') >= :start
  ) THEN 1 ELSE 0 END AS paired,
  CASE WHEN o.id IN (
    SELECT COALESCE(u.same_as, u.id) FROM checkin AS c JOIN org AS u ON u.id = c.who_org JOIN place_tree AS t ON t.place = c.place
    WHERE t.ancestor = :place AND c.voided IS NULL
    AND COALESCE(c.since, '') < :until AND COALESCE(c.until, '9999') >= :start
  ) THEN 1 ELSE 0 END AS reported
FROM org AS o
WHERE o.id IN (
  SELECT COALESCE(u.same_as, u.id) FROM pairing AS g JOIN org AS u ON u.id = g.org JOIN place_tree AS t ON t.place = g.place
  WHERE t.ancestor = :place AND g.voided IS NULL AND COALESCE(g.until, '9999') >= :start
  UNION
  SELECT COALESCE(u.same_as, u.id) FROM checkin AS c JOIN org AS u ON u.id = c.who_org JOIN place_tree AS t ON t.place = c.place
  WHERE t.ancestor = :place AND c.voided IS NULL
  AND COALESCE(c.since, '') < :until AND COALESCE(c.until, '9999') >= :start
)
ORDER BY o.name, o.id
