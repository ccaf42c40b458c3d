-- title: 走访情况
-- asks: 各社区（村）走访了多少次、多少户，发现多少问题，走访人是否固定？
-- columns: place visits subjects found changed visitors
SELECT
  COALESCE(p.name, '（未填）') AS place,
  COUNT(*) AS visits,
  COUNT(DISTINCT v.subject) AS subjects,
  SUM(CASE WHEN v.found NOT IN ('无', '没有', '暂无', '未发现', '无异常', '正常', '/') THEN 1 ELSE 0 END) AS found,
  SUM(CASE WHEN v.changed = 1 THEN 1 ELSE 0 END) AS changed,
  COUNT(DISTINCT COALESCE(
    'o' || COALESCE(g.same_as, g.id), 't' || v.visitor_team, 'p' || COALESCE(h.same_as, h.id)
  )) AS visitors
FROM visit AS v
JOIN subject AS s ON s.id = v.subject
LEFT JOIN place AS p ON p.id = s.place
LEFT JOIN org AS g ON g.id = v.visitor_org
LEFT JOIN person AS h ON h.id = v.visitor_person
WHERE v.voided IS NULL
  AND v.date >= :start AND v.date < :until
  AND (:place IS NULL OR s.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY p.id, p.name
ORDER BY 2 DESC, 1
