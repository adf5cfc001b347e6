import fc from 'fast-check';
import { parseSafeJson } from './safe-json.js';

const parsed = (json: string): unknown => parseSafeJson(Buffer.from(json));
const object = (keys: number, key = (i: number) => `k${i}`): string =>
  `{${Array.from({ length: keys }, (_, i) => `"${key(i)}":${i}`).join(',')}}`;

describe('parseSafeJson', () => {
  it.each([
    ['32 levels', `${'['.repeat(32)}${']'.repeat(32)}`],
    ['200 properties', object(200)],
    ['200 properties in each of 90 objects', `[${Array.from({ length: 90 }, () => object(200)).join(',')}]`],
    ['20,000 values', `[${'1,'.repeat(19_998)}1]`],
    ['9,999 empty lists, and blanks', `[${'[ ] , '.repeat(9_998)}[]]`],
    ['punctuation in texts', JSON.stringify({ a: '[{,'.repeat(50_000), '",{[': '\\"[[['.repeat(50) })],
    ['30 marks in a row', JSON.stringify(`a${'\u0300'.repeat(30)}b${'\u0300'.repeat(30)}`)],
    ['a byte order mark', '\ufeff{"a":1}'],
  ])('takes %s', (_name, json) => expect(parsed(json)).toEqual(JSON.parse(json.replace(/^\ufeff/, ''))));

  it.each([
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, 'The JSON is nested deeper than 32 levels'],
    ['a million levels', '['.repeat(1_000_000), 'The JSON is nested deeper than 32 levels'],
    ['201 properties', object(201), 'The JSON has an object of more than 200 properties'],
    ['201 times the same property', object(201, () => 'a'), 'The JSON has an object of more than 200 properties'],
    ['201 properties far inside', `[{"a":[${object(201)}]}]`, 'The JSON has an object of more than 200 properties'],
    ['20,001 values', `[${'1,'.repeat(19_999)}1]`, 'The JSON holds more than 20000 values'],
    ['350,000 empty lists', `[${'[],'.repeat(350_000)}[]]`, 'The JSON holds more than 20000 values'],
    ['350,000 empty objects', `[${'{},'.repeat(350_000)}{}]`, 'The JSON holds more than 20000 values'],
    [
      '31 marks in a row',
      JSON.stringify(['\u0300\u0316'.repeat(16)]),
      'A text has more than 30 combining marks in a row',
    ],
    ['31 escaped marks', `["${'\\u0300'.repeat(31)}"]`, 'A text has more than 30 combining marks in a row'],
    [
      '31 marks beyond the basic plane',
      JSON.stringify('\u{1d165}'.repeat(31)),
      'A text has more than 30 combining marks in a row',
    ],
    [
      '31 halfwidth sound marks',
      JSON.stringify('\uff9e\u0316'.repeat(16)),
      'A text has more than 30 combining marks in a row',
    ],
    [
      '31 marks in a property name',
      JSON.stringify({ a: { ['\u0300'.repeat(31)]: 1 } }),
      'A text has more than 30 combining marks in a row',
    ],
    ['half a text', '{"a":"', 'The request body is not valid JSON'],
    ['too many ends', ']]]]]', 'The request body is not valid JSON'],
    ['crossed ends', '[{]}', 'The request body is not valid JSON'],
    ['a backslash at the end', '"\\', 'The request body is not valid JSON'],
  ])('refuses %s', (_name, json, message) => expect(() => parsed(json)).toThrow(message));

  it('takes every small JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const json = JSON.stringify(value, null, indent);
        expect(parsed(json)).toEqual(JSON.parse(json));
      }),
    );
  });
});
