import { mongo } from 'mongoose';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/embedded/free-port.js';
import { TEST_WEBHOOK_SECRET } from '../../support/test-keys.js';
import { Simulator } from '../../support/simulator.js';
import type { Journal } from './journal.js';
import { Reaper } from './reaper.js';
import { StoreLine } from './store-line.js';
import { StripeLog } from './stripe-log.js';
import type { Victim } from './victim.js';
import { appVictim, type Ground, simulatorVictim, storeVictim } from './victims.js';
import { webhookFront } from './webhook-front.js';
import { WriteLog } from './write-log.js';

export { ADMIN } from './victims.js';

export const APPS = ['A', 'B', 'C'] as const;
export type AppName = (typeof APPS)[number];

export interface WorldOptions {
  readonly dir: string;
  /** Where main.js of the app is; a mutant has its own. */
  readonly appDist: string;
  readonly simulatorDist: string;
  readonly seed: number;
  readonly journal: Journal;
  /** What the app is started with next time. */
  failpointsFor?(app: AppName): string | undefined;
  /** Settings of the apps that differ from the usual ones here. */
  envFor?(app: AppName): Readonly<Record<string, string>>;
}

const REVIVE_TRIES = 8;
/** Their hashes leave none of the 16 out. */
const COLLECTIONS_IN_ALL_TABLES = 100;

async function forEachApp<T>(make: (app: AppName) => Promise<T>): Promise<Record<AppName, T>> {
  return { A: await make('A'), B: await make('B'), C: await make('C') };
}

/**
 * SecantusDB spreads collections over 16 tables, each made with the first document in it. Killed in that moment it leaves an
 * empty file that it cannot open any more, and never comes up again: a flaw of the embedded store, which no app can mend.
 */
async function makeTables(uri: string): Promise<void> {
  const client = await mongo.MongoClient.connect(uri);
  const database = client.db('tables');
  for (let i = 0; i < COLLECTIONS_IN_ALL_TABLES; i++) await database.collection(`c${i}`).insertOne({});
  await client.close();
}

/** Three app processes, the store and the simulator, and a front that hands webhooks round. */
export class World {
  /** Whom webhooks are handed to in turn. */
  webhookReaders: readonly AppName[] = APPS;

  private constructor(
    private readonly options: WorldOptions,
    private readonly reaper: Reaper,
    readonly store: Victim,
    readonly simulatorProcess: Victim,
    readonly apps: Readonly<Record<AppName, Victim>>,
    /** The line of each app to the store. */
    readonly lines: Readonly<Record<AppName, StoreLine>>,
    readonly simulator: Simulator,
    readonly stripeLog: StripeLog,
    readonly writeLog: WriteLog,
    /** Straight to the store. */
    readonly mongoUri: string,
    private readonly urls: Readonly<Record<AppName, string>>,
    private readonly webhooks: Server,
  ) {}

  static async start(options: WorldOptions): Promise<World> {
    const { dir, journal } = options;
    mkdirSync(dir, { recursive: true });
    const reaper = new Reaper();
    reaper.folder(dir);
    const ground: Ground = { dir, journal, reaper };
    const [storePort, simulatorPort, webhookPort] = [await freePort(), await freePort(), await freePort()];
    const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
    const mongoAt = (port: number) => `mongodb://127.0.0.1:${port}/faults?directConnection=true&retryWrites=false`;
    const store = await storeVictim(ground, storePort);
    const simulatorProcess = simulatorVictim(ground, options.simulatorDist, simulatorPort, options.seed);

    const writeLog = new WriteLog();
    const lines = await forEachApp((name) => StoreLine.start(storePort, () => writeLog.tap(name)));
    const ports = await forEachApp(() => freePort());
    const urls = await forEachApp((name) => Promise.resolve(`http://127.0.0.1:${ports[name]}`));
    const apps = await forEachApp((name) =>
      Promise.resolve(
        appVictim(name, {
          ...ground,
          appDist: options.appDist,
          simulatorUrl,
          mongoUri: mongoAt(lines[name].port),
          port: ports[name],
          env: () => options.envFor?.(name) ?? {},
          failpoints: () => options.failpointsFor?.(name),
        }),
      ),
    );
    const simulator = Simulator.at(simulatorUrl);
    const front = webhookFront(urls, webhookPort, journal, () => world.webhookReaders);
    const world: World = new World(
      options,
      reaper,
      store,
      simulatorProcess,
      apps,
      lines,
      simulator,
      new StripeLog(simulator),
      writeLog,
      mongoAt(storePort),
      urls,
      front,
    );
    try {
      await world.begin(`http://127.0.0.1:${webhookPort}/webhook/stripe`);
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  private async begin(webhookUrl: string): Promise<void> {
    await Promise.all([this.store.start('store'), this.simulatorProcess.start('simulator')]);
    await makeTables(this.mongoUri);
    await this.simulator.setWebhookEndpoints([{ id: 'we_harness', url: webhookUrl, secret: TEST_WEBHOOK_SECRET }]);
    await this.simulator.webhooks({ retry_ms: [300, 700, 1500, 3000] });
  }

  /** Where everything of this run is. */
  get dir(): string {
    return this.options.dir;
  }

  url(app: AppName): string {
    return this.urls[app];
  }

  /** Starts one that died; a start that is cut short by the next blow is tried again. */
  async revive(victim: Victim, name: string): Promise<void> {
    for (let tries = 0; tries < REVIVE_TRIES && !victim.isUp; tries++) {
      try {
        await victim.start(name);
      } catch (error) {
        writeFileSync(`${this.options.dir}/${name}.start-failed`, String(error), { flag: 'a' });
        await sleep(200);
      }
    }
  }

  /** The end of what it said at its last start that failed. */
  lastWords(name: string): string {
    return readFileSync(`${this.options.dir}/${name}.start-failed`, 'utf8').slice(-1_000);
  }

  async startApps(): Promise<void> {
    await Promise.all(APPS.map((name) => this.revive(this.apps[name], name)));
  }

  async stop(): Promise<void> {
    for (const victim of [...Object.values(this.apps), this.simulatorProcess, this.store]) await victim.stop();
    for (const line of Object.values(this.lines)) await line.close();
    this.webhooks.closeAllConnections();
    this.webhooks.close();
    this.reaper.dismiss();
  }
}
