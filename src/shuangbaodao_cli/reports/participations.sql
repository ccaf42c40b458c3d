-- title: 参与记录
-- asks: 这段时间谁参加了哪次服务，多长时间？
-- columns: id date person activity place minutes
SELECT
  r.id,
  r.date,
  person.name AS person,
  person.id AS person_id,
  a.title AS activity,
  p.name AS place,
  r.minutes,
  r.approx AS approximate
FROM participation AS r
JOIN person AS own ON own.id = r.person
JOIN person ON person.id = COALESCE(own.same_as, own.id)
JOIN activity AS a ON a.id = r.activity
LEFT JOIN place AS p ON p.id = a.place
WHERE r.voided IS NULL
  AND r.date >= :start AND r.date < :until
  AND (:place IS NULL OR a.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY r.date, r.id
