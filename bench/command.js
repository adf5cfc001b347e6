const { BadOption } = require('./options.js');
const { Teardown } = require('./teardown.js');

/** From the words on the command line to the last line of a bench; what it has started ends with it, however it ends. */
async function run({ readOptions, help, bench, text, lastLine }) {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(help);
  const teardown = new Teardown();
  try {
    const result = await bench(options, teardown);
    console.log(options.json ? JSON.stringify(result) : text(result));
    console.log(lastLine(result.works));
  } finally {
    await teardown.run();
  }
}

async function runBench(command) {
  try {
    await run(command);
  } catch (error) {
    console.error(error instanceof BadOption ? `${error.message}\n\n${command.help}` : error);
    process.exitCode = error instanceof BadOption ? 78 : 1;
  }
}

module.exports = { runBench };
