import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const SURFACES = ['storefront', 'gateway', 'komoju', 'ghost', 'census'] as const;

/** Text of a file in which something may be cited. */
export interface Passage {
  readonly file: string;
  readonly text: string;
}

export interface Citation {
  readonly file: string;
  /** As it stands there. */
  readonly words: string;
  /** What has to be among the targets, such as `ruling 4`, `gateway 11.7`, `G76`, `docs/money.md#paid`. */
  readonly target: string;
}

// --- where a citation may lead ---

const page = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

/** The headings' numbers: `### 11.7 Payment methods` is 11.7, `#### A · 10.4 B` is 10.4 too. */
function sections(text: string): string[] {
  const headings = text.split('\n').filter((line) => /^#{2,4} /.test(line));
  return headings.flatMap((line) => all(line, /(?:^#+ |· )(\d+(?:\.\d+)*)(?=[. ])/g));
}

/** What a page names by letter and number: in the first cell of a table's row, or where a point begins. */
function tags(text: string): string[] {
  const cells = text.split('\n').flatMap((line) => all(/^\| ([^|]*)\|/.exec(line)?.[1] ?? '', /\b([A-Z]+-?\d+)\b/g));
  const points = all(text, /^(?:- |\*\*(?:Rule )?)([A-Z]\d+(?:\.\d+)?)\b/gm);
  // The invariants stand in one sentence.
  const listed = all(/^### 2\.11[^]*?^### /m.exec(text)?.[0] ?? '', /\b(I\d)\b/g);
  return [...cells, ...points, ...listed];
}

/** As GitHub makes them of a heading, and those that a page sets itself. */
function anchors(text: string): string[] {
  const plain = text.replaceAll(/^```[^]*?^```/gm, '');
  const headings = all(plain, /^#{1,6} (.+)$/gm).map((heading) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...all(text, /<a id="([^"]+)"/g)];
}

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => `${folder}/${file}`);
}

export function targets(): Set<string> {
  const found = new Set<string>();
  const add = (prefix: string, names: readonly string[]): void => {
    for (const name of names) found.add(prefix + name);
  };
  for (const surface of SURFACES) {
    const contract = page(`docs/contracts/${surface}.md`);
    add(`${surface} `, [...sections(contract), ...tags(contract)]);
    add('', tags(contract));
  }
  add('ruling ', all(page('docs/rulings.md'), /^(\d+)\. /gm));
  for (const name of ['payment-protocol', 'billing', 'fault-cases', 'security']) {
    add(`${name} `, [...sections(page(`docs/${name}.md`)), ...tags(page(`docs/${name}.md`))]);
    add('', tags(page(`docs/${name}.md`)));
  }
  add('security ', all(page('docs/security.md'), /^\| (\d+) \|/gm));
  for (const name of ['faults', 'conformance']) add('', tags(page(`docs/${name}.md`)));
  for (const name of readdirSync(join(ROOT, 'docs/decisions'))) found.add(`decision ${name.slice(0, 4)}`);
  for (const file of documents()) {
    found.add(file);
    add(`${file}#`, anchors(page(file)));
  }
  return found;
}

// --- what is cited ---

function documents(): string[] {
  const packages = ['packages/ghost-client/README.md', 'packages/stripe-simulator/README.md'];
  const fixed = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...packages];
  return [...fixed, ...filesBelow('docs', /\.md$/), ...filesBelow('test', /\.md$/)];
}

/** Words without which nothing is cited: most files have none of them, and need not be parsed. */
const MAY_CITE =
  /[Rr]uling|RULING|[Cc]ontract|[Dd]ecision|docs\/|\b[A-Z]{4,}[A-Z_]*(\.md)? §?\d|(?<![\w%/.#-])[A-Z]{1,3}-?\d+\b/;

/** Comments, and the titles of tests. Texts of a program are not looked at: `W1` may be a postal code there. */
export function passagesOfCode(file: string, code: string): Passage[] {
  if (!MAY_CITE.test(code)) return [];
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest);
  const comments: string[] = [];
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText(source))) {
      const [title] = node.arguments;
      if (title !== undefined && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title)))
        titles.push(title.getText(source));
    }
    const children = node.getChildren(source);
    if (children.length === 0) comments.push(code.slice(node.getFullStart(), node.getStart(source, false)));
    for (const child of children) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(source);
  const prose = comments
    .filter((text) => /\S/.test(text))
    // A sentence may go on in the next line.
    .map((text) => text.replaceAll(/\s*\n\s*(?:\*|\/\/)?[ \t]*/g, ' '));
  return [...prose, ...titles].map((text) => ({ file, text }));
}

