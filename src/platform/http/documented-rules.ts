import type { OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';

type Schema = Record<string, unknown>;
/** One rule at a property, as class-validator keeps it. */
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Models = [file: Promise<Record<string, new () => object>>, classes: Record<string, unknown>][];

/** Documents a rule of class-validator; the plugin reads only those that stand at the property itself. */
const SAYS: Readonly<Record<string, (constraints: readonly unknown[]) => Schema>> = {
  isLength: ([minLength, maxLength]) => ({ minLength, maxLength }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isInt: () => ({ type: 'integer' }),
  isIn: ([values]) => ({ enum: values }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
};

/** The classes that the document's schemas are of, by name. */
export type DocumentedModels = ReadonlyMap<string, new () => object>;

export async function documentedModels(metadata: Record<string, unknown>): Promise<DocumentedModels> {
  const { models = [] } = metadata['@nestjs/swagger'] as { models?: Models };
  const all = new Map<string, new () => object>();
  for (const [file, classes] of models) {
    const exported = await file;
    for (const name of Object.keys(classes)) if (exported[name] !== undefined) all.set(name, exported[name]);
  }
  return all;
}

/**
 * States in the document what the DTOs enforce, from the rules that enforce it: lengths, bounds, values, and the pattern of
 * every rule that has one among its constraints (`@Matches`, and our own that name it).
 */
export function documentRules(document: OpenAPIObject, models: DocumentedModels): void {
  for (const [name, dto] of models) {
    const properties = propertiesOf(document, name);
    if (properties !== undefined) documentOne(dto, properties);
  }
}

/** Says that these mounts refuse what a body's schema does not name. */
export function closeBodies(document: OpenAPIObject, mounts: readonly string[]): void {
  for (const [path, item] of Object.entries(document.paths)) {
    if (!mounts.some((mount) => path === mount || path.startsWith(`${mount}/`))) continue;
    for (const { requestBody } of [item.post, item.put, item.patch].filter((operation) => operation !== undefined)) {
      const body = requestBody !== undefined && 'content' in requestBody ? requestBody.content : {};
      const schema = body['application/json']?.schema;
      const name = schema !== undefined && '$ref' in schema ? schema.$ref.split('/').pop() : undefined;
      const named = document.components?.schemas?.[name ?? ''];
      if (named !== undefined && 'properties' in named) named.additionalProperties = false;
    }
  }
}

function propertiesOf(document: OpenAPIObject, name: string): Record<string, Schema> | undefined {
  const schema = document.components?.schemas?.[name];
  return schema !== undefined && 'properties' in schema ? (schema.properties as Record<string, Schema>) : undefined;
}

function documentOne(dto: new () => object, properties: Record<string, Schema>): void {
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false)) {
    const schema = properties[rule.propertyName];
    if (schema === undefined) continue;
    const target = rule.each ? (schema['items'] as Schema | undefined) : schema;
    if (target !== undefined) Object.assign(target, saidBy(rule));
  }
}

function saidBy({ name, constraints }: Rule): Schema {
  const given = (constraints ?? []) as readonly unknown[];
  const pattern = given.find((one) => one instanceof RegExp);
  return { ...SAYS[name ?? '']?.(given), ...(pattern === undefined ? {} : { pattern: patternOf(pattern) }) };
}

/** The document's patterns have no flags, and are Unicode's in any case (JSON Schema, 6.3.3). */
function patternOf({ source, flags }: RegExp): string {
  if (flags.replace('u', '') !== '') throw new Error(`a documented pattern cannot have flags: /${source}/${flags}`);
  return source;
}
