import { Schema } from 'mongoose';
import type { PersonMethod } from './person-method.types.js';

export const PERSON_METHOD_MODEL = 'PersonMethod';

/** Rows are read and written by the driver itself; the schema carries the collection and its indexes. */
export const personMethodSchema = new Schema<PersonMethod>({ _id: { type: String, required: true } } as never, {
  collection: 'person_methods',
  versionKey: false,
  strict: false,
  minimize: false,
});

// Race: one number given twice, by a counter that a restored backup has set back. Query: the method that a request names.
personMethodSchema.index({ number: 1 }, { name: 'number_unique', unique: true });
// Query: the methods of a person, oldest first.
personMethodSchema.index({ personId: 1, number: 1 }, { name: 'of_person' });

export const COUNTER_MODEL = 'Counter';

/** Counters (decision C12), one small document each. */
export const counterSchema = new Schema(
  { _id: { type: String, required: true }, n: Number },
  { collection: 'counters', versionKey: false },
);
