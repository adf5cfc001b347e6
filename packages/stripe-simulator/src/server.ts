import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { Idempotency } from './api/idempotency.js';
import { type Answer, Pipeline } from './api/pipeline.js';
import { control } from './control/control-plane.js';
import type { Controlled } from './control/control.js';
import { Faults } from './faults/faults.js';
import { ApiServer, type Split } from './http/api-server.js';
import { fromElsewhere, isKnownHost } from './http/origin.js';
import { readBody } from './http/read-body.js';
import { RequestLog } from './http/request-log.js';
import { send } from './http/send.js';
import { page } from './pages/pages.js';
import { DEFAULT_PAYOUT_ACCOUNT } from './cards/payout-accounts.js';
import { adoptOldTotals } from './resources/balance/balance.book.js';
import { expireCharge } from './resources/charges/charge.create.js';
import { decideDispute, disputeDeadline } from './resources/disputes/dispute.finish.js';
import { openDispute } from './resources/disputes/dispute.make.js';
import { cashBalanceReactions } from './resources/cash-balances/cash-balance.js';
import { checkoutReactions, expireUnpaid } from './resources/checkout-sessions/checkout-session.finish.js';
import { moveCheckoutPages } from './resources/checkout-sessions/checkout-session.make.js';
import { handleJobs, resumeJobs } from './resources/jobs.js';
import { endMicrodeposits } from './resources/microdeposits/microdeposits.end.js';
import { settleDebit } from './resources/payment-intents/payment-intent.debit.js';
import { expireAuthorization } from './resources/payment-intents/payment-intent.capture.js';
import { payVoucher, settleCapture } from './resources/payment-intents/payment-intent.finish.js';
import { expireVoucher, failVoucher } from './resources/payment-intents/payment-intent.redirect.js';
import { react } from './resources/reactions.js';
import { moveAddress } from './resources/authentication.js';
import { arrivePayout, sendPayout } from './resources/payouts/payout.finish.js';
import { settleDay } from './resources/payouts/payout.schedule.js';
import { settleRefund } from './resources/refunds/refund.make.js';
import { showOnReader } from './resources/terminal/terminal-reader.actions.js';
import { checkFree, occupy, vacate } from './state/occupied.js';
import { UNDISTURBED } from './webhooks/disturbance.js';
import { Sender } from './webhooks/sender.js';
import { DEFAULT_SEARCH_LAG_MS } from './search/search.js';
import { World } from './world.js';

export const DEFAULT_PORT = 12111;
export const DEFAULT_API_VERSION = '2026-10-28.endive';
const COMPACT_ABOVE = 64 * 1024 * 1024;

export interface SimulatorOptions {
  /** 0 for any free one. */
  port?: number;
  host?: string;
  /** Folder of the journal; in memory only without it. */
  data?: string;
  /** Bytes below which a journal is not compacted while running. */
  compactAbove?: number;
  /** Fixes the ids; random without it. */
  seed?: string;
  apiVersion?: string;
  /** Told back by `GET /_sim/identity`, so that a launcher recognises its own simulator. */
  instance?: string;
  allowRawCards?: boolean;
  /** Names in `Host` by which the control plane and the pages answer besides addresses and localhost. */
  allowHosts?: readonly string[];
}

export interface Simulator {
  url: string;
  port: number;
  instance: string;
  close(): Promise<void>;
}

