import { mongo } from 'mongoose';
import type { ProcessRecord } from './process-record.js';

interface Marker {
  _id: 'embedded';
  token: string;
}

const WITHIN_MS = 2_000;

/** Writes the start's token into the store itself, so that a later start can see that it is the same store. */
export async function writeMarker(record: ProcessRecord): Promise<void> {
  await withMarkers(record.port, (markers) =>
    markers.updateOne(
      { _id: 'embedded' },
      { $set: { token: record.token } },
      { upsert: true, writeConcern: { w: 'majority', journal: true } },
    ),
  );
}

export async function hasMarker(record: ProcessRecord): Promise<boolean> {
  try {
    const found = await withMarkers(record.port, (markers) => markers.findOne({ _id: 'embedded' }));
    return found?.token === record.token;
  } catch {
    return false;
  }
}

async function withMarkers<T>(port: number, use: (markers: mongo.Collection<Marker>) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true&retryWrites=false`, {
    serverSelectionTimeoutMS: WITHIN_MS,
    connectTimeoutMS: WITHIN_MS,
    // The listener there may be anything, and may never answer.
    socketTimeoutMS: WITHIN_MS,
    maxPoolSize: 1,
  });
  try {
    return await use(client.db('_embedded').collection<Marker>('marker'));
  } finally {
    await client.close();
  }
}
