import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';

/** DECORATORS.API_RESPONSE, which the package does not export. */
const API_RESPONSE = 'swagger/apiResponse';

type Described = Record<string, Record<string, { type?: unknown }>>;
type Controllers = [file: Promise<Record<string, { prototype: Record<string, object> }>>, classes: Described][];

/**
 * The plugin's metadata says what each method answers, but @nestjs/swagger ignores it as soon as a method documents any
 * response itself, such as its errors. This adds the success that such a method would have got.
 */
export async function documentSuccesses(metadata: Record<string, unknown>): Promise<void> {
  const { controllers = [] } = metadata['@nestjs/swagger'] as { controllers?: Controllers };
  for (const [file, classes] of controllers) {
    const exported = await file;
    for (const [className, methods] of Object.entries(classes)) {
      const prototype = exported[className]?.prototype;
      if (prototype === undefined) continue;
      for (const [name, { type }] of Object.entries(methods)) documentOne(prototype, name, type);
    }
  }
}

function documentOne(prototype: Record<string, object>, name: string, type: unknown): void {
  const method = prototype[name];
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (method === undefined || descriptor === undefined) return;
  const documented = Object.keys((Reflect.getMetadata(API_RESPONSE, method) ?? {}) as object);
  if (documented.length === 0 || documented.some((status) => /^2|default/.test(status))) return;
  const status = successOf(method);
  ApiResponse({ status, type, description: '' } as ApiResponseOptions)(prototype, name, descriptor);
}

/** Status that Nest answers: `@HttpCode`, else 201 for POST and 200 for the rest. */
function successOf(method: object): number {
  const code: unknown = Reflect.getMetadata(HTTP_CODE_METADATA, method);
  if (typeof code === 'number') return code;
  return Reflect.getMetadata(METHOD_METADATA, method) === RequestMethod.POST ? 201 : 200;
}