/** Starts the simulator in this process and waits until it listens. Throws if the port or the journal cannot be used. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const world = new World(options.apiVersion ?? DEFAULT_API_VERSION, options.seed, {
    raw_cards: options.allowRawCards ?? false,
    save_unexpected_state: true,
    verify_bank_accounts: false,
    rate_limits: null,
    search_lag_ms: DEFAULT_SEARCH_LAG_MS,
    payout_schedule: 'manual',
    payout_account: DEFAULT_PAYOUT_ACCOUNT,
    webhooks: UNDISTURBED,
  });
  const data = options.data === undefined ? null : resolve(options.data);
  if (data !== null) {
    await checkFree(data);
    world.load(data, options.compactAbove ?? COMPACT_ABOVE);
  }
  if (options.allowRawCards === true) world.change({ raw_cards: true });
  const idempotency = new Idempotency(world);
  const pipeline = new Pipeline(world, idempotency);
  const faults = new Faults(world);
  const log = new RequestLog();
  const sender = new Sender(world);
  const instance = options.instance ?? randomUUID();
  const controlled: Controlled = {
    world,
    faults,
    log,
    sender,
    identity: { instance, data, startedAt: new Date().toISOString() },
  };
  handleJobs(world, {
    arrive_payout: arrivePayout,
    decide_dispute: decideDispute,
    dispute_deadline: disputeDeadline,
    end_microdeposits: endMicrodeposits,
    expire_authorization: expireAuthorization,
    expire_charge: expireCharge,
    expire_checkout: expireUnpaid,
    expire_voucher: expireVoucher,
    fail_voucher: failVoucher,
    open_dispute: openDispute,
    pay_voucher: payVoucher,
    send_payout: sendPayout,
    settle_capture: settleCapture,
    settle_day: settleDay,
    settle_debit: settleDebit,
    settle_refund: settleRefund,
    show_on_reader: showOnReader,
  });
  react(world, { ...cashBalanceReactions, ...checkoutReactions });
  const api = new ApiServer({ world, pipeline, idempotency, faults, log, sender });
  const server = createServer(
    (request, response) => void answer(controlled, api, request, response, options.allowHosts ?? []),
  );
  const port = await listen(server, options.port ?? DEFAULT_PORT, host).catch((error: unknown) => {
    world.close();
    throw error;
  });
  world.url = addressOf(host, port);
  if (data !== null) occupy(data, world.url);
  world.byItself(() => {
    moveAddress(world);
    adoptOldTotals(world);
    moveCheckoutPages(world);
  });
  resumeJobs(world);
  sender.resume();
  return { url: world.url, port, instance, close: () => close(server, world, sender, faults, data) };
}

async function answer(
  parts: Controlled,
  api: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
  allowHosts: readonly string[],
): Promise<void> {
  const url = split(request.url ?? '/');
  const body = request.method === 'GET' ? '' : await readBody(request);
  if (body === undefined) {
    if (!request.destroyed || request.complete) send(response, { status: 413, headers: {}, body: '' });
    return;
  }
  if (url.path.startsWith('/v1/') || url.path.startsWith('/v2/')) {
    if (request.method === 'OPTIONS') send(response, preflight(request));
    else await api.serve(request, response, url, body);
  } else if (!isKnownHost(request.headers.host, parts.world.url, allowHosts)) {
    response
      .writeHead(403, { 'content-type': 'application/json' })
      .end('{"error":"Control plane and pages do not answer by this name. --allow-host NAME allows it."}');
  } else if (url.path === '/_sim' || url.path.startsWith('/_sim/')) {
    const answered = fromElsewhere(request.headers, parts.world.url, allowHosts)
      ? { status: 403, body: '{"error":"The control plane is not for other web pages."}' }
      : control(parts, { method: request.method ?? 'GET', ...url, body });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(answered.body);
  } else {
    const elsewhere = fromElsewhere(request.headers, parts.world.url, allowHosts);
    const shown = page(parts, { method: request.method ?? 'GET', ...url, body, fromElsewhere: elsewhere });
    if (shown === undefined) await api.serve(request, response, url, body);
    else response.writeHead(shown.status, shown.headers).end(shown.body);
  }
}

function preflight(request: IncomingMessage): Answer {
  const wanted = request.headers['access-control-request-headers'] ?? '*';
  return { status: 200, headers: { 'access-control-allow-headers': wanted }, body: '' };
}

/** As seen from this machine, where browsers and clients are told to go. */
function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function split(url: string): Split {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  // Clients keep connections for minutes; the default of 5 s makes Node's agents meet closed ones.
  server.keepAliveTimeout = 75_000;
  return new Promise((listening, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      listening(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function close(server: Server, world: World, sender: Sender, faults: Faults, data: string | null): Promise<void> {
  faults.forget();
  sender.close();
  await new Promise<void>((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
  world.close();
  if (data !== null) vacate(data);
}
