// Lets a script `require` TypeScript of this repository as it stands, compiled as Jest compiles it.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
require('../../test/support/ts-resolution.js');

const { $schema, ...options } = JSON.parse(readFileSync(join(__dirname, '../../.swcrc'), 'utf8'));

Module._extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const { code } = transformSync(source, { ...options, swcrc: false, filename, sourceMaps: 'inline' });
  module._compile(code, filename);
};
