import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { cardholder } from '../support/charges.js';
import { eventually, HOUR, MINUTE, payments, resolve, secret } from '../support/payments.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const REFUND = { method: 'POST', path: '/v1/refunds' };

jest.setTimeout(60_000);

/** What a process that stood still, an answer that comes late, or a restored backup must not make of a charge. */
describe('late answers and lost records', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      webhooks: false,
      env: { ROLE: 'api', STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '100ms' },
    });
  });
  afterEach(() => void armFailpoints(undefined));
  afterAll(() => app.stop());

  it('a second try that may have been paid is pending, also when the first was refused and a cancel is under way', async () => {
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 1 }, { type: 'status', status: 429, when: 'before' });
    await expect(holder.charge(order)).rejects.toMatchObject({ code: 'provider_refused' });
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    const { payment, outcome } = await holder.charge(order);
    expect([outcome, payment.state]).toEqual(['pending', 'CONFIRMING']);
    // The resolver's cancel is on its way, and nobody has answered it.
    await payments(app).updateOne({ _id: payment._id }, { $set: { cancelRequested: true } });
    expect((await holder.charge(order)).outcome).toBe('pending');
    await app.advance(20 * MINUTE);
    await resolve(app);
    expect((await holder.charge(order)).outcome).toBe('succeeded');
  });

  it('trouble with the store over an attempt that another request has sent is no refusal', async () => {
    const holder = await cardholder(app);
    const order = holder.order();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    expect((await holder.charge(order)).outcome).toBe('pending');
    armFailpoints('confirm.resend.before=throw');
    expect((await holder.charge(order)).outcome).toBe('pending');
    armFailpoints(undefined);
    expect((await holder.charge(order)).outcome).toBe('succeeded');
  });
});
