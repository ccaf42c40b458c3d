-- title: 回头看确认解决的需求
-- asks: 这段时间确认解决的是哪些需求，谁办的？
-- columns: number title place order_number holder closed
SELECT
  n.number,
  n.title,
  p.name AS place,
  o.number AS order_number,
  COALESCE(g.name, t.name, b.name, h.name) AS holder,
  n.closed
FROM need AS n
LEFT JOIN place AS p ON p.id = n.place
LEFT JOIN "order" AS o ON o.need = n.id AND o.state = 'reviewed' AND o.voided IS NULL
LEFT JOIN org AS u ON u.id = o.holder_org
LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id)
LEFT JOIN team AS t ON t.id = o.holder_team
LEFT JOIN branch AS b ON b.id = o.holder_branch
LEFT JOIN person AS h ON h.id = o.holder_person
WHERE n.voided IS NULL
  AND n.closed >= :start AND n.closed < :until
  AND (:place IS NULL OR n.place IN (SELECT t2.place FROM place_tree AS t2 WHERE t2.ancestor = :place))
ORDER BY n.closed, n.id
