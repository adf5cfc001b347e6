import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { ADD_ON_MODEL } from '../../../../src/modules/recurring/add-on/add-on.schema.js';
import { PLAN_MODEL } from '../../../../src/modules/recurring/plan/plan.schema.js';
import { GATEWAY_ACCESS } from '../../../../src/surfaces/gateway/gateway.access.js';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { CASES_SEED } from '../../../support/drawn-cases.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, unauthorized } from '../../../support/gateway.js';
import { addOn, type Body, dataOf, discount, MONTHLY, plan, rowsOf } from '../../../support/recurring.js';
import { seeded } from '../../../support/seeded.js';

let app: TestApp;
let ours: GatewayCaller;
let theirs: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  ours = await gatewayCaller(app);
  theirs = await gatewayCaller(app, { account: 'theirs' });
});
afterAll(() => app.stop());

const UNKNOWN = '00000000000000000000';
const raw = (name: string) => app.app.get<Model<unknown>>(getModelToken(name), { strict: false }).collection;
const ROUTES = Object.keys(GATEWAY_ACCESS).filter((route) => route.includes('/api/recurring/'));
const idsOf = async (of: GatewayCaller) => ({
  addOnId: (await addOn(of)).id,
  discountId: (await discount(of)).id,
  planId: (await plan(of)).id,
});
const pathOf = (route: string, ids: Record<string, string>) =>
  (route.split(' ')[1] ?? '').replace(/:(\w+)/, (_all, name: string) => ids[name] ?? '');
const catalogOf = async (of: GatewayCaller) =>
  Promise.all(
    ['addons', 'discounts', 'plans'].map(async (list) => (await of.call('GET', `/api/recurring/${list}`)).text),
  );

describe('another account', () => {
  it('does not see, change or delete, and cannot tell from what is not there', async () => {
    const [mine, others] = [await idsOf(ours), await idsOf(theirs)];
    const named = ROUTES.filter((route) => route.includes(':'));
    expect(named).toHaveLength(9);
    const before = await catalogOf(ours);
    for (const route of named) {
      const method = route.split(' ')[0] ?? '';
      const ask = (ids: Record<string, string>) =>
        theirs.call(method, pathOf(route, ids), method === 'POST' ? { name: 'Mallory', amount: 1 } : undefined);
      const foreign = await ask(mine);
      expect([route, foreign.status, foreign.body]).toEqual([route, 404, notFound.body]);
      expect(foreign.text).toBe((await ask({ addOnId: UNKNOWN, discountId: UNKNOWN, planId: UNKNOWN })).text);
    }
    expect(await catalogOf(ours)).toEqual(before);
    const listed = (await catalogOf(theirs)).join('');
    for (const id of Object.values(mine)) expect(listed).not.toContain(id);
    for (const id of Object.values(others)) expect(listed).toContain(id);
  });

  it('has no copies of what is ours in its plans', async () => {
    const mine = await idsOf(ours);
    const { id } = await plan(theirs);
    for (const [list, source] of [['add_ons', mine.addOnId] as const, ['discounts', mine.discountId] as const])
      for (const path of ['', `/${id}`])
        expect(
          await theirs.call('POST', `/api/recurring/plan${path}`, { ...MONTHLY, [list]: [{ id: source }] }),
        ).toMatchObject({ status: 400, body: failed(`bad request error: ${list}.0.id is unknown`) });
  });

  it('of a partner has none of it', async () => {
    const partner = await gatewayCaller(app, { account: 'partner' });
    await app.app
      .get<Model<unknown>>(getModelToken('GatewayUser'), { strict: false })
      .collection.updateOne({ username: partner.username }, { $set: { accountType: 'partner' } });
    for (const route of ROUTES) {
      const path = pathOf(route, { addOnId: UNKNOWN, discountId: UNKNOWN, planId: UNKNOWN });
      expect(await partner.call(route.split(' ')[0] ?? '', path)).toMatchObject(unauthorized);
    }
  });
});

