import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { type SyncOptions, TerminalSync } from '../../../src/modules/terminal/terminal-sync.service.js';
import { TerminalService } from '../../../src/modules/terminal/terminal.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller, success, unauthorized } from '../../support/gateway.js';
import { atStripe, madeLocation, madeReader } from '../../support/readers.js';

jest.setTimeout(60_000);

interface Told {
  id: string;
  description: string;
  status: string;
  auth_key: string;
  created_at: string;
  updated_at: string;
}

const NEVER = '0001-01-01T00:00:00Z';

let app: TestApp;
let boss: GatewayCaller;
beforeEach(async () => {
  app = await startTestApp({ webhooks: false });
  boss = await gatewayCaller(app);
});
afterEach(() => app.stop());

const sync = (accountId = boss.accountId, options: SyncOptions = {}) =>
  app.app.get(TerminalSync, { strict: false }).sync(commandLineActor(), accountId, options);
const service = () => app.app.get(TerminalService, { strict: false });
const list = async (caller = boss): Promise<Told[]> => {
  const { status, body } = await caller.call('GET', '/api/terminals');
  expect(status).toBe(200);
  return body['data'] as Told[];
};
const descriptions = async (caller = boss) => (await list(caller)).map(({ description }) => description);

it('nothing at first; then the account’s readers in the words of the contract, oldest first', async () => {
  const empty = await boss.call('GET', '/api/terminals');
  expect([empty.status, empty.body]).toEqual([200, { ...success([]), msg: '', total_count: 0 }]);
  for (const label of ['front', 'back', 'bar']) await madeReader(app.simulator, { label });
  await sync();
  await madeReader(app.simulator, { label: 'later' });
  await sync();
  const { body } = await boss.call('GET', '/api/terminals');
  expect(body).toMatchObject({ status: 'success', msg: '', total_count: 4 });
  const [first, ...others] = body['data'] as (Told & { serial_number: string })[];
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-v]{20}$/),
    merchant_id: boss.accountId,
    manufacturer: 'simulated',
    model: 'stripe_s700',
    serial_number: expect.stringMatching(/^simulated-s700-/),
    tpn: first?.serial_number,
    description: 'front',
    status: 'active',
    auth_key: expect.stringMatching(/^[0-9A-Za-z]{8}$/),
    register_id: '',
    auto_settle: true,
    settle_at: '00:00:00',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    updated_at: NEVER,
  });
  expect(others.map(({ description }) => description)).toEqual(['back', 'bar', 'later']);
});

it('the secret is for who manages terminals, the list for everybody with a credential', async () => {
  await madeReader(app.simulator);
  await sync();
  const [shown] = await list();
  const may = await gatewayCaller(app, { role: 'standard', permissions: { manage_terminals: true } });
  const mayNot = await gatewayCaller(app, { role: 'standard' });
  expect(await list(may)).toEqual([shown]);
  expect(await list(mayNot)).toEqual([{ ...shown, auth_key: '' }]);
  expect(shown?.auth_key).toHaveLength(8);
  expect(await app.http.get('/api/terminals')).toMatchObject(unauthorized);
  expect(await boss.call('GET', '/api/terminals', undefined, 'api_000000000000000000000000000')).toMatchObject(
    unauthorized,
  );
});

it('a reader is one account’s: of the first that synced it, whose location may be named', async () => {
  const other = await gatewayCaller(app, { account: 'other' });
  const location = await madeLocation(app.simulator);
  await madeReader(app.simulator, { label: 'elsewhere' });
  await madeReader(app.simulator, { label: 'theirs', location });
  const report = await sync(other.accountId, { locationId: location });
  expect(report).toMatchObject({ made: [{ description: 'theirs' }], atOtherLocations: 1 });
  expect(await sync()).toMatchObject({ made: [{ description: 'elsewhere' }], ofOtherAccounts: 1 });
  expect([await descriptions(other), await descriptions()]).toEqual([['theirs'], ['elsewhere']]);
  const [theirs] = await list(other);
  expect(await service().find(boss.accountId, theirs?.id ?? '')).toBeNull();
  expect(await service().find(other.accountId, theirs?.id ?? '')).toMatchObject({ description: 'theirs' });
  const update = service().update(commandLineActor(), boss.accountId, theirs?.id ?? '', { disabled: true });
  await expect(update).rejects.toMatchObject({ code: 'terminal_not_found' });
});

