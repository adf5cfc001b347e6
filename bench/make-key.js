const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');

const API_KEY_ENCRYPTION_KEY = 'an-encryption-key-only-for-the-bench-0123456789';
const PASSWORD = 'T@est12345678';

/** Runs the operator's commands of a build on a database. @returns what a command answers */
function adminOn(dist, mongoUri) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: mongoUri, API_KEY_ENCRYPTION_KEY };
  return async (...args) => {
    const words = [path.join(dist, 'commands/main.js'), 'admin', ...args, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    return JSON.parse(stdout.trim().split('\n').at(-1));
  };
}

/** An administrator of the merchant's with a private key, by the operator's command. @returns the key */
async function makeKey(dist, mongoUri) {
  const admin = adminOn(dist, mongoUri);
  const who = ['--username', 'owner1', '--name', 'Bench'];
  const rights = ['--email', 'owner@example.com', '--password', PASSWORD, '--role', 'admin'];
  await admin('create-user', ...who, ...rights);
  return (await admin('create-key', ...who, '--type', 'api')).key;
}

module.exports = { adminOn, makeKey, API_KEY_ENCRYPTION_KEY };
