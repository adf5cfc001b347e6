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
export async function buildIndex(connection: Connection, index: DeclaredIndex): Promise<void> {
  await buildTogether(connection, index.collection, [index]);
}

/** Builds all of them or none, in one scan of their collection. Throws the driver's error. */
async function buildTogether(connection: Connection, collection: string, indexes: DeclaredIndex[]): Promise<void> {
  await connection.collection(collection).createIndexes(
    indexes.map(({ name, key, options: { unique, sparse, expireAfterSeconds, partialFilterExpression } }) => ({
      key: key as never,
      name,
      ...(unique === undefined ? {} : { unique: Boolean(unique) }),
      ...(sparse === undefined ? {} : { sparse }),
      ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
      ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
    })),
  );
}

/**
 * Builds what is missing, a collection at a time. Where one index cannot be built (duplicates, other options under the name)
 * its collection's others are built one by one.
 * @returns what could not be built, and why
 */
export async function createIndexes(connection: Connection): Promise<string[]> {
  const failures: string[] = [];
  for (const [collection, indexes] of byCollection(declaredIndexes(connection))) {
    const together = await failureOf(buildTogether(connection, collection, indexes));
    if (together === undefined) continue;
    for (const index of indexes) {
      const why = await failureOf(buildIndex(connection, index));
      if (why !== undefined) failures.push(`${labelOf(index)}: ${why}`);
    }
  }
  return failures;
}

const failureOf = (build: Promise<void>): Promise<string | undefined> =>
  build.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

function byCollection(indexes: readonly DeclaredIndex[]): Map<string, DeclaredIndex[]> {
  const groups = new Map<string, DeclaredIndex[]>();
  for (const index of indexes) groups.set(index.collection, [...(groups.get(index.collection) ?? []), index]);
  return groups;
}

/** Compares every declared index with what the store has. */
export async function indexProblems(connection: Connection): Promise<IndexProblem[]> {
  const problems: IndexProblem[] = [];
  for (const [collection, indexes] of byCollection(declaredIndexes(connection))) {
    const existing = await listIndexes(connection, collection);
    for (const index of indexes) {
      const found = existing.find(({ name }) => name === index.name);
      if (found === undefined) problems.push({ index, kind: 'missing' });
      else if (shape(found) !== declaredShape(index)) problems.push({ index, kind: 'different' });
    }
  }
  return problems;
}

const declaredShape = ({ key, options }: DeclaredIndex): string =>
  shape({ ...options, key: key as Record<string, unknown>, unique: Boolean(options.unique) });

/**
 * Lists what stands in the way of taking traffic: each declared index that is missing or different, as `collection.name`.
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
