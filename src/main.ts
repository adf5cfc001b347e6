import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from './platform/common/clock.js';
import { armFailpoints } from './platform/common/failpoints.js';
import { startConfig } from './platform/config/config-check.js';
import { buildConfig, shutdownDelay } from './platform/config/config.js';
import { ConfigError, type Env } from './platform/config/env.js';
import { describeEnv } from './platform/config/describe-env.js';
import { banner, stagingBanner, summary } from './platform/development/banner.js';
import { prepareGround } from './embedded/ground.js';
import { StartProgress } from './platform/development/progress.js';
import { createLogger } from './platform/logging/logger.js';
import { Shutdown } from './platform/operations/shutdown.js';
import { SimulatorClock } from './platform/stripe/simulator-clock.js';

async function start(env: Env, shutdown: Shutdown, logger: ReturnType<typeof createLogger>): Promise<void> {
  const progress = new StartProgress();
  const log = (line: string): void => logger.info({ context: 'Embedded' }, line);
  const ground = await shutdown.hold(prepareGround(env, { shutdown, progress, log }));
  const config = buildConfig(env, ground.provided);

  const { simulatorUrl } = config.stripe;
  const clock = simulatorUrl === undefined ? new SystemClock() : await SimulatorClock.start(simulatorUrl);
  if (clock instanceof SimulatorClock) shutdown.add('clock', async () => clock.stop());
  if (!config.production) progress.report('app', 'connecting and building indexes');
  // Loaded late: Nest and all modules take a second, for which no refusal of the configuration should wait.
  const { createApp } = await import('./app.setup.js');
  const { Readiness } = await import('./platform/operations/readiness.js');
  const app = await createApp({ config, clock, logger });
  shutdown.add('app', async () => {
    app.get(Readiness).drain();
    await sleep(config.http.shutdownDelayMs);
    await app.close();
  });

  const { host, port } = config.http;
  await app.listen(port, host).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new ConfigError([`PORT: ${port} is in use by another program on ${host}`]);
    if (error.code === 'EACCES') throw new ConfigError([`PORT: ${port} may not be opened by this user`]);
    throw error;
  });
  const address = app.getHttpServer().address() as AddressInfo;
  const url = `http://${reachable(host)}:${address.port}`;
  await ground.announce(url, config.http.docs);
  progress.done();
  logger.info({ role: config.role, port: address.port, pid: process.pid, detail: summary(config) }, 'listening');
  if (config.production && !config.stripe.livemode) process.stderr.write(stagingBanner);
  if (!config.production && !shutdown.started) process.stderr.write(`${banner(url, config, progress.seconds)}\n`);
}

/** Our address as seen from this machine, as the simulator and the demo are. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function main(): Promise<void> {
  let shutdown = new Shutdown({ timeoutMs: 10_000, log: (line) => void process.stderr.write(`${line}\n`) });
  try {
    const { env, warnings } = await startConfig();
    armFailpoints(env.FAILPOINTS);
    const logger = createLogger({ level: env.LOG_LEVEL, format: env.LOG_FORMAT });
    shutdown = new Shutdown({ timeoutMs: env.SHUTDOWN_TIMEOUT + shutdownDelay(env), log: (line) => logger.warn(line) });
    shutdown.listen();
    for (const detail of describeEnv(env)) logger.info({ detail }, 'configuration');
    for (const detail of warnings) logger.warn({ detail }, 'configuration');
    start(env, shutdown, logger).catch((error: unknown) => shutdown.fail(error));
  } catch (error) {
    shutdown.fail(error);
  }
}

void main();
