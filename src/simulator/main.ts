import { parseArgs } from 'node:util';
import { DEFAULT_PORT, type SimulatorOptions, startSimulator } from './server.js';

/** The configuration is wrong (sysexits EX_CONFIG), as everywhere in this product. */
const EXIT_CONFIG = 78;

function fail(message: string): never {
  process.stderr.write(`stripe-simulator: ${message}\n`);
  process.exit(EXIT_CONFIG);
}

function readOptions(): SimulatorOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      seed: { type: 'string' },
      'api-version': { type: 'string' },
      instance: { type: 'string' },
      'allow-raw-cards': { type: 'boolean' },
    },
  });
  const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port ?? ''} is no port`);
  return {
    port,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(values['api-version'] === undefined ? {} : { apiVersion: values['api-version'] }),
    ...(values.instance === undefined ? {} : { instance: values.instance }),
    ...(values['allow-raw-cards'] === undefined ? {} : { allowRawCards: values['allow-raw-cards'] }),
  };
}

async function main(): Promise<void> {
  if (process.env['NODE_ENV'] === 'production') fail('NODE_ENV is production: the simulator is not for real payments');
  const simulator = await startSimulator(readOptions());
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const { url, instance } = simulator;
  process.stdout.write(`SIMULATOR_READY ${JSON.stringify({ url, pid: process.pid, instance })}\n`);
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
