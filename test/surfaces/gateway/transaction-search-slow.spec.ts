import { TransactionRepository } from '../../../src/modules/transaction/record/transaction.repository.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { type ProxiedApp, startProxiedApp, timed } from '../../support/proxied-app.js';
import { newTransaction } from '../../support/transaction-rows.js';

jest.setTimeout(60_000);

let proxied: ProxiedApp;
let caller: GatewayCaller;

beforeAll(async () => {
  proxied = await startProxiedApp({ webhooks: false });
  caller = await gatewayCaller(proxied.app);
  const createdAt = proxied.app.clock.date();
  const row = newTransaction({ accountId: caller.accountId, createdAt, orderId: 'A' });
  await proxied.app.app.get(TransactionRepository, { strict: false }).insert(row);
});
afterAll(() => proxied.stop());

const search = (criteria: object) => timed(() => caller.call('POST', '/api/transaction/search', criteria));
const TOO_LONG = 'bad request error: the search takes too long, please add a date range or another criterion';

/** Each question takes so long that all of time cannot be looked through. */
it('on a slow store a search of everything ends, saying so, and not as an outage', async () => {
  proxied.store.delay(400);
  try {
    const { answer, ms } = await search({ amount: { operator: '>', value: 1 } });
    expect(answer).toMatchObject({ status: 400, body: failed(TOO_LONG) });
    expect(ms).toBeLessThan(9_000);
  } finally {
    await proxied.store.restore();
  }
});

it.each<[string, object]>([
  ['an indexed criterion', { order_id: { value: 'A' } }],
  ['a date range', { created_at: { start_date: '9999-01-01T00:00:00Z' } }],
])('what it recommends helps: %s', async (_name, criteria) => {
  proxied.store.delay(400);
  try {
    expect((await search(criteria)).answer.status).toBe(200);
  } finally {
    await proxied.store.restore();
  }
});
