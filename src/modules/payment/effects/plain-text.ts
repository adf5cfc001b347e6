/** Length at which a text is cut: longer than any name or description that a payer has to recognise. */
const LONGEST = 200;

/**
 * A text that somebody chose, as one line of a message to somebody else: without line breaks, which would write the lines
 * below, without invisible and direction characters, and without anything that a mail program turns into a link (an address
 * of the web, a host, an e-mail address). Whoever registers a stranger's address must not be able to send them one.
 * A space goes in where a link would hold together: `evil.example` becomes `evil. example`, prices and times stay.
 */
export function asPlainText(text: string): string {
  const line = text.slice(0, 10 * LONGEST).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return Array.from(line)
    .slice(0, LONGEST)
    .join('')
    .replace(/[/\\]{2,}/g, '/')
    .replace(/@/g, ' @ ')
    .replace(/(?<=\p{L}):(?=\S)/gu, ': ')
    .replace(/\d{1,3}(?:\.\d{1,3}){3}/g, (address) => address.replaceAll('.', '. '))
    .replace(/[.\u3002\uFF0E\uFF61\u2024](?=[\p{L}\p{M}\p{N}])(?!(?<=\d.)\d)/gu, '. ')
    .replace(/ {2,}/g, ' ')
    .trim();
}
