interface Remarks {
  readonly problems: string[];
  readonly warnings: string[];
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*(.*)$/;
const QUOTES = '"\'`';

/**
 * Looks for what Node's parser passes over in silence: lines that are no assignments, quotes that do not end where their
 * author thinks, and values cut at a `#`. Line numbers and names only, never a value.
 */
export function lookAtLines(text: string, file: string): Remarks {
  const remarks: Remarks = { problems: [], warnings: [] };
  const lines = text.split(/\r?\n/);
  const firstLine = new Map<string, number>();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const at = `${file}: line ${i + 1}`;
    const [, name, value = ''] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) {
      remarks.problems.push(`${at} is no assignment NAME=value`);
      continue;
    }
    const before = firstLine.get(name);
    if (before !== undefined) remarks.warnings.push(`${at} sets ${name} again, line ${before} does not count`);
    firstLine.set(name, i + 1);
    i += lookAtValue(value, lines.slice(i + 1), `${at}, ${name},`, remarks);
  }
  return remarks;
}

/** @returns how many of the following lines belong to the value */
function lookAtValue(value: string, following: readonly string[], subject: string, remarks: Remarks): number {
  const quote = value[0];
  if (quote === undefined || !QUOTES.includes(quote)) {
    if (/[^\s#]#/.test(value)) {
      remarks.warnings.push(`${subject} is cut at its #, where a comment begins: put the value in quotes`);
    }
    return 0;
  }
  const more = value.includes(quote, 1) ? 0 : following.findIndex((line) => line.includes(quote)) + 1;
  const inside = following.slice(0, Math.max(0, more - 1));
  const last = more === 0 ? value : (following[more - 1] ?? '');
  if (more === 0 && !value.includes(quote, 1))
    remarks.problems.push(`${subject} begins with a quote that nothing ends`);
  else if (inside.some((line) => ASSIGNMENT.test(line)) || (more > 0 && ASSIGNMENT.test(last)))
    remarks.problems.push(`${subject} has a quote that ends some lines further, other settings are inside it`);
  else if (!/^\s*(#.*)?$/.test(last.slice(last.indexOf(quote, more === 0 ? 1 : 0) + 1)))
    remarks.problems.push(`${subject} goes on after its closing quote, which would be lost`);
  return more;
}
