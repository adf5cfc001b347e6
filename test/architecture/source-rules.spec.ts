import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What no import shows. `allowed` says where it may stand, and why. */
interface SourceRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly allowed: RegExp;
  /** A line that breaks it: the negative control. */
  readonly example: string;
}

const RULES: readonly SourceRule[] = [
  {
    name: 'the environment is read in one place',
    pattern: /\bprocess\.env\b/,
    // The embedded parts are programs' launchers: they hand an environment on. main reads it once.
    allowed: /^src\/(main\.ts|platform\/config\/|embedded\/)/,
    example: `const port = process.env['PORT'];`,
  },
  {
    name: 'time comes from the Clock',
    pattern: /\bDate\.now\(\)|\bnew Date\(\)/,
    // clock.ts is the Clock; the embedded parts have no business with it; shutdown and store-watch
    // measure the machine itself; simulator-clock computes the offset.
    allowed:
      /^src\/(platform\/(common\/clock|stripe\/simulator-clock|operations\/(shutdown|store-watch))\.ts|platform\/logging\/|embedded\/)/,
    example: `const due = new Date();`,
  },
  {
    name: 'only the shutdown ends the process',
    pattern: /\bprocess\.(exit|abort|kill)\(/,
    // A failpoint is armed in test processes only (configuration refuses it elsewhere), and then it is kill -9.
    allowed: /^src\/(platform\/operations\/shutdown\.ts|platform\/common\/failpoints\.ts|embedded\/)/,
    example: `process.exit(1);`,
  },
  {
    name: 'findOneAndUpdate scans on the embedded store',
    pattern: /\.findOneAnd(Update|Delete|Replace)\(/,
    // A counter, whose collection stays tiny (ruling 22, decision C12).
    allowed: /person-method\.repository\.ts$/,
    example: `await model.findOneAndUpdate({ _id }, { $set: {} });`,
  },
  {
    name: 'no query by code or by pattern',
    pattern: /\$where|\$function|\$regex/,
    // A pattern of its own, to find the records of old releases; nothing of a request is in it.
    allowed: /user\.repository\.ts$/,
    example: `find({ $where: 'this.a' })`,
  },
  {
    name: 'the embedded store takes no index for $type: see partial-index.ts',
    pattern: /\$type: '(string|date)'/,
    allowed: /$^/,
    example: `find({ nextCheckAt: { $lte: now, $type: 'date' } })`,
  },
  {
    name: 'webhooks are verified in one place',
    pattern: /\b(constructEvent|verifyHeader)\(/,
    allowed: /^src\/platform\/stripe\/webhook\//,
    example: `stripe.webhooks.constructEvent(body, signature, secret);`,
  },
  {
    name: 'nothing is written to the console',
    pattern: /\bconsole\.(log|error|warn|info|debug)\(/,
    // The text of a script that is run by `node -e`.
    allowed: /^src\/embedded\/mongod-binary\.ts/,
    example: `console.log('here');`,
  },
  {
    name: 'no any',
    pattern: /(:|\bas|<)\s*any\b(?!\.)/,
    allowed: /$^/,
    example: `const body: any = 1;`,
  },
  {
    name: 'no application-wide providers: they leak from one language into all',
    pattern: /\bAPP_(GUARD|PIPE|FILTER|INTERCEPTOR)\b/,
    allowed: /^src\/app\.setup\.ts/, // its comment
    example: `{ provide: APP_GUARD, useClass: Guard }`,
  },
  {
    name: 'no forwardRef',
    pattern: /\bforwardRef\b/,
    allowed: /$^/,
    example: `@Inject(forwardRef(() => A))`,
  },
  {
    name: 'framework exceptions are not for services',
    pattern: /\bnew \w*(NotFound|BadRequest|Conflict|Unauthorized|Forbidden|Http)Exception\(/,
    allowed: /^src\/(surfaces\/shared|platform\/(operations|mail))\//,
    example: `throw new NotFoundException();`,
  },
];

/** Comments may speak of what code may not do. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function breaches(root: string, rule: SourceRule): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && file !== 'src/metadata.ts');
  return files.filter(
    (file) => !rule.allowed.test(file) && rule.pattern.test(code(readFileSync(join(root, file), 'utf8'))),
  );
}

describe.each(RULES)('$name', (rule) => {
  it('holds', () => {
    expect(breaches(join(__dirname, '../..'), rule)).toEqual([]);
  });

  it('would be seen', () => {
    const tree = mkdtempSync(join(tmpdir(), 'payments-rules-'));
    const file = join(tree, 'src/modules/planted/planted.service.ts');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `// a comment\n${rule.example}\n`);
    expect(breaches(tree, rule)).toEqual(['src/modules/planted/planted.service.ts']);
    rmSync(tree, { recursive: true });
  });
});

it('no test is left out by accident', () => {
  const root = join(__dirname, '..');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.ts'));
  const only = /\b(it|describe|test)\.only\(|\b[fx](it|describe)\(/;
  expect(files.filter((file) => only.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
