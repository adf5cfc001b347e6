import { formatted } from '../cards/currency.js';
import type { CheckoutSession } from '../objects/checkout-session.js';
import { countries, field, type Filled, group, input } from './checkout.fields.js';
import { escape } from './layout.js';

/** Ways to pay that the page has fields for, with their names. */
export const WAYS: Readonly<Record<string, string>> = {
  card: 'Card',
  us_bank_account: 'US bank account',
  sepa_debit: 'SEPA Direct Debit',
};

export function waysOf(session: CheckoutSession): string[] {
  return session.payment_method_types.filter((type) => Object.hasOwn(WAYS, type));
}

/** The right side of the page: all that the buyer types. Works without a script; which way to pay shows its fields by CSS. */
export function payForm(session: CheckoutSession, action: string, filled: Filled, refusal: string | null): string {
  const free = session.amount_total === 0;
  const ways = free ? [] : waysOf(session);
  return `<form class="pay" method="post" action="${escape(action)}" novalidate>
${refusal === null ? '' : `<p class="notice bad" role="alert" id="refusal">${escape(refusal)}</p>`}
<h2>Contact information</h2>
${contact(session, filled)}
${ways.length === 0 ? '' : `<h2>Payment method</h2>${choice(ways, filled)}${ways.map((way) => fieldsOf(way, session, filled)).join('\n')}`}
<button class="primary" id="pay">${escape(buttonLabel(session))}</button>
${message(session)}
${ways.length === 0 ? '' : cheats(ways)}
</form>`;
}

function contact(session: CheckoutSession, filled: Filled): string {
  const email = field(filled, {
    name: 'email',
    label: 'Email',
    type: 'email',
    autocomplete: 'email',
    placeholder: 'email@example.com',
    // An address that the shop gave is the shop's to change.
    readonly: knownEmail(session) !== null,
  });
  if (!session.phone_number_collection.enabled) return email;
  return email + field(filled, { name: 'phone', label: 'Phone number', type: 'tel', autocomplete: 'tel' });
}

export function knownEmail(session: CheckoutSession): string | null {
  return session.customer_email ?? (session.customer === null ? null : (session.customer_details?.email ?? null));
}

function choice(ways: readonly string[], filled: Filled): string {
  if (ways.length === 1) return `<input type="hidden" name="method" value="${ways[0] ?? ''}">`;
  const chosen = filled.values['method'] ?? ways[0];
  const radios = ways.map(
    (way) =>
      `<label><input type="radio" name="method" value="${way}"${way === chosen ? ' checked' : ''}>${escape(WAYS[way] ?? '')}</label>`,
  );
  return `<div class="ways" role="radiogroup" aria-label="Payment method">${radios.join('')}</div>`;
}

function fieldsOf(way: string, session: CheckoutSession, filled: Filled): string {
  const fields =
    way === 'card'
      ? cardFields(session, filled)
      : way === 'us_bank_account'
        ? bankAccountFields(filled)
        : debitFields(filled);
  return `<div class="way-${way}">${fields}</div>`;
}

function cardFields(session: CheckoutSession, filled: Filled): string {
  const secret = true as const;
  const digits = true as const;
  const card = group(
    filled,
    'Card information',
    ['number', 'expiry', 'cvc'],
    [
      input(filled, {
        name: 'number',
        label: 'Card number',
        autocomplete: 'cc-number',
        placeholder: '1234 1234 1234 1234',
        place: 'whole',
        digits,
        secret,
      }),
      input(filled, {
        name: 'expiry',
        label: 'Expiry, month and year',
        autocomplete: 'cc-exp',
        placeholder: 'MM / YY',
        place: 'left last',
        digits,
      }),
      input(filled, {
        name: 'cvc',
        label: 'Security code',
        autocomplete: 'cc-csc',
        placeholder: 'CVC',
        place: 'right last',
        digits,
        secret,
      }),
    ],
  );
  const holder = field(filled, {
    name: 'name',
    label: 'Cardholder name',
    autocomplete: 'cc-name',
    placeholder: 'Full name on card',
  });
  return card + holder + addressFields(session, filled);
}

