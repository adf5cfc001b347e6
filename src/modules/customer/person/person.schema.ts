import { Schema } from 'mongoose';
import type { Person } from './person.types.js';

export const PERSON_MODEL = 'Person';

const text = { type: String, required: true };

export const personSchema = new Schema<Person>(
  {
    _id: text,
    v: { type: Number, required: true },
    w: text,
    accountId: text,
    identifiers: [String],
    keys: [String],
    name: String,
    email: String,
    vault: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'persons', versionKey: false, strict: 'throw', minimize: false },
);

// Race: one identifier given to two persons at the same time. Query: the person whom a request names.
personSchema.index({ keys: 1 }, { name: 'identifier_unique', unique: true });
// Race: one customer of the vault linked to two persons, who would spend each other's payment methods.
personSchema.index({ 'vault.recordId': 1 }, { name: 'vault_unique', unique: true });
