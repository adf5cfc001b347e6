import { applyDecorators, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { invalidRequest } from '../../platform/common/app-error.js';

/**
 * Pages of a list: an addition, which no client has to know. Each parameter is read by itself, for what else stands in a query is
 * ignored as it always was.
 */
const MOST = 100;

/** Documents the parameters. @param id form of the ids in the list */
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

@Injectable()
export class LimitPipe implements PipeTransform<unknown, number | null> {
  transform(value: unknown): number | null {
    if (value === undefined) return null;
    if (typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST) return Number(value);
    throw invalidRequest(`limit must be a whole number from 1 to ${MOST}`);
  }
}

/** Returns the `Link` header (RFC 8288) to what comes behind a page. */
export function linkBehind(path: '/payment' | '/user', limit: number | null, lastId: string): string {
  const query = new URLSearchParams({ ...(limit === null ? {} : { limit: String(limit) }), starting_after: lastId });
  return `<${path}?${query.toString()}>; rel="next"`;
}
