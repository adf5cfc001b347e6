import { armFailpoints } from '../../src/platform/common/failpoints.js';
import type { TestApp } from '../support/app.js';
import { CARD, type KomojuCaller, komojuCaller, recordId } from '../support/komoju.js';
import { sideBySide } from '../support/side-by-side.js';
import { vaultCustomers } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';
import { inTrouble, startVaultApp, untilTaken } from '../support/vault-scenarios.js';

jest.setTimeout(180_000);

let app: TestApp;
let komoju: KomojuCaller;
beforeAll(async () => {
  ({ app } = await startVaultApp());
  komoju = await komojuCaller(app);
});
afterEach(() => armFailpoints(undefined));
afterAll(() => app.stop());

const phases = (names: readonly string[]): string[] => names.flatMap((name) => [`${name}.before`, `${name}.after`]);
const SAVING = ['method.send_card', 'method.store', 'method.set_up', 'method.finish'];
const CREATE = phases(['creation.find', 'creation.insert', 'vault_customer.send', 'vault_customer.store', ...SAVING]);
const CHANGE = phases(['vault.find', 'method.begin', ...SAVING, 'method.detach', 'method.detached']);
/** Without a key a repeat is known until the first has ended, and its answer alone was lost. */
const KEYLESS = CREATE.filter((point) => point !== 'method.finish.after');

const OTHER = { ...CARD, number: '5555555555554444', year: 2036 };
const named = (key: string) => ({ 'idempotency-key': key });
const cardsOf = async (filter: object) => {
  const found = await vaultCustomers(app).find(filter).lean<{ methods: { maskedNumber: string }[] }[]>().exec();
  return found.map(({ methods }) => methods.map(({ maskedNumber }) => maskedNumber.slice(-4)));
};

describe('a create has trouble', () => {
  interface Case {
    readonly point: string;
    readonly how: 'with a key' | 'without' | 'never again';
    readonly email: string;
  }
  const cases = (how: Case['how'], points: readonly string[]): Case[] =>
    points.map((point) => ({ point, how, email: `${how.replaceAll(' ', '-')}.${point}@example.com` }));
  const all = [...cases('with a key', CREATE), ...cases('without', KEYLESS), ...cases('never again', CREATE)];
  let problems: string[];
  let status: (one: Case) => number | null;

  beforeAll(async () => {
    status = await sideBySide(all, 1, async ({ point, how, email }) => {
      // Only a create with a key looks for the customer before.
      const headers = how === 'with a key' || point.startsWith('creation.find') ? named(email) : {};
      const create = () => komoju.call('POST', '', { payment_details: CARD, email }, headers);
      await inTrouble(point, create);
      return how === 'never again' ? null : (await untilTaken(app, create)).status;
    });
    await settleVault(app);
    problems = await auditVault(app);
  });

  it.each(all.filter(({ how }) => how !== 'never again'))('at $point, and comes back $how', async (one) => {
    expect(status(one)).toBe(200);
    expect(await cardsOf({ email: one.email })).toEqual([['1111']]);
  });

  it.each(all.filter(({ how }) => how === 'never again'))('at $point, $how', async ({ point, email }) => {
    expect(await cardsOf({ email })).toEqual(point === 'method.finish.after' ? [['1111']] : []);
  });

  it('after all of them the records and Stripe agree', () => expect(problems).toEqual([]));
});

describe('another card, with an e-mail, has trouble', () => {
  const cases = CHANGE.flatMap((point) => [
    { point, comesBack: true },
    { point, comesBack: false },
  ]);
  type Case = (typeof cases)[number];
  let problems: string[];
  let after: (one: Case) => { id: string; status: number | null };

  beforeAll(async () => {
    after = await sideBySide(cases, 1, async ({ point, comesBack }) => {
      const email = `${point}.${String(comesBack)}@example.com`;
      const id = await komoju.created({ payment_details: CARD, email });
      const body = { payment_details: OTHER, email: `new.${email}` };
      const change = () => komoju.call('PATCH', `/${id}`, body, named(point));
      await inTrouble(point, change);
      return { id, status: comesBack ? (await untilTaken(app, change)).status : null };
    });
    await settleVault(app);
    problems = await auditVault(app);
  });

  const standing = async ({ id }: { id: string }) => {
    const [cards = []] = await cardsOf({ _id: recordId(id) });
    const { email } = await komoju.ok('GET', `/${id}`);
    return [...cards, String(email).startsWith('new.')];
  };

  it.each(cases.filter(({ comesBack }) => comesBack))('at $point, and comes back', async (one) => {
    expect(after(one).status).toBe(200);
    expect(await standing(after(one))).toEqual(['4444', true]);
  });

  it.each(cases.filter(({ comesBack }) => !comesBack))('at $point, and never again: all or nothing', async (one) => {
    expect([
      ['1111', false],
      ['4444', true],
    ]).toContainEqual(await standing(after(one)));
  });

  it('after all of them the records and Stripe agree', () => expect(problems).toEqual([]));
});

it('two at a time give a customer without a card one', async () => {
  const id = await komoju.created({ payment_details: CARD });
  const _id = recordId(id);
  const none = { methods: [], 'defaults.methodId': null, 'defaults.methodType': null };
  const [method] = (await vaultCustomers(app).findById(_id).lean().exec())?.methods ?? [];
  await vaultCustomers(app).collection.updateOne({ _id } as never, { $set: none, $inc: { v: 1 } });
  const cards = [OTHER, { ...CARD, year: 2037 }, { ...CARD, year: 2038 }];
  const answers = await Promise.all(
    cards.map((payment_details) => komoju.call('PATCH', `/${id}`, { payment_details })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [left = []] = await cardsOf({ _id });
  expect(left).toHaveLength(1);
  await settleVault(app);
  // The first one was taken out of the record behind its back.
  const orphan = expect.stringContaining(method?.providerMethodId ?? '');
  expect(await auditVault(app)).toEqual([orphan]);
});
