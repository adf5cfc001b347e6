import mongoose from 'mongoose';
it('has a store', async () => {
  const c = await mongoose.createConnection(process.env['TEST_MONGODB_URI'] ?? '').asPromise();
  await c.collection('a').insertOne({ a: 1 });
  expect(await c.collection('a').countDocuments()).toBe(1);
  await c.close();
});
