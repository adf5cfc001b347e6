// npm run model -- [storesim|paysim] [RUNS] [VARIANT] [SEED] [--verbose]: the models of the payment protocol, many seeded
// runs of one variant. FAULT=1.8 makes Stripe's side go wrong 1.8 times as often. Exit code 1 when a rule was broken.
require('./lib/typescript.js');
const { runModel } = require('../test/models/command.ts');

process.exitCode = runModel(process.argv.slice(2), { faultRate: Number(process.env.FAULT ?? 1) });
