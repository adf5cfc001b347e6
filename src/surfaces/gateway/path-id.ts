import { ApiParam } from '@nestjs/swagger';
import { LONGEST_PARAM } from '../../platform/http/plain-path.js';

/**
 * Documents an id in the path. The contract gives none a form: what names nothing of the account, whatever it looks like, is
 * 404, so there is no pattern to state.
 */
export const ApiPathId = (name: string, example: string): MethodDecorator =>
  ApiParam({
    name,
    description: 'Any text; what names nothing of the account is 404.',
    schema: { type: 'string', maxLength: LONGEST_PARAM },
    example,
  });
