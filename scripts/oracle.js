// npm run oracle [-- HISTORIES [SEED]]: lives of subscriptions on the product's billing decisions and on a second computation,
// compared step by step; 100,000 with a fresh seed. Exit code 1 when they differ; the seed repeats it.
// npm run oracle -- --ten-years [SEED]: ten years of 1,000 subscriptions on the product alone, and how long they took.
const { randomInt } = require('node:crypto');
require('./lib/typescript.js');
const { runOracle } = require('../test/recurring/command.ts');

process.exitCode = runOracle(process.argv.slice(2), () => randomInt(1, 900_000_000));
