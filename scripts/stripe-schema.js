// Writes packages/stripe-simulator/src/api/stripe-params.json, which the simulator reads requests by, from the installed `stripe` package.
const { writeStripeSchema } = require('./lib/stripe-schema.js');

writeStripeSchema();
