-- title: 服务成效汇总
-- asks: 这段时间做成了什么、一共多少？
-- columns: what quantity unit services
SELECT
  o.what,
  SUM(o.quantity) AS quantity,
  o.unit,
  COUNT(DISTINCT o.activity) AS services,
  SUM(CASE WHEN o.approx <> '' THEN 1 ELSE 0 END) AS approx
FROM outcome AS o
JOIN activity AS a ON a.id = o.activity
WHERE o.voided IS NULL
  AND a.date >= :start AND a.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY o.what, o.unit
ORDER BY o.what, o.unit
