import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { readByShape } from '../shared/body-shape.js';
import { clearedByEmpty } from '../shared/empty-clears.js';
import { problemsOf } from '../shared/liberal-body.pipe.js';

type Fields = Record<string, unknown>;

/**
 * Reads bodies and queries: unknown parameters are ignored, types are not converted, no body is an empty one. In a body `null` and
 * `""` are not sent (but see empty-clears.ts), and a token is the hash that holds it.
 * Throws AppError `validation_failed` with one message a parameter, each naming it.
 */
@Injectable()
export class KomojuInputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => invalidRequest(...problemsOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if ((type !== 'body' && type !== 'query') || metatype === undefined || !this.toValidate(metadata))
      return (await super.transform(value, metadata)) as unknown;
    const sent = value ?? {};
    if (typeof sent !== 'object' || Array.isArray(sent))
      throw new AppError('unparseable_body', 'The request body must be a form or a JSON object');
    const fields = type === 'body' ? bodyFields(sent as Fields, metatype) : sent;
    const read = readByShape(fields, metatype);
    if ('problems' in read) throw invalidRequest(...read.problems);
    return (await super.transform(read.known, metadata)) as unknown;
  }
}

function bodyFields(body: Fields, metatype: Type): Fields {
  const cleared = clearedByEmpty(metatype.prototype as object);
  const fields = Object.entries(body).map(([name, value]): [string, unknown] => {
    if (cleared.includes(name)) return [name, value ?? ''];
    return [name, name === 'payment_details' ? sourceFields(value) : value];
  });
  return withoutEmpty(Object.fromEntries(fields), cleared);
}

/** Other languages' hashes have no token within: one that a client puts there is unknown. */
function sourceFields(value: unknown): unknown {
  if (typeof value === 'string' && value !== '') return { token: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { token: _token, ...hash } = value as Fields;
  return withoutEmpty(hash);
}

/** Leaves out what counts as not sent. */
function withoutEmpty(fields: Fields, cleared: readonly (string | symbol)[] = []): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value != null && (value !== '' || cleared.includes(name))),
  );
}
