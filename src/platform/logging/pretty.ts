const LABELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};

/** One finished JSON line as a person likes to read it; `LOG_FORMAT=pretty`, for development. */
export function prettyLine(json: string): string {
  const { time, level, msg, context, err, stack, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const fields = Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const where = typeof context === 'string' ? `[${context}] ` : '';
  const trace = (err as { stack?: string } | undefined)?.stack ?? stack;
  const text = typeof msg === 'string' ? msg : '';
  const head = `${clock} ${LABELS[Number(level)] ?? ''} ${where}${text}${fields === '' ? '' : `  ${fields}`}\n`;
  return typeof trace === 'string' ? `${head}${trace.replace(/^/gm, '    ')}\n` : head;
}
