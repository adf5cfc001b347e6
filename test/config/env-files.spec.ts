import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnv } from '../../src/platform/config/env.js';
import { readFiles } from '../../src/platform/config/env-files.js';

const dir = mkdtempSync(join(tmpdir(), 'payments-secrets-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

const withFiles = (raw: Record<string, string>) => readFiles(raw).raw;

it('a setting is read from the file that NAME_FILE names, without its line end', () => {
  const STRIPE_SECRET_KEY_FILE = file('key', 'sk_test_from_a_file\n');
  const PORT_FILE = file('port', '4000\r\n');
  const env = readEnv(withFiles({ STRIPE_SECRET_KEY_FILE, PORT_FILE, ROLE: 'api' }));
  expect(env).toMatchObject({ STRIPE_SECRET_KEY: 'sk_test_from_a_file', PORT: 4000, ROLE: 'api' });
});

it('only the last line end goes: a value may have blanks', () => {
  expect(withFiles({ ADMIN_PASSWORD_FILE: file('password', ' two words \n\n') })['ADMIN_PASSWORD']).toBe(
    ' two words \n',
  );
});

it('an empty file, or an empty name, is not set', () => {
  expect(readEnv(withFiles({ SMTP_URL_FILE: file('none', '\n'), METRICS_TOKEN_FILE: '' })).SMTP_URL).toBeUndefined();
});

it('what is no setting is not read', () => {
  expect(withFiles({ HISTORY_FILE: '/nowhere', SSL_CERT_FILE: '/nowhere' })).toEqual({
    HISTORY_FILE: '/nowhere',
    SSL_CERT_FILE: '/nowhere',
  });
});

it('every problem is named, and no value', () => {
  const secret = file('secret', 'sk_test_not_to_be_told');
  const { problems } = readFiles({
    MONGODB_URI_FILE: join(dir, 'missing'),
    METRICS_TOKEN_FILE: dir,
    STRIPE_SECRET_KEY_FILE: secret,
    STRIPE_SECRET_KEY: 'sk_test_other',
  });
  expect(problems.toSorted()).toEqual([
    'METRICS_TOKEN_FILE: the file cannot be read (EISDIR)',
    'MONGODB_URI_FILE: the file cannot be read (ENOENT)',
    'STRIPE_SECRET_KEY_FILE: STRIPE_SECRET_KEY is set as well',
  ]);
});

it.each([
  ['UTF-16LE', Buffer.from('\uFEFFsk_test_x', 'utf16le')],
  ['UTF-16BE', Buffer.from('\uFEFFsk_test_x', 'utf16le').swap16()],
  ['no text at all', Buffer.from([0x73, 0x6b, 0xff])],
])('a file that is %s is refused', (_what, bytes) => {
  writeFileSync(join(dir, 'encoded'), bytes);
  expect(readFiles({ STRIPE_SECRET_KEY_FILE: join(dir, 'encoded') }).problems).toEqual([
    expect.stringMatching(/^STRIPE_SECRET_KEY_FILE: the file .*save it as UTF-8$/),
  ]);
});

it('a byte order mark is no part of the value', () => {
  expect(withFiles({ STRIPE_SECRET_KEY_FILE: file('marked', '\uFEFFsk_test_x\n') })['STRIPE_SECRET_KEY']).toBe(
    'sk_test_x',
  );
});
