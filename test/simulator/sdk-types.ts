import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const FILE = join(__dirname, '__generated__.ts');

/** Compiles a file that exists only here against the SDK's types. */
function programOf(source: string): { program: ts.Program; file: ts.SourceFile } {
  const options: ts.CompilerOptions = {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.getCurrentDirectory = () => ROOT;
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === FILE ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023, true) : getSourceFile(name, ...rest);
  const program = ts.createProgram([FILE], options, host);
  const file = program.getSourceFile(FILE);
  if (file === undefined) throw new Error('the generated file is not in the program');
  return { program, file };
}

/**
 * What the compiler says about each value as a literal of its type: a literal may have no property the type lacks and must
 * have every one it requires, all the way down.
 */
export function complaints(values: readonly (readonly [type: string, value: unknown])[]): string[] {
  const lines = values.map(([type, value], n) => `export const v${n}: ${type} = ${JSON.stringify(value)};`);
  const { program, file } = programOf(`import type { Stripe } from 'stripe';\n${lines.join('\n')}\n`);
  return program.getSemanticDiagnostics(file).map((diagnostic) => {
    const line = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line - 1;
    return `${values[line]?.[0] ?? ''}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
  });
}

/** The parameters of a type: a map from each name to what is below it, `?` behind optional ones; null for no hash. */
export interface Names {
  [name: string]: Names | null;
}

/** The names in each parameter type of the SDK, to the bottom. */
export function parameterNames(types: readonly string[]): Map<string, Names> {
  const lines = types.map((type, n) => `export type T${n} = ${type};`);
  const { program, file } = programOf(`import type { Stripe } from 'stripe';\n${lines.join('\n')}\n`);
  const checker = program.getTypeChecker();
  const found = new Map<string, Names>();
  for (const statement of file.statements) {
    if (!ts.isTypeAliasDeclaration(statement)) continue;
    found.set(statement.type.getText(), namesOf(checker.getTypeAtLocation(statement.name)) ?? {});
  }
  return found;

  function namesOf(type: ts.Type): Names | null {
    const hash = hashIn(type);
    if (hash === undefined) return null;
    return Object.fromEntries(
      checker.getPropertiesOfType(hash).map((property) => {
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        return [property.name + (optional ? '?' : ''), namesOf(checker.getTypeOfSymbolAtLocation(property, file))];
      }),
    );
  }

  /** The object in a type or in a union with `''`, null and undefined; the item's for an array. */
  function hashIn(type: ts.Type): ts.Type | undefined {
    const parts = type.isUnion() ? type.types : [type];
    for (const part of parts) {
      if (checker.isArrayType(part)) return hashIn(checker.getIndexTypeOfType(part, ts.IndexKind.Number) ?? part);
      const isObject = (part.flags & ts.TypeFlags.Object) !== 0;
      // A map such as metadata has no names of its own.
      if (isObject && checker.getIndexInfosOfType(part).length === 0) return part;
    }
    return undefined;
  }
}
