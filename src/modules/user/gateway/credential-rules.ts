/** Contract gateway 3.2: at least one letter and one digit. */
export const USERNAME_PATTERN = /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9._@-]{3,64}$/;

export function isUsername(value: string): boolean {
  return USERNAME_PATTERN.test(value);
}

export const USERNAME_RULE = '3 to 64 letters, digits or ._@-, with at least one letter and one digit';

/** Contract gateway 3.6. Characters, not bytes. */
export const PASSWORD_PATTERN = /^(?=[\s\S]*\p{Lu})(?=[\s\S]*\d)(?=[\s\S]*[^\p{L}\p{N}\s])[\s\S]{8,64}$/u;

export function isPassword(value: string): boolean {
  return PASSWORD_PATTERN.test(value);
}

export const PASSWORD_RULE = '8 to 64 characters, with an upper-case letter, a digit and a special character';

/** An IANA name, in any case. */
export function isTimeZone(value: string): boolean {
  // Newer engines take offsets such as +01:00 too, which are no names.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
