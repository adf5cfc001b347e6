import type { Server } from 'node:http';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.setup.js';
import { SystemClock } from './platform/common/clock.js';
import { buildConfig, refuseBadConfig } from './platform/config/config.js';
import { ConfigError, type Env, readEnv } from './platform/config/env.js';
import { banner } from './platform/development/banner.js';
import { prepareGround } from './platform/development/ground.js';
import { StartProgress } from './platform/development/progress.js';
import { createLogger } from './platform/logging/logger.js';
import { Readiness } from './platform/operations/readiness.js';
import { Shutdown } from './platform/operations/shutdown.js';
import { SimulatorClock } from './platform/stripe/simulator-clock.js';

function environment(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const env = readEnv(process.env);
  refuseBadConfig(env);
  return env;
}

async function start(env: Env, shutdown: Shutdown, logger: ReturnType<typeof createLogger>): Promise<void> {
  const progress = new StartProgress();
  const log = (line: string): void => logger.info({ context: 'Embedded' }, line);
  const ground = await shutdown.hold(prepareGround(env, { shutdown, progress, log }));
  const config = buildConfig(env, ground.provided);

  const { simulatorUrl } = config.stripe;
  const clock = simulatorUrl === undefined ? new SystemClock() : await SimulatorClock.start(simulatorUrl);
  if (!config.production) progress.report('app', 'connecting and building indexes');
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
  const address = (app.getHttpServer() as Server).address() as AddressInfo;
  const url = config.http.publicUrl ?? `http://${host.replace('0.0.0.0', '127.0.0.1')}:${address.port}`;
  await ground.announce(url, config.http.docs);
  progress.done();
  logger.info({ role: config.role, port: address.port, pid: process.pid }, 'listening');
  if (!config.production && !shutdown.started) process.stderr.write(`${banner(url, config, progress.seconds)}\n`);
}

function main(): void {
  let shutdown = new Shutdown({ timeoutMs: 10_000, log: (line) => void process.stderr.write(`${line}\n`) });
  try {
    const env = environment();
    const logger = createLogger({ level: env.LOG_LEVEL, format: env.LOG_FORMAT });
    shutdown = new Shutdown({ timeoutMs: env.SHUTDOWN_TIMEOUT + env.SHUTDOWN_DELAY, log: (line) => logger.warn(line) });
    shutdown.listen();
    start(env, shutdown, logger).catch((error: unknown) => shutdown.fail(error));
  } catch (error) {
    shutdown.fail(error);
  }
}

main();
