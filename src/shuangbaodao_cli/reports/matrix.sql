-- title: 各社区各类服务次数
-- asks: 每个社区（村）各类服务各开展了多少次，哪类还没有？
-- columns: services
SELECT
  COALESCE(a.place, 0) AS place,
  COALESCE(a.category, '') AS category,
  COUNT(*) AS services
FROM activity AS a
WHERE a.voided IS NULL
  AND a.date >= :start AND a.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY 1, 2
ORDER BY 1, 2
