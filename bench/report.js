// How the figures are told.
const os = require('node:os');
const { WORKS } = require('./work.js');

const fixed = (value, digits = 2) => value.toFixed(digits);

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i < 2 ? `${'-'.repeat(width + 2)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

function speeds(works) {
  const head = [
    'work',
    'subject',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'CPU µs/request',
    'ratio',
    'quartiles',
    'CPU ratio',
  ];
  const rows = WORKS.flatMap((work) =>
    Object.entries(works[work]).map(([name, of]) => [
      ...[work, name, fixed(of.perSecond, 0), fixed(of.p50Ms, 1), fixed(of.p99Ms, 1), fixed(of.cpuUsPerRequest, 0)],
      ...(name === 'bare'
        ? ['', '', '']
        : [fixed(of.ratio), `${fixed(of.ratioLow)}–${fixed(of.ratioHigh)}`, fixed(of.cpuRatio)]),
    ]),
  );
  return table([head, ...rows]);
}

function counted(counts) {
  const head = ['work', 'subject', 'Stripe calls', 'store writes', 'after the answer', 'bytes written', 'store reads'];
  const rows = WORKS.flatMap((work) =>
    Object.entries(counts).map(([name, { [work]: of }]) => {
      const { stripeCalls, writes, writesAfter, bytesWritten, reads } = of;
      const operations = [stripeCalls, writes, writesAfter].map((value) => fixed(value, 1));
      return [work, name, ...operations, fixed(bytesWritten, 0), fixed(reads, 1)];
    }),
  );
  return table([head, ...rows]);
}

function machine() {
  const [cpu] = os.cpus();
  return `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`;
}

/** What a bench says of where it ran. */
const standFacts = ({ store }) => ({
  node: process.version,
  machine: machine(),
  loadAverage: os.loadavg().map((value) => value.toFixed(1)),
  store: store.kind,
});

function about({ store, rounds, options }) {
  const { requests, connections, users } = options;
  return {
    node: process.version,
    machine: `${machine()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`,
    loadAverage: os
      .loadavg()
      .map((value) => fixed(value, 1))
      .join(' '),
    store,
    rounds,
    requests,
    connections,
    users,
  };
}

const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;

function text({ facts, works, counts, memory }) {
  return [
    `${facts.machine}; Node ${facts.node}; load average ${facts.loadAverage}`,
    `store: ${facts.store}; ${facts.rounds} rounds of ${facts.requests} creates and confirms, ${facts.requests * 3} reads and lists; ` +
      `${facts.connections} connections, ${facts.users} payers`,
    '',
    speeds(works),
    '',
    'Per request (counted in a run of its own):',
    counted(counts),
    '',
    `Resident memory at the end: ${Object.entries(memory)
      .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
      .join(', ')}`,
  ].join('\n');
}

/** Always the last line. */
function lastLine(works) {
  return `ratio ${WORKS.map((work) => `${work}=${fixed(works[work].product.ratio)}`).join(' ')}`;
}

module.exports = { about, lastLine, megabytes, standFacts, table, text };
