-- title: 工单办理情况
-- asks: 各承办单位和人领了多少单，办结、解决、退回、重办、逾期各多少，多快，群众满意吗？
-- columns: holder claimed finished reviewed returned reopened overdue days satisfied
--
-- What happened in the period, one row for each step, by who had the order in hand when it happened:
-- who claimed it, or who finished what nobody is known to have claimed.
SELECT
  CASE
    WHEN g.id IS NOT NULL THEN 'org' WHEN t.id IS NOT NULL THEN 'team'
    WHEN b.id IS NOT NULL THEN 'branch' WHEN h.id IS NOT NULL THEN 'person'
  END AS kind,
  COALESCE(g.id, t.id, b.id, h.id) AS id,
  COALESCE(g.name, t.name, b.name, h.name) AS holder,
  e.step,
  e.date,
  o.opened_on,
  o.due,
  e.satisfaction,
  o.number,
  o.title
FROM order_event AS e
JOIN "order" AS o ON o.id = e.ticket
LEFT JOIN order_event AS c ON c.id = COALESCE(
  (SELECT MAX(p.id) FROM order_event AS p WHERE p.ticket = e.ticket AND p.id <= e.id AND p.step = 'claimed'),
  (SELECT MAX(p.id) FROM order_event AS p WHERE p.ticket = e.ticket AND p.id <= e.id AND p.step = 'finished')
)
LEFT JOIN org AS u ON u.id = c.by_org
LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id)
LEFT JOIN team AS t ON t.id = c.by_team
LEFT JOIN branch AS b ON b.id = c.by_branch
LEFT JOIN person AS i ON i.id = c.by_person
LEFT JOIN person AS h ON h.id = COALESCE(i.same_as, i.id)
WHERE e.voided IS NULL AND o.voided IS NULL
  AND e.step IN ('claimed', 'finished', 'reviewed', 'returned', 'reopened')
  AND e.date >= :start AND e.date < :until
  AND NOT EXISTS (SELECT 1 FROM order_event AS w WHERE w.ticket = e.ticket AND w.corrects = e.id)
  AND (:place IS NULL OR o.place IN (SELECT t2.place FROM place_tree AS t2 WHERE t2.ancestor = :place))
ORDER BY e.id
