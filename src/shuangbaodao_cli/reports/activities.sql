-- title: 双报到服务活动台账
-- asks: 这段时间的每一次活动是什么？
-- columns: date title place org team leader category content minutes headcount served resolved
SELECT
  a.id,
  a.date,
  a.title,
  place.name AS place,
  org.name AS org,
  team.name AS team,
  a.leader,
  a.category,
  a.content,
  a.minutes,
  a.headcount,
  a.served,
  CASE WHEN a.need IS NULL THEN a.resolved END AS resolved,
  a.approx AS approximate,
  CASE WHEN a.approx <> '' THEN 1 ELSE 0 END AS approx
FROM activity AS a
LEFT JOIN place ON place.id = a.place
LEFT JOIN org AS unit ON unit.id = a.org
LEFT JOIN org ON org.id = COALESCE(unit.same_as, unit.id)
LEFT JOIN team ON team.id = a.team
WHERE a.voided IS NULL
  AND a.date >= :start AND a.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY a.date, a.id
