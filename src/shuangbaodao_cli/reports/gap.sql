-- title: 需求和资源对照
-- asks: 哪些需求没人办、资源在哪里、哪些资源从没用过、哪些需求可以并成一个项目？
-- columns: category needs oldest resources unused
--
-- Needs that are open on the last day of the period: raised by then and not closed by then.
SELECT
  n.id,
  n.number,
  n.title,
  COALESCE(n.category, '') AS category,
  n.place,
  p.name AS place_name,
  p.parent,
  n.raised_on,
  n.state
FROM need AS n
LEFT JOIN place AS p ON p.id = n.place
WHERE n.voided IS NULL AND n.state <> 'cancelled'
  AND COALESCE(n.raised_on, '') < :until AND COALESCE(n.closed, '9999') >= :until
  AND (:place IS NULL OR n.place IN (SELECT t.place FROM place_tree AS t WHERE t.ancestor = :place))
ORDER BY n.raised_on, n.id
