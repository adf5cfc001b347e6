import { readOptions, USAGE } from './options.js';
import { startSimulator } from './server.js';
import { welcome } from './welcome.js';

/** The configuration is wrong (sysexits EX_CONFIG), as everywhere in this product. */
const EXIT_CONFIG = 78;

function fail(message: string): never {
  process.stderr.write(`stripe-simulator: ${message.replaceAll('\n', ' ')}\n`);
  process.exit(EXIT_CONFIG);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  if (process.env['NODE_ENV'] === 'production') fail('NODE_ENV is production: the simulator is not for real payments');
  const simulator = await startSimulator(options);
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  // SIGHUP: the terminal was closed, or the npm that started it is gone.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);
  const { url, instance } = simulator;
  process.stdout.write(`SIMULATOR_READY ${JSON.stringify({ url, pid: process.pid, instance })}\n`);
  if (process.stderr.isTTY) process.stderr.write(welcome(url, options.data));
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
