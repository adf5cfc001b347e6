import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';

/** A database of its own in the run's store. */
export function freshDatabase(): string {
  const store = process.env['TEST_MONGODB_URI'];
  if (store === undefined) throw new Error('TEST_MONGODB_URI is not set: Jest’s globalSetup starts the store');
  const uri = new URL(store);
  uri.pathname = `/t_${randomBytes(6).toString('hex')}`;
  return uri.toString();
}

/** The same database, reached through a proxy. */
export function through(uri: string, port: number): string {
  const other = new URL(uri);
  other.port = String(port);
  return other.toString();
}

export async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.close();
}
