// Reads the types of the `stripe` package that is installed: what each method sends where, and what comes back. Nobody's
// specification is copied into this repository; a new version of the package is a new schema.
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const ROOT = path.join(__dirname, '../..');
const SDK = path.join(ROOT, 'node_modules/stripe');

/**
 * A schema is a list of nodes that name each other by their position:
 *
 * - `'string'`, `'number'`, `'boolean'`, `'null'`, `'any'`, `'decimal'` (the SDK's Decimal: digits in a string)
 * - `{enum: […]}` literals; the SDK's open enums without their "or any other string"
 * - `{array: n}`, `{map: n}` (names of the sender's choice, such as metadata), `{union: [n, …]}`
 * - `{name, fields: {x: n}, required: ['x']}` a hash with exactly these members
 *
 * Positions are handed out while reading, so that types may contain themselves.
 */
class Nodes {
  constructor(checker) {
    this.checker = checker;
    this.list = [];
    this.byType = new Map();
    this.byText = new Map();
  }

  of(type) {
    const known = this.byType.get(type);
    if (known !== undefined) return known;
    const simple = this.simple(type);
    if (simple !== undefined) return this.interned(simple);
    const at = this.list.push(null) - 1;
    this.byType.set(type, at);
    this.list[at] = this.composed(type);
    return at;
  }

  interned(node) {
    const text = JSON.stringify(node);
    if (!this.byText.has(text)) this.byText.set(text, this.list.push(node) - 1);
    return this.byText.get(text);
  }

  simple(type) {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any';
    if (flags & ts.TypeFlags.String || isOtherString(type)) return 'string';
    if (flags & ts.TypeFlags.Number) return 'number';
    if (flags & ts.TypeFlags.Boolean) return 'boolean';
    if (flags & ts.TypeFlags.Null) return 'null';
    if (flags & ts.TypeFlags.Literal) return { enum: [this.literal(type)] };
    if ((type.aliasSymbol ?? type.symbol)?.name === 'Decimal') return 'decimal';
    return undefined;
  }

  literal(type) {
    if (type.flags & ts.TypeFlags.BooleanLiteral) return type.intrinsicName === 'true';
    return type.value;
  }

  composed(type) {
    if (type.isUnion()) return this.union(type);
    if (this.checker.isArrayType(type)) return { array: this.of(this.checker.getTypeArguments(type)[0]) };
    const [index] = this.checker.getIndexInfosOfType(type);
    if (index !== undefined) return { map: this.of(index.type) };
    return this.hash(type);
  }

  union(type) {
    const parts = type.types.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
    const literals = parts.filter((part) => part.flags & ts.TypeFlags.Literal).map((part) => this.literal(part));
    const open = literals.some((value) => typeof value === 'string');
    const rest = parts.filter((part) => !(part.flags & ts.TypeFlags.Literal) && !(open && isOtherString(part)));
    const booleans = literals.includes(true) && literals.includes(false);
    // `''` is how null travels, not a value.
    const values = literals.filter((value) => value !== '' && !(booleans && typeof value === 'boolean')).sort();
    const nodes = [
      ...(values.length > 0 ? [this.interned({ enum: values })] : []),
      ...(booleans ? [this.interned('boolean')] : []),
      ...rest.map((part) => this.of(part)),
    ];
    return nodes.length === 1 ? (this.list[nodes[0]] ?? { union: nodes }) : { union: [...new Set(nodes)] };
  }

  hash(type) {
    const fields = {};
    const required = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const held = this.checker.getTypeOfSymbol(property);
      // `deleted?: void` on what can be deleted: never there.
      if (this.checker.getNonNullableType(held).flags & ts.TypeFlags.Void) continue;
      fields[property.name] = this.of(held);
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
    }
    return { name: type.aliasSymbol?.name ?? type.symbol?.name ?? '', fields, required };
  }
}

/** `string & Record<never, never>`, the SDK's "and whatever Stripe adds". */
function isOtherString(type) {
  return type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.String);
}

function typeProgram(files) {
  return ts.createProgram(files, {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
  });
}

function resourceFiles(folder = path.join(SDK, 'esm/resources')) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js') && !name.endsWith('index.js'))
    .map((name) => path.join(folder, name).replace(/\.js$/, ''));
}

/** `{Class: {method: {http, url}}}` of one resource file; `url` with `*` for each id. */
function requestsIn(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(`${file}.js`, 'utf8'), ts.ScriptTarget.ES2023, true);
  const found = [];
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      const sent = ts.isMethodDeclaration(member) ? requestIn(member) : undefined;
      if (sent !== undefined) found.push({ owner: statement.name.text, method: member.name.text, ...sent });
    }
  }
  return found;
}

