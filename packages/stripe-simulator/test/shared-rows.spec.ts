import fc from 'fast-check';
import { type Change, RowReader, RowWriter } from '../src/state/shared-rows.js';

/** Through the text of a journal and back. */
function again(changes: readonly Change[]): Change[] {
  const writer = new RowWriter();
  const reader = new RowReader();
  const text = JSON.stringify(changes.map((change) => writer.write(change)));
  return (JSON.parse(text) as ReturnType<RowWriter['write']>[]).map((written) => reader.read(written));
}

/** Members come and go, and stand in any order, as in answers with optional ones. */
const version = fc.record(
  { b: fc.jsonValue(), a: fc.integer(), c: fc.constantFrom(undefined, null, 1), '2': fc.string(), d: fc.constant({}) },
  { requiredKeys: [] },
);

describe('rows in the journal', () => {
  it('come back as they were, byte by byte', () => {
    const step = fc.record({
      id: fc.constantFrom('x_1', 'x_2', 'x_3'),
      version,
      kept: fc.boolean(),
      table: fc.constantFrom('customer', 'event', 'savedAnswer', 'gone'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const newest = new Map<string, object>();
        const changes = steps.map(({ id, version: members, kept, table }, at): Change => {
          const before = newest.get(id) ?? {};
          const row = kept && 'id' in before ? { ...before, id, ...members } : { id, ...members };
          newest.set(id, row);
          if (table === 'gone') return ['customer', id];
          if (table === 'event') return ['event', { id: `evt_${at}`, data: { object: row, previous: 1 } } as Change[1]];
          if (table === 'savedAnswer') return ['savedAnswer', { id: `key-${at}`, value: row, at } as Change[1]];
          return [table, row];
        });
        expect(JSON.stringify(again(changes))).toBe(JSON.stringify(changes));
      }),
      { numRuns: 500 },
    );
  });

  it('are one object again where they were one', () => {
    const row = { id: 'cus_1', name: 'Ada', address: { city: 'London' } };
    const renamed = { ...row, name: 'Bob' };
    const writer = new RowWriter();
    const changes: Change[] = [
      ['customer', row],
      ['event', { id: 'evt_1', data: { object: row } } as Change[1]],
      ['customer', renamed],
      ['savedAnswer', { id: 'key', value: renamed } as Change[1]],
    ];
    const written = changes.map((change) => writer.write(change));
    expect(written).toEqual([
      ['customer', row],
      ['event', { id: 'evt_1', data: { object: 0 } }],
      ['customer', [0, { name: 'Bob' }]],
      ['savedAnswer', { id: 'key', value: 1 }],
    ]);
    const [, event, after, saved] = again(changes).map(([, value]) => value) as unknown as [
      unknown,
      { data: { object: { address: object } } },
      { address: object },
      { value: object },
    ];
    expect(saved.value).toBe(after);
    expect(after.address).toBe(event.data.object.address);
  });

  it('what is no hash stays what it is', () => {
    const changes: Change[] = [7, [1, 2], null, 'text'].map((value, at) => [
      'savedAnswer',
      { id: String(at), value } as Change[1],
    ]);
    expect(again(changes)).toEqual(changes);
  });

  it('a reference to what is not there is damage', () => {
    expect(() => new RowReader().read(['customer', 3])).toThrow('refers to object 3');
    expect(() => new RowReader().read(['customer', { name: 'nobody' }])).toThrow('without an id');
  });
});
