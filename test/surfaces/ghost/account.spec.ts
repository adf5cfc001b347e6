import { startTestApp, type TestApp } from '../../support/app.js';
import { type GhostCaller, ghostCaller, invalidId, notFound } from '../../support/ghost.js';

let app: TestApp;
let acme: GhostCaller;
let other: GhostCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  acme = await ghostCaller(app, 'acme', 'owner@example.com');
  other = await ghostCaller(app, 'other');
});
afterAll(() => app.stop());

it('answers the caller’s own account, and never the secret', async () => {
  const { status, body, text } = await acme.call('GET', `/accounts/${acme.number}`);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect([status, body]).toEqual([
    200,
    {
      doc: {
        id: acme.number,
        name: 'acme',
        email: 'owner@example.com',
        currency: 'usd',
        publicKey: acme.publicKey,
        createdAt: time,
        updatedAt: time,
      },
    },
  ]);
  expect(text).not.toContain(acme.secretKey);
  expect(await other.doc('GET', `/accounts/${other.number}`)).toMatchObject({ id: other.number, email: null });
});

it('numbers accounts, each once', async () => {
  const callers = await Promise.all(Array.from({ length: 6 }, (_, i) => ghostCaller(app, `many${i % 3}`)));
  const numbers = new Map(callers.map(({ accountId, number }) => [accountId, number]));
  for (const { accountId, number } of callers) expect(number).toBe(numbers.get(accountId));
  expect(new Set(numbers.values()).size).toBe(3);
  for (const number of numbers.values()) expect(Number.isInteger(number) && number > 2).toBe(true);
  expect([acme.number, other.number]).toEqual([1, 2]);
});

it('tells each pair of an account its own public key', async () => {
  const second = await ghostCaller(app, 'acme');
  expect(second.number).toBe(acme.number);
  expect(await second.doc('GET', `/accounts/${second.number}`)).toMatchObject({
    publicKey: second.publicKey,
    email: 'owner@example.com',
  });
});

it.each(['2', '99', '9007199254740993', '1'.repeat(400)])('no account is found under %s', async (number) => {
  expect(await acme.call('GET', `/accounts/${number}`)).toMatchObject(notFound);
});

it.each(['0', '-1', '1.0', '01', 'one', '1e0', '%00', '$ne', 'customer_1', ' 1', '１'])('%s is no id', async (id) => {
  expect(await acme.call('GET', `/accounts/${encodeURI(id)}`)).toMatchObject(invalidId);
});

it('answers HEAD as GET, without a body', async () => {
  const { status, text } = await acme.call('HEAD', `/accounts/${acme.number}`);
  expect([status, text]).toEqual([200, '']);
});
