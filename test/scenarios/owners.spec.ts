import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import { type PaymentOwner, paymentIdOf } from '../../src/modules/payment/record/payment-owner.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { HOUR, payments, resolve, secret } from '../support/payments.js';
import { deploymentId, outbox } from '../support/webhooks.js';

jest.setTimeout(60_000);

/** PaymentIntents of every owner that is not a storefront user: lost, twin or forged, they are told apart as those are. */
let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h' } });
  logs.clear();
});
afterEach(() => app.stop());

// Two of five: they differ in their name only, which payment-owner.spec.ts goes through.
const OWNERS: PaymentOwner[] = (['ghost', 'billing'] as const).map((surface) => ({
  surface,
  accountId: 'aucio551tlv85l7moe5g',
}));

/** A PaymentIntent as the core creates it for an owner. */
async function intentOf(owner: PaymentOwner, key: string, over: Record<string, string> = {}) {
  const { scope, paymentId } = paymentIdOf(deploymentId(app), owner, key);
  const metadata = { payment_id: paymentId, deployment_id: deploymentId(app), scope, key, fp: 'x', ...over };
  const automatic = { enabled: true };
  const made = await secret(app).paymentIntents.create({
    ...{ amount: 2000, currency: 'usd', automatic_payment_methods: automatic, metadata },
  });
  return { id: made.id, paymentId, scope };
}

const pay = (id: string) =>
  secret(app).paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: 'https://shop.example.com/' });

async function sweep(): Promise<void> {
  await app.advance(2 * HOUR);
  await app.clock.refresh();
  await app.app.get(PaymentSweeper, { strict: false }).pass();
}

const alarms = (name: string) => logs.lines.filter(({ msg }) => msg === name);

describe.each(OWNERS)('$surface', (owner) => {
  it('a paid PaymentIntent whose record was lost is imported, once, and its effects raise nothing', async () => {
    const { id, paymentId, scope } = await intentOf(owner, 'sub_1:3:0');
    await pay(id);
    await sweep();
    await sweep();
    const [record, ...more] = await payments(app).find({ providerPaymentId: id }).lean();
    expect(record).toMatchObject({ _id: paymentId, scope, cuid: 'sub_1:3:0', state: 'SUCCEEDED', amountMinor: 2000 });
    expect([more, record?.userId]).toEqual([[], undefined]);
    expect([alarms('orphan_imported').length, alarms('sweep_inconsistent').length]).toEqual([1, 0]);
    await app.app.get(EffectDrain, { strict: false }).pass();
    const drained = await payments(app).findOne({ providerPaymentId: id }).lean();
    expect(drained?.effects.every(({ doneAt }) => doneAt !== null)).toBe(true);
    expect(outbox(app)).toEqual([]); // no receipt of ours to an account's customer
  });

  it('one that nobody has confirmed is canceled', async () => {
    const { id } = await intentOf(owner, 'inv_1:0:0');
    await sweep();
    expect((await secret(app).paymentIntents.retrieve(id)).status).toBe('canceled');
    expect(alarms('sweep_inconsistent')).toEqual([]);
  });

  it('one whose id does not follow from its scope and key is named and left alone', async () => {
    const { id } = await intentOf(owner, 'sub_1:3:0', { key: 'sub_1:4:0' });
    await sweep();
    expect((await secret(app).paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    expect(alarms('sweep_inconsistent')).toHaveLength(1);
  });
});

it('an unfinished payment of an account is not taken for that of a deleted user', async () => {
  const { id } = await intentOf({ surface: 'ghost', accountId: 'acc1' }, 'key-1');
  await secret(app).paymentIntents.confirm(id, {
    ...{ payment_method: 'pm_card_threeDSecure2Required', return_url: 'https://shop.example.com/' },
  });
  await sweep();
  const connection = app.app.get<Connection>(getConnectionToken());
  await connection.collection('payments').updateOne({ providerPaymentId: id }, { $set: { nextCheckAt: new Date(0) } });
  await resolve(app);
  expect(await payments(app).findOne({ providerPaymentId: id }).lean()).toMatchObject({
    state: 'REQUIRES_ACTION',
    cancelRequested: false,
  });
});
