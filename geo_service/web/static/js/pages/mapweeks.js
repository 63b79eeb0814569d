// What the overview's addresses answer, told of the weeks that a file carries.

const YEAR = 52;
const SPARK = 12;

/** @param {number | null | undefined} value */
const share = (value) => (value == null ? null : value / 1000);

/** @param {MapFacts} facts @param {string} layer @param {number} week @returns {Values} */
export function valuesOf(facts, layer, week) {
  const [unseen, absent] = [facts.unseen[week], facts.absent[week]];
  if (layer === "density") return { values: [], unseen, absent, heat: facts.heat[week] };
  const classes = facts.values[`${layer}_class`]?.[week];
  return { values: facts.values[layer][week], classes, unseen, absent, usual: facts.usual };
}

/** @param {MapFacts} facts @param {number} week @returns {Row[]} */
export function worstOf(facts, week) {
  return facts.rows[week].worst.map((place) => {
    const spark = facts.weekly.cases[facts.rows[week].area[place]];
    return { ...rowOf(facts, week, place), spark: upTo(spark, week, SPARK) };
  });
}

/** One area's figures of a week. @param {MapFacts} facts @param {number} week @param {string} id */
export function factsOf(facts, week, id) {
  const area = facts.areas.features.findIndex((feature) => String(feature.id) === id);
  const place = facts.rows[week].area.indexOf(area);
  const unseen = facts.unseen[week].includes(area);
  const { properties } = facts.areas.features[area];
  const none = { ...properties, area_id: id, observed: unseen ? "no" : "unknown" };
  const cases = upTo(facts.weekly.cases[area], week, YEAR);
  const rebounds = upTo(facts.weekly.rebounds[area], week, YEAR);
  const closures = upTo(facts.weekly.closures[area], week, YEAR);
  const weeks = upTo(facts.weeks, week, YEAR);
  return {
    .../** @type {Facts} */ (place < 0 ? none : rowOf(facts, week, place)),
    district_p_rebound_30: share(facts.usual),
    weekly: weeks.map((name, at) => ({
      ...{ week: name, cases: cases[at] },
      ...{ rebounds: rebounds[at], closures: closures[at] },
    })),
  };
}

/** @param {MapFacts} facts @param {number} week @param {number} place @returns {Facts} */
function rowOf(facts, week, place) {
  const { worst: _, ...columns } = facts.rows[week];
  const cells = Object.entries(columns).map(([name, values]) => [name, values[place]]);
  const row = Object.fromEntries(cells);
  const { id, properties } = facts.areas.features[row.area];
  const flag = (/** @type {number} */ bit) => (row.flags & bit) > 0;
  return {
    ...row,
    ...properties,
    area_id: String(id),
    observed: facts.observed[row.observed],
    p_rebound_30: share(row.p_rebound_30),
    low: share(row.p_rebound_30_low),
    high: share(row.p_rebound_30_high),
    enough_data: row.p_rebound_30 != null,
    ...{ hot: flag(1), hot_around: flag(2), uncertain: flag(4), hot_rebound: flag(8) },
  };
}

/** @template T @param {T[]} values @param {number} week @param {number} most */
function upTo(values, week, most) {
  return values.slice(Math.max(0, week + 1 - most), week + 1);
}
