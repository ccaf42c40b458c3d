-- title: 成果记录
-- asks: 这段时间的每一项成果是哪次活动、哪个项目的？
-- columns: id date what quantity unit activity project approximate
--
-- Each row of outcomes.sql once.
SELECT
  o.id,
  COALESCE(a.date, j.done_on, l.closed) AS date,
  o.what,
  o.quantity,
  o.unit,
  a.title AS activity,
  j.title AS project,
  o.approx AS approximate
FROM outcome AS o
LEFT JOIN activity AS a ON a.id = o.activity
LEFT JOIN project AS j ON j.id = o.project
LEFT JOIN (
  SELECT w.project, MAX(w.closed) AS closed FROM "order" AS w WHERE w.voided IS NULL GROUP BY w.project
) AS l ON l.project = o.project
WHERE o.voided IS NULL
  AND COALESCE(a.date, j.done_on, l.closed) >= :start AND COALESCE(a.date, j.done_on, l.closed) < :until
  AND (:place IS NULL OR COALESCE(a.place, j.place) IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY o.what, o.unit, o.id
