// What was drawn, for tests: one object a drawn frame, as the native client's --trace writes them.

/**
 * @param {number} now in ms @param {{stats: () => any}} replica
 * @param {import("./replica.js").DrawItem[]} items @param {number} own
 */
export function traceOf(now, replica, items, own) {
  const stats = replica.stats();
  return {
    time: now,
    tick: stats.tick,
    predicted: stats.predicted_tick,
    shown: stats.shown_tick,
    fraction: stats.shown_fraction,
    own,
    error: [stats.error_x, stats.error_y],
    corrections: stats.corrections,
    replayed: stats.replayed,
    checks: stats.checks,
    desyncs: stats.desyncs,
    items: items.map((item) => [item.id, item.x, item.y, item.own, item.foretold]),
  };
}
