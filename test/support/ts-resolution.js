// Jest compiles its global setup and teardown, but resolves their imports like Node: './x.js' is not found where the
// file is x.ts. Import this first.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  try {
    return resolve.call(this, request, parent, ...rest);
  } catch (error) {
    const ours = /^\.{1,2}\//.test(request) && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
    if (!ours) throw error;
    return resolve.call(this, request.replace(/\.js$/, '.ts'), parent, ...rest);
  }
};
