import fc from 'fast-check';
import { newXid, xidOf } from '../../../platform/common/xid.js';
import { plainIdOf, recordIdOf } from './plain-id.js';

const xid = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => xidOf(Buffer.from(bytes)));

it('has 25 letters and digits, leads back to the record, and sorts as the record’s id does', () => {
  fc.assert(
    fc.property(xid, xid, (one, other) => {
      expect(plainIdOf(one)).toMatch(/^[0-9a-z]{25}$/);
      expect(recordIdOf(plainIdOf(one))).toBe(one);
      if (one !== other) expect(plainIdOf(one) < plainIdOf(other)).toBe(one < other);
    }),
  );
});

it('is the same for ever: clients have stored it', () => {
  expect(plainIdOf('b89ffdqj8m0o735i19i0')).toBe('b89ffdqj8m0o735i19i06jp46');
  expect(plainIdOf('00000000000000000000')).toBe('00000000000000000000kr12x');
});

it('of another text there is no record', () => {
  const plain = plainIdOf(newXid(0));
  const last = plain.endsWith('z') ? 'y' : 'z';
  for (const text of [
    '',
    newXid(0),
    `${plain}0`,
    plain.toUpperCase(),
    plain.slice(0, -1) + last,
    ` ${plain}`,
    `${plain}\n`,
  ])
    expect([text, recordIdOf(text)]).toEqual([text, null]);
});

it('of what is no xid there is none', () => {
  expect(() => plainIdOf('cus_1')).toThrow('without an xid');
});
