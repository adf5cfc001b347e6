import fc from 'fast-check';
import { asPlainText } from './plain-text.js';

describe('asPlainText', () => {
  it.each([
    ['Grace Hopper', 'Grace Hopper'],
    ['Order 1042, 2 × 4.50 at 12:30', 'Order 1042, 2 × 4.50 at 12:30'],
    ['J.R. O’Neill-Łuczak', 'J. R. O’Neill-Łuczak'],
    ['http://evil.example', 'http: /evil. example'],
    ['HTTPS://evil.example/a?b=c', 'HTTPS: /evil. example/a?b=c'],
    ['www.evil.example', 'www. evil. example'],
    ['evil.example/pay', 'evil. example/pay'],
    ['evil。example', 'evil. example'],
    ['evil．example', 'evil. example'],
    ['a.2b.example', 'a. 2b. example'],
    ['//evil.example', '/evil. example'],
    ['\\\\evil\\share', '/evil\\share'],
    ['http://192.0.2.1/x', 'http: /192. 0. 2. 1/x'],
    ['mailto:a@evil.example', 'mailto: a @ evil. example'],
    ['javascript:alert(1)', 'javascript: alert(1)'],
    ['tel:+15550100', 'tel: +15550100'],
    ['ev\u200Bil.exa\u00ADmple', 'ev il. exa mple'],
    ['a\r\nBcc: b', 'a Bcc: b'],
    ['a\u2028b\u2029c\u0085d\u000Be\u000Cf\tg\0h', 'a b c d e f g h'],
    ['\u202Ecod.elpmaxe', 'cod. elpmaxe'],
    ['  ', ''],
  ])('%j becomes %j', (text, plain) => expect(asPlainText(text)).toBe(plain));

  it('never is two lines, and never holds a link together', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'http',
        '://',
        '.',
        'com',
        '@',
        '/',
        '\\',
        ':',
        '\r\n',
        ' ',
        'evil',
        '。',
        '1',
        '\u200B',
        'mailto:',
        'é',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const plain = asPlainText(pieces.join(''));
        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(plain).not.toMatch(/\/\/|\\\\|\S@|@\S|\p{L}:\S/u);
        expect(plain).not.toMatch(/[.。．｡][\p{L}\p{M}]/u);
        expect(plain).not.toMatch(/\d\.\d+\.\d+\.\d/);
        expect(plain.length).toBeLessThanOrEqual(800);
      }),
      { numRuns: 2_000 },
    );
  });
});
