import { PassThrough } from 'node:stream';
import { readPassword } from './password-prompt.js';

/** A terminal where `typed` was typed, and what it shows. */
function terminal(typed: string, isTTY: boolean, ends = true) {
  const input: PassThrough & { isTTY?: boolean } = new PassThrough();
  input.isTTY = isTTY;
  if (ends) input.end(typed);
  else input.write(typed);
  const output = new PassThrough();
  let shown = '';
  output.on('data', (bytes) => (shown += String(bytes)));
  return { input, output, shown: () => shown };
}

describe('from standard input', () => {
  it.each([
    ['S3cret!pass', 'S3cret!pass'],
    ['S3cret!pass\n', 'S3cret!pass'],
    ['S3cret!pass\r\n', 'S3cret!pass'],
    [' two words \n', ' two words '],
    ['two\nlines\n', 'two\nlines'],
    ['', ''],
  ])('%j is %j', async (typed, password) => {
    expect(await readPassword(terminal(typed, false), true)).toBe(password);
  });

  it('refuses what is no password', async () => {
    const refused = { code: 'validation_failed', message: 'what came on standard input is too long for a password' };
    await expect(readPassword(terminal('x'.repeat(2000), false), true)).rejects.toMatchObject(refused);
  });
});

describe('from a person', () => {
  it.each(['S3cret!pass\nS3cret!pass\n', 'S3cret!pass\rS3cret!pass\r'])(
    'asks twice and shows nothing',
    async (typed) => {
      const at = terminal(typed, true, false);
      expect(await readPassword(at, false)).toBe('S3cret!pass');
      expect(at.shown()).toBe('Password: \nAgain: \n');
    },
  );

  it.each([
    ['a\nb\n', 'the two passwords differ'],
    ['', 'no password was given'],
    ['a\n', 'no password was given'],
    ['a\n\u0003', 'no password was given'],
  ])('%j is refused', async (typed, message) => {
    await expect(readPassword(terminal(typed, true), false)).rejects.toMatchObject({ message });
  });

  it('needs one', async () => {
    await expect(readPassword(terminal('', false), false)).rejects.toMatchObject({ exitCode: 78 });
  });
});
