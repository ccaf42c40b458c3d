-- title: 双报到工作汇总
-- asks: 这段时间开展了多少次服务、服务了多少人次、解决了多少问题、多少人参与？
-- columns: services served resolved volunteers participations hours
--
-- Whoever was merged into another counts as that one; their rows stay as they are.
--
-- {part} is what the figures are divided by, a column of the activity: then {joined} brings it to
-- the participations and {grouped} divides by it. {of_need} is the same of a need that a look-back
-- closed, to which {holding} brings who did it. The total has constants there and none of the rest.
WITH told AS (
  SELECT
    {part} AS part,
    COUNT(*) AS services,
    SUM(a.served) AS served,
    SUM(CASE WHEN a.need IS NULL THEN a.resolved END) AS resolved
  FROM activity AS a
  WHERE a.voided IS NULL
    AND a.date >= :start AND a.date < :until
    AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
  {grouped}
  UNION ALL
  SELECT
    {of_need} AS part,
    0 AS services,
    0 AS served,
    COUNT(*) AS resolved
  FROM need AS n
  {holding}
  WHERE n.voided IS NULL
    AND n.closed >= :start AND n.closed < :until
    AND (:place IS NULL OR n.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
  {grouped}
),
held AS (
  SELECT
    told.part,
    SUM(told.services) AS services,
    SUM(told.served) AS served,
    SUM(told.resolved) AS resolved
  FROM told
  GROUP BY told.part
),
attended AS (
  SELECT
    {part} AS part,
    COUNT(DISTINCT CASE
      WHEN p.person IN (SELECT m.id FROM person AS m WHERE m.same_as IS NOT NULL)
      THEN (SELECT m.same_as FROM person AS m WHERE m.id = p.person)
      ELSE p.person
    END) AS volunteers,
    COUNT(*) AS participations,
    SUM(p.minutes) AS minutes
  FROM participation AS p
  {joined}
  WHERE p.voided IS NULL
    AND p.date >= :start AND p.date < :until
    AND (:place IS NULL OR p.activity IN (
      SELECT b.id FROM activity AS b
      WHERE b.voided IS NULL AND b.date >= :start AND b.date < :until
        AND b.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place)
    ))
  {grouped}
)
SELECT
  held.part,
  held.services,
  COALESCE(held.served, 0) AS served,
  COALESCE(held.resolved, 0) AS resolved,
  COALESCE(attended.volunteers, 0) AS volunteers,
  COALESCE(attended.participations, 0) AS participations,
  COALESCE(attended.minutes, 0) AS minutes
FROM held
LEFT JOIN attended ON attended.part = held.part
ORDER BY held.services DESC, held.part
