import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import { builtDist } from '../../support/built-dist.js';
import { eventually, newCuid } from '../../support/payments.js';
import type { FaultMatch } from '../../support/simulator.js';
import { TEST_STRIPE_KEY } from '../../support/test-keys.js';
import { Journal } from './journal.js';
import { StoreWatch } from './observation.js';
import { World } from './world.js';

/** Far more than anything here takes. */
export const SOON_MS = 180_000;
/** What a request does that stands still: longer than A lives. */
export const STANDS = 'sleep:900000';
const FINAL = ['SUCCEEDED', 'CANCELED'];

export interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** docs/fault-cases.md 3.1 with real processes: A dies at named points by kill -9, B is another instance that stays. One payer. */
export class KillGround {
  private token = '';

  private constructor(
    readonly world: World,
    readonly store: StoreWatch,
    private readonly journal: Journal,
    /** What A is started with next. */
    private readonly next: { failpoints?: string; env?: Readonly<Record<string, string>> },
  ) {}

  static async start(): Promise<KillGround> {
    const dir = mkdtempSync(join(tmpdir(), 'payments-kills-'));
    const dist = await builtDist();
    const journal = new Journal();
    const next: KillGround['next'] = {};
    const world = await World.start({
      ...{ dir, journal, appDist: dist, simulatorDist: dist, seed: 5 },
      failpointsFor: (app) => (app === 'A' ? next.failpoints : undefined),
      envFor: (app) => (app === 'A' ? next.env : undefined) ?? {},
    });
    const ground = new KillGround(world, new StoreWatch(world.mongoUri), journal, next);
    await world.apps.B.start('B');
    const answer = await ground.ask('B', '/user/register', {
      userName: 'T',
      email: 't@example.com',
      password: 'password',
    });
    ground.token = String(answer?.body['access_token']);
    // The first payment makes the Customer, which no case is about.
    await ground.create('B', newCuid());
    return ground;
  }

  async stop(): Promise<void> {
    await this.store.stop();
    await this.world.stop();
    rmSync(this.world.dir, { recursive: true, force: true });
  }

  create(app: 'A' | 'B', cuid: string): Promise<Told | null> {
    return this.ask(app, '/payment', { cuid });
  }

  confirm(app: 'A' | 'B', { cuid, id }: { cuid: string; id: unknown }): Promise<Told | null> {
    return this.ask(app, '/payment/confirm', { cuid, paymentId: id, paymentMethodId: 'pm_card_visa' });
  }

  /** A payment that waits for its card. B may not know yet how far the clock was moved, and A does when it has just begun. */
  async made(app: 'A' | 'B' = 'A'): Promise<{ cuid: string; id: string }> {
    const cuid = newCuid();
    const answer = await this.create(app, cuid);
    if (answer?.status !== 201) throw new Error(`create answered ${answer?.status}`);
    return { cuid, id: String(answer.body['id']) };
  }

