// What breaks one rule of the payment protocol at a time. Names are those of the protocol's model where it has them.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const CONFIRM = 'src/modules/payment/shopper/confirm-payment.service.ts';
const ANSWERS = 'src/modules/payment/shopper/confirm-answers.ts';
const STEPS = 'src/modules/payment/provider/attempt-steps.ts';
const CHARGE = 'src/modules/payment/charge/charge.service.ts';
const CHARGE_ANSWERS = 'src/modules/payment/charge/charge-answers.ts';
const CAPTURE = 'src/modules/payment/charge/capture.service.ts';
const REFUNDER = 'src/modules/payment/provider/payment-refunder.ts';
const REFUNDS = 'src/modules/payment/record/refund-changes.ts';
const DISPUTES = 'src/modules/payment/upkeep/dispute-reader.ts';
const DRAIN = 'src/modules/payment/effects/effect-drain.ts';
const FENCE = 'src/modules/payment/provider/payment-fence.ts';
const RESOLVER = 'src/modules/payment/upkeep/payment-resolver.ts';
const CREATE = 'src/modules/payment/shopper/create-payment.service.ts';
const INTENTS = 'src/modules/payment/provider/payment-intent-maker.ts';
const TRIES = 'src/platform/stripe/try-counter.ts';
const EVENTS = 'src/modules/payment/upkeep/payment-events.handler.ts';
const CHANGES = 'src/modules/payment/record/payment-changes.ts';
const PAYMENT_SCHEMA = 'src/modules/payment/record/payment.schema.ts';
const STRIPE = 'src/platform/stripe/stripe-payments.ts';
const STORE = 'src/platform/database/versioned-collection.ts';
const KEY_CLAIMS = 'src/modules/transaction/process/key-claims.service.ts';
const REFUND_TRANSACTION = 'src/modules/transaction/verbs/refund-transaction.service.ts';
const CHECKOUT = 'src/modules/payment/shopper/offer.service.ts';

