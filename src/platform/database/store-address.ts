import { mongo } from 'mongoose';

/**
 * Tells whether the driver can read the address with its options. The driver's error may quote the address, so it is
 * dropped.
 */
export function isStoreAddress(uri: unknown): boolean {
  try {
    // Connects to nothing before it is asked for something.
    return typeof uri === 'string' && new mongo.MongoClient(uri) instanceof mongo.MongoClient;
  } catch {
    return false;
  }
}

/** Characters that MongoDB takes in no name of a database, on any system. */
const FORBIDDEN_IN_NAME = /[\s$./\\"\0]/;
const LONGEST_NAME_BYTES = 63;

/** Returns whether MongoDB takes the database's name in an address; the driver finds out only when it is used. */
export function namesPossibleDatabase(uri: string): boolean {
  // The driver knows where the name stands and decodes it: `%20` in an address is a space in the name.
  const { dbName } = new mongo.MongoClient(uri).options;
  return !FORBIDDEN_IN_NAME.test(dbName) && Buffer.byteLength(dbName) <= LONGEST_NAME_BYTES;
}

/** Tells whether a readable address names a database; without one the driver takes `test`. */
export function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/?]*\/[^/?]+/.test(uri);
}
