import type { Config } from '../config/config.js';

const PAGES_ARE_LOCAL =
  '/outbox, /docs, /metrics and / are for this machine only; for others DEVELOPMENT_HOSTS, DEVELOPMENT_NETWORKS';

/** Production on test keys looks like the real thing, and moves no money. */
export const stagingBanner = `
  ALLOW_TEST_KEYS: this production copy uses a Stripe test key. No money moves.

`;

const isLoopback = (host: string): boolean => /^(localhost|127\.|::1$)/.test(host);

/** Text for a person who has just typed `npm start`. */
export function banner(url: string, config: Config, seconds: string): string {
  const { simulatorUrl, livemode } = config.stripe;
  const rows: [string, string][] = [['API', config.http.publicUrl ?? url]];
  if (config.http.docs) rows.push(['Swagger UI', `${url}/docs`]);
  rows.push([
    'Stripe',
    simulatorUrl === undefined ? `your account, ${mode(livemode)}` : `simulator at ${simulatorUrl}`,
  ]);
  rows.push(['MongoDB', withoutCredentials(config.mongo.uri)]);
  rows.push(['Data', config.dataDir]);
  if (!isLoopback(config.http.host)) rows.push(['Pages', PAGES_ARE_LOCAL]);
  rows.push(['Try it', 'npm run demo']);
  rows.push(['Stop', 'Ctrl-C']);
  const lines = rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`);
  return ['', `  Payments is ready (${seconds} s)`, '', ...lines, ''].join('\n');
}

/** The configuration in one line of the log; what is secret is not in it. */
export function summary({ stripe, mongo, mail, http }: Config): string {
  return [
    `store ${withoutCredentials(mongo.uri)}`,
    `Stripe ${stripe.simulatorUrl === undefined ? mode(stripe.livemode) : 'simulator'}`,
    `e-mail ${mail.smtpUrl === undefined ? 'not sent' : 'by SMTP'}`,
    `docs ${http.docs ? 'on' : 'off'}`,
    `origins ${http.corsOrigins.join(' ') || 'none'}`,
  ].join(', ');
}

const mode = (livemode: boolean): string => (livemode ? 'live mode' : 'test mode');

function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
}
