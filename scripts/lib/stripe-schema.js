const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');

/** Made from the installed package, so not committed; copied to dist by the build. */
const PARAMS = path.join('packages', 'stripe-simulator', 'src', 'api', 'stripe-params.json');
/** What comes back is only looked at by tests. */
const ANSWERS = path.join('node_modules', '.cache', 'stripe-answers.json');

/** Changes with the package's version and with the reader of its types. */
function stamp(root) {
  const hash = createHash('sha256');
  for (const file of ['node_modules/stripe/package.json', 'scripts/lib/stripe-types.js']) {
    hash.update(fs.readFileSync(path.join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function isCurrent(file, wanted) {
  try {
    const start = Buffer.alloc(64);
    const descriptor = fs.openSync(file, 'r');
    fs.readSync(descriptor, start);
    fs.closeSync(descriptor);
    return start.toString().startsWith(`{"stamp":"${wanted}"`);
  } catch {
    return false;
  }
}

/** Writes the file if it is not of the package that is installed: seconds the first time, nothing afterwards. */
function write(root, file, answers) {
  const full = path.join(root, file);
  const wanted = stamp(root);
  if (isCurrent(full, wanted)) return full;
  // Not at the top: without devDependencies there is no compiler, and what is built already needs none.
  const { readStripeTypes } = require('./stripe-types.js');
  fs.mkdirSync(path.dirname(full), { recursive: true });
  const draft = `${full}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify({ stamp: wanted, ...readStripeTypes({ answers }) }));
  fs.renameSync(draft, full);
  return full;
}

/** @returns the path of the schema of what goes in */
const writeStripeSchema = (root = ROOT) => write(root, PARAMS, false);
/** @returns the path of the schema that also has what comes back */
const writeStripeAnswers = (root = ROOT) => write(root, ANSWERS, true);

module.exports = { writeStripeSchema, writeStripeAnswers, PARAMS };
