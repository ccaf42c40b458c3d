-- title: 联席会议记录
-- asks: 这段时间的每一次联席会议是哪天、在哪里，到会多少单位，议定几项，办成几项？
-- columns: id date title place present agreed done
--
-- Each row of meetings.sql once.
SELECT
  m.id,
  m.date,
  m.title,
  p.name AS place,
  (SELECT COUNT(DISTINCT COALESCE(u.same_as, u.id)) FROM attendance AS a JOIN org AS u ON u.id = a.org
    WHERE a.meeting = m.id AND a.present = 1 AND a.voided IS NULL) AS present,
  (SELECT COUNT(*) FROM resolution AS r WHERE r.meeting = m.id AND r.voided IS NULL) AS agreed,
  (
    SELECT COUNT(*) FROM resolution AS r
    LEFT JOIN project AS j ON j.id = r.project
    WHERE r.meeting = m.id AND r.voided IS NULL AND (r.done_on IS NOT NULL OR j.done_on IS NOT NULL OR EXISTS (
      SELECT 1 FROM "order" AS o WHERE o.resolution = r.id AND o.closed IS NOT NULL AND o.voided IS NULL
    ))
  ) AS done
FROM meeting AS m
LEFT JOIN place AS p ON p.id = m.place
WHERE m.voided IS NULL
  AND m.date >= :start AND m.date < :until
  AND (:place IS NULL OR m.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY m.date, m.id
