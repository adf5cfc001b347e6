import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { Random } from '../src/state/random.js';
import { Programs } from './program.js';
import { startReceiver, type Told, until } from './support.js';

const KILLS = 12;
const WORKERS = 4;
/** So small that the journal is being compacted most of the time. */
const JOURNAL_MB = '0.05';

type Program = Awaited<ReturnType<Programs['run']>>;

/** One payment from creation to refund, each step under its own key; every answer that came is written down. */
interface Job {
  name: string;
  intent?: string;
  answers: Map<string, Told>;
}

// Each has simulators of its own and mostly waits for one to start: all at once.
const it = globalThis.it.concurrent;

describe('kill -9 at any moment', () => {
  let programs: Programs;
  let program: Program;
  let data: string;
  const load = { stopping: false };
  const random = new Random('kill');
  beforeAll(() => {
    programs = new Programs();
    data = join(programs.folder, 'data');
  }, 60_000);
  afterAll(() => programs.close());

  const start = () => programs.run(['--data', data, '--journal-mb', JOURNAL_MB, '--seed', 'kill']);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Sends it until an answer comes: with the same key, as a client does that does not know what happened. */
  async function answered(job: Job, step: string, path: string, form: Record<string, string>): Promise<Told> {
    for (;;) {
      const told = await program.post(path, form, { idempotencyKey: `${job.name}:${step}` }).catch(() => undefined);
      if (told === undefined) {
        await pause(10);
        continue;
      }
      if (told.status !== 200 && told.status !== 402) throw new Error(`${step}: ${told.status} ${told.text}`);
      job.answers.set(step, told);
      return told;
    }
  }

  async function pay(job: Job): Promise<void> {
    const created = await answered(job, 'create', '/v1/payment_intents', {
      amount: '1000',
      currency: 'usd',
      'metadata[payment_id]': job.name,
    });
    job.intent = String(created.body['id']);
    const at = `/v1/payment_intents/${job.intent}`;
    if (random.happens(0.3)) await answered(job, 'update', at, { description: 'changed' });
    if (random.happens(0.3))
      await answered(job, 'declined', `${at}/confirm`, {
        payment_method: 'pm_card_chargeDeclined',
        return_url: 'https://shop.test/',
      });
    await answered(job, 'confirm', `${at}/confirm`, {
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.test/',
    });
    if (random.happens(0.3))
      await answered(job, 'refund', '/v1/refunds', { payment_intent: job.intent, amount: '400' });
  }

  it('loses nothing that was answered and does nothing twice', async () => {
    const receiver = await startReceiver();
    program = await start();
    await program.sim('PUT', 'webhooks', {
      endpoints: [{ url: receiver.url, secret: 'whsec_x', enabled_events: ['payment_intent.succeeded'] }],
    });
    // Faults and settings survive a kill. No request meets these faults, so they only have to stay.
    const { id: fault } = await program.sim('POST', 'faults', {
      match: { path: '/v1/balance', nth: 3 },
      action: { type: 'status', status: 503 },
    });
    await program.sim('POST', 'settings', { raw_cards: true });
    await program.sim('POST', 'clock', { advance: 3_600_000 });
    await program.sim('POST', 'webhooks', { retry_ms: [200], duplicate: 0.2 });
    expect((await program.get('/v1/balance')).status).toBe(200);

    const jobs: Job[] = [];
    const workers = Array.from({ length: WORKERS }, async (_value, worker) => {
      for (let n = 0; !load.stopping; n++) {
        const job: Job = { name: `p-${worker}-${n}`, answers: new Map() };
        jobs.push(job);
        await pay(job);
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(100 + random.next() * 400);
      // Where the machine is slow a life is long enough for some work all the same.
      while (jobs.length <= kill + 1) await pause(20);
      program.child.kill('SIGKILL');
      await program.exit;
      program = await start();
    }
    load.stopping = true;
    await Promise.all(workers);
    expect(jobs.length).toBeGreaterThan(KILLS);
    // The last start finds the journal of a process that was ended in the middle, too.
    program.child.kill('SIGKILL');
    await program.exit;
    program = await start();

    for (const job of jobs) {
      const ledger = await program.sim('GET', `ledger?payment_id=${job.name}`);
      expect([job.name, ledger.count, ledger.charged]).toEqual([job.name, 1, 1000]);
      expect(ledger.refunded).toBe(job.answers.has('refund') ? 400 : 0);
      expect(ledger.charges[0].payment_intent).toBe(job.intent);
    }
    for (const job of jobs.slice(-25)) {
      const again = await program.post(
        '/v1/payment_intents',
        { amount: '1000', currency: 'usd', 'metadata[payment_id]': job.name },
        { idempotencyKey: `${job.name}:create` },
      );
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.text).toBe(job.answers.get('create')?.text);
    }
    expect(await program.sim('GET', 'ledger')).toMatchObject({ count: jobs.length });
    expect((await program.sim('GET', 'faults')).faults).toMatchObject([{ id: fault, matched: 1, hits: 0 }]);
    expect(await program.sim('GET', 'settings')).toMatchObject({ raw_cards: true });
    expect((await program.sim('GET', 'clock')).offset_ms).toBe(3_600_000);
    expect(await program.sim('GET', 'webhooks')).toMatchObject({ retry_ms: [200], duplicate: 0.2 });

    // One event for each, and each delivered at last.
    await until(async () => {
      const { deliveries } = await program.sim('GET', 'deliveries');
      return deliveries.every((row: { delivered: boolean; attempt: number; next_at: unknown }) => row.delivered);
    }, 240_000);
    const seen = new Map<string, Set<string>>();
    for (const { body } of receiver.received) {
      const event = JSON.parse(body);
      const events = seen.get(event.data.object.id) ?? new Set();
      seen.set(event.data.object.id, events.add(event.id));
    }
    for (const { intent = '' } of jobs) expect([intent, seen.get(intent)?.size]).toEqual([intent, 1]);
    await receiver.close();
  }, 180_000);

  it('in the middle of a compaction, too', async () => {
    const moments = new Random('compaction');
    let killedInside = 0;
    for (let round = 0; killedInside < 3 && round < 15; round++) {
      const folder = join(programs.folder, `round-${round}`);
      const draft = join(folder, 'simulator.journal.next');
      const one = await programs.run(['--data', folder, '--journal-mb', '4']);
      const { id } = await one.stripe.customers.create();
      let told = 0;
      let sent = 0;
      const work = (async () => {
        for (;;) {
          const metadata = Object.fromEntries(
            Array.from({ length: 40 }, (_value, n) => [`k${n}`, `${sent}`.padEnd(490, 'x')]),
          );
          await one.stripe.customers.update(id, { metadata, description: String(++sent) });
          told = sent;
        }
      })().catch(() => undefined);
      while (!existsSync(draft)) await pause(0);
      await pause(moments.next() * 10);
      one.child.kill('SIGKILL');
      await one.exit;
      await work;
      if (existsSync(draft)) killedInside += 1;
      const two = await programs.run(['--data', folder]);
      const { description } = (await two.stripe.customers.retrieve(id)) as Stripe.Customer;
      // The last one was executed or not; what was answered is there.
      expect([String(told), String(told + 1)]).toContain(description);
      const events = await two.stripe.events.list({ type: 'customer.updated' }).autoPagingToArray({ limit: 10_000 });
      expect(events).toHaveLength(Number(description));
      expect(events[0]?.data.object).toMatchObject({ description });
      expect(events.at(-1)?.data.object).toMatchObject({ description: '1' });
      two.child.kill('SIGKILL');
      await two.exit;
    }
    expect(killedInside).toBe(3);
  }, 240_000);

  it('a journal that grew is compacted while the simulator runs', async () => {
    const folder = join(programs.folder, 'grown');
    const journal = join(folder, 'simulator.journal');
    const one = await programs.run(['--data', folder, '--journal-mb', '1']);
    const { id } = await one.stripe.customers.create();
    let largest = 0;
    // Unlike a customer it has no events that keep its versions.
    const endpoint = await one.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/',
      enabled_events: ['payout.paid'],
    });
    await until(async () => {
      // Without an idempotency key: a saved answer would be kept, too.
      await one.post(`/v1/webhook_endpoints/${endpoint.id}`, { description: String(largest).padEnd(4900, '.') });
      const { size } = statSync(journal);
      if (size < largest) return true;
      largest = size;
      return false;
    }, 240_000);
    // The bytes of the last request may be gone again, by compaction, before the size is read.
    expect(largest).toBeGreaterThan(1024 * 1024 - 3 * 5_000);
    expect(statSync(journal).size).toBeLessThan(200_000);
    one.child.kill('SIGKILL');
    await one.exit;
    const two = await programs.run(['--data', folder]);
    expect(await two.stripe.customers.retrieve(id)).toMatchObject({ id });
    expect((await two.stripe.webhookEndpoints.retrieve(endpoint.id)).description).toHaveLength(4900);
    two.child.kill('SIGTERM');
    expect(await two.exit).toBe(0);
  }, 180_000);
});
