import { armFailpoints, atFailpoint, parseFailpoints } from './failpoints.js';

const done = () => Promise.resolve('done');

let kill: jest.SpyInstance;

beforeEach(() => {
  kill = jest.spyOn(process, 'kill').mockReturnValue(true);
});
afterEach(() => {
  armFailpoints(undefined);
  jest.restoreAllMocks();
});

it('disarmed, they only do what stands in them', async () => {
  const io = done();
  expect(atFailpoint('create.send', () => io)).toBe(io);
  await io;
});

it('before: nothing was done; after: it was', async () => {
  const tried: string[] = [];
  const attempt = (what: string) => atFailpoint('create.send', async () => tried.push(what)).catch(String);
  armFailpoints('create.send.before=throw');
  expect(await attempt('first')).toBe('FailpointError: failpoint create.send.before');
  armFailpoints('create.send.after=throw');
  expect(await attempt('second')).toBe('FailpointError: failpoint create.send.after');
  expect(tried).toEqual(['second']);
});

it('act on their hit and never again', async () => {
  armFailpoints('create.send.before=throw@2,create.store.before=kill');
  const results = [];
  for (let i = 0; i < 3; i++) results.push(await atFailpoint('create.send', done).catch(() => 'thrown'));
  expect(results).toEqual(['done', 'thrown', 'done']);
  expect(kill).not.toHaveBeenCalled();
  await atFailpoint('create.store', done);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
});

it('sleep as long as they are told', async () => {
  armFailpoints('create.send.after=sleep:40');
  const began = performance.now();
  await atFailpoint('create.send', done);
  expect(performance.now() - began).toBeGreaterThan(35);
});

it('an error of the I/O itself passes, and `after` is not reached', async () => {
  armFailpoints('create.send.after=kill');
  await expect(atFailpoint('create.send', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(kill).not.toHaveBeenCalled();
});

it.each([
  'create.send=kill',
  'create.send.during=kill',
  'nowhere.at_all.before=kill',
  'toString.before=kill',
  'create.send.before=explode',
  'create.send.before=sleep',
  'create.send.before=kill:5',
  'create.send.before=kill@0',
  'create.send.before=kill,',
  '',
])('refuse %j', (text) => {
  expect(() => parseFailpoints(text)).toThrow(RangeError);
});
