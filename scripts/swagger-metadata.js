// Writes src/metadata.ts (the @nestjs/swagger plugin's output) without a build, and without a type check: an error
// somewhere else must not leave the documents of everything empty.
const { PluginMetadataGenerator } = require('@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator');
const { ReadonlyVisitor } = require('@nestjs/swagger/plugin');
const { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const ts = require('typescript');

const root = join(__dirname, '..');
const src = join(root, 'src');
const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

// Written elsewhere and moved: a test that starts meanwhile sees the old file or the new one, never an empty one.
const outputDir = mkdtempSync(join(tmpdir(), 'payments-metadata-'));
new PluginMetadataGenerator().generate({
  tsProgramRef: ts.createProgram(fileNames, options),
  visitors: [new ReadonlyVisitor({ pathToSource: src, introspectComments: true, classValidatorShim: true })],
  outputDir,
});
/** Sorts the words of unions: the compiler lists them in the order in which it met them, another one with each change elsewhere. */
const sorted = (written) =>
  written.replace(/enum: \["[^\]]*"\]/g, (list) => `enum: ${listOf(JSON.parse(list.slice(6)).toSorted())}`);
const listOf = (words) => `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;

const temporary = join(src, `.metadata.${process.pid}`);
writeFileSync(temporary, sorted(readFileSync(join(outputDir, 'metadata.ts'), 'utf8')));
renameSync(temporary, join(src, 'metadata.ts'));
rmSync(outputDir, { recursive: true });
