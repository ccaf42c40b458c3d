-- title: 回头看确认解决的需求
-- asks: 这段时间有多少件需求经回头看确认解决？
-- columns: resolved
SELECT COUNT(*) AS resolved
FROM need AS n
WHERE n.voided IS NULL
  AND n.closed >= :start AND n.closed < :until
  AND (:place IS NULL OR n.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
