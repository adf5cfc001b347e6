import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILPOINTS } from '../../src/platform/common/failpoint-names.js';
import { ioCalls } from '../support/io-calls.js';

const ROOT = join(__dirname, '../..');

/** The payment, webhook, resolver and sweeper paths: these folders, and what they ask for a Customer. */
const FOLDERS = [
  'src/modules/payment',
  'src/platform/stripe/webhook',
  'src/modules/customer',
  'src/modules/transaction',
  'src/modules/settlement',
  'src/modules/batch',
  'src/modules/order',
];
/** They are what is called, not who calls. */
const CALLED = /\.(repository|schema|types|spec)\.ts$/;
/**
 * No payment, event or sweep depends on these: an operator's reports and repairs, which are run again, whether the API key is
 * ours, whose a Stripe Customer is and what it is called, and searches.
 */
const NOT_ON_THE_PATHS =
  /^(upkeep\/operations-report\.service|upkeep\/account-watch|effects\/parked-receipts\.service|shopper\/(contact-mirror|customer-claim)\.service|search\/transaction-search\.service|support\/transaction-(story|export)\.service)\.ts$/;

function sources(): { file: string; text: string }[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !CALLED.test(name) && !NOT_ON_THE_PATHS.test(name))
      .map((name) => ({ file: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') })),
  );
}

describe('the failpoints', () => {
  const reports = sources().map(({ file, text }) => ioCalls(file, text));

  it('stand around every call to the store, to Stripe and to the mail server', () => {
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('are those of the list, each in one place', () => {
    expect(reports.flatMap(({ names }) => names).sort()).toEqual(Object.keys(FAILPOINTS).sort());
    expect(reports.length).toBeGreaterThan(30);
  });
});

/** What a new call could look like; `HERE` is the planted line. */
const service = (here: string) => `
class S {
  @Inject(Mailer) private readonly mailer!: Mailer;
  constructor(private readonly payments: PaymentRepository, private readonly stripe: StripePayments, private readonly clock: Clock) {}
  async work(payment: Payment) {
    const now = this.clock.now();
    ${here}
  }
}`;

describe('the check itself', () => {
  it.each([
    ['a bare call', 'await this.payments.load(payment._id);'],
    ['one to Stripe', "await this.stripe.retrieve('pi_1');"],
    ['one of an injected property', 'await this.mailer.send(message);'],
    ['one behind another name', 'const { load } = this.payments;'],
    ['one handed on', 'await other(this.payments);'],
    [
      'two in one',
      "await atFailpoint('a.b', async () => { await this.payments.load(1); await this.stripe.retrieve(2); });",
    ],
    ['one beside it', "await atFailpoint('a.b', () => this.payments.load(1)), await this.payments.load(2);"],
    ['one as its argument', "await atFailpoint('a.b', () => this.clock.wait(this.payments.load(1)));"],
    ['one without injection', "await fetch('http://127.0.0.1/');"],
    ['the store itself', 'await fromStore(() => model.findOne());'],
    ['a name that is not written out', 'await atFailpoint(name, () => this.payments.load(1));'],
  ])('finds %s', (_what, here) => {
    expect(ioCalls('planted.ts', service(here)).problems.length).toBeGreaterThan(0);
  });

  it('lets pass what stands in a failpoint, and counts a name twice that is used twice', () => {
    const twice = "await atFailpoint('a.b', () => this.payments.load(1));";
    expect(ioCalls('planted.ts', service(twice + twice))).toEqual({ names: ['a.b', 'a.b'], problems: [] });
  });
});
