import { type ArrivingBody, ArrivingBodies } from './arriving-bodies.js';

const MIB = 1_048_576;

function ground() {
  const bodies = new ArrivingBodies();
  const refused: string[] = [];
  let n = 0;
  const add = (key: string, { since = 0, isOneClient = true } = {}): ArrivingBody => {
    const name = `${key}#${++n}`;
    const body = { group: { key, isOneClient }, since, bytes: 0, refuse: () => void refused.push(name) };
    bodies.add(body);
    return body;
  };
  const many = (count: number, key: string, options = {}): ArrivingBody[] =>
    Array.from({ length: count }, () => add(key, options));
  return { bodies, refused, add, many };
}

it('one client keeps fifty that are no burst any more, the newest of them', () => {
  const { bodies, refused, many } = ground();
  many(60, 'a');
  many(50, 'b');
  bodies.trim(999);
  expect(refused).toEqual([]);
  bodies.trim(1_000);
  expect(refused).toEqual(Array.from({ length: 10 }, (_, i) => `a#${i + 1}`));
  bodies.trim(60_000);
  expect(refused).toHaveLength(10);
});

it('of many clients behind one proxy fifty is no bound', () => {
  const { bodies, refused, many } = ground();
  many(1_000, 'proxy', { isOneClient: false });
  bodies.trim(60_000);
  expect(refused).toEqual([]);
});

it('beyond two thousand whoever has the most loses their oldest, so nobody keeps others out', () => {
  const { refused, add, many } = ground();
  many(1_999, 'greedy');
  add('honest');
  expect(refused).toEqual([]);
  add('another');
  expect(refused).toEqual(['greedy#1']);
  many(100, 'greedy');
  expect(refused).toHaveLength(101);
  expect(refused.every((name) => name.startsWith('greedy'))).toBe(true);
});

it('beyond 64 MB the largest is refused, and its bytes are free again', () => {
  const { bodies, refused, add, many } = ground();
  const small = add('honest');
  bodies.grow(small, 1_000);
  for (const body of many(64, 'greedy')) bodies.grow(body, MIB);
  expect(refused).toEqual(['greedy#2']);
  bodies.grow(small, 1_000);
  expect(refused).toHaveLength(1);
});

it('what has gone counts no more, and twice is once', () => {
  const { bodies, refused, many } = ground();
  for (let round = 0; round < 5; round++) {
    const gone = many(2_000, 'a');
    for (const body of gone) bodies.grow(body, 20_000);
    for (const body of [...gone, ...gone]) bodies.remove(body);
    for (const body of gone) bodies.grow(body, MIB);
  }
  expect(refused).toEqual([]);
});
