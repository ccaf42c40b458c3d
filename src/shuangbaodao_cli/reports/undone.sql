-- title: 还没有完成的项目的成果
-- asks: 有多少项成果，它的项目还没有完成？
-- columns: outcomes
SELECT COUNT(*) AS outcomes
FROM outcome AS o
JOIN project AS j ON j.id = o.project
WHERE o.voided IS NULL AND j.done_on IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM "order" AS w WHERE w.project = j.id AND w.closed IS NOT NULL AND w.voided IS NULL
  )
  AND (:place IS NULL OR j.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
