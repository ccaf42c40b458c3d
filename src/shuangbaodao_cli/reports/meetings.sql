-- title: 联席会议情况
-- asks: 各社区（村）开了几次联席会议，到会多少单位，议定几项，办成几项？
-- columns: place meetings present agreed done
SELECT
  COALESCE(p.name, '（未填）') AS place,
  COUNT(*) AS meetings,
  SUM((SELECT COUNT(DISTINCT COALESCE(u.same_as, u.id)) FROM attendance AS a JOIN org AS u ON u.id = a.org
    WHERE a.meeting = m.id AND a.present = 1 AND a.voided IS NULL)) AS present,
  SUM((SELECT COUNT(*) FROM resolution AS r WHERE r.meeting = m.id AND r.voided IS NULL)) AS agreed,
  SUM((
    SELECT COUNT(*) FROM resolution AS r
    LEFT JOIN project AS j ON j.id = r.project
    WHERE r.meeting = m.id AND r.voided IS NULL AND (r.done_on IS NOT NULL OR j.done_on IS NOT NULL OR EXISTS (
      SELECT 1 FROM "order" AS o WHERE o.resolution = r.id AND o.closed IS NOT NULL AND o.voided IS NULL
    ))
  )) AS done
FROM meeting AS m
LEFT JOIN place AS p ON p.id = m.place
WHERE m.voided IS NULL
  AND m.date >= :start AND m.date < :until
  AND (:place IS NULL OR m.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
GROUP BY p.id, p.name
ORDER BY 2 DESC, 1
