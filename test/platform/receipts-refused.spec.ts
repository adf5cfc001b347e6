import { COMMANDS } from '../../src/commands/admin/admin.commands.js';
import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import { DAY, HOUR, SECOND } from '../../src/platform/common/duration.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { MINUTE, payer, type Payer } from '../support/payments.js';
import { type Replies, smtpServer, type SmtpServer } from '../support/smtp-server.js';

const BOSS = { ADMIN_EMAIL: 'boss@example.com', ADMIN_PASSWORD: 'the first password' };

let app: TestApp;
let smtp: SmtpServer;
let admin: string;

beforeAll(async () => {
  smtp = await smtpServer();
  // No loop runs: each pass below is one that the test asks for.
  const env = { ...BOSS, ROLE: 'api', STOREFRONT_JWT_TTL: '90d', SMTP_URL: smtp.url };
  app = await startTestApp({ webhooks: false, env });
  const login = { email: BOSS.ADMIN_EMAIL, password: BOSS.ADMIN_PASSWORD };
  admin = String((await app.http.post('/user/login', login)).body['access_token']);
});
afterEach(async () => {
  smtp.replies = {};
  await command('skip-receipts');
});
afterAll(async () => {
  await app.stop();
  smtp.close();
});

async function drainAfter(ms: number): Promise<void> {
  await app.advance(ms);
  await app.app.get(EffectDrain, { strict: false }).pass();
}
const command = async (name: string, options = {}) => (await COMMANDS[name]?.run(app.app, options)) as object;
const operations = async () => (await app.http.get('/admin/operations', { token: admin })).body;
const metric = async (name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await app.http.get('/metrics')).text)?.[1]);

async function paidWhile(replies: Replies): Promise<Payer> {
  smtp.replies = replies;
  const buyer = await payer(app);
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  await drainAfter(SECOND);
  return buyer;
}
const effectOf = async (buyer: Payer) => (await buyer.record()).effects[0];
const receiptsOf = (buyer: Payer) => smtp.taken.filter((eml) => eml.includes(buyer.id));

it.each<[string, Replies, string]>([
  ['no such mailbox', { RCPT: '550 5.1.1 <grace@example.com> user unknown' }, '550 5.1.1'],
  ['mailbox full for good', { RCPT: '552 5.2.2 over quota' }, '552 5.2.2'],
  ['no such domain', { RCPT: '556 5.1.10 null MX' }, '556 5.1.10'],
  ['no such name', { RCPT: '553 mailbox name not allowed' }, '553'],
  ['DATA refused', { DATA: '554 5.5.1 no valid recipients' }, '554 5.5.1'],
  ['the message refused', { message: '550 5.7.1 looks like spam' }, '550 5.7.1'],
])('refused for good (%s): parked after the first refusal, counted and shown', async (_what, replies, reason) => {
  const before = await metric('effects_total\\{result="parked"\\}');
  const buyer = await paidWhile(replies);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: null, failures: 1, parkedBecause: reason });
  expect((await buyer.record()).effectsDueAt).toBeNull();
  expect(await metric('effects_total\\{result="parked"\\}')).toBe(before + 1);
  expect(await metric('effects_parked')).toBe(1);
  expect(await operations()).toMatchObject({
    parkedReceipts: [{ id: buyer.id, at: expect.any(String), reason }],
    parkedWork: { parkedReceipts: 1, total: 1 },
  });
  expect(JSON.stringify(await operations())).not.toContain('grace@');
  const asked = { ...smtp.asked };
  await drainAfter(DAY);
  expect(smtp.asked).toEqual(asked);
});

it.each<[string, Replies]>([
  ['greylisted', { RCPT: '450 4.2.0 greylisted' }],
  ['no space now', { message: '452 4.3.1 later' }],
  ['closing', { greeting: '421 4.3.2 closing' }],
  ['the server refuses us', { greeting: '554 5.7.1 not you' }],
  ['the sender refused', { MAIL: '553 5.7.1 sender not yours' }],
  ['log in first', { RCPT: '530 5.7.0 authentication required' }],
])('not refused for good (%s): tried again at growing pauses', async (_what, replies) => {
  const buyer = await paidWhile(replies);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: null, failures: 1 });
  await drainAfter(MINUTE);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: null, failures: 2 });
  await drainAfter(MINUTE); // the second pause is two
  expect(await effectOf(buyer)).toMatchObject({ failures: 2 });
  smtp.replies = {};
  await drainAfter(MINUTE);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: expect.any(Date) });
  expect(receiptsOf(buyer)).toHaveLength(1);
  expect(await metric('effects_parked')).toBe(0);
});

it('after a day without success it is parked', async () => {
  const buyer = await paidWhile({ RCPT: '450 4.2.0 greylisted' });
  for (let hours = 0; hours < 25; hours += 4) await drainAfter(4 * HOUR);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: null, parkedAt: expect.any(Date) });
  expect((await operations())['parkedReceipts']).toEqual([expect.objectContaining({ id: buyer.id })]);
});

it('an operator sees them, sends one again, and lets another go', async () => {
  const [one, two] = [await paidWhile({ RCPT: '550 no' }), await paidWhile({ RCPT: '550 no' })];
  expect(await command('parked-receipts')).toMatchObject({ receipts: [{ payment: two.id }, { payment: one.id }] });
  smtp.replies = {};
  expect(await command('retry-receipts', { payment: one.id })).toEqual({ retried: 1 });
  expect(await command('skip-receipts', { payment: two.id })).toEqual({ skipped: 1 });
  expect(await command('parked-receipts')).toEqual({ receipts: [] });
  await drainAfter(SECOND);
  expect([receiptsOf(one).length, receiptsOf(two).length]).toEqual([1, 0]);
  for (const buyer of [one, two]) expect(await effectOf(buyer)).toMatchObject({ doneAt: expect.any(Date) });
  await expect(command('retry-receipts', { payment: one.id })).rejects.toMatchObject({ code: 'payment_not_found' });
  await expect(command('skip-receipts', { payment: 'pi_nobody' })).rejects.toMatchObject({ code: 'payment_not_found' });
  expect(await command('retry-receipts')).toEqual({ retried: 0 });
});

it('one that is refused again after a retry is parked again', async () => {
  const buyer = await paidWhile({ RCPT: '550 no' });
  expect(await command('retry-receipts')).toEqual({ retried: 1 });
  await drainAfter(SECOND);
  expect(await effectOf(buyer)).toMatchObject({ doneAt: null, failures: 1, parkedBecause: '550' });
});
