import fc from 'fast-check';
import { copiesOf, matched, totalOf } from './item-copies.js';
import type { CopyRequest, ItemCopy, ItemTerms } from './item.types.js';

const flat = (value: number) => ({ type: 'flat' as const, value });
const percentage = (value: number) => ({ type: 'percentage' as const, value });
const terms = (change: Partial<ItemTerms> = {}): ItemTerms => ({
  name: 'Locker',
  description: 'Locker rental',
  figure: flat(100),
  duration: 0,
  ...change,
});
const made = (asked: CopyRequest[], held: ItemCopy[] = [], sources: Record<string, ItemTerms> = {}) =>
  copiesOf(matched(asked, held), new Map(Object.entries(sources)), 'add_ons');

it('a new copy is its source, but for what is sent', () => {
  expect(made([{ id: 'a' }], [], { a: terms() })).toEqual([{ id: 'a', ...terms() }]);
  const asked = { id: 'a', name: 'N', description: 'D', duration: 3 };
  expect(made([asked], [], { a: terms({ figure: percentage(10_000) }) })).toEqual([
    { ...asked, figure: percentage(10_000) },
  ]);
});

it('an amount makes a fixed one of a percentage (decision G44), also an amount of 0', () => {
  for (const amountMinor of [50, 0]) {
    const [copy] = made([{ id: 'a', amountMinor }], [], { a: terms({ figure: percentage(10_000) }) });
    expect(copy?.figure).toEqual(flat(amountMinor));
  }
});

describe('ruling RC19', () => {
  const first = { id: 'a', ...terms({ name: 'first', figure: flat(1) }) };
  const second = { id: 'a', ...terms({ name: 'second', figure: percentage(500) }) };
  const other = { id: 'b', ...terms({ name: 'other' }) };
  const names = (copies: ItemCopy[]) => copies.map(({ name }) => name);

  it('the nth of an id is the nth that is there, whatever stands between', () => {
    expect(made([{ id: 'a' }, { id: 'a' }, { id: 'b' }], [other, first, second])).toEqual([first, second, other]);
  });

  it('a copy that is there keeps what it has, and takes what is sent', () => {
    expect(made([{ id: 'a', duration: 2 }], [first], { a: terms({ name: 'changed since' }) })).toEqual([
      { ...first, duration: 2 },
    ]);
  });

  it('one more of an id is a new one, and what is not in the list goes', () => {
    expect(names(made([{ id: 'a' }, { id: 'a' }], [first, other], { a: terms({ name: 'new' }) }))).toEqual([
      'first',
      'new',
    ]);
    expect(made([], [first, second])).toEqual([]);
  });

  it('a source that is gone is missed by new ones only', () => {
    expect(made([{ id: 'a' }], [first])).toEqual([first]);
    expect(() => made([{ id: 'b' }, { id: 'a' }, { id: 'a' }], [first, other])).toThrow(
      expect.objectContaining({ code: 'validation_failed', messages: ['add_ons.2.id is unknown'] }),
    );
  });
});

it('whoever sends back what was read changes nothing, in whatever order', () => {
  const copy = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    name: fc.string(),
    description: fc.string(),
    figure: fc.record({ type: fc.constantFrom('flat' as const, 'percentage' as const), value: fc.nat() }),
    duration: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(copy), (held) => {
      const read = held.map(({ id, name, description, duration, figure }) => ({
        ...{ id, name, description, duration },
        amountMinor: figure.type === 'flat' ? figure.value : undefined,
      }));
      expect(made(read, held)).toEqual(held);
    }),
  );
});

it('a total is the sum of the rounded figures', () => {
  const copies = [flat(100), percentage(500), percentage(500), percentage(0)].map((figure, index) => ({
    ...terms({ figure }),
    id: String(index),
  }));
  // 0.500 % of 100 is half a cent, which goes up twice.
  expect(totalOf(copies, 100)).toBe(102n);
  expect(totalOf([], 100)).toBe(0n);
});
