import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPerson, importPersons } from '../../../src/commands/admin/person-command.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { cardInVault, type CensusCaller, censusCaller } from '../../support/census.js';
import { ghostCaller } from '../../support/ghost.js';

let app: TestApp;
let census: CensusCaller;
let other: CensusCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h' } });
  census = await censusCaller(app);
  other = await censusCaller(app, 'other');
});
afterAll(() => app.stop());

const say = (body: object, by = census) => by.call('POST', '/persons', body);
const methodsOf = (id: string, by = census) => by.call('GET', `/payment_methods?person_id=${id}`);

describe('a key', () => {
  const ask = (headers: Record<string, string>, path = '/api/v1/payments/payment_methods/1') =>
    app.http.get(path, { headers });

  it('is taken behind Bearer, by itself, and as X-Api-Key', async () => {
    const { key } = census;
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${key}` },
      { authorization: key },
      { 'x-api-key': key },
    ];
    for (const headers of ways) expect(await ask(headers)).toMatchObject({ status: 404, body: {} });
  });

  it('missing, wrong, cut, of another surface: 401 {}', async () => {
    const ghost = await ghostCaller(app);
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      `${census.key}x`,
      census.key.slice(0, -1),
      ghost.secretKey,
      ghost.publicKey,
    ];
    for (const authorization of wrong) expect(await ask({ authorization })).toMatchObject({ status: 401, body: {} });
    expect(await ask({})).toMatchObject({ status: 401, body: {} });
    expect(await ask({ 'x-api-key': 'csk_'.padEnd(31, 'x') })).toMatchObject({ status: 401, body: {} });
  });

  it('the address may carry a language (ruling 68)', async () => {
    const headers = { authorization: census.key };
    for (const locale of ['es', 'ca', 'pt-BR'])
      expect(await ask(headers, `/api/v1/${locale}/payments/payment_methods/1`)).toMatchObject({
        status: 404,
        body: {},
      });
    const unknown = await app.http.get('/api/v1/xyz/payments/payment_methods/1', { headers, check: false });
    expect(unknown.status).toBe(404);
    expect(unknown.body).not.toEqual({});
  });
});

describe('POST /persons', () => {
  it('stores a person, and adds what is new: the same again changes nothing', async () => {
    const first = await say({ id: '1@census', ids: ['1-1@participa'], name: 'Ada', email: 'ada@example.com' });
    const whole = { id: '1@census', ids: ['1@census', '1-1@participa'], name: 'Ada', email: 'ada@example.com' };
    expect([first.status, first.body]).toEqual([201, whole]);
    expect((await say({ id: '1-1@participa' })).body).toEqual(whole);
    expect((await say({ id: '1@census', ids: ['9@third'], name: 'Ada L.' })).body).toEqual({
      ...whole,
      ids: [...whole.ids, '9@third'],
      name: 'Ada L.',
    });
  });

  it('an identifier is one person’s: at the same time, and of two persons', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_one, n) => say({ id: 'raced@census', ids: [`r${n}@x`] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(((await say({ id: 'raced@census' })).body['ids'] as string[]).toSorted()).toEqual([
      ...Array.from({ length: 8 }, (_one, n) => `r${n}@x`),
      'raced@census',
    ]);
    await say({ id: 'a@census' });
    await say({ id: 'b@census' });
    expect(await say({ id: 'a@census', ids: ['b@census'] })).toMatchObject({
      status: 422,
      body: { ids: ['belong to more than one person'] },
    });
  });

  it.each([
    [{}, { id: ["can't be blank"] }],
    [{ id: '42' }, { id: [expect.stringMatching(/42@census/)] }],
    [{ id: ['42@census'] }, { id: [expect.any(String)] }],
    [{ id: '4242424242424242@census' }, { id: ['must not contain a card number'] }],
    [{ id: '5@census', email: 'nobody' }, { email: ['must be an email'] }],
    [{ id: '5@census', ids: ['x'] }, { ids: [expect.any(String)] }],
    [{ id: '5@census', ids: ['4242424242424242@x'] }, { ids: ['must not contain a card number'] }],
    [{ id: '5@census', vault_customer_id: 'nothere' }, { vault_customer_id: ['is not in the vault'] }],
  ])('%j is 422', async (body, problems) => {
    expect(await say(body)).toMatchObject({ status: 422, body: problems });
  });

  it('another account has the same identifier for somebody else, and no way to the first’s vault', async () => {
    const vaultId = await cardInVault(app, census.accountId);
    await say({ id: 'shared@census', vault_customer_id: vaultId });
    expect((await say({ id: 'theirs@census', vault_customer_id: vaultId }, other)).status).toBe(422);
    expect((await say({ id: 'second@census', vault_customer_id: vaultId })).status).toBe(422);
    await say({ id: 'shared@census' }, other);
    expect((await methodsOf('shared@census', other)).body).toEqual([]);
    expect((await methodsOf('shared@census')).body).toHaveLength(1);
  });
});

describe('the operator’s commands', () => {
  it('create-person stores one', async () => {
    const made = await createPerson(app.app, { id: 'op@census', ids: 'op-1@x, op-2@x', name: 'Grace' });
    expect(made).toEqual({ id: 'op@census', ids: ['op@census', 'op-1@x', 'op-2@x'], name: 'Grace', email: null });
    await expect(createPerson(app.app, { id: 'nobody' })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('import-persons stores what is valid, names the other lines and never what stands there, and may be run twice', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'persons-')), 'persons.csv');
    const lines = [
      '\ufeffid,ids,name,email',
      'i1@census,"i1-1@x;i1-2@x","Lovelace, Ada",ada@example.com',
      'i2,,,',
      '',
      'i3@census,,,not an address',
      '4242424242424242@census,,,',
      'i4@census',
      '"i5@census",,"a name',
    ];
    writeFileSync(file, `${lines.slice(0, 7).join('\n')}\n`);
    const first = (await importPersons(app.app, { file })) as {
      stored: number;
      refused: { line: number; problem: string }[];
    };
    expect(first).toEqual({
      stored: 2,
      refused: [
        { line: 3, problem: expect.stringMatching(/^id must be/) },
        { line: 5, problem: expect.stringMatching(/^email must be/) },
        { line: 6, problem: 'id must not contain a card number' },
      ],
    });
    expect(JSON.stringify(first)).not.toContain('4242');
    expect(await importPersons(app.app, { file })).toEqual(first);
    expect((await say({ id: 'i1@census' })).body).toEqual({
      id: 'i1@census',
      ids: ['i1@census', 'i1-1@x', 'i1-2@x'],
      name: 'Lovelace, Ada',
      email: 'ada@example.com',
    });
    writeFileSync(file, lines.join('\n'));
    await expect(importPersons(app.app, { file })).rejects.toMatchObject({
      messages: [expect.stringMatching(/^file cannot be read near line \d$/)],
    });
    writeFileSync(file, 'name,id,shoe\n');
    await expect(importPersons(app.app, { file })).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(importPersons(app.app, { file: '/nowhere.csv' })).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('GET /payment_methods', () => {
  it('lists a person’s methods by number, and reads one', async () => {
    const number = await census.cardholder('card@census');
    const card = {
      id: number,
      name: 'Visa **** 4242',
      type: 'PaymentMethods::CreditCard',
      status: 'active',
      'verified?': false,
    };
    const list = await methodsOf('card@census');
    expect([list.status, list.body]).toEqual([200, [card]]);
    expect(await census.call('GET', `/payment_methods/${number}`)).toMatchObject({ status: 200, body: card });
    expect(await other.call('GET', `/payment_methods/${number}`)).toMatchObject({ status: 404, body: {} });
  });

  it('nobody’s identifier, none, two, and a pattern are 422 {}; a known person without methods has []', async () => {
    for (const query of [
      '?person_id=nobody@census',
      '',
      '?person_id=',
      '?person_id=a@b&person_id=c@d',
      '?person_id[$ne]=x',
    ])
      expect(await census.call('GET', `/payment_methods${query}`)).toMatchObject({ status: 422, body: {} });
    await say({ id: 'bare@census' });
    expect(await methodsOf('bare@census')).toMatchObject({ status: 200, body: [] });
  });

  it.each(['0', '-1', '1.5', 'x', '017', '99999999999999999999', '1%20'])('number %s is 404 {}', async (id) => {
    expect(await census.call('GET', `/payment_methods/${id}`)).toMatchObject({ status: 404, body: {} });
  });

  it('a card whose month is over is inactive', async () => {
    const number = await census.cardholder('old@census');
    await app.advance(40 * 365 * 86_400_000);
    const read = await census.call('GET', `/payment_methods/${number}`);
    expect(read.body).toMatchObject({ status: 'inactive', 'verified?': false });
  });
});
