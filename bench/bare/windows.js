const NEVER_FULL = 1_000_000_000;

/** Counts one in the current window, as the product does. @returns the window's id */
async function takeOne(windows, key, windowMs) {
  const now = Date.now();
  const _id = `${key}|${now - (now % windowMs)}`;
  const update = { $inc: { count: 1 }, $setOnInsert: { expireAt: new Date(now + 2 * windowMs) } };
  await windows.updateOne({ _id, count: { $lt: NEVER_FULL } }, update, { upsert: true });
  return _id;
}

const giveOneBack = (windows, _id) => windows.updateOne({ _id, count: { $gt: 0 } }, { $inc: { count: -1 } });

module.exports = { takeOne, giveOneBack };