/** [name, file, what stands there, what breaks it, and more such threes where one place is not enough] */
const MUTANTS = [
  [
    'reopen_unclaimed',
    CHECKOUT,
    '      this.refuseExpired(existing);\n      const anew',
    '      if (existing.claimedFor === null) return existing;\n      const anew',
  ],
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
  ['lit_resend', CONFIRM, 'const resent = await this.steps.restart(waited);', 'const resent = waited;'],
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
  [
    'lit_only_declined',
    CONFIRM,
    '    if (!quickRepeat && !sameAction && !own && !underWay) return null;',
    "    if (last !== undefined && last.result !== 'declined') return { answer: viewOf(payment) };\n    if (!quickRepeat && !sameAction && !own && !underWay) return null;",
  ],
  [
    'price_before_claim',
    CHECKOUT,
    "atFailpoint('offer.claim', () => this.offers.swap(existing, { claimedBy: userId }));\n        if (claimed !== null) return claimed;",
    `atFailpoint('offer.claim', async () =>
          this.offers.swap((await this.offers.load(cuid)) ?? existing, { claimedBy: userId }),
        );
        if (claimed !== null) return existing;`,
  ],
  ['lit_never_bump', STEPS, 'generation: attempt.generation + 1', 'generation: attempt.generation'],
  [
    'random_key',
    STEPS,
    '`${payment._id}:confirm:${attempt.n}:${attempt.generation}`',
    '`${payment._id}:confirm:${Math.random()}`',
  ],
  ['timeout_as_failure', ANSWERS, 'await this.steps.letGo(sent);', "throw new AppError('card_declined', 'no answer');"],
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
    '    const seen = await this.observer.look(payment);',
    '    if (!isUnsettled(payment) && !abandoned) return;\n    const seen = await this.observer.look(payment);',
  ],
  ['no_fence', RESOLVER, '(abandoned || this.isQuiet(seen.payment, quietMs))', 'abandoned'],
  [
    'leak_secret',
    INTENTS,
    /continue; \/\/ the secret of[^\n]*/,
    'return { payment: current, made: answer.value };',
    CREATE,
    'provider.id !== payment.providerPaymentId || ',
    '',
  ],
  [
    'no_create_gen',
    INTENTS,
    'createGeneration: current.createGeneration + 1',
    'createGeneration: current.createGeneration',
  ],
  ['no_cas', STORE, '_id: String(seen._id), v: Number(seen.v) }', '_id: String(seen._id) }'],
  [
    'one_step_fresh_key',
    STRIPE,
    /stripe\.paymentIntents\.confirm\([\s\S]*?\{ idempotencyKey \},\s*\)/,
    `stripe.paymentIntents.retrieve(paymentIntentId).then((intent) =>
          stripe.paymentIntents.create(
            {
              amount: intent.amount,
              currency: intent.currency,
              customer: String(intent.customer),
              metadata: intent.metadata,
              payment_method: confirm.paymentMethodId,
              return_url: confirm.returnUrl,
              confirm: true,
              automatic_payment_methods: { enabled: true },
            },
            { idempotencyKey: idempotencyKey + Math.random() },
          ),
        )`,
  ],
  [
    'confirm_before_store',
    CONFIRM,
    'const started = await this.steps.start(payment, confirm)',
    `const before_ = { n: (payment.attempt?.n ?? 0) + 1, generation: 0, startedAt: this.clock.date(), ...confirm };
    await this.steps.send({ payment, attempt: before_ });
    const started = await this.steps.start(payment, confirm)`,
  ],
  [
    'check_then_insert',
    CREATE,
    'const { paymentId } = paymentIdOf(this.deployment.id, owner, cuid);',
    `const { scope } = paymentIdOf(this.deployment.id, owner, cuid);
    const found = await this.payments['model'].findOne({ scope, cuid } as never).lean<Payment>().exec();
    const paymentId = found?._id ?? String(Math.random()).slice(2);`,
    CREATE,
    'this.payments.insert(newPayment(this.requestFor({ owner, key: cuid, fingerprint }, customerId, price)))',
    'this.payments.insert({ ...newPayment(this.requestFor({ owner, key: cuid, fingerprint }, customerId, price)), _id: paymentId })',
    PAYMENT_SCHEMA,
    "name: 'scope_cuid', unique: true",
    "name: 'scope_cuid', unique: false",
  ],
  [
    'no_resolver',
    RESOLVER,
    'protected override due(limit: number): Promise<readonly Payment[]> {',
    'protected override async due(limit: number): Promise<readonly Payment[]> {\n    if (limit > 0) return [];',
  ],
  [
    'drop_unmatched',
    EVENTS,
    "=== this.deployment.id ? 'unmatched' : 'foreign'",
    "=== this.deployment.id ? 'ignored' : 'foreign'",
  ],
  ['terminal_sticky', CHANGES, "if (payment.state === 'SUCCEEDED') return {};", 'if (isFinal(payment)) return {};'],
  [
    'trust_snapshot',
    EVENTS,
    'const seen = await this.observer.observe(payment);',
    `const said = (
      {
        'payment_intent.succeeded': ['SUCCEEDED', 'succeeded'],
        'payment_intent.canceled': ['CANCELED', 'canceled'],
        'payment_intent.payment_failed': ['DECLINED', 'requires_payment_method'],
        'payment_intent.requires_action': ['REQUIRES_ACTION', 'requires_action'],
      } as Record<string, [never, never]>
    )[event.type];
    if (said === undefined) return 'applied';
    const last = payment.attempt;
    const settles = payment.state === 'CONFIRMING' && last !== null;
    const result = event.type === 'payment_intent.payment_failed' ? 'declined' : 'action';
    const settled = settles ? [...payment.settled, { ...last, result, at: new Date(), decline: null } as never] : payment.settled;
    await this.payments.change(payment, { state: said[0], providerStatus: said[1], settled, nextCheckAt: null });
    const seen = { raced: false };`,
  ],
];

