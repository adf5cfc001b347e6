import { startTestApp, type TestApp } from '../../support/app.js';
import { invalid, type KomojuCaller, komojuCaller, recordId } from '../../support/komoju.js';
import { vaultCustomers } from '../../support/vault.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

interface List {
  readonly resource: string;
  readonly total: number;
  readonly page: number;
  readonly per_page: number;
  readonly last_page: number;
  readonly data: readonly { id: string; source: unknown; created_at: string }[];
}

let accounts = 0;
/** An account of its own with so many customers, the newest first; only the first is made by a request, the others are its copies. */
async function accountOf(createdAt: readonly string[]) {
  const komoju = await komojuCaller(app, `list-${++accounts}`);
  const list = async (query = ''): Promise<List> => (await komoju.ok('GET', query)) as unknown as List;
  if (createdAt.length === 0) return { komoju, list };
  const first = await vaultCustomers(app)
    .findById(recordId(await komoju.created()))
    .lean()
    .exec();
  const copies = createdAt.map((at, index) => {
    const _id = `b89ffdqj8m0${String(accounts).padStart(4, '0')}${String(index).padStart(5, '0')}`;
    return { ...first, _id, customerId: `copy${_id}`, createdAt: new Date(at) };
  });
  await vaultCustomers(app).collection.insertMany(copies as never);
  await vaultCustomers(app).deleteOne({ _id: first?._id });
  return { komoju, list };
}

const MOMENT = '2020-06-09T07:41:50Z';
const seconds = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(MOMENT) + i * 1_000).toISOString());

describe('rule P1', () => {
  it.each([
    [3, '', { total: 3, page: 1, per_page: 10, last_page: 1 }, 3],
    [23, '', { total: 23, page: 1, per_page: 10, last_page: 3 }, 10],
    [23, '?page=3', { total: 23, page: 3, per_page: 10, last_page: 3 }, 3],
    [23, '?page=4&per_page=10', { total: 23, page: 4, per_page: 10, last_page: 3 }, 0],
    [0, '', { total: 0, page: 1, per_page: 10, last_page: 0 }, 0],
    [20, '', { total: 20, page: 1, per_page: 10, last_page: 2 }, 10],
    [20, '?page=999999999999999&per_page=100', { total: 20, page: 999999999999999, per_page: 100, last_page: 1 }, 0],
    [20, `?per_page=${'9'.repeat(200)}`, { total: 20, page: 1, per_page: 100, last_page: 1 }, 20],
    [20, '?per_page=101&page=02', { total: 20, page: 2, per_page: 100, last_page: 1 }, 0],
    [20, '?per_page=1&page=20&shoe=42', { total: 20, page: 20, per_page: 1, last_page: 20 }, 1],
  ])('of %d customers, %s', async (total, query, numbers, rows) => {
    const { list } = await accountOf(seconds(total));
    const { data, ...rest } = await list(query);
    expect([rest, data.length]).toEqual([{ resource: 'list', ...numbers }, rows]);
  });

  it.each(['0', '-1', '1.5', '1e2', '0x10', 'ten', '', '+5', '%205', '5%0a', '٣'])('page %j is none', async (value) => {
    const komoju = await komojuCaller(app, 'list-0');
    for (const name of ['page', 'per_page'])
      expect(await komoju.call('GET', `?${name}=${encodeURI(value)}`)).toMatchObject(
        invalid(name, expect.stringMatching(/must be a whole number from 1/)),
      );
  });

  it('refuses a page of more digits than a number has, a value twice, and a value within', async () => {
    const komoju = await komojuCaller(app, 'list-0');
    expect(await komoju.call('GET', `?page=${'9'.repeat(16)}`)).toMatchObject(invalid('page', expect.any(String)));
    expect(await komoju.call('GET', '?page=1&page=2')).toMatchObject(invalid('page', expect.any(String)));
    expect(await komoju.call('GET', '?start_time=2020-01-01&start_time=2021-01-01')).toMatchObject(
      invalid('start_time', expect.any(String)),
    );
    expect((await komoju.call('GET', '?page[$gt]=1&__proto__=x')).status).toBe(200);
  });
});

describe('the order', () => {
  it('is newest first, then by id from the last to the first, over all pages', async () => {
    const at = ['2020-06-09T07:41:50Z', '2020-06-09T07:41:52Z', '2020-06-09T07:41:51Z', '2020-06-09T07:41:52Z'];
    const { list } = await accountOf(at);
    const whole = (await list()).data;
    expect(whole.map(({ created_at }) => created_at)).toEqual(at.toSorted().toReversed());
    const [one, two] = whole.map(({ id }) => id);
    expect(one! > two!).toBe(true);
    const pages = await Promise.all([1, 2].map((page) => list(`?per_page=2&page=${page}`)));
    expect(pages.flatMap(({ data }) => data)).toEqual(whole);
  });

  it('is that of creation for what requests make', async () => {
    const komoju: KomojuCaller = await komojuCaller(app, 'list-made');
    const made = [await komoju.created(), await komoju.created(), await komoju.created()];
    const list = (await komoju.ok('GET', '')) as unknown as List;
    expect(list.data.map(({ id }) => id)).toEqual(made.toReversed());
    expect(list.data.map(({ source }) => source)).toEqual([null, null, null]);
    const others = (await (await komojuCaller(app, 'list-0')).ok('GET', '')) as unknown as List;
    expect(others.total).toBe(0);
  });
});

describe('the times', () => {
  let list: (query?: string) => Promise<List>;
  beforeAll(async () => {
    const at = ['2020-06-09T07:41:49.999Z', '2020-06-09T07:41:50.000Z', '2020-06-09T07:41:50.500Z'];
    ({ list } = await accountOf([...at, '2020-06-09T07:41:51.000Z']));
  });

  it.each([
    ['?start_time=2020-06-09T07:41:50Z', ['51']],
    ['?start_time=2020-06-09T07:41:49Z', ['51', '50', '50']],
    ['?start_time=2020-06-09T07:41:49.999Z', ['51', '50', '50']],
    ['?end_time=2020-06-09T07:41:50Z', ['49']],
    ['?end_time=2020-06-09T07:41:51Z', ['50', '50', '49']],
    ['?start_time=2020-06-09T07:41:49Z&end_time=2020-06-09T07:41:51Z', ['50', '50']],
    ['?start_time=2020-06-09T16:41:49%2B09:00&end_time=2020-06-09T16:41:51+09:00', ['50', '50']],
    ['?start_time=2020-06-10', []],
    ['?start_time=2020-06-09&end_time=2020-06-10', ['51', '50', '50', '49']],
    ['?start_time=2020-06-09T07:41:51Z&end_time=2020-06-09T07:41:49Z', []],
    ['?start_time=1960-01-01&end_time=9999-12-31T23:59:59Z', ['51', '50', '50', '49']],
  ])('%s', async (query, wanted) => {
    const { total, data } = await list(query);
    expect([total, data.map(({ created_at }) => created_at.slice(17, 19))]).toEqual([wanted.length, wanted]);
  });

  it.each(['yesterday', '', '1591688510', '2020-06-31', '2020-06-09T07:41:50Z%00'])('%j is none', async (value) => {
    const komoju = await komojuCaller(app, 'list-0');
    for (const name of ['start_time', 'end_time'])
      expect(await komoju.call('GET', `?${name}=${value}`)).toMatchObject(
        invalid(name, `${name} must be an ISO 8601 time such as 2020-06-09T07:41:50Z`),
      );
  });
});
