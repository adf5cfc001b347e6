import { eventually } from '../../support/payments.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  batchModel,
  carriedOut,
  carryOut,
  claimModel,
  csvOf,
  results,
  type Row,
  rowModel,
  SALE_ROW,
  sendCsv,
  upload,
} from '../../support/file-batches.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success } from '../../support/gateway.js';
import { dataOf, process, read, rows as transactions, saleOf, settled } from '../../support/transactions.js';

const HOUR = 3_600_000;

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());

let n = 0;
/** No two files of a test are the same. */
const orderId = (): string => `B${1000 + ++n}`;
const sale = (over: Row = {}): Row => ({ ...SALE_ROW, order_id: orderId(), ...over });
const ACCOUNT_ROW: Row = {
  transaction_type: 'sale',
  amount: '500',
  ach_account_number: '000123456789',
  ach_routing_number: '110000000',
  ach_account_type: 'checking',
  ach_sec_code: 'WEB',
};

describe('a file batch', () => {
  it('takes the contract’s example, carries it out and tells how it went', async () => {
    const file = [
      '"transaction_type","amount","cc_number","cc_expiration","order_id"',
      '"sale","100","4111111111111111","12/38","A1001"',
      '"authorize","2599","4012000098765439","12/38","A1002"',
      '',
    ].join('\n');
    const answer = await sendCsv(app, merchant, file);
    const data = { num_lines: 2, created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/) };
    expect([answer.status, answer.body]).toEqual([
      200,
      success({ id: expect.stringMatching(/^[0-9a-v]{20}$/), status: 'pending', processed_lines: 0, ...data }),
    ]);
    const id = String(dataOf(answer)['id']);
    const early = await merchant.call('GET', `/api/filebatch/${id}/download`);
    expect([early.status, early.body]).toEqual([400, failed('bad request error: batch is not in completed status')]);
    await carryOut(app, merchant, id);
    const done = await merchant.call('GET', `/api/filebatch/${id}`);
    expect(done.body).toEqual(success({ id, status: 'completed', processed_lines: 2, ...data }));
    const download = await merchant.call('GET', `/api/filebatch/${id}/download`);
    expect(download.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(download.headers.get('x-correlation-id')).toMatch(/-/);
    const [header, first, second, end] = download.text.split('\n');
    expect(header).toBe(
      '"line","transaction_type","amount","order_id","status","transaction_id","response_code","response_text","masked_account"',
    );
    expect(first).toMatch(/^"2","sale","100","A1001","success","[0-9a-v]{20}","100","approved","411111\*{6}1111"$/);
    expect(second).toMatch(
      /^"3","authorize","2599","A1002","success","[0-9a-v]{20}","100","approved","401200\*{6}5439"$/,
    );
    expect(end).toBe('');
    const [one] = await results(merchant, id);
    expect(await read(merchant, one?.['transaction_id'])).toMatchObject({
      amount: 100,
      status: 'pending_settlement',
      user_id: merchant.userId,
      order_id: 'A1001',
    });
  });

  it('carries out all six types, by card, bank account and customer', async () => {
    const customer = dataOf(
      await merchant.call('POST', '/api/vault/customer', {
        default_payment: { card: { number: '4242424242424242', expiration_date: '12/38' } },
      }),
    );
    const held = await process(merchant, saleOf({ type: 'authorize', order_id: orderId() }));
    const heldByOrder = orderId();
    await process(merchant, saleOf({ type: 'authorize', order_id: heldByOrder }));
    const sold = await settled(app, merchant);
    const soldByOrder = orderId();
    await settled(app, merchant, { order_id: soldByOrder });
    const outcomes = await carriedOut(
      app,
      merchant,
      sale(),
      ACCOUNT_ROW,
      { transaction_type: 'sale', amount: '700', customer_id: String(customer['id']) },
      sale({ transaction_type: 'authorize', amount: '2599' }),
      sale({ transaction_type: 'verification', amount: '0' }),
      sale({ transaction_type: 'credit' }),
      { transaction_type: 'capture', amount: '1000', transaction_id: String(held['id']) },
      { transaction_type: 'capture', amount: '1112', order_id: heldByOrder },
      { transaction_type: 'refund', amount: '400', transaction_id: String(sold['id']) },
      { transaction_type: 'refund', amount: '1112', order_id: soldByOrder },
      sale({ cc_number: '4000000000009995' }),
    );
    expect(outcomes.map(({ status, response_code }) => [status, response_code])).toEqual([
      ['success', '100'],
      ['success', '100'],
      ['success', '100'],
      ['success', '100'],
      ['success', '100'],
      ['failed', '410'],
      ['success', '100'],
      ['success', '100'],
      ['success', '100'],
      ['success', '100'],
      ['failed', '202'],
    ]);
    expect(outcomes.map(({ masked_account }) => masked_account).slice(0, 3)).toEqual([
      '424242******4242',
      '****6789',
      expect.stringMatching(/4242$/),
    ]);
    expect(await read(merchant, held['id'])).toMatchObject({ status: 'pending_settlement', amount_captured: 1000 });
    expect(await read(merchant, sold['id'])).toMatchObject({ amount_refunded: 400 });
    const refund = await read(merchant, outcomes[8]?.['transaction_id']);
    expect(refund).toMatchObject({ type: 'refund', amount: 400, referenced_transaction_id: sold['id'] });
  });

  it('ends a bad row by itself, naming its column', async () => {
    const shared = orderId();
    await process(merchant, saleOf({ type: 'authorize', order_id: shared }));
    await process(merchant, saleOf({ type: 'authorize', order_id: shared }));
    const outcomes = await carriedOut(
      app,
      merchant,
      sale({ amount: 'ten' }),
      sale({ amount: '' }),
      sale({ cc_number: '4242424242424241' }),
      sale({ cc_expiration: '' }),
      sale({ transaction_type: 'charge' }),
      sale({ customer_id: 'c1' }),
      sale({ cc_number: '', cc_expiration: '', cc_cvc: '' }),
      sale({ description: 'x'.repeat(101) }),
      sale({ order_id: 'x'.repeat(18) }),
      sale({ billing_postal_code: '1', billing_country: 'US' }),
      sale({ billing_first_name: 'x'.repeat(51) }),
      sale({ description: 'paid by 4242 4242 4242 4242' }),
      { ...ACCOUNT_ROW, ach_sec_code: 'TEL' },
      { transaction_type: 'capture', amount: '1' },
      { transaction_type: 'capture', amount: '1', order_id: shared },
      { transaction_type: 'capture', amount: '1', order_id: 'nobodys' },
      { transaction_type: 'refund', amount: '1', transaction_id: 'b7kgflt1tlv51er0fts0' },
      sale({ processor_id: 'b7kgflt1tlv51er0fts0' }),
      sale({ order_id: 'last' }),
    );
    expect(outcomes.map(({ response_text }) => response_text)).toEqual([
      'amount must be an integer number',
      'amount is required',
      'cc_number must be a card number',
      'cc_expiration is required',
      expect.stringMatching(/^transaction_type must be one of/),
      'exactly one of a card (cc_…), a bank account (ach_…) and customer_id is required',
      'exactly one of a card (cc_…), a bank account (ach_…) and customer_id is required',
      'description must be shorter than or equal to 100 characters',
      expect.stringMatching(/^order_id /),
      'invalid Postal Code',
      'billing_first_name must be shorter than or equal to 50 characters',
      'description must not contain a card number',
      expect.stringMatching(/^ach_sec_code must be one of/),
      'transaction_id or order_id is required for a capture',
      'order_id names more than one transaction for a capture',
      'order_id names no transaction for a capture',
      'there is no such transaction',
      expect.any(String),
      'approved',
    ]);
    expect(outcomes.slice(0, -1).map(({ status, transaction_id }) => [status, transaction_id])).toEqual(
      outcomes.slice(0, -1).map(() => ['failed', '']),
    );
    expect(outcomes.at(-1)?.['status']).toBe('success');
  });

  it('names the line of what is wrong with the structure, at once, and keeps nothing', async () => {
    const header = '"transaction_type","amount"\n';
    const cases: [string | Buffer, string][] = [
      ['', 'file is required'],
      ['\n\n', 'line 1: it is empty'],
      [' \n', 'line 1: column 1 ( ) is unknown'],
      [header, 'the file has no rows'],
      ['"transaction_type","amount","secret"\n', 'line 1: column 3 (secret) is unknown'],
      ['"sale","4242424242424242"\n', 'line 1: column 1 (sale) is unknown'],
      ['"4242424242424242"\n', 'line 1: column 1 is unknown'],
      ['"amount","amount"\n', 'line 1: column amount stands there twice'],
      ['"transaction_type","order_id"\n"sale","1"\n', 'line 1: column amount is missing'],
      [`${header}"sale","1"\n"sale"\n`, 'line 3: it has 1 values, the header has 2'],
      [`${header}"sale","1","2"\n`, 'line 2: it has 3 values, the header has 2'],
      [`${header}"sale","1"\n\n"sale","1"\n`, 'line 3: it is empty'],
      [`${header}"sale","1"\n"sale","1\n"sale","1"\n`, /^line 3: a value must be free of quotes/ as never],
      [`${header}"sa""le","1"\n`, /^line 2: a value must be free of quotes/ as never],
      [`${header}"sale","${'1'.repeat(20_000)}"\n`, 'line 2: it is longer than 16384 characters'],
      [Buffer.from(`${header}"sale","1\xe9"\n`, 'latin1'), 'the file must be in UTF-8'],
    ];
    const before = [await batchModel(app).countDocuments(), await rowModel(app).countDocuments()];
    for (const [file, message] of cases) {
      const answer = await sendCsv(app, merchant, file);
      const wanted =
        typeof message === 'string' ? `bad request error: ${message}` : expect.stringMatching(/: line \d: a value/);
      expect([answer.status, answer.body]).toEqual([400, failed(wanted)]);
    }
    expect([await batchModel(app).countDocuments(), await rowModel(app).countDocuments()]).toEqual(before);
  });

  it('takes what spreadsheets write: a byte-order mark, CR LF, values without quotes', async () => {
    const file = `\ufefftransaction_type,amount,cc_number,cc_expiration,tax_exempt\r\nsale, 100 ,4242424242424242,12/38,TRUE\r\n`;
    const id = String(dataOf(await sendCsv(app, merchant, file))['id']);
    await carryOut(app, merchant, id);
    const [row] = await results(merchant, id);
    expect(row).toMatchObject({ status: 'success', amount: '100' });
    expect(await read(merchant, row?.['transaction_id'])).toMatchObject({ tax_exempt: true });
  });

  it('is taken as a form’s field too', async () => {
    const form = new FormData();
    form.set('note', 'not asked for');
    form.set('file', new Blob([csvOf(sale())], { type: 'text/csv' }), 'rows.csv');
    const send = (body: FormData) =>
      fetch(`${app.url}/api/filebatch`, { method: 'POST', headers: { authorization: merchant.key }, body });
    const answer = await send(form);
    const { data } = (await answer.json()) as { data: Record<string, unknown> };
    expect([answer.status, data['num_lines']]).toEqual([200, 1]);
    await carryOut(app, merchant, String(data['id']));
    const other = new FormData();
    other.set('rows', new Blob([csvOf(sale())]), 'rows.csv');
    const refused = await send(other);
    expect([refused.status, await refused.json()]).toEqual([400, failed('bad request error: file is required')]);
    const bad = new FormData();
    bad.set('file', new Blob([`${csvOf(sale())}"x"\n${csvOf(sale()).repeat(5_000)}`]), 'rows.csv');
    const structure = await send(bad);
    expect([structure.status, await structure.json()]).toEqual([
      400,
      failed(expect.stringMatching(/line 3: it has 1/)),
    ]);
  });

  it('refuses a form that is not whole', async () => {
    const cut =
      '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n"transaction_type","amount"\n"sale","1"\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await sendCsv(app, merchant, cut, headers);
    expect([answer.status, answer.body]).toEqual([400, failed(expect.stringMatching(/^bad request error: the form/))]);
    const without = await sendCsv(app, merchant, cut, { 'content-type': 'multipart/form-data; x=y' });
    expect(without.status).toBe(400);
  });

  it('refuses what is too large, before it is stored', async () => {
    const line = `"sale","100","${'x'.repeat(16_000)}"\n`;
    const large = `"transaction_type","amount","description"\n${line.repeat(700)}`;
    expect((await sendCsv(app, merchant, large)).status).toBe(413);
    const chunked = await fetch(`${app.url}/api/filebatch`, {
      method: 'POST',
      headers: { authorization: merchant.key, 'content-type': 'text/csv' },
      body: new ReadableStream({
        start(controller) {
          for (const piece of large.match(/[\s\S]{1,65536}/g) ?? []) controller.enqueue(Buffer.from(piece));
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit);
    expect([chunked.status, await chunked.json()]).toEqual([413, failed('request too large')]);
    await eventually(async () =>
      expect(await batchModel(app).collection.countDocuments({ status: 'uploading' })).toBe(0),
    );
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['another charset', { 'content-type': 'text/csv; charset=latin1' }],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('refuses another type: %s', async (_what, headers) => {
    expect((await sendCsv(app, merchant, csvOf(sale()), headers as never)).status).toBe(415);
  });
});

describe('who may', () => {
  it('asks for a credential and the permission, before the file is read', async () => {
    const clerk = await gatewayCaller(app, { role: 'standard', permissions: { process_sale: true } });
    const bad = 'no csv';
    expect((await sendCsv(app, { key: 'api_nobody' }, bad)).body).toEqual(failed('unauthorized'));
    const refused = await sendCsv(app, clerk, bad);
    expect([refused.status, refused.body]).toEqual([403, failed('forbidden: missing permission access_file_batch')]);
    expect((await clerk.call('GET', '/api/filebatch/x')).status).toBe(403);
    expect((await clerk.call('GET', '/api/filebatch/x/download')).status).toBe(403);
  });

  it('keeps accounts apart', async () => {
    const stranger = await gatewayCaller(app, { account: 'stranger' });
    const file = csvOf(sale());
    const id = String(dataOf(await sendCsv(app, merchant, file))['id']);
    expect(await stranger.call('GET', `/api/filebatch/${id}`)).toMatchObject(notFound);
    expect(await stranger.call('GET', `/api/filebatch/${id}/download`)).toMatchObject(notFound);
    const own = dataOf(await sendCsv(app, stranger, file));
    expect(own['id']).not.toBe(id);
    const held = await process(merchant, saleOf({ type: 'authorize', order_id: 'ofMerchant' }));
    const outcomes = await carriedOut(
      app,
      stranger,
      { transaction_type: 'capture', amount: '1', transaction_id: String(held['id']) },
      { transaction_type: 'capture', amount: '1', order_id: 'ofMerchant' },
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(await read(merchant, held['id'])).toMatchObject({ status: 'authorized' });
  });

  it('carries rows out by the rights that the uploader has by then', async () => {
    const clerk = await gatewayCaller(app, {
      role: 'standard',
      permissions: { access_file_batch: true, process_sale: true },
    });
    const outcomes = await carriedOut(
      app,
      clerk,
      sale(),
      sale({ transaction_type: 'authorize' }),
      { transaction_type: 'capture', amount: '1', order_id: 'x' },
      { transaction_type: 'refund', amount: '1', order_id: 'x' },
    );
    expect(outcomes.map(({ status, response_text }) => [status, response_text])).toEqual([
      ['success', 'approved'],
      ['failed', 'missing permission process_authorization'],
      ['failed', 'missing permission process_capture'],
      ['failed', 'missing permission process_refund'],
    ]);
    const id = await upload(app, clerk, sale());
    await merchant.call('POST', `/api/user/${clerk.userId}`, { status: 'disabled' });
    const before = (await app.simulator.ledger()).count;
    await carryOut(app, merchant, id);
    expect((await results(merchant, id)).map(({ response_text }) => response_text)).toEqual([
      'the user who uploaded it is not active',
    ]);
    expect((await app.simulator.ledger()).count).toBe(before);
  });
});

describe('the same file again', () => {
  it('is the same batch for a day, and says so', async () => {
    const file = csvOf(sale());
    const first = await sendCsv(app, merchant, file);
    const rowsThen = await rowModel(app).countDocuments();
    const again = await sendCsv(app, merchant, file);
    expect(again.body).toEqual({
      status: 'success',
      msg: 'the same file was uploaded before: this is its batch',
      data: dataOf(first),
    });
    expect(await rowModel(app).countDocuments()).toBe(rowsThen);
    await carryOut(app, merchant, String(dataOf(first)['id']));
    await app.advance(24 * HOUR - 60_000);
    expect(dataOf(await sendCsv(app, merchant, file))).toMatchObject({ id: dataOf(first)['id'], status: 'completed' });
    await app.advance(2 * 60_000);
    const later = dataOf(await sendCsv(app, merchant, file));
    expect(later['id']).not.toBe(dataOf(first)['id']);
    await carryOut(app, merchant, String(later['id']));
  });

  it('is one batch when it comes twice at the same moment', async () => {
    const file = csvOf(sale(), sale());
    const answers = await Promise.all([1, 2, 3].map(() => sendCsv(app, merchant, file)));
    const ids = new Set(answers.map((answer) => dataOf(answer)['id']));
    expect(ids.size).toBe(1);
    expect(await batchModel(app).collection.countDocuments({ status: 'uploading' })).toBe(0);
    const [id = ''] = [...ids].map(String);
    expect(await rowModel(app).collection.countDocuments({ batchId: id })).toBe(2);
    await carryOut(app, merchant, id);
  });

  it('is what its Idempotency-Key says', async () => {
    const file = csvOf(sale());
    const send = (key: string, body = file) => sendCsv(app, merchant, body, { 'idempotency-key': key });
    const first = dataOf(await send(`one-${n}`));
    expect(dataOf(await send(`one-${n}`))['id']).toBe(first['id']);
    const second = dataOf(await send(`two-${n}`));
    expect(second['id']).not.toBe(first['id']);
    const other = await send(`one-${n}`, csvOf(sale({ amount: '101' })));
    expect([other.status, other.body]).toEqual([
      400,
      failed('bad request error: idempotency key reused with different parameters'),
    ]);
    expect((await send('')).status).toBe(400);
    for (const { id } of [first, second] as { id: string }[]) await carryOut(app, merchant, id);
    const [one] = await results(merchant, String(first['id']));
    const [two] = await results(merchant, String(second['id']));
    expect(one?.['transaction_id']).not.toBe(two?.['transaction_id']);
  });
});

describe('what is stored', () => {
  const NUMBER = '5555555555554444';
  const ACCOUNT = '000987654321';
  const CVC = '987';
  const everything = async () => {
    const models = [batchModel(app), rowModel(app), claimModel(app), transactions(app)];
    const all = await Promise.all(models.map((one) => one.collection.find({}).toArray()));
    return JSON.stringify(all);
  };

  it('never holds a number in the clear, and nothing of it once the row has its end', async () => {
    const id = await upload(
      app,
      merchant,
      sale({ cc_number: NUMBER, cc_cvc: CVC }),
      sale({ cc_number: NUMBER, amount: 'x' }),
      sale({ order_id: NUMBER, amount: NUMBER, transaction_type: NUMBER }),
      { ...ACCOUNT_ROW, ach_account_number: ACCOUNT },
    );
    for (const stored of [await everything()]) {
      expect(stored).not.toContain(NUMBER);
      expect(stored).not.toContain(ACCOUNT);
    }
    const pending = await rowModel(app).collection.find({ batchId: id }).sort({ line: 1 }).toArray();
    expect(pending.map(({ sealed }) => typeof sealed)).toEqual(['string', 'string', 'string', 'string']);
    await carryOut(app, merchant, id);
    const done = await rowModel(app).collection.find({ batchId: id }).toArray();
    expect(done.map(({ sealed }) => sealed as unknown)).toEqual([null, null, null, null]);
    expect(await everything()).not.toMatch(new RegExp(`${NUMBER}|${ACCOUNT}|"cvc"|"${CVC}"`));
    expect((await merchant.call('GET', `/api/filebatch/${id}/download`)).text).not.toMatch(
      new RegExp(`${NUMBER}|${ACCOUNT}`),
    );
  });

  it('is no formula when a spreadsheet opens it', async () => {
    const id = await upload(app, merchant, sale());
    await carryOut(app, merchant, id);
    for (const [value, shown] of [
      ['=1+1', "'=1+1"],
      ['+1', "'+1"],
      ['-1', "'-1"],
      ['@SUM(A1)', "'@SUM(A1)"],
      ['\t=1', "'\t=1"],
      ['\r=1', "'\r=1"],
      ['a=1', 'a=1'],
    ] as const) {
      await rowModel(app).collection.updateOne({ batchId: id }, { $set: { responseText: value } });
      const { text } = await merchant.call('GET', `/api/filebatch/${id}/download`);
      expect(text).toContain(`,"${shown}",`);
    }
  });
});