function requestIn(method) {
  let found;
  const visit = (node) => {
    const isCall = ts.isCallExpression(node) && node.expression.getText().endsWith('._makeRequest');
    if (isCall) found ??= { http: node.arguments[0].text, url: urlOf(node.arguments[1]) };
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(method, visit);
  return found;
}

function urlOf(argument) {
  if (!ts.isTemplateExpression(argument)) return argument.text;
  return argument.head.text + argument.templateSpans.map((span) => `*${span.literal.text}`).join('');
}

/** What a method of the SDK takes and gives. Lists become `{data: […]}` objects as they travel. */
function signatureOf(checker, declaration) {
  const signature = checker.getSignatureFromDeclaration(declaration);
  const params = signature.parameters.find((parameter) => parameter.name === 'params');
  const returned = checker.getReturnTypeOfSignature(signature);
  const list = /^Api(List|SearchResult)Promise$/.exec(returned.aliasSymbol?.name ?? returned.symbol?.name ?? '')?.[1];
  const args = returned.aliasTypeArguments ?? checker.getTypeArguments(returned);
  return {
    params: params && checker.getNonNullableType(checker.getTypeOfSymbol(params)),
    answer: args[0],
    list: list === undefined ? null : list === 'List' ? 'list' : 'search_result',
  };
}

/**
 * The schema of all of the SDK's methods under `/v1`: `{sdk, nodes, operations: {'POST /v1/refunds': {type, params, answer}}}`.
 * Ids in URLs are `*`. `answers: false` leaves out what comes back, which is ten times what goes in.
 */
function readStripeTypes({ answers }) {
  const files = resourceFiles();
  const program = typeProgram([...files.map((file) => `${file}.d.ts`), path.join(SDK, 'esm/stripe.esm.node.d.ts')]);
  const checker = program.getTypeChecker();
  const nodes = new Nodes(checker);
  const operations = {};
  for (const file of files) {
    const source = program.getSourceFile(`${file}.d.ts`);
    const classes = new Map(source.statements.filter(ts.isClassDeclaration).map((node) => [node.name.text, node]));
    for (const { owner, method, http, url } of requestsIn(file)) {
      const declaration = classes.get(owner)?.members.find((member) => member.name?.getText() === method);
      // Of the newer half of the API nothing is played, and one of its methods computes its address.
      if (declaration === undefined || !url?.startsWith('/v1/')) continue;
      const { params, answer, list } = signatureOf(checker, declaration);
      operations[`${http} ${url}`] = {
        type: params === undefined ? null : (params.aliasSymbol?.name ?? params.symbol.name),
        params: params === undefined ? null : nodes.of(params),
        ...(answers ? { answer: answerNode(nodes, checker, answer, list) } : {}),
      };
    }
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(SDK, 'package.json'), 'utf8'));
  const event = answers ? { event: nodes.of(exported(program, checker, 'Event')) } : {};
  return { sdk: version, operations, ...event, nodes: nodes.list };
}

function answerNode(nodes, checker, answer, list) {
  if (list === null) return nodes.of(unwrapped(checker, answer));
  const data = nodes.interned({ array: nodes.of(answer) });
  const fields = {
    object: nodes.interned({ enum: [list] }),
    data,
    has_more: nodes.interned('boolean'),
    url: nodes.interned('string'),
    ...(list === 'list'
      ? {}
      : { next_page: nodes.interned({ union: [nodes.interned('string'), nodes.interned('null')] }) }),
    ...(list === 'list' ? {} : { total_count: nodes.interned('number') }),
  };
  const required = Object.keys(fields).filter((name) => name !== 'total_count');
  return nodes.interned({ name: list, fields, required });
}

/** `Response<T>` is `T & {lastResponse}`: the object alone. */
function unwrapped(checker, type) {
  if (type.aliasSymbol?.name === 'Response') return type.aliasTypeArguments[0];
  return type;
}

/** The type that `Stripe.<name>` stands for, from the file that is named for it. */
function exported(program, checker, name) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(path.join(SDK, `esm/resources/${name}s.d.ts`)));
  const found = checker.getExportsOfModule(symbol).find((entry) => entry.name === name);
  return checker.getDeclaredTypeOfSymbol(found);
}

module.exports = { readStripeTypes, SDK };