function addressFields(session: CheckoutSession, filled: Filled): string {
  const postal = (place: string) =>
    input(filled, {
      name: 'postal_code',
      label: 'Postal code',
      autocomplete: 'billing postal-code',
      placeholder: 'Postal code',
      place,
    });
  const part = (name: string, label: string, autocomplete: string, place: string) =>
    input(filled, { name, label, autocomplete: `billing ${autocomplete}`, placeholder: label, place });
  const whole = session.billing_address_collection === 'required';
  const label = whole ? 'Billing address' : 'Country or region';
  const names = ['country', 'line1', 'postal_code', 'city', 'state'];
  return group(
    filled,
    label,
    names,
    whole
      ? [
          countries(filled, 'whole'),
          part('line1', 'Address', 'address-line1', 'whole'),
          part('city', 'City', 'address-level2', 'left'),
          postal('right'),
          part('state', 'State or region', 'address-level1', 'whole last'),
        ]
      : [countries(filled, 'whole'), postal('whole last')],
  );
}

function bankAccountFields(filled: Filled): string {
  const holder = field(filled, {
    name: 'account_holder',
    label: 'Account holder name',
    autocomplete: 'name',
    placeholder: 'Full name',
  });
  const account = group(
    filled,
    'Bank account',
    ['routing_number', 'account_number'],
    [
      input(filled, {
        name: 'routing_number',
        label: 'Routing number',
        autocomplete: 'off',
        placeholder: 'Routing number',
        place: 'whole',
        digits: true,
      }),
      input(filled, {
        name: 'account_number',
        label: 'Account number',
        autocomplete: 'off',
        placeholder: 'Account number',
        place: 'whole last',
        digits: true,
        secret: true,
      }),
    ],
  );
  return holder + account;
}

function debitFields(filled: Filled): string {
  return (
    field(filled, {
      name: 'debit_holder',
      label: 'Account holder name',
      autocomplete: 'name',
      placeholder: 'Full name',
    }) +
    field(filled, {
      name: 'iban',
      label: 'IBAN',
      autocomplete: 'off',
      placeholder: 'DE00 0000 0000 0000 0000 00',
      secret: true,
    })
  );
}

const VERBS: Readonly<Record<string, string>> = { book: 'Book', donate: 'Donate', pay: 'Pay', subscribe: 'Subscribe' };

function buttonLabel(session: CheckoutSession): string {
  if (session.mode === 'setup') return waysOf(session).length === 1 ? 'Save card' : 'Save payment method';
  if (session.amount_total === 0) return 'Complete order';
  const verb = VERBS[session.submit_type ?? 'pay'] ?? 'Pay';
  return `${verb} ${formatted(session.amount_total ?? 0, session.currency ?? 'usd')}`;
}

function message(session: CheckoutSession): string {
  const text = session.custom_text.submit?.message;
  return text === undefined ? '' : `<p class="small-print soft">${escape(text)}</p>`;
}

const CHEATS: Readonly<Record<string, readonly (readonly [what: string, number: string])[]>> = {
  card: [
    ['Pays', '4242 4242 4242 4242'],
    ['Asks for 3-D Secure', '4000 0027 6000 3184'],
    ['Is declined', '4000 0000 0000 0002'],
    ['Has no funds', '4000 0000 0000 9995'],
  ],
  us_bank_account: [
    ['Pays', '110000000 · 000123456789'],
    ['Has no funds', '110000000 · 000222222227'],
  ],
  sepa_debit: [
    ['Pays', 'AT61 1904 3002 3457 3201'],
    ['Fails', 'AT86 1904 3002 3547 3202'],
  ],
};

function cheats(ways: readonly string[]): string {
  const lists = ways.map((way) => {
    const rows = (CHEATS[way] ?? []).map(
      ([what, number]) => `<div><dt>${what}</dt><dd><code>${number}</code></dd></div>`,
    );
    return `<div class="way-${way}"><dl>${rows.join('')}</dl></div>`;
  });
  return `<details class="cheats"><summary>Test numbers</summary>${lists.join('')}<p class="soft">Any later date, any CVC.</p></details>`;
}
