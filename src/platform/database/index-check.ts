import type { Connection, IndexDefinition, IndexOptions } from 'mongoose';

/** An index as its schema declares it; the schema's comment says the query it serves or the race it prevents. */
export interface DeclaredIndex {
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

export function declaredIndexes(connection: Connection): DeclaredIndex[] {
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

/** A declared index that is not there as declared. */
export interface IndexProblem {
  readonly index: DeclaredIndex;
  readonly kind: 'missing' | 'different';
}

export const labelOf = ({ collection, name }: DeclaredIndex): string => `${collection}.${name}`;

/** @throws the driver's error when the index cannot be built: duplicates, other options under the name. */
export async function buildIndex(
  connection: Connection,
  { collection, name, key, options }: DeclaredIndex,
): Promise<void> {
  const { unique, sparse, expireAfterSeconds, partialFilterExpression } = options;
  await connection.collection(collection).createIndex(key as never, {
    name,
    ...(unique === undefined ? {} : { unique: Boolean(unique) }),
    ...(sparse === undefined ? {} : { sparse }),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
    ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
  });
}

/** Builds what is missing; a build that fails (duplicates, other options under the name) is left to the check to name. */
export async function createIndexes(connection: Connection): Promise<string[]> {
  const failures: string[] = [];
  for (const index of declaredIndexes(connection)) {
    try {
      await buildIndex(connection, index);
    } catch (error) {
      failures.push(`${labelOf(index)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}

/** Compares every declared index with what the store has. */
export async function indexProblems(connection: Connection): Promise<IndexProblem[]> {
  const problems: IndexProblem[] = [];
  const byCollection = new Map<string, Existing[]>();
  for (const index of declaredIndexes(connection)) {
    let existing = byCollection.get(index.collection);
    if (existing === undefined) {
      existing = await listIndexes(connection, index.collection);
      byCollection.set(index.collection, existing);
    }
    const found = existing.find(({ name }) => name === index.name);
    if (found === undefined) problems.push({ index, kind: 'missing' });
    else if (shape(found) !== declaredShape(index)) problems.push({ index, kind: 'different' });
  }
  return problems;
}

const declaredShape = ({ key, options }: DeclaredIndex): string =>
  shape({ ...options, key: key as Record<string, unknown>, unique: Boolean(options.unique) });

/**
 * What stands in the way of taking traffic: each declared index that is missing or different, as `collection.name`.
 * Unique indexes are what keeps money right, so nothing is served without them.
 */
export async function missingIndexes(connection: Connection): Promise<string[]> {
  return (await indexProblems(connection)).map(describeProblem);
}

export function describeProblem({ index, kind }: IndexProblem): string {
  return `${labelOf(index)} ${kind === 'missing' ? 'is missing' : 'has other options than declared'}`;
}

/** The names of what is there, declared or not. */
export async function indexNames(connection: Connection, collection: string): Promise<string[]> {
  return (await listIndexes(connection, collection)).map(({ name }) => name);
}

async function listIndexes(connection: Connection, collection: string): Promise<Existing[]> {
  try {
    return (await connection.collection(collection).listIndexes().toArray()) as Existing[];
  } catch (error) {
    if ((error as { code?: number }).code === 26) return []; // NamespaceNotFound: no document and no index yet
    throw error;
  }
}
