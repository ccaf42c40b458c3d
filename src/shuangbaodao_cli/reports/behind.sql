-- title: 数字后面的记录
-- asks: 这段时间的各个数字是由哪些记录来的，每条给了多少？
-- columns: record record_id served resolved person minutes
--
-- Each row of the summary once, under the conditions of summary.sql: an activity is one service, a need one
-- resolved, a participation one participation of one person, who counts for the one they were merged into.
SELECT
  'activity' AS record,
  a.id AS record_id,
  COALESCE(a.served, 0) AS served,
  CASE WHEN a.need IS NULL THEN COALESCE(a.resolved, 0) ELSE 0 END AS resolved,
  0 AS person,
  0 AS minutes
FROM activity AS a
WHERE a.voided IS NULL
  AND a.date >= :start AND a.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
UNION ALL
SELECT 'need', n.id, 0, 1, 0, 0
FROM need AS n
WHERE n.voided IS NULL
  AND n.closed >= :start AND n.closed < :until
  AND (:place IS NULL OR n.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
UNION ALL
SELECT 'participation', p.id, 0, 0, COALESCE(m.same_as, p.person), COALESCE(p.minutes, 0)
FROM participation AS p
JOIN person AS m ON m.id = p.person
WHERE p.voided IS NULL
  AND p.date >= :start AND p.date < :until
  AND (:place IS NULL OR p.activity IN (
    SELECT b.id FROM activity AS b
    WHERE b.voided IS NULL AND b.date >= :start AND b.date < :until
      AND b.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place)
  ))
