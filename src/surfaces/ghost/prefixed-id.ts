import { type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../platform/common/app-error.js';

type Prefix = 'customer' | 'card';

export const prefixedIdPattern = (prefix: Prefix): RegExp => new RegExp(`^${prefix}_[A-Za-z0-9]+$`);

/** Takes the id out of its prefix. */
export const withoutPrefix = (prefix: Prefix, id: string): string => id.slice(prefix.length + 1);

/** Documents such an id. */
export const ApiPrefixedId = (prefix: Prefix, name: string): MethodDecorator =>
  ApiParam({
    name,
    schema: { type: 'string', pattern: prefixedIdPattern(prefix).source },
    example: `${prefix}_bl6nqk69ku6897l45fp0`,
  });

/** Takes the id out of its prefix; any other text is 400 `Invalid id`. What names nothing of the account is for the service. */
export class PrefixedIdPipe implements PipeTransform<string, string> {
  constructor(private readonly prefix: Prefix) {}

  transform(value: string): string {
    if (prefixedIdPattern(this.prefix).test(value)) return withoutPrefix(this.prefix, value);
    throw invalidRequest('Invalid id');
  }
}
