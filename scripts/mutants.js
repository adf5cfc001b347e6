// npm run mutants [NAME …]: breaks one rule of the payment protocol at a time in a copy of the sources and expects the
// fault tests and the storm to fail. A mutant that survives is a promise that no test keeps. Takes about a minute each.
// npm run mutants -- simulator: the same for the simulator's idempotency and the conformance checks; half a minute for all.
const { spawnSync } = require('node:child_process');
const { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { runConformance } = require('./lib/run-conformance.js');

const CONFIRM = 'src/modules/payment/confirm-payment.service.ts';
const ANSWERS = 'src/modules/payment/confirm-answers.ts';
const FENCE = 'src/modules/payment/payment-fence.ts';
const RESOLVER = 'src/modules/payment/payment-resolver.ts';
const CREATE = 'src/modules/payment/create-payment.service.ts';
const TRIES = 'src/platform/stripe/try-counter.ts';
const STORE = 'src/platform/database/versioned-collection.ts';

/** [name, file, what stands there, what breaks it]; the names are those of the protocol's model where it has them. */
const MUTANTS = [
  [
    'n1_over_unsettled',
    CONFIRM,
    'if (isUnsettled(payment)) return',
    'if (isUnsettled(payment) && payment.attempt?.paymentMethodId === run.paymentMethodId) return',
  ],
  [
    'stored402_noget',
    CONFIRM,
    '    const seen = await this.observer.observe(payment);',
    "    if (quickRepeat) throw new AppError('card_declined', 'no', { reason: last.decline?.reason });\n    const seen = await this.observer.observe(payment);",
  ],
  [
    'lit_resend',
    CONFIRM,
    /const resent = await atFailpoint\('confirm\.resend'[\s\S]*?\}\),\n {4}\);/,
    'const resent = waited;',
  ],
  ['lit_503write', CONFIRM, 'run.unknown = true; // from here', '// from here'],
  ['lit_nodeadline', CONFIRM, /if \(age\.isLate\(\)\) (throw busy\(\);|return this\.takeBack[^;]*;)/g, ''],
  ['lit_two_starts', CONFIRM, 'const own = run.ownAttempt !== null;', 'const own = false;'],
  ['r429_not_sent', ANSWERS, 'if (!sent.first || answer.tries.anyUnknown) return', 'if (!sent.first) return'],
  [
    'lit_replay402',
    ANSWERS,
    'if (!sent.first || answer.tries.count !== 1 || answer.replayed) {',
    'if (sent.attempt.n < 0) {',
  ],
  ['lit_unexp', ANSWERS, 'if (sent.first && !answer.tries.anyUnknown) {', 'if (sent.attempt.n > 0) {'],
  ['lit_bump', ANSWERS, 'if (!answer.replayedServerError) return', 'if (!answer.serverError) return'],
  ['lit_never_bump', ANSWERS, 'generation: sent.attempt.generation + 1', 'generation: sent.attempt.generation'],
  [
    'random_key',
    ANSWERS,
    '`${payment._id}:confirm:${attempt.n}:${attempt.generation}`',
    '`${payment._id}:confirm:${Math.random()}`',
  ],
  [
    'timeout_as_failure',
    ANSWERS,
    "await atFailpoint('confirm.let_go', () => this.payments.change(sent.payment, { leaseUntil: null }));",
    "throw new AppError('card_declined', 'no answer');",
  ],
  ['lit_500hidden', TRIES, 'if (status === 409 || status >= 500) log.unknown++;', ''],
  [
    'fence_no_intent',
    FENCE,
    /const fenced = await atFailpoint\('fence\.intent'[\s\S]*?\}\),\n {4}\);/,
    'const fenced = nextCheckAt === null ? null : payment;',
  ],
  [
    'no_cancel_gen',
    FENCE,
    'cancelGeneration: seen.payment.cancelGeneration + 1',
    'cancelGeneration: seen.payment.cancelGeneration',
  ],
  [
    'lit_withdraw',
    FENCE,
    '    return seen.payment;',
    '    return isFinal(seen.payment) ? seen.payment : this.payments.changeOrReload(seen.payment, { cancelRequested: false });',
  ],
  [
    'no_poller',
    RESOLVER,
    '    const seen = await this.observer.observe(payment);',
    '    if (!isUnsettled(payment) && !abandoned) return;\n    const seen = await this.observer.observe(payment);',
  ],
  ['no_fence', RESOLVER, '(abandoned || this.isQuiet(seen.payment, quietMs))', 'abandoned'],
  [
    'leak_secret',
    CREATE,
    /continue; \/\/ the secret of[^\n]*/,
    'return { payment: current, made: { ...viewOf(current), clientSecret: answer.value.clientSecret! } };',
  ],
  [
    'no_create_gen',
    CREATE,
    'createGeneration: current.createGeneration + 1',
    'createGeneration: current.createGeneration',
  ],
  ['no_cas', STORE, '_id: String(seen._id), v: Number(seen.v) }', '_id: String(seen._id) }'],
];

const root = join(__dirname, '..');
const wanted = process.argv.slice(2);
if (wanted.length === 1 && wanted[0] === 'simulator') {
  const run = runConformance('negative-control.spec.ts', { MUTANTS_REPORT: '1' });
  console.log(run.stderr.trim());
  process.exit(run.status === 0 ? 0 : 1);
}
const chosen = wanted.length === 0 ? MUTANTS : MUTANTS.filter(([name]) => wanted.includes(name));
if (chosen.length === 0) {
  console.error(`unknown mutant; known: simulator ${MUTANTS.map(([name]) => name).join(' ')}`);
  process.exit(2);
}

let survived = 0;
for (const [name, file, find, replace] of chosen) {
  const copy = mkdtempSync(join(tmpdir(), 'payments-mutant-'));
  try {
    for (const part of [
      'src',
      'test',
      'scripts',
      'jest.config.js',
      '.swcrc',
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'nest-cli.json',
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const before = readFileSync(join(copy, file), 'utf8');
    const after = before.replace(find, () => replace);
    if (after === before) throw new Error(`${name}: ${file} no longer has what it replaces`);
    writeFileSync(join(copy, file), after);
    const run = spawnSync(
      'node',
      [
        'node_modules/jest/bin/jest.js',
        '--bail',
        'test/faults/confirm',
        'test/faults/two',
        'test/faults/hidden',
        'test/faults/create',
        'test/faults/store',
        'test/surfaces/storefront/payment',
        'test/scenarios',
      ],
      {
        cwd: copy,
        encoding: 'utf8',
        env: {
          ...process.env,
          TEST_SIMULATOR_ENTRY: process.env['TEST_SIMULATOR_ENTRY'] ?? join(root, 'dist/simulator/main.js'),
        },
      },
    );
    const caughtBy = /●\s+(?!Console)(.*)/.exec(run.stderr)?.[1];
    const caught = run.status !== 0 && caughtBy !== undefined;
    if (!caught) survived += 1;
    console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${name}${caught ? `: ${caughtBy.trim()}` : ''}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
console.log(`${chosen.length - survived} caught, ${survived} survived`);
process.exitCode = survived === 0 ? 0 : 1;
