import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDotEnv } from '../../src/platform/config/dot-env.js';

const dir = mkdtempSync(join(tmpdir(), 'payments-dot-env-'));
const file = join(dir, '.env');
afterAll(() => rmSync(dir, { recursive: true }));

function read(content: string | Buffer) {
  writeFileSync(file, content);
  return readDotEnv(file);
}
const without = (text: string): string => text.replaceAll(dir, '');

it('none says nothing', () => {
  expect(readDotEnv(join(dir, 'none'))).toEqual({ values: {}, problems: [], warnings: [] });
});

it('a directory is named', () => {
  mkdirSync(join(dir, 'folder'));
  expect(readDotEnv(join(dir, 'folder')).problems).toEqual([`${join(dir, 'folder')}: is a directory`]);
});

const TEXT = 'NODE_ENV=production\n';
it.each<[string, Buffer, string]>([
  ['UTF-16LE with its mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), 'UTF-16'],
  ['UTF-16BE with its mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16(), 'UTF-16'],
  ['UTF-16LE', Buffer.from(TEXT, 'utf16le'), 'zero bytes'],
  ['UTF-16BE', Buffer.from(TEXT, 'utf16le').swap16(), 'zero bytes'],
  ['Latin-1', Buffer.from('ADMIN_PASSWORD=pässword\n', 'latin1'), 'no UTF-8'],
])('%s is refused, naming the file', (_what, bytes, why) => {
  const { values, problems } = read(bytes);
  expect(values).toEqual({});
  expect(problems).toEqual([expect.stringContaining(`${file}: `)]);
  expect(problems[0]).toContain(why);
});

it.each<[string, string, Record<string, string>]>([
  ['a byte order mark', '\uFEFFPORT=1\n', { PORT: '1' }],
  ['CRLF', 'PORT=1\r\nROLE=api\r\n', { PORT: '1', ROLE: 'api' }],
  ['comments and empty lines', '# one\n\n   # two\nPORT=1 # three\n', { PORT: '1' }],
  ['export', 'export PORT=1\n', { PORT: '1' }],
  ['a # in quotes', 'A="ab#cd"\nB=\'#x\' # said\n', { A: 'ab#cd', B: '#x' }],
  ['blanks around', '  PORT = 1  \n', { PORT: '1' }],
  ['nothing after the =', 'PORT=\n', { PORT: '' }],
  ['= in a value', 'URL=a=b=c\n', { URL: 'a=b=c' }],
  ['more lines in quotes', 'KEY="a\nb"\nPORT=1\n', { KEY: 'a\nb', PORT: '1' }],
  ['names of others', 'npm_config.x-y=1\n', { 'npm_config.x-y': '1' }],
])('%s is read as it is meant', (_what, text, values) => {
  expect(read(text)).toEqual({ values, problems: [], warnings: [] });
});

it.each([
  ['PORT=1\nplanted secret\n', 'line 2 is no assignment NAME=value'],
  ['PORT: planted\n', 'line 1 is no assignment NAME=value'],
  ['\n\nPORT\n', 'line 3 is no assignment NAME=value'],
  ['set PORT=planted\n', 'line 1 is no assignment NAME=value'],
  ['"PORT"=planted\n', 'line 1 is no assignment NAME=value'],
  ['1PORT=planted\n', 'line 1 is no assignment NAME=value'],
  ['KEY="planted\nPORT=1\n', 'line 1, KEY, begins with a quote that nothing ends'],
  ['KEY="planted\nPORT=1\nROLE="api"\n', 'line 1, KEY, has a quote that ends some lines further'],
  ['KEY="plan"ted\n', 'line 1, KEY, goes on after its closing quote'],
])('%j is refused by line, without its value', (text, why) => {
  const { problems } = read(text);
  expect(problems).toEqual([expect.stringContaining(`${file}: ${why}`)]);
  expect(without(problems.join())).not.toContain('plan');
});

it.each([
  ['ADMIN_PASSWORD=planted#42\n', 'line 1, ADMIN_PASSWORD, is cut at its #'],
  ['PORT=1\nPORT=2\n', 'line 2 sets PORT again, line 1 does not count'],
])('%j is taken with a warning', (text, why) => {
  const { problems, warnings } = read(text);
  expect(problems).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining(`${file}: ${why}`)]);
  expect(warnings.join()).not.toContain('planted');
});
