const { createRequire } = require('node:module');
const { compileFunction, Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** What this worker has compiled, by file name. */
const compiled = new Map();

/**
 * Loads packages once per worker, through Node itself, and the files of this repository anew for each test file, through
 * Jest. Without it, loading Nest, Mongoose and the rest took most files longer than their tests.
 */
class SharedPackagesRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    const { collectCoverage } = given[5];
    const parameters = this.executor.injectedModuleParameters;
    this.executor.compile = (source, filename) =>
      // Coverage counts characters from the beginning of the source, where a script has its parameters.
      collectCoverage
        ? compileFunction(source, parameters, { filename })
        : scriptOf(source, filename, parameters).runInThisContext();
  }

  requireModuleOrMock(from, name) {
    const isPackage = !name.startsWith('.') && !name.startsWith('/') && name !== '@jest/globals';
    return isPackage ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }
}

/** Running a script again makes new functions of it: a file's modules have their own state all the same. */
function scriptOf(source, filename, parameters) {
  const known = compiled.get(filename);
  if (known?.source === source) return known.script;
  const script = new Script(`(function (${parameters.join(', ')}) {${source}\n})`, { filename });
  compiled.set(filename, { source, script });
  return script;
}

module.exports = SharedPackagesRuntime;
