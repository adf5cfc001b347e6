import type { VaultCard, VaultMethod, VaultSepaDebit } from '../record/payment-method.types.js';
import type { PersonMethod, PersonMethodView } from './person-method.types.js';

/** Kinds of the vault's methods that a person pays with. */
export type PersonVaultMethod = VaultCard | VaultSepaDebit;

/** Stripe's words for brands, as people know them; another is told with a capital letter. */
const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  eftpos_au: 'Eftpos',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  unknown: 'Card',
};

/** Pure: `Visa **** 4242`, `ES91 **** 1332`; never a full number. */
export function nameOf(method: PersonVaultMethod): string {
  if (method.type === 'sepa') return `${method.maskedIban.slice(0, 4)} **** ${method.maskedIban.slice(-4)}`;
  const brand = BRANDS[method.brand] ?? method.brand.charAt(0).toUpperCase() + method.brand.slice(1);
  return `${brand} **** ${method.maskedNumber.slice(-4)}`;
}

export function isPersons(method: VaultMethod): method is PersonVaultMethod {
  return method.type === 'card' || method.type === 'sepa';
}

/**
 * Pure: tells a method by its row and by what the vault has now (contract census 4). Whether it ever paid and whether it can
 * pay are told independently.
 */
export function viewOf(row: PersonMethod, method: PersonVaultMethod | undefined, now: Date): PersonMethodView {
  const { number, type } = row;
  const name = method === undefined ? row.name : nameOf(method);
  return { number, name, type, status: statusOf(row, method, now), isVerified: row.verifiedAt !== null };
}

function statusOf(row: PersonMethod, method: PersonVaultMethod | undefined, now: Date): PersonMethodView['status'] {
  if (method === undefined || row.rejectedAt !== null) return 'inactive';
  return method.type === 'card' && isExpired(method, now) ? 'inactive' : 'active';
}

/** A card is good until its month is over, wherever on Earth. */
function isExpired({ expiryMonth, expiryYear }: VaultCard, now: Date): boolean {
  const dateLineHours = 12;
  return now.getTime() >= Date.UTC(expiryYear, expiryMonth, 1, dateLineHours);
}
