import { createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from '../../src/platform/common/canonical-json.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { DeploymentService } from '../../src/modules/merchant/deployment.service.js';
import type { SaveWork } from '../../src/modules/customer/record/pending-work.types.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { resolveVault, vaultCustomers, type VaultRecord } from '../support/vault.js';
import { auditVault, everythingStored, settleVault, storedHashes, textsIn } from '../support/vault-audit.js';
import { arranged, CARD, forget, methodsOf, OLD, path, troubled } from '../support/vault-scenarios.js';

jest.setTimeout(120_000);

/* Hashes of requests with card numbers: whoever has the database alone can do nothing with them, and they do not stay. */

const [OLD_KEY, NEW_KEY] = ['the-older-encryption-key-0123456789abcdef', 'the-newer-encryption-key-0123456789abcdef'];
const env: Record<string, string> = {
  RESOLVER_TICK: '1h',
  STRIPE_TIMEOUT: '1s',
  PAYMENT_LEASE: '5s',
  PAYMENT_QUIET_AFTER: '60s',
  PAYMENT_UNANSWERED_RECHECK: '10s',
  PAYMENT_REPEAT_WAIT: '500ms',
};

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  env['API_KEY_ENCRYPTION_KEY'] = OLD_KEY;
  app = await startTestApp({ webhooks: false, env });
  admin = await gatewayCaller(app);
});
afterEach(async () => {
  armFailpoints(undefined);
  await forget(app);
});
afterAll(() => app.stop());

async function restartedWith(keys: string): Promise<void> {
  env['API_KEY_ENCRYPTION_KEY'] = keys;
  await app.restart();
}

const add = (record: VaultRecord) => admin.call('POST', path(record, 'card'), CARD);

/** The process ends in the middle; its lease does too. */
async function broken(work: () => ReturnType<GatewayCaller['call']>, point = 'method.set_up.after'): Promise<void> {
  armFailpoints(`${point}=throw`);
  await troubled(work);
  armFailpoints(undefined);
  await app.advance(6_000);
}

const recordId = async ({ id }: VaultRecord) =>
  String((await vaultCustomers(app).findOne({ customerId: id }).lean())?._id);
const requestOf = (scope: string, number = CARD.number) => ({
  scope,
  asked: { kind: 'card', card: { number, expiryMonth: 12, expiryYear: 2030 } },
  methodId: null,
});
const hmac = (key: Buffer, body: unknown) => createHmac('sha256', key).update(canonicalJson(body)).digest('base64url');
const derived = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'vault-request-fingerprints.v1', 32));

/** Whether one of the keys confirms that this is the number. */
function confirms(keys: readonly Buffer[], request: unknown, hashes: readonly string[]): boolean {
  return keys.some((key) => hashes.some((hash) => hash.endsWith(hmac(key, request))));
}

it('a copy of the database alone confirms no number', async () => {
  const record = await arranged(admin, {});
  await broken(() => add(record));
  const texts = textsIn(await everythingStored(app));
  const hashes = await storedHashes(app);
  expect(hashes).toHaveLength(1);
  const request = requestOf(await recordId(record));
  // Nobody would find this test wrong if it hashed in another way than the product.
  expect(confirms([derived(OLD_KEY)], request, hashes)).toBe(true);
  const keys = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'base64'), derived(text)]);
  expect(keys.length).toBeGreaterThan(30);
  expect(confirms(keys, request, hashes)).toBe(false);
  await settleVault(app);
  expect(await auditVault(app)).toEqual([]);
});

describe('a repeat is known', () => {
  it.each([
    ['under the same key', OLD_KEY, OLD_KEY],
    ['under the old key, while both are configured', OLD_KEY, `${NEW_KEY},${OLD_KEY}`],
    ['under the new key, where it is the second one already', NEW_KEY, `${OLD_KEY},${NEW_KEY}`],
  ])('%s: one card, and one customer that came with one', async (_, before, after) => {
    await restartedWith(before);
    const record = await arranged(admin, {});
    const create = () =>
      admin.call('POST', '/api/vault/customer', { description: 'Twin', default_payment: { card: CARD } });
    await broken(() => add(record));
    await broken(create);
    await restartedWith(after);
    expect((await add(record)).status).toBe(200);
    expect((await create()).status).toBe(200);
    expect(await methodsOf(admin, record.id)).toEqual([OLD]);
    expect(await vaultCustomers(app).countDocuments({ description: 'Twin' })).toBe(1);
    expect(await storedHashes(app)).toEqual([]);
    await settleVault(app);
    expect(await auditVault(app)).toEqual([]);
  });

  it('of work that an earlier release began, under the key in the database', async () => {
    const record = await arranged(admin, {});
    await broken(() => add(record), 'method.set_up.before');
    const _id = await recordId(record);
    const fingerprint = app.app.get(DeploymentService, { strict: false }).fingerprint(requestOf(_id));
    await vaultCustomers(app).collection.updateOne(
      { _id: _id as never },
      {
        $set: { 'pending.0.fingerprint': fingerprint },
        $unset: { 'pending.0.returnUrl': 1 },
      },
    );
    expect((await add(record)).status).toBe(200);
    expect(await methodsOf(admin, record.id)).toEqual([OLD]);
    await settleVault(app);
    expect(await auditVault(app)).toEqual([]);
  });
});

describe('while Stripe is away', () => {
  const away = () => app.simulator.fault({ path: '/v1/*', times: 0 }, { type: 'reset_before' });

  it('a deleted customer has no hash any more', async () => {
    const record = await arranged(admin, {});
    await broken(() => add(record));
    await away();
    expect((await admin.call('DELETE', `/api/vault/${record.id}`)).status).toBe(200);
    expect(await vaultCustomers(app).countDocuments({})).toBe(1);
    expect(await storedHashes(app)).toEqual([]);
  });

  it('nor has one that an earlier release began to delete, after the resolver', async () => {
    const record = await arranged(admin, {});
    await broken(() => add(record));
    await away();
    await vaultCustomers(app).collection.updateOne({}, { $set: { state: 'deleting', nextCheckAt: new Date(1_000) } });
    await resolveVault(app);
    expect(await storedHashes(app)).toEqual([]);
  });

  it('nor has what nobody came back for, once its time is over', async () => {
    const record = await arranged(admin, {});
    await broken(() => add(record));
    await broken(() => admin.call('POST', '/api/vault/customer', { default_payment: { card: CARD } }));
    expect(await storedHashes(app)).toHaveLength(3);
    await away();
    await app.advance(61_000);
    await resolveVault(app);
    const left = await vaultCustomers(app).find().lean<{ pending: SaveWork[] }[]>().exec();
    expect(left.flatMap(({ pending }) => pending)).not.toEqual([]);
    expect(await storedHashes(app)).toEqual([]);
  });
});
