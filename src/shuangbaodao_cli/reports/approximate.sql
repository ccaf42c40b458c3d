-- title: 约数
-- asks: 这段时间有多少次活动的数字写的是约数？
-- columns: services
SELECT COUNT(*) AS services
FROM activity AS a
WHERE a.voided IS NULL AND a.approx <> ''
  AND a.date >= :start AND a.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
