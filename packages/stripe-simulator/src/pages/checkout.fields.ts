import { escape } from './layout.js';

/** What was typed and what is wrong with it, by the name of the field. */
export interface Filled {
  values: Readonly<Record<string, string>>;
  problems: Readonly<Record<string, string>>;
}

interface Field {
  name: string;
  label: string;
  autocomplete: string;
  placeholder?: string;
  type?: 'email' | 'tel' | 'text';
  /** Opens the keyboard for digits on a phone. */
  digits?: true;
  readonly?: boolean;
  /** Never shown again once it was sent, such as a card number. */
  secret?: true;
  /** For a field inside of a group of fields. */
  place?: string;
}

/** An input whose label stands above it. */
export function field(filled: Filled, of: Field): string {
  return `<div class="field"><label for="${of.name}">${escape(of.label)}</label>${input(filled, of)}${problem(filled, of.name)}</div>`;
}

/** An input whose label is only read out; its problems are told by the group. */
export function input(filled: Filled, of: Field): string {
  const { name, label, place, placeholder = '' } = of;
  const attributes = [
    `id="${name}" name="${name}" type="${of.type ?? 'text'}" autocomplete="${of.autocomplete}" maxlength="200"`,
    of.secret === true ? '' : `value="${escape(filled.values[name] ?? '')}"`,
    placeholder === '' ? '' : `placeholder="${escape(placeholder)}"`,
    of.digits === true ? 'inputmode="numeric"' : '',
    of.readonly === true ? 'readonly' : '',
    place === undefined ? '' : `class="${place}" aria-label="${escape(label)}"`,
    invalid(filled, name),
  ];
  return `<input ${attributes.filter((part) => part !== '').join(' ')}>`;
}

/** A choice among countries, in their English names. */
export function countries(filled: Filled, place: string): string {
  const chosen = filled.values['country'] ?? '';
  const options = COUNTRIES.map(
    ({ code, name }) => `<option value="${code}"${code === chosen ? ' selected' : ''}>${escape(name)}</option>`,
  );
  return `<select id="country" name="country" autocomplete="billing country" aria-label="Country or region" class="${place}" ${invalid(filled, 'country')}>${options.join('')}</select>`;
}

/** Inputs that look like one, with one legend and the problems of all below it. */
export function group(filled: Filled, label: string, names: readonly string[], inputs: readonly string[]): string {
  const problems = names.map((name) => problem(filled, name)).join('');
  return `<fieldset><legend class="label">${escape(label)}</legend><div class="joined">${inputs.join('')}</div>${problems}</fieldset>`;
}

function invalid(filled: Filled, name: string): string {
  if (filled.problems[name] === undefined) return '';
  const first = Object.keys(filled.problems)[0] === name;
  return `aria-invalid="true" aria-describedby="${name}-problem"${first ? ' autofocus' : ''}`;
}

function problem(filled: Filled, name: string): string {
  const text = filled.problems[name];
  return text === undefined ? '' : `<span class="problem" id="${name}-problem">${escape(text)}</span>`;
}

const NAMES = new Intl.DisplayNames('en', { type: 'region' });

/** Those that Stripe has accounts in. https://stripe.com/global */
const COUNTRIES = (
  'AE AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GI GR HK HR HU IE IN IT JP LI LT LU LV MT MX MY NL NO NZ PL PT RO SE SG ' +
  'SI SK TH US'
)
  .split(' ')
  .map((code) => ({ code, name: NAMES.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));

export function isCountry(code: string): boolean {
  return COUNTRIES.some((country) => country.code === code);
}

const AT_HOME: Readonly<Record<string, string>> = {
  aud: 'AU',
  brl: 'BR',
  cad: 'CA',
  chf: 'CH',
  czk: 'CZ',
  dkk: 'DK',
  eur: 'DE',
  gbp: 'GB',
  hkd: 'HK',
  inr: 'IN',
  jpy: 'JP',
  mxn: 'MX',
  nok: 'NO',
  nzd: 'NZ',
  pln: 'PL',
  sek: 'SE',
  sgd: 'SG',
};

/** The country that a currency suggests. */
export function countryOf(currency: string | null): string {
  return AT_HOME[currency ?? ''] ?? 'US';
}
