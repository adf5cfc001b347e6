// Arithmetic of the bench: pure.

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {number[]} values at least one */
function percentile(values, p) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))];
}

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * One subject at one work, over all rounds.
 * @param {{seconds: number, latencies: number[], cpuUs: number}[]} slices one a round
 */
function figuresOf(slices) {
  const latencies = slices.flatMap((slice) => slice.latencies);
  return {
    requests: latencies.length,
    perSecond: median(slices.map(({ seconds, latencies: { length } }) => length / seconds)),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    cpuUsPerRequest: sum(slices.map(({ cpuUs }) => cpuUs)) / latencies.length,
  };
}

/**
 * One subject over the bare one. Rounds are pairs: what slows the machine down for a while slows both halves of a pair, so
 * the median of the pairs' ratios says more than the ratio of two medians.
 */
function compare(slices, bare) {
  const rate = ({ seconds, latencies }) => latencies.length / seconds;
  const ratios = slices.map((slice, round) => rate(slice) / rate(bare[round]));
  const figures = figuresOf(slices);
  return {
    ...figures,
    ratio: median(ratios),
    ratioLow: percentile(ratios, 25),
    ratioHigh: percentile(ratios, 75),
    cpuRatio: figuresOf(bare).cpuUsPerRequest / figures.cpuUsPerRequest,
  };
}

module.exports = { compare, figuresOf, median, percentile };
