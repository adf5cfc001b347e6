import fc from 'fast-check';
import { parseNestedForm } from './nested-form.js';

const parse = (text: string) => parseNestedForm(Buffer.from(text));

it.each([
  ['email=a%40example.com&metadata[order_id]=7', { email: 'a@example.com', metadata: { order_id: '7' } }],
  ['metadata%5Border_id%5D=7+8&metadata[b]=', { metadata: { order_id: '7 8', b: '' } }],
  ['a[b][c]=1&a[d]=2', { a: { b: { c: '1' }, d: '2' } }],
  ['a[]=1', { a: { '': '1' } }],
  ['metadata=', { metadata: '' }],
  ['a[toString]=1&a[constructor]=2', { a: { toString: '1', constructor: '2' } }],
  ['', {}],
])('%s', (text, form) => {
  expect(parse(text)).toEqual(form);
});

it.each([
  ['a[b', /brackets/],
  ['[a]=1', /brackets/],
  ['a]=1', /brackets/],
  ['a[b]c=1', /brackets/],
  ['a[[b]]=1', /brackets/],
  ['a=1&a[b]=2', /twice/],
  ['a[b]=2&a=1', /twice/],
  ['a[b]=1&a[b][c]=2', /twice/],
  ['a[b]=1&a%5Bb%5D=2', /twice/],
  ['a[]=1&a[]=2', /twice/],
  [`a${'[b]'.repeat(8)}=1`, /deeper than 8/],
  [`a${'[b]'.repeat(10_000)}=1`, /deeper than 8/],
  ['__proto__[x]=1', /__proto__/],
  ['a[__proto__][x]=1', /__proto__/],
  ['a[constructor][prototype]=1', /constructor/],
  ['a[%ff]=1', /UTF-8/],
])('%s is refused', (text, problem) => {
  expect(() => parse(text)).toThrow(problem);
});

it('gives back any pairs below a name', () => {
  const name = fc.string({ minLength: 1 }).filter((one) => !/[[\]]|__proto__|constructor/.test(one));
  fc.assert(
    fc.property(fc.dictionary(name, fc.string(), { maxKeys: 20, noNullPrototype: true }), (pairs) => {
      const form = Object.entries(pairs).map(
        ([key, value]) => `${encodeURIComponent(`m[${key}]`)}=${encodeURIComponent(value)}`,
      );
      expect(parse(form.join('&'))).toEqual(form.length === 0 ? {} : { m: pairs });
    }),
  );
});
