import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidRequest } from '../../platform/common/app-error.js';

const OBJECT_ID = /^[0-9a-fA-F]{24}$/;

/** The form for documentation. */
export const OBJECT_ID_FORM = { pattern: OBJECT_ID.source, maxLength: 24 } as const;

/** Documents such an id. */
export const ApiObjectId = (name: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'string', pattern: OBJECT_ID.source }, example: '5f9f1c9b9c9c9c9c9c9c9c9c' });

/** A MongoDB id in the path, as 24 lower-case hex characters; anything else is `validation_failed`. */
@Injectable()
export class ObjectIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, metadata: ArgumentMetadata): string {
    if (typeof value === 'string' && OBJECT_ID.test(value)) return value.toLowerCase();
    const messages = [`${metadata.data ?? 'id'} must be 24 hexadecimal characters`];
    throw invalidRequest(...messages);
  }
}
