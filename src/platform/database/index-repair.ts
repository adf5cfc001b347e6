import type { Connection, PipelineStage } from 'mongoose';
import {
  buildIndex,
  type DeclaredIndex,
  describeProblem,
  type IndexProblem,
  indexProblems,
  labelOf,
} from './index-check.js';

/** What became of one problem. `line` says it in words; ids of documents may be in it, values of fields are not. */
export interface Repair {
  readonly repaired: boolean;
  readonly line: string;
}

/** So many groups of duplicates are named; a person who removes them looks again anyway. */
const GROUPS_NAMED = 5;
const IDS_NAMED = 10;

/**
 * Builds each index that is missing and replaces each that has other options, while the product runs. A unique index is
 * replaced only if nothing stands in the way of the right one: a wrong one is better than none.
 */
export async function repairIndexes(connection: Connection): Promise<Repair[]> {
  const repairs: Repair[] = [];
  for (const problem of await indexProblems(connection)) repairs.push(await repairOne(connection, problem));
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
    if (kind === 'different') await connection.collection(index.collection).dropIndex(index.name);
    await buildIndex(connection, index);
    return { repaired: true, line: `${labelOf(index)} ${kind === 'different' ? 'replaced' : 'built'}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { repaired: false, line: `${describeProblem(problem)}, and cannot be built: ${why}` };
  }
}

/** The documents that share a value which is to be unique, by `_id`. */
async function duplicates(connection: Connection, { collection, key, options }: DeclaredIndex): Promise<string[]> {
  const fields = Object.keys(key).map((field, i) => [`f${i}`, `$${field}`] as const);
  const stages: PipelineStage[] = [
    { $match: { ...options.partialFilterExpression } },
    { $group: { _id: Object.fromEntries(fields), ids: { $push: '$_id' }, n: { $sum: 1 } } },
    { $match: { n: { $gt: 1 } } },
    { $limit: GROUPS_NAMED },
  ];
  const groups = await connection.collection(collection).aggregate<{ ids: unknown[] }>(stages).toArray();
  return groups.map(({ ids }) => `_id ${ids.slice(0, IDS_NAMED).map(String).join(' and ')}`);
}
