import mongoose from 'mongoose';
import { testDatabaseUri } from '../support/store-server.js';
it('has a store', async () => {
  const c = await mongoose.createConnection(testDatabaseUri()).asPromise();
  await c.collection('a').insertOne({ a: 1 });
  expect(await c.collection('a').countDocuments()).toBe(1);
  await c.close();
});
