import type { Type } from '@nestjs/common';
import { LiberalBodyPipe } from '../../surfaces/shared/liberal-body.pipe.js';

/** Checks options by the rules of a body, with the sentences that HTTP answers. */
export async function checked<T extends object>(body: object, metatype: Type<T>): Promise<T> {
  return (await new LiberalBodyPipe().transform(body, { type: 'body', metatype })) as T;
}