  async read(id: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}` };
    return (await fetch(`${this.world.url('B')}/payment/${id}`, { headers })).json();
  }

  recordsOf(cuid: string): Promise<Payment[]> {
    return this.store.payments.find({ cuid } as never).toArray();
  }

  async recordOf(cuid: string): Promise<Payment> {
    const [record, ...more] = await this.recordsOf(cuid);
    expect(more).toEqual([]);
    if (record === undefined) throw new Error(`no payment of ${cuid}`);
    return record;
  }

  /** How many PaymentIntents were made for it. */
  async madeAtStripe(cuid: string): Promise<number> {
    const { requests } = await this.world.simulator.requests({ path: '/v1/payment_intents' });
    return requests.filter(({ params, executed }) => executed && JSON.stringify(params).includes(cuid)).length;
  }

  async statusAtStripe(id: string): Promise<string> {
    const headers = { authorization: `Bearer ${TEST_STRIPE_KEY}` };
    const response = await fetch(`${this.world.simulator.url}/v1/payment_intents/${id}`, { headers });
    return ((await response.json()) as { status: string }).status;
  }

  async chargesOf(cuid: string): Promise<number> {
    const { charges } = await this.world.simulator.ledger();
    return charges.filter(({ metadata }) => metadata['cuid'] === cuid).length;
  }

  /** Receipts of it that any instance sent. */
  receiptsOf(paymentId: string): string[] {
    return ['A', 'B'].flatMap((app) => {
      try {
        const sent = readdirSync(join(this.world.dir, app, 'outbox'));
        return sent.filter((name) => name.startsWith(`${paymentId}_succeeded`));
      } catch {
        return []; // it never sent one
      }
    });
  }

  /** More time passes than anybody waits for, until B has ended all of these. */
  async end(cuids: readonly string[]): Promise<void> {
    await eventually(async () => {
      await this.world.simulator.moveClock({ advance: 6_000 });
      for (const cuid of cuids) expect(FINAL).toContain((await this.recordOf(cuid)).state);
    }, SOON_MS);
  }

  /** Paid in the end, once, and all that goes with it. */
  async expectPaidOnce(cuid: string): Promise<void> {
    await eventually(async () => {
      const record = await this.recordOf(cuid);
      expect([record.state, record.effects.map(({ id, doneAt }) => [id, doneAt !== null])]).toEqual([
        'SUCCEEDED',
        [[`${record._id}:succeeded`, true]],
      ]);
    }, SOON_MS);
    expect(await this.chargesOf(cuid)).toBe(1);
  }

  async startA(failpoints: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    Object.assign(this.next, { failpoints, env });
    await this.world.apps.A.start('A');
  }

  async expectUnanswered(asked: readonly Promise<unknown>[]): Promise<void> {
    expect(await Promise.all(asked)).toEqual(asked.map(() => null));
  }

  isDown(): Promise<void> {
    return eventually(async () => expect(this.world.apps.A.isUp).toBe(false), SOON_MS);
  }

  /**
   * One life of A: each request stands still at a point of its own, until the last one's is the end of all of them. Nobody is
   * answered.
   * @param points in the order in which a request comes to them
   * @param prepare what it does before
   */
  async diesAt(
    points: readonly string[],
    send: (point: string) => Promise<unknown>,
    prepare: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const last = points.at(-1);
    await this.timeStands(async () => {
      await this.startA(points.map((point) => `${point}=${point === last ? 'kill' : STANDS}`).join());
      await prepare();
      const sent: Promise<unknown>[] = [];
      for (const point of points)
        await this.comesTo(point, point === last ? 'kill' : 'sleep', () => void sent.push(send(point)));
      await this.expectUnanswered(sent);
      await this.isDown();
    });
  }

  /** Does something that brings A to a point at which it is armed. */
  async comesTo(point: string, action: 'sleep' | 'kill', start: () => unknown): Promise<void> {
    const kind = `failpoint.${action}.${point}`;
    const before = this.journal.get(kind);
    await start();
    await eventually(async () => expect([kind, this.journal.get(kind)]).toEqual([kind, before + 1]), SOON_MS);
  }

  /** What Stripe holds from now on, and a wait until it holds so many. */
  async hold(match: FaultMatch, times: number): Promise<() => Promise<void>> {
    const { simulator } = this.world;
    const held = await simulator.fault({ ...match, times }, { type: 'hold' });
    return () =>
      eventually(async () => {
        const { faults } = (await simulator.faults()) as { faults: { id: string; hits: number }[] };
        expect(faults.find(({ id }) => id === held)?.hits).toBe(times);
      }, SOON_MS);
  }

  /** However long this takes here, no lease ends meanwhile. */
  async timeStands(work: () => Promise<void>): Promise<void> {
    const { simulator } = this.world;
    await simulator.moveClock({ freeze: true });
    try {
      await work();
    } finally {
      await simulator.moveClock({ freeze: false });
    }
  }

  /** Null when the connection ended without an answer. */
  private async ask(app: 'A' | 'B', path: string, body: object): Promise<Told | null> {
    const headers = {
      'content-type': 'application/json',
      ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
    };
    const response = await fetch(this.world.url(app) + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    }).catch(() => null);
    return response === null
      ? null
      : { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}
