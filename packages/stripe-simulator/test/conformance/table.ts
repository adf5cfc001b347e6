import type { Check } from './check.js';
import { GROUPS } from './check.js';

/** The checks as the tables of docs/conformance.md. */
export function markdownOf(checks: readonly Check[]): string {
  const counts = GROUPS.map((group) => [group, checks.filter((check) => check.group === group)] as const);
  const sums = counts.map(([group, of]) => `| ${group} | ${of.length} | ${needy(of)} |`);
  const all = `| all | ${checks.length} | ${needy(checks)} |`;
  const tables = counts.map(
    ([group, of]) => `### ${capital(group)}\n\n| | What holds | Page |\n|---|---|---|\n${of.map(row).join('\n')}`,
  );
  return `| Group | Checks | of them only at the simulator |\n|---|---|---|\n${[...sums, all].join('\n')}\n\n${tables.join('\n\n')}\n`;
}

function needy(checks: readonly Check[]): number {
  return checks.filter(({ needs }) => needs !== undefined).length;
}

function row({ id, title, doc, needs }: Check): string {
  const only = needs === undefined ? '' : ` *Only at the simulator: ${needs}.*`;
  return `| ${id} | ${title}${only} | [${doc.replace('https://docs.stripe.com/', '')}](${doc}) |`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
