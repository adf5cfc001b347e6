// How the vault's figures are told.
const { megabytes, table } = require('./report.js');
const { WORKS } = require('./vault-work.js');

function text({ facts, works, memory }) {
  const head = ['work', 'subject', 'customers', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'over bare', 'CPU'];
  const row = (work, name, size, of) => [
    ...[work, name, String(size), of.perSecond.toFixed(0), of.p50Ms.toFixed(1), of.p99Ms.toFixed(1)],
    ...[of.cpuUsPerRequest.toFixed(0), of.ratio?.toFixed(2) ?? '', of.cpuRatio?.toFixed(2) ?? ''],
  ];
  const rows = Object.entries(works).flatMap(([work, { few, many }]) =>
    ['product', 'bare'].flatMap((name) => [
      row(work, name, facts.sizes[0], few[name]),
      row(work, name, facts.sizes[1], many[name]),
    ]),
  );
  const kept = Object.entries(works).map(
    ([work, { kept: of }]) => `${work} ${of.product.toFixed(2)} (bare ${of.bare.toFixed(2)})`,
  );
  return [
    `${facts.machine}; Node ${facts.node}; load average ${facts.loadAverage.join(' ')}; store: ${facts.store}`,
    `${facts.rounds} rounds of ${facts.requests} requests, ${facts.connections} connections`,
    '',
    table([head, ...rows]),
    '',
    `Speed with ${facts.sizes[1]} customers over that with ${facts.sizes[0]}: ${kept.join(', ')}`,
    `Resident memory at the end: ${Object.entries(memory)
      .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
      .join(', ')}`,
  ].join('\n');
}

/** Always the last line. */
function lastLine(works) {
  const told = WORKS.flatMap((work) => {
    const { few, many, kept } = works[work];
    return [`${work}=${few.product.ratio.toFixed(2)},${many.product.ratio.toFixed(2)},${kept.product.toFixed(2)}`];
  });
  return `ratio ${told.join(' ')}`;
}

module.exports = { lastLine, text };