it('two syncs of one account at once make each terminal once; those of two accounts share the readers out', async () => {
  for (let made = 0; made < 8; made++) await madeReader(app.simulator);
  const other = await gatewayCaller(app, { account: 'other' });
  const reports = await Promise.all([sync(), sync(), sync(other.accountId)]);
  const made = reports.flatMap((report) => report.made.map(({ providerReaderId }) => providerReaderId));
  expect([made.length, new Set(made).size]).toEqual([8, 8]);
  const [mine, theirs] = [await list(), await list(other)];
  expect(mine.length + theirs.length).toBe(8);
  expect(mine.every(({ updated_at: at }) => at === NEVER)).toBe(true);
});

it('two syncs at once that want a simulated reader register one', async () => {
  const wanted = () => sync(boss.accountId, { simulatedReader: true });
  await Promise.all([wanted(), wanted(), wanted()]);
  expect(await sync()).toMatchObject({ made: [], unchanged: 1 });
  expect(await descriptions()).toEqual(['simulated reader']);
});

it('twice is once; a new label and a reader that vanished are seen, and what an operator said stays', async () => {
  const [kept, gone] = [
    await madeReader(app.simulator, { label: 'kept' }),
    await madeReader(app.simulator, { label: 'gone' }),
  ];
  await sync();
  const before = await list();
  expect(await sync()).toMatchObject({ made: [], changed: [], gone: [], unchanged: 2 });
  expect(await list()).toEqual(before);
  await atStripe(app.simulator, 'POST', `/terminal/readers/${kept}`, { label: 'moved' });
  await atStripe(app.simulator, 'DELETE', `/terminal/readers/${gone}`);
  expect(await sync()).toMatchObject({ changed: [{ description: 'moved' }], gone: [{ description: 'gone' }] });
  expect(await sync()).toMatchObject({ changed: [], gone: [], unchanged: 2 });
  const [first, second] = await list();
  expect([first, second]).toMatchObject([
    { id: before[0]?.id, description: 'moved', status: 'active', auth_key: before[0]?.auth_key },
    { id: before[1]?.id, description: 'gone', status: 'inactive' },
  ]);
  expect(first?.updated_at).not.toBe(NEVER);
  await service().update(commandLineActor(), boss.accountId, first?.id ?? '', { disabled: true, description: 'mine' });
  await atStripe(app.simulator, 'POST', `/terminal/readers/${kept}`, { label: 'moved again' });
  await sync();
  expect((await list())[0]).toMatchObject({ status: 'disabled', description: 'mine' });
  await service().update(commandLineActor(), boss.accountId, first?.id ?? '', { disabled: false, description: null });
  expect((await list())[0]).toMatchObject({ status: 'active', description: 'moved again' });
});

it('every reader of a long list is read before one counts as gone', async () => {
  const oldest = await madeReader(app.simulator, { label: 'oldest' });
  for (let made = 0; made < 100; made++) await madeReader(app.simulator);
  expect((await sync()).made).toHaveLength(101);
  const [first] = await service().list(boss.accountId);
  expect(first).toMatchObject({ providerReaderId: oldest, status: 'active' });
  // The second page and the SDK's own tries of it: a fault does not count what another one has caught.
  for (let tries = 0; tries < 3; tries++)
    await app.simulator.fault({ path: '/v1/terminal/readers', nth: 2 }, { type: 'reset_before' });
  await expect(sync()).rejects.toMatchObject({ code: 'provider_unreachable' });
  await app.simulator.clearFaults();
  expect(await sync()).toMatchObject({ gone: [], unchanged: 101 });
});

it('a batch is closed once, however many ask, and touches nothing that the list shows', async () => {
  await madeReader(app.simulator);
  await sync();
  const [terminal] = await service().list(boss.accountId);
  const { id = '', batchNumber = 0 } = terminal ?? {};
  expect(batchNumber).toBe(1);
  const close = (batch: number) => service().closeBatch(boss.accountId, id, batch);
  const closed = await Promise.all([close(1), close(1), close(1)]);
  expect(closed.map((one) => one.batchNumber)).toEqual([2, 2, 2]);
  expect((await close(2)).batchNumber).toBe(3);
  await expect(close(4)).rejects.toThrow('has not begun batch 4');
  await expect(service().closeBatch('another', id, 3)).rejects.toMatchObject({ code: 'terminal_not_found' });
  expect((await list())[0]?.updated_at).toBe(NEVER);
});
