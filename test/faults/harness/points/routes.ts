import { setTimeout as sleep } from 'node:timers/promises';
import { type Failpoint, FAILPOINTS } from '../../../../src/platform/common/failpoint-names.js';
import { CANCEL, CONFIRM, CREATE, type Scene } from './scene.js';

/** What has to happen so that the app comes to a point, and dies there. */
export interface Route {
  readonly points: readonly Failpoint[];
  /** At the app that goes on. */
  prepare?(scene: Scene): Promise<void>;
  /** The app that goes on is not even there meanwhile: standing still, it could hold a lease of minutes. */
  readonly alone?: true;
  /** While no app is at work: what a restored backup, or an operator, does to the store. */
  meanwhile?(scene: Scene): Promise<unknown>;
  act(scene: Scene): Promise<void>;
  /** The store was changed past the app, so that only what became of the money is audited. */
  readonly tampers?: true;
  /** So much of the apps' time has to pass until all is done, for leases of minutes. */
  readonly settlesInMs?: number;
  /** On which hit it dies; a loop that looks every second passes its points many times before anything happens. */
  readonly hit?: number;
  /** More failpoints, and settings of this life. */
  readonly also?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const ABANDONED_MS = 30_000;
/** A sweep that died is taken up again after its lease of 5 minutes. */
const SWEEP_LEASE_MS = 330_000;
const UNAUTHORIZED = { type: 'status', status: 401, when: 'before' } as const;

/** Both tries of the SDK get no answer, and the payer goes away. */
async function unknownConfirm(scene: Scene): Promise<void> {
  await scene.create();
  await scene.drop(CONFIRM);
  await scene.confirm();
}

/** A PaymentIntent like the payment's own, made by hand: what a create leaves that lost its race. */
async function twin(scene: Scene, more: Record<string, string> = {}): Promise<string> {
  const { metadata = {} } = (await scene.stripe('GET', `${CREATE}/${scene.id}`)) as { metadata?: object };
  const named = Object.entries(metadata).map(([name, value]) => [`metadata[${name}]`, String(value)]);
  const form = { amount: '2000', currency: 'usd', ...Object.fromEntries(named), ...more };
  return String((await scene.stripe('POST', CREATE, form))['id']);
}

/** The record as it was before its PaymentIntent was stored, as a restored backup has it. */
async function forget(scene: Scene): Promise<void> {
  const filter = { cuid: scene.cuid } as never;
  await scene.store.payments.updateOne(filter, {
    $set: { state: 'NEW', effects: [], effectsDueAt: null, settled: [], attempt: null, finalAt: null },
    $unset: { providerPaymentId: 1, providerStatus: 1 },
  } as never);
}

export const ROUTES: readonly Route[] = [
  {
    points: [
      ...(['create.load', 'customer.load', 'customer.send', 'customer.store', 'offer.look'] as const),
      ...(['offer.tombstone', 'create.insert', 'create.send', 'create.store'] as const),
      ...([
        'create.count',
        'create.payer',
        'confirm.find',
        'confirm.take_room',
        'confirm.start',
        'confirm.send',
        'confirm.accepted',
      ] as const),
      ...(['confirm.give_room_back', 'effect.claim', 'effect.user', 'effect.send', 'effect.done'] as const),
    ],
    async act(scene) {
      await scene.pay();
      await scene.wait(20_000);
    },
  },
  {
    points: ['webhook.insert', 'inbox.claim', 'inbox.done', 'event.load'],
    // The payer has a Customer by now, and no event is on its way: the first is of the payment.
    async prepare(scene) {
      await scene.another().pay();
      await sleep(3_000);
    },
    async act(scene) {
      await scene.pay();
      await scene.wait(20_000);
    },
  },
  {
    points: [
      'resolver.due',
      'resolver.unsettled',
      'effect.due',
      'effect.overdue',
      'effect.parked',
      'inbox.due',
      'inbox.backlog',
    ],
    hit: 4,
    async act(scene) {
      await scene.create();
      await scene.fault({ method: 'POST', path: CONFIRM, times: 2 }, { type: 'hold' });
      await scene.confirm();
      await scene.wait(20_000);
    },
  },
  {
    points: [
      ...(['sweep.load', 'sweep.claim', 'sweep.list', 'sweep.records', 'sweep.page'] as const),
      ...(['dispute.due', 'dispute.claim', 'dispute.list', 'dispute.compared', 'dispute.page'] as const),
    ],
    hit: 2,
    alone: true,
    settlesInMs: SWEEP_LEASE_MS,
    async act(scene) {
      await scene.pay();
      await scene.wait(30_000);
    },
  },
  {
    points: ['sweep.first', 'dispute.first'],
    alone: true,
    prepare: (scene) => scene.pay(),
    meanwhile: (scene) => scene.store.database().collection('sweeps').deleteMany({}),
    async act(scene) {
      await scene.wait(10_000);
    },
  },
  {
    points: ['sweep.let_go'],
    alone: true,
    async act(scene) {
      await scene.fault({ method: 'GET', path: CREATE, times: 0 }, { type: 'reset_before' });
      await scene.pay();
      await scene.wait(20_000);
    },
  },
  {
    points: ['offer.load', 'offer.register', 'offer.claim'],
    async act(scene) {
      await scene.register(1_500);
      await scene.pay();
    },
  },
  {
    points: ['offer.replace'],
    async act(scene) {
      await scene.register(1_500);
      await scene.register(1_600);
      await scene.pay();
    },
  },
  {
    points: ['read.list', 'read.cursor', 'read.find', 'observe.get', 'observe.store'],
    async act(scene) {
      await scene.create();
      await scene.stripe('POST', `${CREATE}/${scene.id}/confirm`, {
        payment_method: 'pm_card_visa',
        return_url: 'https://shop.example.com/done',
      });
      await scene.world.stripeLog.moveClock(6_000);
      await scene.read('/payment');
      await scene.read(`/payment?starting_after=${scene.id}`);
      await scene.read(`/payment/${scene.id}`);
      await scene.wait(10_000);
    },
  },
  {
    points: ['observe.reload'],
    // The look of the read is held at Stripe while the confirm goes on.
    async act(scene) {
      await scene.create();
      await scene.world.stripeLog.moveClock(6_000);
      await scene.stripe('POST', `${CREATE}/${scene.id}/confirm`, {
        payment_method: 'pm_card_visa',
        return_url: 'https://shop.example.com/done',
      });
      const looks = Array.from({ length: 6 }, () => scene.read(`/payment/${scene.id}`));
      await Promise.all([...looks, scene.confirm()]);
    },
    also: 'observe.get.after=sleep:700@1',
  },
  {
    points: ['confirm.declined', 'decline.mark', 'confirm.count_decline'],
    async act(scene) {
      await scene.create();
      await scene.confirm('pm_card_visa_chargeDeclined');
    },
  },
  {
    points: ['confirm.fill_room', 'decline.look'],
    async act(scene) {
      await scene.create();
      await scene.drop(CONFIRM, 'drop_after_effect');
      await scene.confirm('pm_card_visa_chargeDeclined');
      await scene.confirm('pm_card_visa_chargeDeclined');
    },
  },
  {
    points: ['confirm.declined_reload'],
    // Another request sends the attempt again while the first one's answer is not settled yet.
    also: 'confirm.declined.before=sleep:2500@1',
    async act(scene) {
      await scene.create();
      const first = scene.confirm('pm_card_visa_chargeDeclined');
      await sleep(500);
      await scene.confirm('pm_card_visa_chargeDeclined');
      await first;
    },
  },
  {
    points: ['confirm.let_go'],
    act: unknownConfirm,
  },
  {
    points: ['confirm.resend', 'confirm.reload'],
    async act(scene) {
      await scene.create();
      await scene.drop(CONFIRM, 'drop_after_effect');
      await scene.confirm('pm_card_visa_chargeDeclined');
      await scene.confirm();
    },
  },
  {
    points: ['confirm.wait'],
    async act(scene) {
      await scene.create();
      await scene.fault({ method: 'POST', path: CONFIRM, times: 1 }, { type: 'latency', ms: 1_200 });
      const first = scene.confirm();
      await sleep(300);
      await scene.confirm();
      await first;
    },
  },
  {
    points: ['confirm.take_back'],
    also: 'confirm.start.after=sleep:2500@1',
    env: { PAYMENT_REQUEST_DEADLINE: '2s' },
    async act(scene) {
      await scene.pay();
    },
  },
  {
    points: ['confirm.not_sent'],
    async act(scene) {
      await scene.create();
      await scene.fault({ method: 'POST', path: CONFIRM, times: 1 }, UNAUTHORIZED);
      await scene.confirm();
    },
  },
  {
    points: ['confirm.refused_state'],
    async act(scene) {
      await scene.create();
      const refusal = { status: 400, code: 'payment_intent_unexpected_state', when: 'before' } as const;
      await scene.fault({ method: 'POST', path: CONFIRM, times: 1 }, { type: 'status', ...refusal });
      await scene.confirm();
    },
  },
  {
    points: ['confirm.next_key'],
    async act(scene) {
      await scene.create();
      await scene.keep500(CONFIRM);
      await scene.confirm();
    },
  },
  {
    points: ['create.take_room', 'confirm.count', 'confirm.room_wait'],
    env: { USER_MAX_DECLINES: '1', ADDRESS_MAX_CREATES: '100000' },
    // The only place of a decline is taken by an attempt that is under way.
    async act(scene) {
      await scene.create();
      await scene.fault({ method: 'POST', path: CONFIRM, times: 1 }, { type: 'latency', ms: 1_500 });
      const first = scene.confirm();
      await scene.another().pay();
      await first;
    },
  },
  {
    points: ['resolver.claim', 'resolver.payer', 'fence.intent', 'fence.send', 'fence.canceled'],
    async act(scene) {
      await unknownConfirm(scene);
      await scene.wait(ABANDONED_MS);
    },
  },
  {
    points: ['fence.next_key'],
    async act(scene) {
      await unknownConfirm(scene);
      await scene.keep500(CANCEL);
      await scene.wait(ABANDONED_MS);
    },
  },
  {
    points: ['resolver.unanswered'],
    async act(scene) {
      await scene.create();
      await scene.fault({ method: 'GET', path: `${CREATE}/*`, times: 0 }, { type: 'reset_before' });
      await scene.wait(10_000);
    },
  },
  {
    points: ['create.let_go', 'resolver.abandon'],
    async act(scene) {
      await scene.drop(CREATE);
      await scene.create();
      await scene.wait(ABANDONED_MS);
    },
  },
  {
    points: ['create.reject', 'offer.advice'],
    async act(scene) {
      await scene.fault(
        { method: 'POST', path: CREATE, times: 1 },
        { type: 'status', status: 400, code: 'amount_too_small', when: 'before' },
      );
      await scene.create();
    },
  },
  {
    points: ['create.not_for_good'],
    async act(scene) {
      await scene.fault({ method: 'POST', path: CREATE, times: 1 }, { type: 'status', status: 400, when: 'before' });
      await scene.pay();
    },
  },
  {
    points: ['offer.claimant', 'offer.reclaim_look', 'offer.reclaim', 'create.reopen'],
    async act(scene) {
      await scene.register(1);
      await scene.create();
      await scene.register(1_700);
      await scene.pay();
    },
  },
  {
    points: ['create.next_key'],
    async act(scene) {
      await scene.keep500(CREATE);
      await scene.pay();
    },
  },
  {
    points: ['customer.next_key'],
    async act(scene) {
      await scene.keep500('/v1/customers');
      await scene.pay();
    },
  },
  {
    points: ['customer.look', 'customer.forget', 'create.new_customer'],
    async prepare(scene) {
      const other = scene.another();
      await other.pay();
      const { customer } = (await scene.stripe('GET', `${CREATE}/${other.id}`)) as { customer?: string };
      await scene.stripe('DELETE', `/v1/customers/${customer}`);
    },
    async act(scene) {
      await scene.pay();
    },
  },
  {
    points: ['create.wait'],
    async act(scene) {
      await scene.fault({ method: 'POST', path: CREATE, times: 1 }, { type: 'latency', ms: 1_200 });
      const first = scene.create();
      await sleep(300);
      await scene.create();
      await first;
    },
  },
  {
    points: ['create.take_over', 'create.reload'],
    // The lease of the first runs out while it stores what Stripe answered.
    also: 'create.store.before=sleep:2500@1',
    async act(scene) {
      const first = scene.create();
      await sleep(700);
      await scene.world.stripeLog.moveClock(6_000);
      await sleep(1_100);
      await scene.create();
      await first;
    },
  },
  {
    points: ['create.touch'],
    async act(scene) {
      await scene.create();
      await scene.world.stripeLog.moveClock(4_000);
      await sleep(1_200);
      await scene.create();
    },
  },
  {
    points: ['event.find'],
    async act(scene) {
      await scene.create();
      await scene.stripe('POST', CREATE, { amount: '900', currency: 'usd' }); // another system's, of the same account
      await scene.wait(10_000);
    },
  },
  {
    points: ['orphan.load', 'orphan.note', 'orphan.send', 'orphan.canceled'],
    alone: true,
    settlesInMs: SWEEP_LEASE_MS,
    async act(scene) {
      await scene.pay();
      await twin(scene);
      await scene.wait(ABANDONED_MS);
    },
  },
  {
    points: ['orphan.look', 'orphan.next_key'],
    alone: true,
    settlesInMs: SWEEP_LEASE_MS,
    async act(scene) {
      await scene.pay();
      await scene.keep500(`${CREATE}/${await twin(scene)}/cancel`);
      await scene.wait(ABANDONED_MS);
    },
  },
  {
    points: ['orphan.import', 'sweep.recorded'],
    tampers: true,
    alone: true,
    settlesInMs: SWEEP_LEASE_MS,
    prepare: (scene) => scene.pay(),
    meanwhile: (scene) => scene.store.payments.deleteOne({ cuid: scene.cuid }),
    act: (scene) => scene.wait(ABANDONED_MS),
  },
  {
    points: ['orphan.refer'],
    tampers: true,
    alone: true,
    settlesInMs: SWEEP_LEASE_MS,
    prepare: (scene) => scene.pay(),
    meanwhile: forget,
    act: (scene) => scene.wait(ABANDONED_MS),
  },
  {
    points: ['closure.find', 'closure.end', 'closure.find_latecomers'],
    async act(scene) {
      await scene.drop(CREATE);
      await scene.create();
      // Refused while the payment counts as in flight.
      for (let i = 0; i < 5 && scene.aIsUp; i++) {
        await scene.leave();
        await sleep(500);
      }
    },
  },
];

/** Points that no route reaches, and why. */
/** Of what an account charges in one call: a caller of its surface would have to be there. */
const STOOD_AT: readonly Failpoint[] = [
  ...(['charge.insert', 'capture.ask', 'capture.send', 'capture.done', 'capture.release'] as const),
  ...(['capture.next_key', 'capture.refused'] as const),
  ...(['refund.reserve', 'refund.send', 'refund.done', 'refund.not_run'] as const),
  ...(['refund.list', 'refund.listed', 'refund.sending', 'dispute.find', 'dispute.record'] as const),
];
const TOLD_OF: readonly Failpoint[] = [
  ...(['charge.load', 'charge.reload', 'charge.answer_reload'] as const),
  ...([
    'dispute.get',
    'dispute.store',
    'dispute.reload',
    'refund.reload',
    'refund.moved',
    'effect.wait',
    'resolver.at_rest',
  ] as const),
];

/** Of the gateway's transactions, whose client would have to be there. */
const TRANSACTIONS_STOOD_AT: readonly Failpoint[] = [
  ...(['transaction.look_key', 'transaction.claim_key', 'transaction.insert', 'transaction.send_card'] as const),
  ...(['transaction.read_charge', 'transaction.book', 'transaction.ask_capture', 'transaction.ask_void'] as const),
  ...(['transaction.voided', 'transaction.ask_refund', 'transaction.insert_refund'] as const),
  ...(['transaction.refund_told'] as const),
];
const TRANSACTIONS_COME_BY: readonly Failpoint[] = [
  ...([
    'reader.send',
    'reader.look',
    'reader.look_payment',
    'reader.look_again',
    'reader.cancel',
    'charge.end',
    'charge.find',
  ] as const),
  ...(['transaction.claimed', 'transaction.reclaim_key', 'transaction.look_terminal'] as const),
  ...([
    'transaction.send_redirect',
    'transaction.look_page',
    'transaction.look_token',
    'transaction.wait',
    'transaction.look_unknown',
    'transaction.fill_page',
    'transaction.moved',
    'transaction.find_drawn',
    'transaction.take_over',
    'transaction.reload',
    'transaction.send_account',
  ] as const),
  ...(['transaction.send_token', 'transaction.verify', 'transaction.end', 'transaction.kept'] as const),
  ...([
    'transaction.find',
    'transaction.take_out',
    'transaction.import',
    'transaction.of_payment',
    'transaction.of_receipt',
  ] as const),
  ...(['transaction.send_receipt', 'transaction.due', 'transaction.claim_due', 'transaction.original'] as const),
  ...(['transaction.at_rest', 'adopt.send_customer', 'adopt.insert', 'adopt.discard'] as const),
];
/** Of what settles: the harness pays at the storefront, whose payments are never settled. */
const SETTLED_AT = Object.keys(FAILPOINTS).filter((name) => /^(settlement|payout)\./.test(name));
/** No shopper comes to them. */
const OF_FILE_BATCHES = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => name.startsWith('batch.'));

