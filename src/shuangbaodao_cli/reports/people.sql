-- title: 志愿服务时长表
-- asks: 这段时间谁参加了几次服务、计多少时长？（不排名次）
-- columns: person person_id org community participations hours
-- labels: 姓名 编号 单位 居住社区 参加次数 -
-- kinds: - - - - count -
SELECT
  person.name AS person,
  person.id AS person_id,
  org.name AS org,
  community.name AS community,
  COUNT(*) AS participations,
  COALESCE(SUM(p.minutes), 0) AS minutes
FROM participation AS p
JOIN person AS own ON own.id = p.person
JOIN person ON person.id = COALESCE(own.same_as, own.id)
LEFT JOIN org AS unit ON unit.id = person.org
LEFT JOIN org ON org.id = COALESCE(unit.same_as, unit.id)
LEFT JOIN place AS community ON community.id = person.community
JOIN activity AS a ON a.id = p.activity
WHERE p.voided IS NULL
  AND p.date >= :start AND p.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY person.id, person.name, org.name, community.name
ORDER BY community.name, org.name, person.name, person.id
