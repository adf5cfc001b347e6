const DEEPEST_CAUSE = 5;

/**
 * Stack and causes as one text for the log. Only stacks: inspecting an error whole would also print what clients attach to
 * it (Stripe's raw request, a driver's document).
 */
export function describeError(thrown: unknown): string {
  const lines: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < DEEPEST_CAUSE && current !== undefined && current !== null; depth++) {
    if (!(current instanceof Error)) {
      lines.push(typeof current === 'string' ? current : `a thrown ${typeof current}`);
      break;
    }
    lines.push(current.stack ?? `${current.name}: ${current.message}`);
    current = current.cause;
  }
  return lines.join('\ncaused by ');
}
