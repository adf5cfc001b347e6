import { parseArgs } from 'node:util';
import { DEFAULT_API_VERSION, DEFAULT_PORT, type SimulatorOptions } from './server.js';

export const USAGE = `Usage: stripe-simulator [options]

A Stripe of your own for tests: it speaks Stripe's HTTP API, sends webhooks, and has a dashboard at its address.
It moves no money, asks for no password, and refuses to start with NODE_ENV=production.

  --port N           port, 0 for any free one (${DEFAULT_PORT})
  --host A           address to bind; there is no password, so leave it on this machine (127.0.0.1)
  --allow-host NAME  also answer the control plane and the pages by this name in Host, such as a container's; may be repeated
  --data DIR         keep everything in this folder; without it, in memory only
  --seed S           the same seed and the same requests give the same ids (random)
  --api-version V    version of events, and of answers to clients that name none (${DEFAULT_API_VERSION})
  --instance T       told back by GET /_sim/identity, for a launcher (random)
  --allow-raw-cards  take card numbers in requests, as Stripe does only from accounts that it opened to them (off)
  --journal-mb N     compact the journal while running once it is longer than this (64)
  --help             this text

When it listens it prints one line to stdout: SIMULATOR_READY {"url":…,"pid":…,"instance":…}
Exit codes: 0 after SIGTERM or SIGINT, 78 if it cannot start with these options.
How to use it: README.md beside this program
`;

/** What the command line asks for. Throws an Error that says which option is wrong. */
export function readOptions(args: readonly string[]): SimulatorOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      data: { type: 'string' },
      seed: { type: 'string' },
      'api-version': { type: 'string' },
      instance: { type: 'string' },
      'allow-raw-cards': { type: 'boolean' },
      'journal-mb': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const version = values['api-version'];
  if (version !== undefined && !/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version)) {
    throw new Error(`--api-version ${version} is none: they look like ${DEFAULT_API_VERSION}`);
  }
  for (const name of ['host', 'data', 'seed', 'instance'] as const) {
    if (values[name] === '') throw new Error(`--${name} is empty`);
  }
  return {
    port: port(values.port),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values['allow-host'] === undefined ? {} : { allowHosts: values['allow-host'].map(hostName) }),
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(version === undefined ? {} : { apiVersion: version }),
    ...(values.instance === undefined ? {} : { instance: values.instance }),
    ...(values['allow-raw-cards'] === undefined ? {} : { allowRawCards: values['allow-raw-cards'] }),
    ...(values['journal-mb'] === undefined ? {} : { compactAbove: bytes(values['journal-mb']) }),
  };
}

function port(given: string | undefined): number {
  if (given === undefined) return DEFAULT_PORT;
  const number = Number(given);
  if (given.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new Error(`--port ${given} is no port`);
}

function hostName(given: string): string {
  if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(given)) return given.toLowerCase();
  throw new Error(`--allow-host ${given} is no name of a host`);
}

function bytes(given: string): number {
  const megabytes = Number(given);
  if (given.trim() !== '' && megabytes >= 0 && Number.isFinite(megabytes)) return megabytes * 1024 * 1024;
  throw new Error(`--journal-mb ${given} is no size`);
}