/** What breaks a rule of the one-call form, of captures, refunds, disputes and effects; for the tests in test/payment. */
const CHARGE_MUTANTS = [
  ['charge_decline_left_open', CHANGES, '    ...(payment.terms === undefined ? {} : ending(now)),\n', ''],
  [
    'charge_timeout_as_failure',
    CHARGE_ANSWERS,
    'if (!answer.replayedServerError) return (await this.steps.letGo(sending)) ?? sending.payment;',
    `if (!answer.replayedServerError) {
      const decline = { code: 'no_answer', declineCode: null, message: 'no answer', ofCard: true };
      return this.told(run, await this.steps.decline(sending, decline, null));
    }`,
  ],
  [
    'charge_no_reference',
    CHARGE,
    "settled.every(({ ref, result }) => ref !== terms?.ref || result === 'not_sent')",
    'settled.length < 9 && terms !== null',
    CHARGE,
    'if (isFinal(payment) || payment.cancelRequested) return payment;',
    "if (payment.state === 'SUCCEEDED' || payment.cancelRequested) return payment;",
    CHANGES,
    '    ...(payment.terms === undefined ? {} : ending(now)),\n',
    '',
    CHARGE,
    "payment.state === 'PI_CREATED' &&",
    "(payment.state === 'PI_CREATED' || payment.state === 'DECLINED') &&",
  ],
  ['charge_unrepeatable_left_open', CHARGE, 'if (!order.isRepeatable) await this.abandon(run.last);', ''],
  ['charge_random_key', STEPS, ':confirm:${attempt.n}:${attempt.generation}`', ':confirm:${Math.random()}`'],
  ['charge_held_abandoned', RESOLVER, 'if (isTakenUp && shopperOf(payment) === null) return false;', ''],
  ['capture_twice', CAPTURE, " || capture?.state === 'asked')\n", ')\n'],
  [
    'capture_random_key',
    'src/modules/payment/provider/payment-capturer.ts',
    ':capture:${capture.generation}`',
    ':capture:${Math.random()}`',
  ],
  ['refund_random_key', REFUNDER, ':refund:${rid}:${generation}`', ':refund:${rid}:${Math.random()}`'],
  [
    'refund_not_reserved',
    REFUNDS,
    'takenMinor(payment) - refunded - reserved',
    'takenMinor(payment) - refunded - reserved * 0',
  ],
  [
    'refund_not_listed',
    REFUNDER,
    'const listed = await this.list(current);',
    'const listed: Payment | null = current;',
  ],
  [
    'refund_by_a_sleeper',
    REFUNDER,
    'this.isKeyTrusted(request) ? this.stripe.create',
    'request !== null ? this.stripe.create',
  ],
  [
    'debit_failure_forgotten',
    CHANGES,
    "return wasUnderWay && status === 'requires_payment_method'",
    "return wasUnderWay && status === 'requires_confirmation'",
  ],
  [
    'disputes_unread',
    DISPUTES,
    'if (isKnown(payment)) return;',
    'if (payment !== null) return;',
    DISPUTES,
    "if (answer.outcome !== 'done') return false;",
    "if (answer.outcome !== 'unknown') return true;\n      if (answer.outcome !== 'done') return false;",
  ],
  ['effects_hold_up_others', DRAIN, /waiting\.has\(effect\.consumer\)/, 'waiting.size > 0'],
  ['effects_out_of_order', DRAIN, 'if (after.doneAt === null) waiting.add(effect.consumer);', ''],
];

