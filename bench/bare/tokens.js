const jwt = require('jsonwebtoken');
const mongoose = require('mongoose');
const { takeOne } = require('./windows.js');

const { ObjectId } = mongoose.mongo;
const CLAIMS = { audience: 'storefront', issuer: 'payments' };

/**
 * Registration without a password's hash (only the seeding registers), and the check that a request makes: the signature
 * with the same package and key form as the product, and the user, read each time, so that a revoked token is dead.
 */
function tokens(app, db, key) {
  const users = db.collection('users');
  const windows = db.collection('rate_windows');

  app.post('/user/register', async (request, reply) => {
    const { userName, email } = request.body;
    const user = { _id: new ObjectId(), userName, email, tokenVersion: 0, createdAt: new Date() };
    await users.insertOne(user);
    const claims = { sub: user._id.toHexString(), email, ver: 0 };
    const access_token = jwt.sign(claims, key, { algorithm: 'HS256', expiresIn: '24h', ...CLAIMS });
    reply.code(201);
    return { access_token };
  });

  return async (request, reply) => {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    let claims;
    try {
      claims = jwt.verify(token, key, { algorithms: ['HS256'], ...CLAIMS });
    } catch {
      return reply.code(401).send({ statusCode: 401, message: 'Unauthorized', error: 'Unauthorized' });
    }
    request.user = await users.findOne({ _id: new ObjectId(claims.sub) });
    if (request.user?.tokenVersion !== claims.ver) {
      return reply.code(401).send({ statusCode: 401, message: 'Unauthorized', error: 'Unauthorized' });
    }
    await takeOne(windows, `payment:user:${claims.sub}`, 60_000);
  };
}

module.exports = { tokens };
