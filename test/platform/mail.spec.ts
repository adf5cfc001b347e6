import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Mailer } from '../../src/platform/mail/mailer.js';
import { startTestApp, type TestApp } from '../support/app.js';

let test: TestApp;
let outbox: string;
beforeAll(async () => {
  test = await startTestApp();
  outbox = join(test.config.dataDir, 'outbox');
});
afterAll(() => test.stop());

const mailer = (of = test): Mailer => of.app.get(Mailer, { strict: false });
const receipt = { id: 'effect1', to: 'grace@example.com', subject: 'Receipt', text: 'Thank you.\n' };

it('a complete message is written where nothing is configured', async () => {
  await mailer().send({ ...receipt, html: '<p>Thank you.</p>' });
  const eml = readFileSync(join(outbox, 'effect1.eml'), 'utf8');
  expect(eml).toContain('To: grace@example.com\r\n');
  expect(eml).toContain('From: Payments <receipts@localhost>\r\n');
  expect(eml).toContain('Subject: Receipt\r\n');
  expect(eml).toContain('Message-ID: <effect1@localhost>\r\n');
  expect(eml).toContain('multipart/alternative');
});

it('one id is one message', async () => {
  await mailer().send({ ...receipt, id: 'twice' });
  await mailer().send({ ...receipt, id: 'twice' });
  expect(readdirSync(outbox).filter((file) => file.startsWith('twice'))).toEqual(['twice.eml']);
});

it('an id is never a path, and different ids stay apart', async () => {
  await mailer().send({ ...receipt, id: '../../etc/passwd:1' });
  await mailer().send({ ...receipt, id: '../../etc/passwd_1' });
  const written = readdirSync(outbox).filter((file) => file.includes('passwd'));
  expect(written).toHaveLength(2);
  for (const file of written) expect(file).toMatch(/^[\w-]+\.eml$/);
});

it.each(['a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com', '<b@example.com>'])(
  'an address cannot add a recipient: %j',
  async (to) => {
    await mailer().send({ ...receipt, id: 'inject', to });
    const eml = readFileSync(join(outbox, 'inject.eml'), 'utf8');
    expect(eml).not.toMatch(/^bcc:/im);
    expect((/^To: (.*)$/m.exec(eml)?.[1] ?? '').match(/@/g)?.length ?? 0).toBeLessThanOrEqual(2);
  },
);

it('a subject cannot add a header', async () => {
  await mailer().send({ ...receipt, id: 'subject', subject: 'a\r\nX-Planted: 1' });
  expect(readFileSync(join(outbox, 'subject.eml'), 'utf8')).not.toMatch(/^X-Planted/m);
});

it('developers can look at them', async () => {
  await mailer().send({ ...receipt, id: 'shown', subject: '<script>alert(1)</script>' });
  const list = await test.http.get('/outbox');
  expect(list.status).toBe(200);
  expect(list.text).toContain('href="/outbox/shown"');
  expect(list.text).not.toContain('<script>');
  const one = await test.http.get('/outbox/shown');
  expect(one.text).toContain('Thank you.');
  expect(one.text).not.toContain('<script>');
  for (const path of ['/outbox/nothing', '/outbox/..%2fsecrets', '/outbox/shown.eml']) {
    expect([path, (await test.http.get(path)).status]).toEqual([path, 404]);
  }
});

describe('SMTP', () => {
  /** Says yes to everything, or `refusal` to the message, and keeps what it was told. */
  async function smtpServer(refusal?: string) {
    const heard: string[] = [];
    const server = createServer((socket) => {
      let inMessage = false;
      socket.write('220 test\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard.push(chunk.toString());
        for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
          if (inMessage) {
            if (line !== '.') continue;
            inMessage = false;
            socket.write(refusal === undefined ? '250 ok\r\n' : `${refusal}\r\n`);
          } else if (line === 'DATA') {
            inMessage = true;
            socket.write('354 go on\r\n');
          } else if (line === 'QUIT') socket.end('221 bye\r\n');
          else socket.write('250 ok\r\n');
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`;
    return { url, heard, close: () => server.close() };
  }

  it('is used where it is configured', async () => {
    const smtp = await smtpServer();
    const env = { SMTP_URL: smtp.url, MAIL_FROM: 'Shop <shop@example.com>' };
    const app = await startTestApp({ env, simulator: test.simulator, webhooks: false });
    await mailer(app).send(receipt);
    const said = smtp.heard.join('');
    expect(said).toContain('MAIL FROM:<shop@example.com>');
    expect(said).toContain('RCPT TO:<grace@example.com>');
    expect(said).toContain('Message-ID: <effect1@example.com>');
    expect(existsSync(join(app.config.dataDir, 'outbox'))).toBe(false);
    expect((await app.http.get('/outbox')).status).toBe(404);
    await app.stop();
    smtp.close();
  });

  it('a refusal is an error, so that the message is tried again', async () => {
    const smtp = await smtpServer('451 later');
    const app = await startTestApp({ env: { SMTP_URL: smtp.url }, simulator: test.simulator, webhooks: false });
    await expect(mailer(app).send(receipt)).rejects.toThrow('451');
    await app.stop();
    smtp.close();
  });
});
