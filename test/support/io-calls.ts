import ts from 'typescript';

/** What talks to the store, to Stripe or to the mail server, by the type it is injected with. */
const SPEAKS =
  /^(\w+Repository|Stripe(Payments|Customers|Methods|Setups|Account|Calls|Client)|RateWindows|Mailer|Model|Connection)$/;
/** Ways around the injected ones. */
const RAW = new Set(['fetch', 'fromStore', 'askStripe']);

export interface IoReport {
  /** Names given to atFailpoint, in order, repeats included. */
  readonly names: string[];
  /** What does I/O outside of a failpoint, as `file:line what`. */
  readonly problems: string[];
}

/** Reads one source of a path in which every I/O call stands alone inside `atFailpoint('name', () => …)`. */
export function ioCalls(file: string, text: string): IoReport {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const report: IoReport = { names: [], problems: [] };
  const speaking = new Set<string>();
  const say = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    report.problems.push(`${file}:${line + 1} ${what}`);
  };
  const collect = (node: ts.Node): void => {
    if ((ts.isParameter(node) || ts.isPropertyDeclaration(node)) && SPEAKS.test(typeName(node.type)))
      speaking.add(node.name.getText());
    ts.forEachChild(node, collect);
  };
  const check = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'atFailpoint') {
      const [name] = node.arguments;
      if (name !== undefined && ts.isStringLiteral(name)) report.names.push(name.text);
      else say(node, 'the name of a failpoint is not written out');
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && RAW.has(node.expression.text))
      say(node, node.expression.text);
    if (isOfThis(node) && speaking.has(node.name.text) && !standsInFailpoint(node)) say(node, node.parent.getText());
    ts.forEachChild(node, check);
  };
  collect(source);
  check(source);
  return report;
}

const typeName = (type: ts.TypeNode | undefined): string =>
  type !== undefined && ts.isTypeReferenceNode(type) ? type.typeName.getText() : '';

function isOfThis(node: ts.Node): node is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
}

/** The Stripe client's `webhooks` only computes, `isUnusable` only remembers. */
const NO_IO = new Set(['webhooks', 'isUnusable']);
const asksNobody = (access: ts.Node) => ts.isPropertyAccessExpression(access) && NO_IO.has(access.name.text);

/** `this.x` as in `atFailpoint('name', () => this.x.method(…))`, and nothing else around it. */
function standsInFailpoint(target: ts.PropertyAccessExpression): boolean {
  const call = target.parent.parent;
  if (!ts.isPropertyAccessExpression(target.parent) || !ts.isCallExpression(call)) return asksNobody(target.parent);
  if (call.expression !== target.parent) return false;
  const arrow = call.parent;
  return (
    ts.isArrowFunction(arrow) &&
    arrow.body === call &&
    ts.isCallExpression(arrow.parent) &&
    arrow.parent.expression.getText() === 'atFailpoint' &&
    arrow.parent.arguments[1] === arrow
  );
}
