// The merchant's back end: the operator makes a user and a key, and the key opens the gateway.
const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { join } = require('node:path');
const { expect, got, sent, step, Wrong } = require('./talk.js');

const ADMIN = join(__dirname, '../../admin.js');

/** Runs `npm run admin -- …` and gives back its JSON object. */
async function admin(...args) {
  sent(`npm run admin -- ${args.map((one) => (/[\s@]/.test(one) ? `'${one}'` : one)).join(' ')}`);
  const child = spawn(process.execPath, [ADMIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const answer = JSON.parse(output.trim().split('\n').at(-1) || '{}');
  if (answer.error !== undefined) throw new Wrong(answer.error);
  return answer;
}

/** @returns the private key, for the reader to go on with. */
async function gateway({ call }) {
  const username = `demo${randomBytes(4).toString('hex')}`;

  step('The operator makes a user of the merchant, by command');
  const password = `T@est${randomBytes(6).toString('hex')}1`;
  const email = `${username}@example.com`;
  const user = await admin(
    'create-user',
    ...['--username', username, '--name', 'Ada Owner', '--email', email],
    ...['--password', password, '--role', 'admin'],
  );
  got(JSON.stringify(user));
  expect('an administrator of the default account', user.role === 'admin' && user.account === 'default');

  step('… and a private key of theirs');
  const { key } = await admin('create-key', '--username', username, '--name', 'Demo', '--type', 'api');
  got(key);
  expect('api_ and 27 letters and digits', /^api_\w{27}$/.test(key));

  step('The key opens the gateway');
  const me = await call('GET', '/api/user', { key });
  expect('200, the user behind it', me.status === 200 && me.body.data.username === username);
  return key;
}

module.exports = { gateway };
