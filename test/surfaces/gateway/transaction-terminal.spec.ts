import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { TerminalSync } from '../../../src/modules/terminal/terminal-sync.service.js';
import { TerminalService } from '../../../src/modules/terminal/terminal.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { eventually, MINUTE, resolve } from '../../support/payments.js';
import { madeReader, presentCard } from '../../support/readers.js';
import { act, finish, ledgerOf, process, read, saleOf } from '../../support/transactions.js';

jest.setTimeout(60_000);

let app: TestApp;
let merchant: GatewayCaller;
let reader: string;
let terminal: string;
beforeAll(async () => {
  // A request waits for the card until six seconds before its deadline.
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', PAYMENT_REQUEST_DEADLINE: '9s' } });
  merchant = await gatewayCaller(app);
  reader = await madeReader(app.simulator);
  await app.app.get(TerminalSync, { strict: false }).sync(commandLineActor(), merchant.accountId, {});
  terminal = String(((await merchant.call('GET', '/api/terminals')).body['data'] as { id: string }[])[0]?.id);
});
afterAll(() => app.stop());
afterEach(() => set({ status: 'online', trouble: 'none' }));

const set = (state: object) => app.simulator.call('POST', `/terminal/readers/${reader}`, state);
const atTerminal = (over: object = {}) =>
  saleOf({
    payment_method: { terminal: { id: terminal, print_receipt: 'both', signature_required: 'true' } },
    ...over,
  });
/** Sends it, and holds a card to the reader as soon as that asks for one. */
async function present(body: object, number?: string) {
  const sent = process(merchant, body);
  await eventually(() => presentCard(app.simulator, reader, number), 5_000);
  return sent;
}

it('a sale waits for the card, and answers what was read', async () => {
  const sale = await present(atTerminal());
  expect(sale).toMatchObject({
    status: 'pending_settlement',
    response_code: 100,
    payment_method: 'terminal',
    payment_type: 'card',
    amount_captured: 1112,
    response: {
      terminal: {
        terminal_id: terminal,
        card_type: 'visa',
        last_four: '4242',
        masked_card: '************4242',
        status: 'approved',
        processor_specific: { BatchNum: '1' },
      },
    },
  });
  expect((await ledgerOf(app, sale['id'])).charges).toMatchObject([{ amount: 1112 }]);
  expect((await act(merchant, sale['id'], 'void')).status).toBe(200);
});

it('an authorization is captured later', async () => {
  const held = await present(atTerminal({ type: 'authorize' }));
  expect(held).toMatchObject({ status: 'authorized', amount_captured: 0 });
  expect((await act(merchant, held['id'], 'capture', { amount: 1000 })).body['data']).toMatchObject({
    amount_captured: 1000,
  });
});

it('a declined card is a decline', async () => {
  const sale = await present(atTerminal(), '4000000000009995');
  expect(sale).toMatchObject({ status: 'declined', response_code: 202 });
  expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
});

it.each([
  [{ status: 'offline' }, 421, 'The card reader is offline.'],
  [{ trouble: 'busy' }, 400, 'The card reader is busy.'],
])('a reader that is %j: declined with %i', async (state, code, text) => {
  await set(state);
  const sale = await process(merchant, atTerminal());
  expect(sale).toMatchObject({
    status: 'declined',
    response_code: code,
    response: { terminal: { processor_response_text: text } },
  });
});

it.each([
  ['nobody holds a card to it', {}],
  ['it does not answer', { trouble: 'timeout' }],
])('%s: declined, and the card cannot be charged any more', async (_what, state) => {
  await set(state);
  const sale = await process(merchant, atTerminal());
  expect(sale['response_code']).not.toBe(100);
  await set({ trouble: 'none' });
  await presentCard(app.simulator, reader).catch(() => undefined);
  await app.advance(11 * MINUTE);
  await resolve(app);
  await finish(app);
  expect(await read(merchant, sale['id'])).toMatchObject({ status: 'declined', amount_captured: 0 });
  expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
});

it('refuses a terminal that is unknown, out of use, or another account’s, and other types', async () => {
  const other = await gatewayCaller(app, { account: 'other' });
  const unknown = [400, failed('bad request error: payment_method.terminal.id is unknown')];
  const foreign = await other.call('POST', '/api/transaction', atTerminal());
  expect([foreign.status, foreign.body]).toEqual(unknown);
  const verification = await merchant.call('POST', '/api/transaction', atTerminal({ type: 'verification', amount: 0 }));
  expect(verification.status).toBe(400);
  await app.app
    .get(TerminalService, { strict: false })
    .update(commandLineActor(), merchant.accountId, terminal, { disabled: true });
  const disabled = await merchant.call('POST', '/api/transaction', atTerminal());
  expect([disabled.status, disabled.body]).toEqual([
    400,
    failed('bad request error: payment_method.terminal.id is not active'),
  ]);
});
