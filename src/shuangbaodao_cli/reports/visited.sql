-- title: 走访记录
-- asks: 这段时间的每一次走访是哪天、在哪里、谁去的？（不写走访对象的姓名）
-- columns: id date place subject visitor found changed
--
-- Each row of visits.sql once; who was visited is a number.
SELECT
  v.id,
  v.date,
  p.name AS place,
  s.place AS place_id,
  v.subject,
  COALESCE(h.name, g.name, t.name) AS visitor,
  COALESCE('o' || g.id, 't' || t.id, 'p' || h.id) AS who,
  CASE WHEN v.found NOT IN ('无', '没有', '暂无', '未发现', '无异常', '正常', '/') THEN 1 ELSE 0 END AS found,
  CASE WHEN v.changed = 1 THEN 1 ELSE 0 END AS changed
FROM visit AS v
JOIN subject AS s ON s.id = v.subject
LEFT JOIN place AS p ON p.id = s.place
LEFT JOIN person AS i ON i.id = v.visitor_person
LEFT JOIN person AS h ON h.id = COALESCE(i.same_as, i.id)
LEFT JOIN org AS u ON u.id = v.visitor_org
LEFT JOIN org AS g ON g.id = COALESCE(u.same_as, u.id)
LEFT JOIN team AS t ON t.id = v.visitor_team
WHERE v.voided IS NULL
  AND v.date >= :start AND v.date < :until
  AND (:place IS NULL OR s.place IN (SELECT x.place FROM place_tree AS x WHERE x.ancestor = :place))
ORDER BY v.date, v.id
