const { createHash } = require('node:crypto');

/** The key and its user, read for each request as the product does, so that a revoked key is dead. */
function keyProof(db) {
  return async (request, reply) => {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const hash = createHash('sha256').update(key).digest('hex');
    const record = await db.collection('api_keys').findOne({ hash });
    request.user = record && (await db.collection('gateway_users').findOne({ _id: record.userId }));
    if (request.user?.status !== 'active') return reply.code(401).send({ status: 'failed', msg: 'unauthorized' });
  };
}

module.exports = { keyProof };