describe(`hostile values, seed ${CASES_SEED}`, () => {
  const VALUES: readonly unknown[] = [
    { $gt: '' },
    { $ne: null },
    [],
    [[]],
    ['1'],
    '$where',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    -0.5,
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    99_999_999,
    0,
    true,
    null,
    '',
    ' ',
    '4111111111111111',
    'x'.repeat(5_000),
    '\u202e',
    { toString: 1 },
    { id: { $gt: '' } },
    [{ id: { $gt: '' } }],
    [{ id: '__proto__' }],
    [{ id: 'x', amount: { $inc: 1 } }],
    [null],
    '0,31',
    '-1',
    '1e1',
  ];
  const FIELDS = [
    ...['name', 'description', 'amount', 'percentage', 'duration', 'billing_cycle_interval', 'billing_frequency'],
    ...[
      'billing_days',
      'charge_on_day',
      'add_ons',
      'discounts',
      'update_subscriptions',
      'id',
      'terms',
      'push',
      '__proto__',
    ],
  ];

  it('are refused or taken as the contract says, and what is refused changes nothing', async () => {
    const random = seeded(CASES_SEED);
    const ids = await idsOf(ours);
    const targets = ['addon', 'discount', 'plan', ...[`addon/${ids.addOnId}`, `plan/${ids.planId}`]];
    for (let round = 0; round < 80; round++) {
      const target = random.shuffled(targets)[0] ?? '';
      const fields = random.shuffled(FIELDS).slice(0, 1 + (round % 3));
      const entries = fields.map((name): [string, unknown] => [name, random.shuffled(VALUES)[0]]);
      const body = Object.fromEntries([...Object.entries(target === 'plan' ? MONTHLY : { amount: 1 }), ...entries]);
      const before = await catalogOf(ours);
      const answer = await ours.call('POST', `/api/recurring/${target}`, body);
      const what = `${target} ${JSON.stringify(body).slice(0, 300)} -> ${answer.text.slice(0, 300)}`;
      expect([what, [200, 400].includes(answer.status)]).toEqual([what, true]);
      if (answer.status === 400) expect([what, await catalogOf(ours)]).toEqual([what, before]);
      else if (target.includes('/')) expect([what, dataOf(answer).id]).toEqual([what, target.split('/')[1]]);
    }
    for (const one of [...(await raw(PLAN_MODEL).find().toArray()), ...(await raw(ADD_ON_MODEL).find().toArray())])
      expect(Object.keys(one).toSorted()).toEqual([
        '_id',
        'accountId',
        'createdAt',
        'deletedAt',
        'terms',
        'updatedAt',
        'v',
        'w',
      ]);
  });
});

describe('at the same moment', () => {
  it('updates of different fields are all kept, and each push has a number of its own', async () => {
    const { id } = await plan(ours, { amount: 1 });
    const source = await addOn(ours);
    const changes = [
      ...[
        { name: 'other' },
        { description: 'D' },
        { duration: 9 },
        { add_ons: [{ id: source.id }] },
        { billing_days: '9' },
      ],
      ...Array<object>(5).fill({ update_subscriptions: true }),
    ];
    const answers = await Promise.all(changes.map((change) => ours.call('POST', `/api/recurring/plan/${id}`, change)));
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
    expect(dataOf(await ours.call('GET', `/api/recurring/plan/${id}`))).toMatchObject({
      ...{ name: 'other', description: 'D', duration: 9, billing_days: '9' },
      add_ons: [{ id: source.id }],
    });
    expect(await raw(PLAN_MODEL).findOne({ _id: id } as never)).toMatchObject({
      terms: { push: { n: 5, amountMinor: 1 } },
      v: 1 + changes.length,
    });
  });

  it('an amount and its push are one: the last push has the amount that the plan had with it', async () => {
    const { id } = await plan(ours, { amount: 1 });
    const pushes = [10, 20, 30, 40].map((amount) => ({ amount, update_subscriptions: true }));
    await Promise.all(pushes.map((change) => ours.call('POST', `/api/recurring/plan/${id}`, change)));
    const { terms } = (await raw(PLAN_MODEL).findOne({ _id: id } as never)) as unknown as {
      terms: { amountMinor: number; push: { n: number; amountMinor: number } };
    };
    expect([terms.push.n, terms.push.amountMinor]).toEqual([4, terms.amountMinor]);
  });

  it('a deletion and updates: whatever comes after it is 404, and nothing comes back', async () => {
    for (const [path, make] of [['plan', plan] as const, ['addon', addOn] as const]) {
      const { id } = await make(ours);
      const address = `/api/recurring/${path}/${id}`;
      const [removed, ...updates] = await Promise.all([
        ours.call('DELETE', address),
        ...[2, 3, 4].map((amount) => ours.call('POST', address, { amount })),
      ]);
      expect(removed.status).toBe(200);
      for (const { status } of updates) expect([200, 404]).toContain(status);
      expect(await ours.call('GET', address)).toMatchObject(notFound);
    }
  });

  it('of deletions one is the one', async () => {
    const { id } = await discount(ours);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => ours.call('DELETE', `/api/recurring/discount/${id}`)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404, 404]);
  });
});

it('an account has at most 1000 of a kind, so that a list has an end; a deletion makes room', async () => {
  const full = await gatewayCaller(app, { account: 'full' });
  const { id } = await addOn(full);
  const [one = {}] = (await raw(ADD_ON_MODEL)
    .find({ _id: id } as never)
    .toArray()) as unknown as Body[];
  const more = Array.from({ length: 999 }, (_one, n) => ({ ...one, _id: `full${String(n).padStart(16, '0')}` }));
  await raw(ADD_ON_MODEL).insertMany(more as never);
  expect(rowsOf(await full.call('GET', '/api/recurring/addons'))).toHaveLength(1_000);
  expect(await full.call('POST', '/api/recurring/addon', { amount: 1 })).toMatchObject({
    status: 400,
    body: failed('bad request error: an account has at most 1000 add-ons: delete one first'),
  });
  expect((await full.call('POST', '/api/recurring/discount', { amount: 1 })).status).toBe(200);
  await full.call('DELETE', `/api/recurring/addon/${id}`);
  expect((await full.call('POST', '/api/recurring/addon', { amount: 1 })).status).toBe(200);
});
