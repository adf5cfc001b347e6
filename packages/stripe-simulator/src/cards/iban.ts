/** Lengths of the IBANs of the SEPA countries. Source: the SWIFT IBAN registry. */
const LENGTHS: Record<string, number> = {
  ...{ AD: 24, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27, GB: 22 },
  ...{ GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MT: 31 },
  ...{ NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22 },
};

/** Where in the national part bank and branch are, as far as Stripe shows them. */
const PARTS: Record<string, { bank: number; branch: number }> = {
  AT: { bank: 5, branch: 0 },
  BE: { bank: 3, branch: 0 },
  DE: { bank: 8, branch: 0 },
  ES: { bank: 4, branch: 4 },
  FR: { bank: 5, branch: 5 },
  GB: { bank: 4, branch: 6 },
  IE: { bank: 4, branch: 6 },
  NL: { bank: 4, branch: 0 },
};

/** Without the spaces that people type. */
export function plainIban(iban: string): string {
  return iban.replace(/[\s-]/g, '').toUpperCase();
}

/** Whether a plain IBAN belongs to a SEPA country; false also for what is no IBAN. */
export function isSepaCountry(iban: string): boolean {
  return Object.hasOwn(LENGTHS, iban.slice(0, 2));
}

/** Length and check digits (ISO 7064, mod 97) of a plain IBAN of a SEPA country. */
export function isIban(iban: string): boolean {
  if (iban.length !== LENGTHS[iban.slice(0, 2)] || !/^[A-Z]{2}\d{2}[0-9A-Z]+$/.test(iban)) return false;
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Bank and branch code of a plain IBAN, null where the country has none or it is not known here. */
export function bankOf(iban: string): { bank: string | null; branch: string | null } {
  const { bank, branch } = PARTS[iban.slice(0, 2)] ?? { bank: 0, branch: 0 };
  return { bank: iban.slice(4, 4 + bank) || null, branch: iban.slice(4 + bank, 4 + bank + branch) || null };
}
