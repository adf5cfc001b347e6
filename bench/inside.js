// Loaded into both subjects before their own code (`--require`). Answers the bench over the IPC channel with what only the
// process itself knows: its CPU time and memory and, where asked for, its store commands.
const http = require('node:http');
const { AsyncLocalStorage } = require('node:async_hooks');

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);
const READS = new Set(['find', 'aggregate', 'count', 'getMore']);

/** Store commands by whether a request caused them or something behind the requests, such as a receipt's worker. */
const commands = { requestWrites: 0, requestReads: 0, otherWrites: 0, otherReads: 0, bytesWritten: 0 };

process.on('message', ({ ask }) => {
  if (ask !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send({ usage: { cpuUs: user + system, rssBytes: process.memoryUsage.rss(), commands: { ...commands } } });
});
// The bench's channel must not keep the process from ending.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

if (process.env['BENCH_COUNT'] === '1') countCommands();

function countCommands() {
  const inRequest = new AsyncLocalStorage();
  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = function (event, ...args) {
    if (event !== 'request') return emit.call(this, event, ...args);
    return inRequest.run(true, () => emit.call(this, event, ...args));
  };
  const { BSON, MongoClient } = require(require.resolve('mongodb', { paths: [require.resolve('mongoose')] }));
  const connect = MongoClient.prototype.connect;
  MongoClient.prototype.connect = function () {
    this.removeAllListeners('commandStarted').on('commandStarted', ({ commandName, command }) => {
      const who = inRequest.getStore() === true ? 'request' : 'other';
      if (WRITES.has(commandName)) {
        commands[`${who}Writes`]++;
        // But for the database's name, which differs.
        commands.bytesWritten += BSON.calculateObjectSize({ ...command, $db: '' });
      } else if (READS.has(commandName)) commands[`${who}Reads`]++;
    });
    return connect.call(this);
  };
}