/** What breaks a rule of gateway transactions, each with the one test that is there for it (`TRANSACTION_TESTS`). */
const TRANSACTION_MUTANTS = [
  [
    'transaction_claim_forgotten',
    KEY_CLAIMS,
    'if (claim !== null) return this.judge(claim, body);',
    '',
    KEY_CLAIMS,
    'if (inserted) return claimed;',
    'if (inserted || document !== null) return claimed;',
  ],
  ['transaction_key_window', KEY_CLAIMS, '>= KEY_WINDOW_MS', '> KEY_WINDOW_MS'],
  [
    'transaction_row_after_charge',
    'src/modules/transaction/process/process.service.ts',
    "const { document, inserted } = await atFailpoint('transaction.insert'",
    `const early = { ...this.rowOf(plan, id, patienceMs), v: 1, w: 'early' };
    await this.carryOut(early as never, plan, request).catch(() => null);
    const { document, inserted } = await atFailpoint('transaction.insert'`,
  ],
  [
    'transaction_refund_not_reserved',
    REFUND_TRANSACTION,
    'const left = row.settledMinor - row.refundedMinor;',
    'const left = row.settledMinor;',
    REFUNDS,
    'takenMinor(payment) - refunded - reserved',
    'takenMinor(payment) - refunded * 0 - reserved * 0',
  ],
  [
    'transaction_refund_not_listed',
    REFUNDER,
    'const listed = await this.list(current);',
    'const listed: Payment | null = current;',
  ],
  [
    'transaction_capture_twice',
    'src/modules/transaction/verbs/capture-transaction.service.ts',
    "row.status !== 'authorized' || row.asked !== null",
    "row.status !== 'authorized'",
    CAPTURE,
    " || capture?.state === 'asked')\n",
    ')\n',
  ],
  [
    'transaction_void_gives_back',
    'src/modules/transaction/verbs/void-transaction.service.ts',
    "return from === 'authorized' ? payment : await this.giveBack(payment, row);",
    "return from === 'pending' ? payment : await this.giveBack(payment, row);",
    'src/modules/transaction/verbs/void-transaction.service.ts',
    'return (await this.captures.release(payment)).payment;',
    'return this.giveBack((await this.captures.release(payment)).payment, row);',
  ],
  [
    'transaction_old_news',
    'src/modules/transaction/record/transaction-book.service.ts',
    'if (current !== row) paid = (await this.payments.find(current))?.payment ?? paid;',
    '',
  ],
];

/** The file and the title of each one's test. */
const TRANSACTION_TESTS = {
  transaction_claim_forgotten: [
    'transaction-idempotency',
    'a repeat inside the window settles what the first could not',
  ],
  transaction_key_window: ['transaction-idempotency', 'names one transaction for five minutes, to the millisecond'],
  transaction_row_after_charge: ['transaction-races', 'nothing is asked of Stripe before the row is stored'],
  transaction_refund_not_reserved: ['transaction-races', 'parallel refunds stay within what has settled'],
  transaction_refund_not_listed: [
    'payment/refund',
    'a refund that nobody could settle for a day is looked for in Stripe’s list before another key is used',
  ],
  transaction_capture_twice: ['transaction-races', 'a capture while another one is under way asks nothing of Stripe'],
  transaction_void_gives_back: [
    'transaction-races',
    'a void of a hold that was captured elsewhere meanwhile comes too late, and gives nothing back',
  ],
  transaction_old_news: ['transaction-news', 'a debit that comes through may be settled'],
};

/** Breaks a copy of the sources. @returns the files that were changed. Throws when the mutant is unknown, or stale. */
function plant(name, root) {
  const all = [...MUTANTS, ...CHARGE_MUTANTS, ...TRANSACTION_MUTANTS];
  const mutant = all.find(([known]) => known === name);
  if (mutant === undefined) throw new Error(`unknown mutant ${name}; known: ${all.map(([known]) => known).join(' ')}`);
  const files = [];
  for (let i = 1; i < mutant.length; i += 3) {
    const [file, find, replace] = mutant.slice(i, i + 3);
    const before = readFileSync(join(root, file), 'utf8');
    const after = before.replace(find, () => replace);
    if (after === before) throw new Error(`${name}: ${file} no longer has what it replaces`);
    writeFileSync(join(root, file), after);
    files.push(file);
  }
  return files;
}

module.exports = { CHARGE_MUTANTS, MUTANTS, TRANSACTION_MUTANTS, TRANSACTION_TESTS, plant };
