-- title: 服务成效汇总
-- asks: 这段时间做成了什么、一共多少？
-- columns: what quantity unit services projects
-- labels: 成果 数量 计量单位 - 项目数
-- kinds: - count - - count
--
-- Of an activity on its day; of a project on the day it was done, else that of its last look-back.
SELECT
  o.what,
  SUM(o.quantity) AS quantity,
  o.unit,
  COUNT(DISTINCT o.activity) AS services,
  COUNT(DISTINCT o.project) AS projects,
  SUM(CASE WHEN o.approx <> '' THEN 1 ELSE 0 END) AS approx
FROM outcome AS o
LEFT JOIN activity AS a ON a.id = o.activity
LEFT JOIN project AS j ON j.id = o.project
LEFT JOIN (
  SELECT w.project, MAX(w.closed) AS closed FROM "order" AS w WHERE w.voided IS NULL GROUP BY w.project
) AS l ON l.project = o.project
WHERE o.voided IS NULL
  AND COALESCE(a.date, j.done_on, l.closed) >= :start AND COALESCE(a.date, j.done_on, l.closed) < :until
  AND (:place IS NULL OR COALESCE(a.place, j.place) IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY o.what, o.unit
ORDER BY o.what, o.unit
