-- title: 可用的资源
-- asks: 有哪些资源可用，用过没有？
-- columns: category resources unused
--
-- Used: a project is made of it, or its owner has claimed an order of its category.
SELECT
  r.number,
  r.title,
  COALESCE(r.category, '') AS category,
  r.place,
  p.parent,
  COALESCE(g.name, t.name, h.name) AS owner,
  CASE WHEN EXISTS (SELECT 1 FROM project AS j WHERE j.resource = r.id AND j.voided IS NULL) OR EXISTS (
    SELECT 1 FROM "order" AS o WHERE o.category = r.category AND o.voided IS NULL
    AND o.state IN ('claimed', 'finished', 'reviewed')
    AND (o.holder_org = r.owner_org OR o.holder_team = r.owner_team OR o.holder_person = r.owner_person)
  ) THEN 1 ELSE 0 END AS used
FROM resource AS r
LEFT JOIN place AS p ON p.id = r.place
LEFT JOIN org AS u ON u.id = r.owner_org
LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id)
LEFT JOIN team AS t ON t.id = r.owner_team
LEFT JOIN person AS h ON h.id = r.owner_person
WHERE r.voided IS NULL AND COALESCE(r.until, '9999') >= :start
  AND (:place IS NULL OR r.place IS NULL OR r.place IN (SELECT t2.place FROM place_tree AS t2 WHERE t2.ancestor = :place))
ORDER BY r.id
