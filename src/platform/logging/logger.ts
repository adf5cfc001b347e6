import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config/config.js';
import { prettyLine } from './pretty.js';
import { requestContext } from './request-context.js';
import { safeFields } from './safe-fields.js';
import { scrub } from './scrub.js';

/**
 * Every line passes through here: fields by allow-list, texts scrubbed, the request's correlation id added. There is no
 * way around it, a line written by a library's error included.
 */
export function createLogger(config: Config['log'], destination?: DestinationStream): Logger {
  const out = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: config.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // The standard serializer would turn an Error into a plain object, with everything a driver hangs on it.
      serializers: { err: (error: unknown) => error },
      mixin: () => ({ correlationId: requestContext.getStore()?.correlationId }),
      formatters: { log: safeFields },
      hooks: {
        logMethod(args, method) {
          // pino would take further arguments as printf parameters, which no formatter sees.
          const [first, second] = args as unknown[];
          if (typeof first === 'string') return method.call(this, scrub(first));
          const text = typeof second === 'string' ? scrub(second) : undefined;
          return first instanceof Error
            ? method.call(this, { err: first }, text ?? scrub(first.message))
            : method.call(this, first as object, text);
        },
      },
    },
    config.format === 'pretty' ? { write: (line: string) => out.write(prettyLine(line)) } : out,
  );
}
