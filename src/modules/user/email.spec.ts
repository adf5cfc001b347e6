import fc from 'fast-check';
import { emailKey, formerEmail, hasInvisible, normalizeEmail, NOT_PLAIN, plainFullStops } from './email.js';

/** Every letter, alone and followed by a mark that may join it. */
const character = fc.oneof(
  fc.integer({ min: 0x21, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom('\u0301', '\u030c', '\u0308', '\u0307', '\u0323', 'J\u030c', 'İ', 'Σ', 'ᾼ', '\u0345', '℡', '。', 'ß'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
);
const text = fc.array(character, { maxLength: 8 }).map((all) => all.join(''));
const address = fc.tuple(text, text).map(([local, domain]) => `${local}@${domain}.example`);

describe('normalizeEmail and emailKey', () => {
  it.each([
    [' Grace@Example.COM ', 'grace@example.com'],
    ['J\u030coe@example.com', '\u01f0oe@example.com'],
    ['\u01f0oe@example.com', '\u01f0oe@example.com'],
    ['grace@MÜNCHEN.de', 'grace@xn--mnchen-3ya.de'],
    ['grace@Mu\u0308nchen.de', 'grace@xn--mnchen-3ya.de'],
    ['grace@xn--MNCHEN-3YA.de', 'grace@xn--mnchen-3ya.de'],
    ['grace@ⓔxample.com', 'grace@example.com'],
    ['grace@例え。テスト', 'grace@xn--r8jz45g.xn--zckzah'],
    ['a@bücher。example', 'a@xn--bcher-kva.example'],
    ['a@bücher\uff0eexample', 'a@xn--bcher-kva.example'],
    ['a@bücher\uff61example', 'a@xn--bcher-kva.example'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    ['no address', 'no address'],
    ['@', '@'],
    ['a@\u0301', 'a@\u0301'], // no domain at all: left as it is
  ])('%s is %s', (given, key) => expect(emailKey(given)).toBe(key));

  it('say the same of every spelling that is canonically equivalent, and of their own result', () => {
    fc.assert(
      fc.property(address, (email) => {
        for (const form of ['NFC', 'NFD'] as const) expect(emailKey(email.normalize(form))).toBe(emailKey(email));
        expect(normalizeEmail(normalizeEmail(email))).toBe(normalizeEmail(email));
        expect(emailKey(emailKey(email))).toBe(emailKey(email));
        expect(emailKey(normalizeEmail(email))).toBe(emailKey(email));
      }),
      { numRuns: 500 },
    );
  });

  it('change nothing of an address that was stored plain', () => {
    const plain = fc.tuple(fc.stringMatching(/^[\x21-\x7e]{1,20}$/), fc.domain()).map((parts) => parts.join('@'));
    fc.assert(
      fc.property(plain, (email) => {
        const stored = formerEmail(email);
        fc.pre(!NOT_PLAIN.test(stored));
        expect(emailKey(stored)).toBe(stored);
        expect(emailKey(email)).toBe(stored);
      }),
    );
  });

  it('leave what is too long alone', () => {
    const bait = `a${'\u0300'.repeat(24_900)}${'\u0316'.repeat(24_900)}@x.example`;
    for (const form of [normalizeEmail, emailKey, formerEmail]) expect(form(bait)).toBe(bait);
  });
});

it.each([
  ['a。b@c。d\uff0ee\uff61f', 'a。b@c.d.e.f'],
  ['a。b', 'a。b'],
  ['a@b.c', 'a@b.c'],
])('plainFullStops makes those of the domain plain: %s', (given, plain) => {
  expect(plainFullStops(given)).toBe(plain);
});

describe('hasInvisible', () => {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const CODES = [
    ...[0x00, 0x1f, 0x7f, 0xad, 0x34f, 0x61c, 0x180e, ...range(0x200b, 0x200f), ...range(0x202a, 0x202e)],
    ...[...range(0x2060, 0x2064), 0xfe0f, 0x3164, 0xe000, 0xffff, 0xfeff, 0xffa0, 0x2800, 0xa0, 0x3000, 0x2028],
    ...[0x2066, 0xfff9, 0xe0001, 0xf0000, 0x1fffe, 0xd800],
  ];
  it.each(CODES.map((code) => `U+${code.toString(16).toUpperCase()}`))('finds %s', (name) => {
    const one = String.fromCodePoint(parseInt(name.slice(2), 16));
    expect(hasInvisible(`gra${one}ce@example.com`)).toBe(true);
  });

  it('finds none in what people write', () => {
    for (const good of [
      'grace@example.com',
      'grüße@münchen.de',
      '"a b"@x.example',
      '用户@例子.广告',
      'ಬೆಂಬಲ@ಡೇಟಾಮೇಲ್.ಭಾರತ',
      'e\u0301@x.example',
    ])
      expect([good, hasInvisible(good)]).toEqual([good, false]);
  });
});
