import { applyDecorators, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { invalidRequest } from '../../platform/common/app-error.js';
import type { Listed } from '../../platform/common/list-page.js';

const MOST = 100;

/**
 * Documents the parameters of a page: an addition, which no client has to know. Each is read by itself, for what else stands in a
 * query is ignored as it always was.
 * @param id form of the ids in the list
 */
export const ApiListPage = (id: { readonly pattern: string; readonly maxLength: number }): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MOST },
      description: 'Length of a page. Without it a page has up to 1000.',
    }),
    ApiQuery({
      name: 'starting_after',
      required: false,
      schema: { type: 'string', ...id },
      description: 'Id that the page goes on behind: the last one of the page before.',
    }),
  );

/** The `limit` of a query; another one than 1 to 100 is 400. */
@Injectable()
export class LimitPipe implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    if (typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST) return Number(value);
    throw invalidRequest(`limit must be a whole number from 1 to ${MOST}`);
  }
}

/** Names what comes behind a page in the `Link` header (RFC 8288); a page with nothing behind it has none. */
export function linkBehind(
  reply: FastifyReply,
  path: '/payment' | '/user',
  limit: number | null,
  { items, more }: Listed<{ readonly id: string }>,
): void {
  const last = items.at(-1);
  if (!more || last === undefined) return;
  const query = new URLSearchParams({ ...(limit === null ? {} : { limit: String(limit) }), starting_after: last.id });
  void reply.header('link', `<${path}?${query.toString()}>; rel="next"`);
}
