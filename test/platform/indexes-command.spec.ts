import { getConnectionToken } from '@nestjs/mongoose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, mongo } from 'mongoose';
import { Indexes } from '../../src/platform/database/indexes.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import { eventually } from '../support/payments.js';

jest.setTimeout(120_000);

/** `npm run indexes` without npm, next to a running app: three cases of ruling 21, each repaired without a restart. */
let app: TestApp;
const cwd = mkdtempSync(join(tmpdir(), 'payments-indexes-'));
const command = new Command('indexes', cwd);
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await app.stop();
});

const environment = () => ({ MONGODB_URI: app.config.mongo.uri });
const indexes = (...args: string[]) => command.run(args, environment());

const users = () => app.app.get<Connection>(getConnectionToken()).collection('users');
const ready = async () => (await app.http.get('/health/ready')).status;

it('all as declared: 0, said in one line; --check is what it does unasked', async () => {
  const [checked, unasked, repaired] = await Promise.all([
    command.start(['--check'], environment()),
    indexes(),
    indexes('--repair'),
  ]);
  expect(checked).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^all \d+ indexes are as declared\n$/),
  });
  expect(unasked).toEqual(checked);
  expect(repaired).toEqual(checked);
});

it('one dropped at run time: 1 and named, then built, and the running app serves again by itself', async () => {
  await users().dropIndex('email_unique');
  expect(await indexes('--check')).toMatchObject({ code: 1, stdout: 'users.email_unique is missing\n' });
  const repaired = await indexes('--repair');
  expect([repaired.code, repaired.stdout]).toEqual([0, expect.stringContaining('users.email_unique built\nall ')]);
  const trail = app.app.get<Connection>(getConnectionToken()).collection('audit_entries');
  expect(await trail.find({ action: 'indexes.repair' }).sort({ at: -1 }).limit(1).toArray()).toEqual([
    expect.objectContaining({
      actorKind: 'command_line',
      result: 'done',
      after: { repaired: 1, lines: ['users.email_unique built'] },
    }),
  ]);
  await eventually(async () => expect(await ready()).toBe(200), 10_000);
});

it('one with other options: replaced', async () => {
  await users().dropIndex('email_unique');
  await users().createIndex({ email: 1 }, { name: 'email_unique' });
  expect(await indexes()).toMatchObject({ code: 1, stdout: 'users.email_unique has other options than declared\n' });
  expect(await indexes('--repair')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('users.email_unique replaced'),
  });
  await expect(users().insertMany([{ email: 'a@example.com' }, { email: 'a@example.com' }])).rejects.toMatchObject({
    code: 11_000,
  });
  await users().deleteMany({ email: 'a@example.com' });
});

describe('one with other options is never missed', () => {
  const double = [{ email: 'b@example.com' }, { email: 'b@example.com' }];
  const names = async () => (await users().listIndexes().toArray()).map(({ name }) => String(name)).toSorted();
  afterEach(() => jest.restoreAllMocks());

  it('before the wrong one goes, another keeps unique what it is to keep unique; and that goes too', async () => {
    const before = await names();
    await users().dropIndex('email_unique');
    await users().createIndex({ email: 1 }, { name: 'email_unique' });
    // oxlint-disable-next-line typescript/unbound-method -- called with the collection as `this` below
    const build = mongo.Collection.prototype.createIndexes;
    const refused: unknown[] = [];
    jest.spyOn(mongo.Collection.prototype, 'createIndexes').mockImplementation(async function (
      this: mongo.Collection,
      ...given: Parameters<typeof build>
    ) {
      // Between the wrong one and the right one.
      if (given[0][0]?.name === 'email_unique')
        refused.push(await this.insertMany(double).catch((error: { code: number }) => error.code));
      return build.apply(this, given);
    });
    await app.app.get(Indexes, { strict: false }).repair();
    expect(refused).toEqual([11_000]);
    expect(await names()).toEqual(before);
    await users().deleteMany({ email: 'b@example.com' });
  });

  it('a guard that a repair left behind is removed by the next', async () => {
    const before = await names();
    await users().createIndex({ email: -1 }, { name: 'email_unique_guard', unique: true });
    expect((await indexes('--repair')).code).toBe(0);
    expect(await names()).toEqual(before);
  });

  it('a wrong one that has the guard’s own key is replaced all the same', async () => {
    const before = await names();
    await users().dropIndex('email_unique');
    await users().createIndex({ email: -1 }, { name: 'email_unique', unique: true });
    expect((await indexes('--repair')).code).toBe(0);
    expect(await names()).toEqual(before);
    await expect(users().insertMany(double)).rejects.toMatchObject({ code: 11_000 });
    await users().deleteMany({ email: 'b@example.com' });
  });
});

it('duplicates in its way: 1, the documents are named and not their contents, and nothing is dropped', async () => {
  await users().dropIndex('email_unique');
  const { insertedIds } = await users().insertMany([{ email: 'twice@example.com' }, { email: 'twice@example.com' }]);
  for (const wrong of [false, true]) {
    if (wrong) await users().createIndex({ email: 1 }, { name: 'email_unique' });
    const refused = await indexes('--repair');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain(`duplicates are in its way: _id ${Object.values(insertedIds).join(' and ')}`);
    expect(refused.stdout).not.toContain('twice@');
    expect(await users().indexExists('email_unique')).toBe(wrong);
  }
  await users().deleteMany({ email: 'twice@example.com' });
  expect(await indexes('--repair')).toMatchObject({ code: 0 });
});

it('says what it cannot do: 69 without a database that answers, 78 when told wrongly', async () => {
  const [away, untold, wrong] = await Promise.all([
    command.run(['--check'], {
      MONGODB_URI: 'mongodb://someone:their-password@127.0.0.1:1/x',
      MONGODB_SERVER_SELECTION_TIMEOUT: '300ms',
    }),
    command.run([], {}),
    indexes('--drop'),
  ]);
  expect([away.code, away.stdout]).toEqual([69, '']);
  expect(away.stderr).toContain('ECONNREFUSED');
  expect(away.stderr).not.toContain('their-password');
  expect(untold).toMatchObject({ code: 78, stderr: expect.stringContaining('MONGODB_URI') });
  expect(wrong).toMatchObject({ code: 78, stderr: expect.stringContaining('--repair') });
});
