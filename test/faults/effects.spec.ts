import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import { SECOND } from '../../src/platform/common/duration.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { isCommand } from '../support/mongo-frames.js';
import { eventually, MINUTE, newCuid, payer, type Payer } from '../support/payments.js';
import { type ProxiedApp, startProxiedApp } from '../support/proxied-app.js';
import { outbox } from '../support/webhooks.js';

const ADMIN = { ADMIN_EMAIL: 'boss@example.com', ADMIN_PASSWORD: 'the first password' };

let proxied: ProxiedApp;
let app: TestApp;

beforeAll(async () => {
  // No loop runs: each pass below is one that the test asks for.
  proxied = await startProxiedApp({ webhooks: false, env: { ...ADMIN, ROLE: 'api', STOREFRONT_JWT_TTL: '90d' } });
  app = proxied.app;
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => proxied.stop());

async function drain(): Promise<void> {
  // A pass at the very millisecond of the payment would find nothing due yet.
  await app.advance(SECOND);
  await app.app.get(EffectDrain, { strict: false }).pass();
}

/** The claim of a pass that died is over. */
async function drainLater(): Promise<void> {
  await app.advance(MINUTE);
  await drain();
}

async function paid(): Promise<Payer> {
  const buyer = await payer(app);
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  return buyer;
}

const receiptsOf = (buyer: Payer) => outbox(app).filter(({ eml }) => eml.includes(buyer.id));
/** Head and text of a message. */
function parts(eml: string): [head: string, text: string] {
  const end = eml.indexOf('\r\n\r\n');
  return [eml.slice(0, end), eml.slice(end)];
}

const effectsOf = async (buyer: Payer) => (await buyer.record()).effects;

it('a receipt is one complete message, without a secret', async () => {
  const buyer = await paid();
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: null }]);
  await drain();
  expect(receiptsOf(buyer)).toHaveLength(1);
  const [{ eml } = { eml: '' }] = receiptsOf(buyer);
  const [head, text] = parts(eml);
  expect(head).toMatch(new RegExp(`^To: <?${buyer.email}>?$`, 'm'));
  expect(head).toMatch(/^From: .+@.+/m);
  expect(head).toMatch(/^Subject: Receipt for your payment of 20\.00 USD$/m);
  expect(Number.isNaN(Date.parse(/^Date: (.+)$/m.exec(head)?.[1] ?? ''))).toBe(false);
  expect(head).toMatch(/^Message-ID: <\S+@\S+>$/im);
  expect(text).toContain('20.00 USD');
  expect(text).toContain(buyer.id);
  expect(eml.endsWith('\r\n')).toBe(true);
  expect(eml).not.toMatch(/_secret_|sk_test|whsec_|eyJ|Bearer|pm_card/);
  const record = await buyer.record();
  expect(record.effects).toEqual([
    { id: `${record._id}:succeeded`, type: 'payment.succeeded', doneAt: expect.any(Date) },
  ]);
  expect(record.effectsDueAt).toBeNull();
  await drainLater();
  expect((await buyer.record()).v).toBe(record.v); // nothing is left to do
});

it('says the checkout’s amount and description, in its currency', async () => {
  const boss = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
  const admin = String((await app.http.post('/user/login', boss)).body['access_token']);
  const { token } = await app.register();
  const cuid = newCuid();
  const description = 'Order 1042\r\nBcc: everybody@example.com';
  const terms = { amount: 1_250, currency: 'jpy', description };
  expect((await app.http.put(`/checkout/${cuid}`, terms, { token: admin })).status).toBe(200);
  const made = await app.http.post('/payment', { cuid }, { token });
  const paymentId = String(made.body['id']);
  await app.http.post('/payment/confirm', { cuid, paymentId, paymentMethodId: 'pm_card_visa' }, { token });
  await drain();
  const [head, text] = parts(outbox(app).find(({ eml }) => eml.includes(paymentId))?.eml ?? '');
  expect(head).toMatch(/^Subject: Receipt for your payment of 1250 JPY$/m);
  expect(head).not.toMatch(/^bcc:/im);
  expect(text).toContain('Order 1042');
});

