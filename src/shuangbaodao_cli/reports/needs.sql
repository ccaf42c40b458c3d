-- title: 需求办理情况
-- asks: 各社区（村）收集了多少需求，解决了多少，多快，逾期多少？
-- columns: collected closed rate days overdue
--
-- One row for each need that was raised or closed in the period.
SELECT
  COALESCE(n.place, 0) AS place,
  n.raised_on,
  n.closed,
  o.due,
  p.name AS place_name,
  n.number,
  n.title,
  o.number AS order_number
FROM need AS n
LEFT JOIN place AS p ON p.id = n.place
LEFT JOIN "order" AS o ON o.need = n.id AND o.state <> 'cancelled' AND o.voided IS NULL
WHERE n.voided IS NULL
  AND ((n.raised_on >= :start AND n.raised_on < :until) OR (n.closed >= :start AND n.closed < :until))
  AND (:place IS NULL OR n.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY 1, 2, n.id
