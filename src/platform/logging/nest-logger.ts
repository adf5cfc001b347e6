import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own report of what it wired together: a hundred lines that nobody reads twice. */
const NEST_CHATTER = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Nest's `Logger` writing through pino. `logger.warn({ message: 'index_missing', index })` gives a line with fields;
 * the names it may use are in log-fields.ts.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const chatter = rest.length === 1 && NEST_CHATTER.has(String(rest[0]));
    this.write(chatter ? 'trace' : 'info', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest calls these as (message, ...params, context?) and error(message, stack?, context?); ours also as (fields, text). */
  private write(level: Level, message: unknown, params: readonly unknown[]): void {
    const rest = [...params];
    const fields: Record<string, unknown> = {};
    if (typeof rest.at(-1) === 'string') fields['context'] = rest.pop();
    if (typeof message === 'object' && message !== null && !(message instanceof Error)) {
      const { message: text, ...named } = message as Record<string, unknown>;
      const said = [text, ...rest].find((part) => typeof part === 'string');
      this.pino[level]({ ...fields, ...named }, said);
      return;
    }
    if (level === 'error' && typeof rest[0] === 'string') fields['stack'] = rest.shift();
    for (const param of rest) {
      if (param instanceof Error) fields['err'] = param;
      else if (typeof param === 'object' && param !== null) Object.assign(fields, param);
    }
    if (message instanceof Error) this.pino[level]({ ...fields, err: message }, message.message);
    else this.pino[level](fields, String(message));
  }
}