it.each(['cutAfterNextRequest', 'cutBeforeNextRequest'] as const)(
  'the store loses the note that it was sent (%s): noted all the same, and one message',
  async (cut) => {
    const buyer = await paid();
    const [effect] = await effectsOf(buyer);
    const lost = proxied.store[cut](isCommand('update', 'payments', 'doneAt', effect?.id ?? ''));
    await drain();
    await lost;
    expect(await effectsOf(buyer)).toMatchObject([{ id: effect?.id, doneAt: expect.any(Date) }]);
    expect(receiptsOf(buyer)).toHaveLength(1);
  },
);

it('dead between sending and the note of it (T-08): sent again under the same id, which is the same message', async () => {
  const buyer = await paid();
  const [effect] = await effectsOf(buyer);
  const noted = isCommand('update', 'payments', 'doneAt', effect?.id ?? '');
  // Four tries, then the process is gone as far as this effect is concerned.
  const cuts = Array.from({ length: 4 }, () => proxied.store.cutBeforeNextRequest(noted));
  await expect(drain()).rejects.toMatchObject({ code: 'store_unavailable' });
  await Promise.all(cuts);
  const [first] = receiptsOf(buyer);
  expect(first).toBeDefined();
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: null }]);
  await drain();
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: null }]); // claimed for a minute
  await drainLater();
  expect(await effectsOf(buyer)).toMatchObject([{ id: effect?.id, doneAt: expect.any(Date) }]);
  const [again, ...more] = receiptsOf(buyer);
  expect(more).toEqual([]);
  const messageId = (eml: string | undefined) => /^Message-ID: (.+)$/im.exec(eml ?? '')?.[1];
  expect(messageId(again?.eml)).toBe(messageId(first?.eml));
});

it('the store goes away while one is noted: the others of the pass are sent in a later one', async () => {
  const buyers = [await paid(), await paid(), await paid()];
  const cuts = Array.from({ length: 4 }, () =>
    proxied.store.cutBeforeNextRequest(isCommand('update', 'payments', 'doneAt', 'payment.succeeded')),
  );
  await drain().catch(() => undefined);
  await Promise.all(cuts);
  await drainLater();
  for (const buyer of buyers) {
    expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
    expect(receiptsOf(buyer)).toHaveLength(1);
  }
});

it('a consumer that fails is tried again in a minute, and does not hold the others', async () => {
  const [first, second] = [await paid(), await paid()];
  const mailer = app.app.get(Mailer, { strict: false });
  const send = jest.spyOn(mailer, 'send').mockRejectedValueOnce(new Error('550 mailbox full'));
  await drain();
  const done = [await effectsOf(first), await effectsOf(second)].filter(([effect]) => effect?.doneAt !== null);
  expect(done).toHaveLength(1);
  expect(send).toHaveBeenCalledTimes(2);
  expect(logs.text).toContain('effect failed, it will be tried again');
  await drain();
  expect(send).toHaveBeenCalledTimes(2);
  await drainLater();
  for (const buyer of [first, second]) {
    expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
    expect(receiptsOf(buyer)).toHaveLength(1);
  }
});

it('two instances at once send one message', async () => {
  const buyer = await paid();
  const send = jest.spyOn(app.app.get(Mailer, { strict: false }), 'send');
  await Promise.all([drain(), drain(), drain()]);
  expect(send).toHaveBeenCalledTimes(1);
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
});

it('a payment that changes while its receipt goes out still has one', async () => {
  const buyer = await paid();
  const mailer = app.app.get(Mailer, { strict: false });
  const send = mailer.send.bind(mailer);
  jest.spyOn(mailer, 'send').mockImplementationOnce(async (mail) => {
    await buyer.read();
    await buyer.create();
    await send(mail);
  });
  await drain();
  await drainLater();
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
  expect(receiptsOf(buyer)).toHaveLength(1);
});

it('a user deleted before the receipt: nobody is told, and it is done', async () => {
  const buyer = await paid();
  expect((await app.http.delete(`/user/${buyer.userId}`, { token: buyer.token })).status).toBe(200);
  await drain();
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
  expect(receiptsOf(buyer)).toHaveLength(0);
});

it('a restart between the payment and its receipt loses nothing', async () => {
  const buyer = await paid();
  await app.restart();
  await eventually(async () => {
    await drain();
    expect(receiptsOf(buyer)).toHaveLength(1);
  });
  expect(await effectsOf(buyer)).toMatchObject([{ doneAt: expect.any(Date) }]);
});
