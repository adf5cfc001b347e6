// For mongosh, run once by the service mongo-init of docker-compose.yml: a replica set of one, and the user of MONGODB_URI.
// Every step is skipped where it is done already.
const fs = require('fs');
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const root = encodeURIComponent(secret('mongo_root_password'));
const admin = connect(`mongodb://root:${root}@mongo:27017/admin?directConnection=true`);

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] } });
}
for (let tries = 0; !admin.hello().isWritablePrimary; tries++) {
  if (tries === 60) throw new Error('no primary after a minute');
  sleep(1000);
}

const user = { pwd: secret('mongo_app_password'), roles: [{ role: 'readWrite', db: 'payments' }] };
if (admin.getUser('payments') === null) admin.createUser({ user: 'payments', ...user });
else admin.updateUser('payments', user);