export function passages(): Passage[] {
  const code = ['src', 'packages', 'test'].flatMap((folder) => filesBelow(folder, /\.ts$/));
  return [
    // metadata.ts is generated from the comments of others.
    ...code.filter((file) => file !== 'src/metadata.ts').flatMap((file) => passagesOfCode(file, page(file))),
    ...filesBelow('scripts', /\.js$/).flatMap((file) => passagesOfCode(file, page(file))),
    ...documents().map((file) => ({ file, text: page(file).replaceAll(/(?<=[\w,])\n *(?=[\w[])/g, ' ') })),
  ];
}

/** `1 to 3 and 14` is 1, 2, 3, 14. */
function numbers(words: string): number[] {
  return words
    .replaceAll(/(\d+) to (\d+)/g, (_, from: string, to: string) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (__, i) => Number(from) + i).join(' '),
    )
    .match(/\d+/g)!
    .map(Number);
}

const LIST = String.raw`\[?\d+\]?(?:(?:, and|,| and| or| to) \[?\d+\b\]?)*`;
const RULINGS = new RegExp(String.raw`\b[Rr](?:uling|ULING)[sS]?,? (${LIST})`, 'g');
const CONTRACT =
  /\b[Cc]ontract(?:’s|'s)?(?: (storefront|gateway|komoju|ghost|census))?(?: decision)? §?(\d+(?:\.\d+)*|[A-Z]\d+)\b/g;
const DECISION = /\b[Dd]ecisions? (\d{4})\b/g;
const TAG = /(?<![\w%/.#-])((?:RC|IN|[ABCGHIKRSW])[1-9]\d{0,2}|T-\d\d|(?:CAP|ERR|IDM|LST|TOK|TRN|WEB)-\d\d)(?![\w-])/g;
/** Pages that are named by their subject in capitals, or by their file's name, and a number in them. */
const NUMBERED =
  /(?:\b([A-Z]{4,}(?:_[A-Z]+)*)(?:\.md)? §?(\d+\.\d+(?:\.\d+)*)|\b(payment-protocol|billing|fault-cases|security)\.md\)? §?(\d+(?:\.\d+)*))\b/g;
const CHECKS = new RegExp(String.raw`\b[Cc]hecks? (${LIST})[^.]{0,6} of \[security\.md\]`, 'g');
const FILE = /(?<![\w./-])(docs\/[\w./-]+\.md)(#[\w-]+)?/g;
const LINK = /\]\((?!\w+:)([^)#\s]*)(#[^)\s]+)?\)/g;

function contractOf({ file, text }: Passage, at: number): string | undefined {
  const folder = SURFACES.find((surface) => new RegExp(`(surfaces|contracts)/${surface}\\b`).test(file));
  const before = all(text.slice(0, at), /\b(storefront|gateway|komoju|ghost|census)(?:'s)? contract\b/gi).at(-1);
  return folder ?? before?.toLowerCase();
}

export function citations(passage: Passage): Citation[] {
  const { file, text } = passage;
  const found: Citation[] = [];
  const each = (pattern: RegExp, to: (match: RegExpMatchArray) => readonly string[]): void => {
    for (const match of text.matchAll(pattern))
      for (const target of to(match)) found.push({ file, words: match[0], target });
  };
  each(RULINGS, ([, list = '']) => numbers(list).map((number) => `ruling ${number}`));
  each(CHECKS, ([, list = '']) => numbers(list).map((number) => `security ${number}`));
  each(CONTRACT, ({ 1: surface, 2: place = '', index = 0 }) => {
    const named = surface ?? contractOf(passage, index);
    // Decisions have a letter for each contract, sections do not.
    return [named === undefined && /^[A-Z]/.test(place) ? place : `${named ?? 'unnamed contract'} ${place}`];
  });
  each(DECISION, ([, number]) => [`decision ${number}`]);
  each(TAG, ([, tag = '']) => [tag]);
  each(NUMBERED, ([, capitals, inCapitals, name, number]) => [
    capitals === undefined ? `${name} ${number}` : `${capitals.toLowerCase().replaceAll('_', '-')} ${inCapitals}`,
  ]);
  if (file.endsWith('.md'))
    each(LINK, ([, to = '', anchor = '']) => {
      const path = to === '' ? file : normalize(join(dirname(file), to));
      const known = path.endsWith('.md') || !existsSync(join(ROOT, path));
      return known ? [path + anchor] : [];
    });
  else each(FILE, ([, path = '', anchor = '']) => [path + anchor]);
  return found;
}

/** @returns what leads nowhere, each with its file. */
export function astray(all_: readonly Passage[], known: ReadonlySet<string>): string[] {
  const lost = all_.flatMap(citations).filter(({ target }) => !known.has(target));
  return [...new Set(lost.map(({ file, words, target }) => `${file}: "${words}" (${target})`))].toSorted();
}
