import type { OpenApiCheck } from './openapi-check.js';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed when the answer is JSON; loosely typed because tests look into many shapes. */
  body: Record<string, unknown>;
}

export interface HttpOptions {
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  headers?: Record<string, string>;
  /** Set to false for answers that are not ours to document. */
  check?: boolean;
}

export type HttpClient = ReturnType<typeof httpClient>;

/** A small client whose every answer is compared with the OpenAPI document. A string or Buffer body is sent as it is. */
export function httpClient(url: () => string, check: () => OpenApiCheck | undefined) {
  async function request(method: string, path: string, body?: unknown, options: HttpOptions = {}): Promise<HttpAnswer> {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await fetch(url() + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    const parsed: unknown = text !== '' && contentType?.startsWith('application/json') ? JSON.parse(text) : undefined;
    if (options.check !== false) {
      check()?.check({ method, path, status: response.status, contentType, body: parsed ?? (text || undefined) });
    }
    return { status: response.status, headers: response.headers, text, body: parsed as Record<string, unknown> };
  }
  return {
    request,
    get: (path: string, options?: HttpOptions) => request('GET', path, undefined, options),
    post: (path: string, body?: unknown, options?: HttpOptions) => request('POST', path, body, options),
    put: (path: string, body?: unknown, options?: HttpOptions) => request('PUT', path, body, options),
    patch: (path: string, body?: unknown, options?: HttpOptions) => request('PATCH', path, body, options),
    delete: (path: string, options?: HttpOptions) => request('DELETE', path, undefined, options),
  };
}
