import type { Connection, PipelineStage } from 'mongoose';
import {
  buildIndex,
  type DeclaredIndex,
  declaredIndexes,
  describeProblem,
  indexNames,
  type IndexProblem,
  indexProblems,
  labelOf,
} from './index-check.js';

/** Result of one problem. `line` says it in words; ids of documents may be in it, values of fields are not. */
export interface Repair {
  readonly repaired: boolean;
  readonly line: string;
}

/** Maximum of duplicate groups that are named; a person who removes them looks again anyway. */
const GROUPS_NAMED = 5;
const IDS_NAMED = 10;
/** IndexOptionsConflict and IndexKeySpecsConflict. */
const IS_THERE = new Set([85, 86]);

/**
 * Builds each index that is missing and replaces each that has other options, while the product runs. A unique index is
 * replaced only if nothing stands in the way of the right one: a wrong one is better than none. Nor is there a moment
 * without one, but where a wrong one has the guard's own key.
 */
export async function repairIndexes(connection: Connection): Promise<Repair[]> {
  const repairs: Repair[] = [];
  for (const problem of await indexProblems(connection)) repairs.push(await repairOne(connection, problem));
  for (const index of await needlessGuards(connection))
    await connection.collection(index.collection).dropIndex(index.name);
  return repairs;
}

async function repairOne(connection: Connection, problem: IndexProblem): Promise<Repair> {
  const { index, kind } = problem;
  const inTheWay = index.options.unique === true ? await duplicates(connection, index) : [];
  if (inTheWay.length > 0) {
    return {
      repaired: false,
      line: `${describeProblem(problem)}, and duplicates are in its way: ${inTheWay.join('; ')}`,
    };
  }
  try {
    if (kind === 'different') {
      if (index.options.unique === true) await buildGuard(connection, index);
      await connection.collection(index.collection).dropIndex(index.name);
    }
    await buildIndex(connection, index);
    return { repaired: true, line: `${labelOf(index)} ${kind === 'different' ? 'replaced' : 'built'}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { repaired: false, line: `${describeProblem(problem)}, and cannot be built: ${why}` };
  }
}

/**
 * Keeps unique what the index is to keep unique, while that is not there: an index cannot be renamed, and no second one
 * may have its key, but the same fields the other way round may be unique beside it.
 */
function guardOf(index: DeclaredIndex): DeclaredIndex {
  const key = Object.fromEntries(Object.entries(index.key).map(([field, order]) => [field, -Number(order)] as const));
  return { ...index, name: `${index.name}_guard`, key: key as DeclaredIndex['key'] };
}

async function buildGuard(connection: Connection, index: DeclaredIndex): Promise<void> {
  try {
    await buildIndex(connection, guardOf(index));
  } catch (error) {
    // The wrong one has the guard's key: there is no other way than a moment without.
    if (!IS_THERE.has(Number((error as { code?: unknown }).code))) throw error;
  }
}

/** Also those that a repair which was cut short has left behind; a guard whose index is still wrong stays. */
async function needlessGuards(connection: Connection): Promise<DeclaredIndex[]> {
  const wrong = new Set((await indexProblems(connection)).map(({ index }) => labelOf(index)));
  const needless: DeclaredIndex[] = [];
  for (const index of declaredIndexes(connection)) {
    if (index.options.unique !== true || wrong.has(labelOf(index))) continue;
    const guard = guardOf(index);
    if ((await indexNames(connection, guard.collection)).includes(guard.name)) needless.push(guard);
  }
  return needless;
}

/** The documents that share a value which is to be unique, by `_id`. */
async function duplicates(connection: Connection, { collection, key, options }: DeclaredIndex): Promise<string[]> {
  const fields = Object.keys(key).map((field, i) => [`f${i}`, `$${field}`] as const);
  const stages: PipelineStage[] = [
    { $match: { ...options.partialFilterExpression, ...(options.sparse === true ? hasAny(key) : {}) } },
    { $group: { _id: Object.fromEntries(fields), ids: { $push: '$_id' }, n: { $sum: 1 } } },
    { $match: { n: { $gt: 1 } } },
    { $limit: GROUPS_NAMED },
  ];
  const groups = await connection.collection(collection).aggregate<{ ids: unknown[] }>(stages).toArray();
  return groups.map(({ ids }) => `_id ${ids.slice(0, IDS_NAMED).map(String).join(' and ')}`);
}

/** Filter for the documents in a sparse index: those with at least one of its fields. */
function hasAny(key: DeclaredIndex['key']): PipelineStage.Match['$match'] {
  return { $or: Object.keys(key).map((field) => ({ [field]: { $exists: true } })) };
}
