import type { Connection, IndexDefinition, IndexOptions } from 'mongoose';

/** An index as its schema declares it; `why` is the query it serves or the race it prevents. */
interface Declared {
  readonly collection: string;
  readonly name: string;
  readonly key: IndexDefinition;
  readonly options: IndexOptions;
}

interface Existing {
  readonly name: string;
  readonly key: Record<string, unknown>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly expireAfterSeconds?: number;
  readonly partialFilterExpression?: unknown;
}

function declaredIndexes(connection: Connection): Declared[] {
  return Object.values(connection.models).flatMap((model) =>
    model.schema.indexes().map(([key, options]) => ({
      collection: model.collection.name,
      name: options.name ?? Object.entries(key).flat().join('_'),
      key,
      options,
    })),
  );
}

const shape = (
  index: Pick<Existing, 'key' | 'unique' | 'sparse' | 'expireAfterSeconds' | 'partialFilterExpression'>,
): string =>
  JSON.stringify([
    Object.entries(index.key).map(([field, order]) => [field, Number(order)]),
    index.unique === true,
    index.sparse === true,
    index.expireAfterSeconds ?? null,
    index.partialFilterExpression ?? null,
  ]);

/** Builds what is missing; a build that fails (duplicates, other options under the name) is left to the check to name. */
export async function createIndexes(connection: Connection): Promise<string[]> {
  const failures: string[] = [];
  for (const { collection, name, key, options } of declaredIndexes(connection)) {
    try {
      const { unique, sparse, expireAfterSeconds, partialFilterExpression } = options;
      await connection.collection(collection).createIndex(key as never, {
        name,
        ...(unique === undefined ? {} : { unique: Boolean(unique) }),
        ...(sparse === undefined ? {} : { sparse }),
        ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
        ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
      });
    } catch (error) {
      failures.push(`${collection}.${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}

/**
 * What stands in the way of taking traffic: each declared index that is missing or different, as `collection.name`.
 * Unique indexes are what keeps money right, so nothing is served without them.
 */
export async function missingIndexes(connection: Connection): Promise<string[]> {
  const problems: string[] = [];
  const byCollection = new Map<string, Existing[]>();
  for (const declared of declaredIndexes(connection)) {
    let existing = byCollection.get(declared.collection);
    if (existing === undefined) {
      existing = await listIndexes(connection, declared.collection);
      byCollection.set(declared.collection, existing);
    }
    const found = existing.find(({ name }) => name === declared.name);
    const label = `${declared.collection}.${declared.name}`;
    if (found === undefined) problems.push(`${label} is missing`);
    else if (
      shape(found) !==
      shape({
        ...declared.options,
        key: declared.key as Record<string, unknown>,
        unique: Boolean(declared.options.unique),
      })
    ) {
      problems.push(`${label} has other options than declared`);
    }
  }
  return problems;
}

async function listIndexes(connection: Connection, collection: string): Promise<Existing[]> {
  try {
    return (await connection.collection(collection).listIndexes().toArray()) as Existing[];
  } catch (error) {
    if ((error as { code?: number }).code === 26) return []; // NamespaceNotFound: no document and no index yet
    throw error;
  }
}
