// npm run build: builds dist unless it is of the sources at hand, the same way as `npm start` and the tests do.
const { buildIfNeeded } = require('./lib/build.js');

buildIfNeeded().then(
  (built) => console.log(built ? 'dist is built' : 'dist is current'),
  (error) => {
    console.error(error.message);
    process.exitCode = error.exitCode ?? 1;
  },
);