/** Orders, and the persons whose they are. */
const OF_ORDERS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) =>
  /^(order|order_key|person|person_method)\./.test(name),
);

export const OUT_OF_REACH: Partial<Record<Failpoint, string>> = {
  ...Object.fromEntries(
    SETTLED_AT.map((name) => [name, 'test/scenarios/settlement-faults.spec.ts fails there, and runs again']),
  ),
  'offer.void': 'only while another instance stands between its claim and its swap; checkout.spec.ts holds one there',
  'create.reopen_reload': 'the same',
  'fence.end': 'only when a user is deleted within a create; account-closure.spec.ts does it',
  'fence.reload': 'the same, when the payment moves too',
  ...Object.fromEntries(
    STOOD_AT.map((name) => [name, 'test/payment/stands.spec.ts stops requests there, and wakes them up']),
  ),
  ...Object.fromEntries(
    TRANSACTIONS_STOOD_AT.map((name) => [name, 'test/payment/transaction-stands.spec.ts stops requests there']),
  ),
  ...Object.fromEntries(
    TRANSACTIONS_COME_BY.map((name) => [
      name,
      'a read, a rare kind of method, or a note; test/surfaces/gateway/transaction*.spec.ts come there',
    ]),
  ),
  ...Object.fromEntries(
    TOLD_OF.map((name) => [name, 'a read, or the note that nothing is left; test/payment comes there']),
  ),
  ...Object.fromEntries(
    OF_FILE_BATCHES.map((name) => [
      name,
      'test/surfaces/gateway/file-batch-crash.spec.ts stops uploads and workers there, or it is a read and a repair that they need',
    ]),
  ),
  ...Object.fromEntries(
    OF_ORDERS.map((name) => [
      name,
      'test/payment/order-stands.spec.ts stops requests there, or it is a read and a note',
    ]),
  ),
  'orphan.double': 'only when Stripe itself holds two charges of one cuid, which the audit rightly calls an error',
};
