/** The form in which an address is stored and looked up; two spellings of one address are one account. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
