import type { OpenAPIObject } from '@nestjs/swagger';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;
type Operation = { responses: Record<string, { content?: Record<string, { schema?: Json }> }> };

export interface Exchange {
  method: string;
  /** With or without a query. */
  path: string;
  status: number;
  contentType: string | null;
  /** Parsed JSON, or undefined for an empty body. */
  body: unknown;
}

/** Not part of the documented API: for people's browsers, Prometheus and load balancers. */
const OUTSIDE = /^\/($|docs(-json|\/.*)?$|metrics$|health\/|outbox|favicon\.ico$|webhook\/stripe$)/;

/**
 * Compares answers with the app's own OpenAPI document. All objects are closed: a property that is not documented is a
 * leak until somebody documents it.
 */
export class OpenApiCheck {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly routes: { pattern: RegExp; params: number; path: string; operations: Record<string, Operation> }[];

  constructor(private readonly document: OpenAPIObject) {
    addFormats(this.ajv);
    this.ajv.addSchema({ $id: 'api', components: closed(document.components ?? {}) as Json });
    this.routes = Object.entries(document.paths)
      .map(([path, operations]) => ({
        pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
        params: path.split('{').length,
        path,
        operations: operations as Record<string, Operation>,
      }))
      .sort((a, b) => a.params - b.params);
  }

  /** Throws an Error that says what is not documented. */
  check(exchange: Exchange): void {
    const path = exchange.path.split(/[?#]/, 1)[0] ?? '/';
    if (OUTSIDE.test(path)) return;
    const method = exchange.method.toLowerCase().replace('head', 'get');
    const what = `${exchange.method} ${path} answered ${exchange.status}`;
    const route = this.routes.find(({ pattern, operations }) => pattern.test(path) && operations[method] !== undefined);
    const operation = route?.operations[method];
    if (route === undefined || operation === undefined) {
      // An address that is not documented must not exist; what is refused before routing may say so.
      if ([400, 404, 405, 413, 414, 415].includes(exchange.status) || exchange.method === 'OPTIONS') return;
      throw new Error(`${what}, but the OpenAPI document has no such route`);
    }
    const response = operation.responses[String(exchange.status)];
    if (response === undefined) {
      const known = Object.keys(operation.responses).join(', ');
      throw new Error(`${what}, which ${route.path} does not document (it has ${known}): ${show(exchange.body)}`);
    }
    const [mediaType = ''] = (exchange.contentType ?? '').split(';');
    if (mediaType !== 'application/json' && response.content?.[mediaType]?.schema?.['type'] === 'string') return;
    const schema = response.content?.['application/json']?.schema;
    if (schema === undefined) {
      if (exchange.body !== undefined) throw new Error(`${what} with a body, none is documented`);
      return;
    }
    if (!/^application\/json\b/.test(exchange.contentType ?? '')) {
      throw new Error(`${what} as ${exchange.contentType}, documented is application/json`);
    }
    if (exchange.method === 'HEAD') return;
    this.validate(`${method} ${route.path} ${exchange.status}`, schema, exchange.body, what);
  }

  private validate(key: string, schema: Json, body: unknown, what: string): void {
    let validator = this.validators.get(key);
    if (validator === undefined) {
      validator = this.ajv.compile(rebased(closed(schema)) as Json);
      this.validators.set(key, validator);
    }
    if (validator(body)) return;
    const problems = (validator.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty;
      return `body${instancePath} ${message}${extra === undefined ? '' : `: ${extra}`}`;
    });
    throw new Error(`${what} with another body than documented:\n  ${problems.join('\n  ')}\n  ${show(body)}`);
  }
}

const show = (body: unknown): string => (JSON.stringify(body) ?? 'no body').slice(0, 500);

/** OpenAPI 3.0 as JSON Schema: objects closed, `nullable` as a second type. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Json = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy['type'] === 'object' && copy['properties'] !== undefined && copy['additionalProperties'] === undefined) {
    copy['additionalProperties'] = false;
  }
  if (copy['nullable'] === true) {
    const { nullable: _nullable, ...rest } = copy;
    if (Array.isArray(rest['enum']) && !rest['enum'].includes(null))
      rest['enum'] = [...(rest['enum'] as unknown[]), null];
    return { anyOf: [rest, { type: 'null' }] };
  }
  return copy;
}

/** References into the document, as seen from outside of it. */
function rebased(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rebased);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' ? [key, `api${value}`] : [key, rebased(value)],
    ),
  );
}
