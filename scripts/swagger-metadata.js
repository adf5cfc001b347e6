// Writes src/metadata.ts (the @nestjs/swagger plugin's output) without a full build.
require('./reset-metadata.js');
const { PluginMetadataGenerator } = require('@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator');
const { ReadonlyVisitor } = require('@nestjs/swagger/plugin');
const { join } = require('node:path');

const src = join(__dirname, '../src');
new PluginMetadataGenerator().generate({
  visitors: [new ReadonlyVisitor({ pathToSource: src, introspectComments: true, classValidatorShim: true })],
  outputDir: src,
  tsconfigPath: 'tsconfig.build.json',
  printDiagnostics: false,
});
