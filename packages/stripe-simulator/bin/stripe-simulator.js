#!/usr/bin/env node
// Starts the compiled program; in a checkout `npm run simulator` builds it first.
require('../dist/main.js');
