import type { Config } from '../config/config.js';

/** What somebody who has just typed `npm start` wants to know. */
export function banner(url: string, config: Config, seconds: string): string {
  const { simulatorUrl, livemode } = config.stripe;
  const rows: [string, string][] = [['API', url]];
  if (config.http.docs) rows.push(['Swagger UI', `${url}/docs`]);
  rows.push([
    'Stripe',
    simulatorUrl === undefined ? `your account, ${mode(livemode)}` : `simulator at ${simulatorUrl}`,
  ]);
  rows.push(['MongoDB', withoutCredentials(config.mongo.uri)]);
  rows.push(['Data', config.dataDir]);
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
