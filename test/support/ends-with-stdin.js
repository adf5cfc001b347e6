// Preloaded by a program that outlives the test which started it: it ends when the process that holds its input is gone.
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
