import { startTestApp, type TestApp } from '../../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success } from '../../../support/gateway.js';
import { dataOf, inList, rowsOf } from '../../../support/recurring.js';

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());

const UNKNOWN = '00000000000000000000';
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Contract 8.2: exactly the add-on's with another word. */
describe.each(['addon', 'discount'])('%s', (word) => {
  const path = `/api/recurring/${word}`;
  const create = (body?: object) => merchant.call('POST', path, body);
  const made = async (body: object = { name: 'Locker', amount: 100 }) => dataOf(await create(body));
  const read = async (id: string) => dataOf(await merchant.call('GET', `${path}/${id}`));
  const update = (id: string, body?: object) => merchant.call('POST', `${path}/${id}`, body);
  const list = () => merchant.call('GET', `${path}s`);

  it('is created and read as the contract’s example', async () => {
    const body = { name: 'Locker', description: 'Locker rental', amount: 100, percentage: null, duration: 0 };
    const answer = await create(body);
    const stamps = { created_at: expect.stringMatching(INSTANT), updated_at: expect.stringMatching(INSTANT) };
    const item = { ...body, ...stamps, id: expect.stringMatching(/^[0-9a-v]{20}$/) };
    expect(answer).toMatchObject({ status: 200, body: success(item) });
    expect(dataOf(answer)).toEqual(item);
    expect(await read(dataOf(answer).id)).toEqual(dataOf(answer));
  });

  it('has defaults for all but its figure', async () => {
    expect(await made({ amount: 0 })).toMatchObject({
      name: '',
      description: '',
      amount: 0,
      percentage: null,
      duration: 0,
    });
  });

  it.each([0, 100, 43_440, 100_000])('takes a percentage of %i', async (percentage) => {
    expect(await made({ percentage, amount: null })).toMatchObject({ amount: null, percentage });
  });

  it.each<[object | undefined, string]>([
    [{ percentage: 50 }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ percentage: 99 }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ percentage: 100_001 }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ percentage: -100 }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ percentage: 100.5 }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ percentage: '100' }, 'percentage must be 0 or a whole number from 100 to 100000'],
    [{ amount: -1 }, 'amount must not be less than 0'],
    [{ amount: 100_000_000 }, 'amount must not be greater than 99999999'],
    [{ amount: 1.5 }, 'amount must be an integer number'],
    [{ amount: '100' }, 'amount must be an integer number'],
    [{ amount: 1, duration: -1 }, 'duration must not be less than 0'],
    [{ amount: 1, duration: 10_000 }, 'duration must not be greater than 9999'],
    [{ amount: 1, duration: 0.5 }, 'duration must be an integer number'],
    [{ amount: 1, name: 'n'.repeat(101) }, 'name must be shorter than or equal to 100 characters'],
    [{ amount: 1, name: 7 }, 'name must be a string'],
    [{ amount: 1, description: 'd'.repeat(256) }, 'description must be shorter than or equal to 255 characters'],
    [{ amount: 1, description: 'card 4242 4242 4242 4242' }, 'description must not contain a card number'],
    [{ amount: 1, percentage: 100 }, 'amount and percentage must not be sent together'],
    [{ amount: 0, percentage: 0 }, 'amount and percentage must not be sent together'],
    [{ name: 'Locker' }, 'one of amount and percentage is required'],
    [{ amount: null, percentage: null }, 'one of amount and percentage is required'],
    [undefined, 'one of amount and percentage is required'],
  ])('refuses %j, and stores nothing', async (body, message) => {
    const before = (await list()).text;
    expect(await create(body)).toMatchObject(refusal(message));
    expect((await list()).text).toBe(before);
  });

  it('an update changes what is sent, and the time', async () => {
    const item = await made({ name: 'Locker', description: 'Locker rental', amount: 100, duration: 3 });
    await app.advance(1_000);
    const changed = dataOf(await update(item.id, { name: 'Box' }));
    expect(changed).toEqual({
      ...item,
      name: 'Box',
      updated_at: expect.not.stringMatching(String(item['updated_at'])),
    });
    expect(await read(item.id)).toEqual(changed);
  });

  it('a figure that is sent takes the place of the other (decision G43)', async () => {
    const { id } = await made({ amount: 100 });
    expect(dataOf(await update(id, { percentage: 500 }))).toMatchObject({ amount: null, percentage: 500 });
    expect(dataOf(await update(id, { duration: 2, amount: null, percentage: null }))).toMatchObject({
      percentage: 500,
    });
    expect(dataOf(await update(id, { amount: 0, percentage: null }))).toMatchObject({ amount: 0, percentage: null });
    expect(await update(id, { amount: 1, percentage: 100 })).toMatchObject(
      refusal('amount and percentage must not be sent together'),
    );
  });

  it('empty clears name and description (ruling 32), and null does not', async () => {
    const { id } = await made({ name: 'Locker', description: 'Locker rental', amount: 1 });
    expect(dataOf(await update(id, { name: null, description: null }))).toMatchObject({ name: 'Locker' });
    expect(dataOf(await update(id, { name: '', description: '' }))).toMatchObject({ name: '', description: '' });
  });

  it('what was read may be sent back, and changes nothing, not even the time', async () => {
    for (const figure of [{ amount: 100 }, { percentage: 10_000 }]) {
      const item = await made({ name: '', description: 'D', duration: 3, ...figure });
      await app.advance(1_000);
      for (const body of [item, undefined, {}, { shoe: 1 }, { duration: '' }])
        expect(dataOf(await update(item.id, body))).toEqual(item);
      expect(dataOf(await create(item))).toMatchObject({ name: '', description: 'D', duration: 3, ...figure });
    }
  });

  it('cannot be made another’s, or another one, by its body', async () => {
    const foreign = {
      id: UNKNOWN,
      accountId: 'A',
      created_at: '2001-01-01T00:00:00Z',
      deletedAt: null,
      terms: {},
      v: 9,
    };
    const item = await made({ amount: 1, ...foreign });
    expect(item.id).not.toBe(UNKNOWN);
    expect(dataOf(await update(item.id, foreign))).toEqual(item);
  });

  it('the list is that of the account, oldest first, with whole seconds', async () => {
    const other = await gatewayCaller(app, { account: `list of ${word}s` });
    expect((await other.call('GET', `${path}s`)).body).toEqual({ ...success([]), total_count: 0 });
    const first = dataOf(await other.call('POST', path, { name: 'one', amount: 1 }));
    await app.advance(2_000);
    const second = dataOf(await other.call('POST', path, { name: 'two', percentage: 100 }));
    await other.call('POST', `${path}/${first.id}`, { amount: 2 });
    const changed = dataOf(await other.call('GET', `${path}/${first.id}`));
    const { body } = await other.call('GET', `${path}s`);
    expect(body).toEqual({ ...success([inList(changed), inList(second)]), total_count: 2 });
  });

  it('is gone after its deletion', async () => {
    const { id } = await made();
    const answer = await merchant.call('DELETE', `${path}/${id}`);
    expect([answer.status, answer.body]).toEqual([200, success(null)]);
    for (const [method, body] of [['GET'], ['POST', { amount: 1 }], ['DELETE']] as const)
      expect(await merchant.call(method, `${path}/${id}`, body)).toMatchObject(notFound);
    expect(rowsOf(await list()).map((row) => row.id)).not.toContain(id);
  });

  it('there is none of an id that nobody has', async () => {
    for (const method of ['GET', 'POST', 'DELETE'])
      expect(await merchant.call(method, `${path}/${UNKNOWN}`)).toMatchObject(notFound);
  });
});

it('an add-on is no discount, and a discount no add-on', async () => {
  const addOn = dataOf(await merchant.call('POST', '/api/recurring/addon', { amount: 1 }));
  const discount = dataOf(await merchant.call('POST', '/api/recurring/discount', { amount: 1 }));
  for (const path of [`discount/${addOn.id}`, `addon/${discount.id}`, `plan/${addOn.id}`])
    expect(await merchant.call('GET', `/api/recurring/${path}`)).toMatchObject(notFound);
});
