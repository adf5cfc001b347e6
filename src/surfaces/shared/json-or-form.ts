import type { FastifyRequest } from 'fastify';
import { type BodyRule, isOfType, refuseCompressed, STRICT_JSON } from '../../platform/http/body-rules.js';
import { parseSafeForm } from '../../platform/http/safe-form.js';

export const FORM = 'application/x-www-form-urlencoded';

/** Tells which bodies are forms, and reads one. */
interface FormRule {
  readonly isForm: (request: FastifyRequest) => boolean;
  readonly parse: (body: Buffer) => object;
}

const FLAT_FORM: FormRule = { isForm: (request) => isOfType(request, FORM), parse: parseSafeForm };

/** JSON or a form, as strict about what it is as strict JSON. The body of a DELETE is not looked at. */
export const jsonOrForm = ({ isForm, parse }: FormRule): BodyRule => ({
  limit: STRICT_JSON.limit,
  check(request) {
    if (request.method === 'DELETE') return;
    if (isForm(request)) refuseCompressed(request);
    else STRICT_JSON.check(request);
  },
  take(request, body) {
    if (request.method === 'DELETE') return undefined;
    return isForm(request) ? parse(body) : STRICT_JSON.take(request, body);
  },
});

/** JSON, or a form without levels that says that it is one. */
export const JSON_OR_FORM = jsonOrForm(FLAT_FORM);

/** A form has texts only: in these fields digits are the number that JSON would have. */
export function withNumbers(rule: BodyRule, fields: readonly string[]): BodyRule {
  return {
    ...rule,
    take(request, body) {
      const taken = rule.take(request, body);
      if (!isOfType(request, FORM)) return taken;
      const numbers = Object.entries(taken as Record<string, string>).map(([name, text]) =>
        fields.includes(name) && /^\d{1,15}$/.test(text) ? [name, Number(text)] : [name, text],
      );
      return Object.fromEntries(numbers) as object;
    },
  };
}
