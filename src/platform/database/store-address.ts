import { mongo } from 'mongoose';

/** Whether the driver can read it, options included. What it says against it may quote the address, so nobody is told. */
export function isStoreAddress(uri: unknown): boolean {
  try {
    // Connects to nothing before it is asked for something.
    return typeof uri === 'string' && new mongo.MongoClient(uri) instanceof mongo.MongoClient;
  } catch {
    return false;
  }
}

/** Whether a readable address names a database; without one the driver takes `test`. */
export function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/?]*\/[^/?]+/.test(uri);
}
