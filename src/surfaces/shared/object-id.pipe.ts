import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from '../../platform/common/app-error.js';

const OBJECT_ID = /^[0-9a-f]{24}$/i;

/** A MongoDB id in the path, as 24 lower-case hex characters; anything else is `validation_failed`. */
@Injectable()
export class ObjectIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, metadata: ArgumentMetadata): string {
    if (typeof value === 'string' && OBJECT_ID.test(value)) return value.toLowerCase();
    const messages = [`${metadata.data ?? 'id'} must be 24 hexadecimal characters`];
    throw invalidRequest(...messages);
  }
}
